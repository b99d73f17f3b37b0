//! How values are written: durations, sizes, counts, addresses, URLs.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::Uri;

/// Longest first, so that `ms` is not read as `s`.
const TIME_UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1000), ("m", 60 * 1000), ("h", 60 * 60 * 1000), ("d", 24 * 60 * 60 * 1000)];
/// A hundred years: times are added to dates, which end somewhere.
const TIME_MAX: Duration = Duration::from_secs(36_500 * 24 * 60 * 60);
const SIZE_UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// `500ms`, `10s`, `5m`, `12h`, `7d`; zero is allowed.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    TIME_UNITS
        .into_iter()
        .find_map(|(unit, ms)| number(text.strip_suffix(unit)?)?.checked_mul(ms))
        .map(Duration::from_millis)
        .filter(|time| *time <= TIME_MAX)
        .ok_or_else(|| wrong(text, "a duration of at most 36500d", "10s, 5m, 7d or 500ms"))
}

/// A duration that is not zero.
pub(super) fn some_time(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err(wrong(text, "a duration above zero", "10s, 5m, 7d or 500ms")),
        time => Ok(time),
    }
}

/// `65536`, `64KiB`, `1MiB`.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let with_unit = |(unit, bytes): (&str, u64)| number(text.strip_suffix(unit)?)?.checked_mul(bytes);
    SIZE_UNITS
        .into_iter()
        .find_map(with_unit)
        .or_else(|| number(text))
        .filter(|size| *size > 0)
        .and_then(|size| usize::try_from(size).ok())
        .ok_or_else(|| wrong(text, "a size above zero", "65536, 64KiB or 1MiB"))
}

/// A whole number, at least 1.
pub(super) fn count<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    number(text)
        .filter(|count| *count > 0)
        .and_then(|count| T::try_from(count).ok())
        .ok_or_else(|| wrong(text, "a whole number above zero", "64"))
}

pub(super) fn port(text: &str) -> Result<u16, String> {
    number(text)
        .and_then(|port| u16::try_from(port).ok())
        .ok_or_else(|| wrong(text, "a port number from 0 (any free one) to 65535", "8080"))
}

pub(super) fn host(text: &str) -> Result<IpAddr, String> {
    text.trim_matches(['[', ']'])
        .parse()
        .map_err(|_| wrong(text, "an IP address", "0.0.0.0, 127.0.0.1 or [::] (names are not looked up)"))
}

/// `127.0.0.1:9090`, or `off`.
pub(super) fn address_or_off(text: &str) -> Result<Option<SocketAddr>, String> {
    if text == "off" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| wrong(text, "an address with a port, or off", "127.0.0.1:9090"))
}

/// `/callback`: plain segments, so that it can neither be a pattern nor end in a slash.
pub(super) fn path(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let segments = text.strip_prefix('/').map(|rest| rest.split('/').collect::<Vec<_>>());
    let well_formed =
        segments.is_some_and(|all| all.iter().all(|one| !one.is_empty() && one.chars().all(plain)));
    match text {
        "/healthz" | "/readyz" => Err(format!("{text:?} is taken by the server itself; use another path")),
        _ if well_formed => Ok(text.to_owned()),
        _ => Err(wrong(text, "a path of letters, digits and -._~", "/callback or /line/webhook")),
    }
}

/// `https://api.line.me`; a slash at its end is dropped.
pub(super) fn base_url(text: &str) -> Result<String, String> {
    // What stands before an @ may be a password.
    let shown = text.rsplit('@').next().unwrap_or_default();
    let bad = || wrong(shown, "an http or https URL without query and user", "https://api.line.me");
    let uri: Uri = text.parse().map_err(|_| bad())?;
    let authority = uri.authority().ok_or_else(bad)?.as_str();
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.query().is_some() || authority.contains('@')
    {
        return Err(bad());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// One of `allowed`.
pub(super) fn choice<T: Copy>(text: &str, allowed: &[(&str, T)]) -> Result<T, String> {
    allowed.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = allowed.iter().map(|(name, _)| *name).collect();
        format!("{text:?} is not one of {}", names.join(", "))
    })
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn wrong(text: &str, what: &str, example: &str) -> String {
    format!("{text:?} is not {what}; write it like {example}")
}
