//! What serde_json has to say about a body, without the content it likes to quote.

use serde::Deserialize;
use serde_json::error::Category;

/// Reads `json`; a fault names the field, what was expected there and the position, never what was found.
pub(super) fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| locate::<T>(json, &error))
}

/// What is wrong, what was expected, and where: `missing field 'text' at line 1 column 40`.
pub(super) fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = match error.line() {
        0 => String::new(),
        line => format!(" at line {line} column {}", error.column()),
    };
    let text = text.strip_suffix(&place).unwrap_or(&text);
    let problem = match error.classify() {
        Category::Data => without_content(text),
        // serde_json's texts about syntax are fixed.
        Category::Syntax | Category::Eof | Category::Io => text.to_owned(),
    };
    format!("{problem}{place}")
}

/// `invalid type: string "what a user wrote", expected a map` keeps its last part alone; that one is ours.
fn without_content(text: &str) -> String {
    if text.starts_with("missing field `") || text.starts_with("duplicate field `") {
        return text.to_owned();
    }
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {}", in_words(expected)),
        None => "not of the documented shape".to_owned(),
    }
}

/// What serde calls a struct or a number, as LINE's reference would.
fn in_words(expected: &str) -> &str {
    match expected {
        "u32" | "u64" => "a natural number",
        "i64" => "a whole number",
        "f64" => "a number",
        "a sequence" => "an array",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

/// Reads once more, now counting fields: only on the way to an error, because it is slower.
fn locate<'a, T: Deserialize<'a>>(json: &'a str, error: &serde_json::Error) -> String {
    let problem = describe(error);
    if error.classify() != Category::Data {
        return problem;
    }
    match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(json)) {
        Err(traced) if traced.path().iter().len() > 0 => format!("`{}`: {problem}", traced.path()),
        _ => problem,
    }
}
