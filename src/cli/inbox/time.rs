//! Times as people say them.

use std::time::Duration;

/// `3d`, `2h`, `5m`, `7s`: the largest unit that fits, rounded down.
pub(super) fn roughly(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86400),
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, roughly};

    #[test]
    fn the_largest_unit_that_fits() {
        let said: Vec<_> = [0, 59, 60, 7199, 86_399, 86_400].map(Duration::from_secs).map(roughly).into();
        assert_eq!(said, ["0s", "59s", "1m", "1h", "23h", "1d"]);
    }
}
