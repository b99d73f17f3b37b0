//! Hints about variables that look like ours and are not.

use super::knobs;

/// Letters that may be wrong.
const SLIPS: usize = 2;

/// A line for each of `names` that is close to a variable of ours, or claims to be LINE's.
pub(super) fn hints(names: &[String]) -> Vec<String> {
    names.iter().filter_map(|name| hint(name)).collect()
}

fn hint(name: &str) -> Option<String> {
    let base = name.strip_suffix("_FILE").unwrap_or(name);
    let base = base.split_once("__").map_or(base, |(stem, _)| stem);
    let (knob, slips) = knobs::ALL
        .iter()
        .map(|knob| (knob, strsim::damerau_levenshtein(knob.name, base)))
        .min_by_key(|(_, slips)| *slips)?;
    // Short names have many strangers near them: POST is not PORT.
    let close = slips <= SLIPS && knob.name.len() >= 8;
    match (close, base.starts_with("LINE_")) {
        (true, _) if slips > 0 => {
            Some(format!("{name} is not a variable of this server; did you mean {}?", knob.name))
        }
        (false, true) => Some(format!("{name} is not a variable of this server and is ignored")),
        _ => None,
    }
}
