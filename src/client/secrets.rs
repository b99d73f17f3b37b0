//! Which parts of a request are secret although they stand in its body, its path or a header of its own: calls
//! without a channel access token prove who they are there.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::parse;
use http::header::AUTHORIZATION;

use crate::client::Request;

/// Fields of forms and queries whose values are secret.
const SECRET_FIELDS: [&str; 5] =
    ["access_token", "client_assertion", "client_secret", "code", "code_verifier"];

/// Every secret in the form, the query and the authorization of `request`, as LINE may echo it: plain and as it was
/// sent.
pub(super) fn of(request: &Request) -> Vec<String> {
    if request.endpoint.authorized {
        return Vec::new();
    }
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let secret = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        SECRET_FIELDS.contains(&&*name).then(|| value.into_owned())
    };
    let plain: Vec<_> =
        parse(query.as_bytes()).chain(parse(request.body.bytes())).filter_map(secret).collect();
    let sent = plain.iter().map(|value| form_urlencoded::byte_serialize(value.as_bytes()).collect());
    sent.chain(plain.iter().cloned()).chain(basic(request)).collect()
}

/// The credentials of a Basic authorization, and the secret in them.
fn basic(request: &Request) -> Vec<String> {
    let header = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(credentials) = header.and_then(|value| value.strip_prefix("Basic ")) else { return Vec::new() };
    let plain = STANDARD.decode(credentials).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let secret =
        plain.as_deref().and_then(|plain| plain.split_once(':')).map(|(_, secret)| secret.to_owned());
    [credentials.to_owned()].into_iter().chain(secret).collect()
}

/// `path` as it may be printed: the values of secret fields in its query are left out.
pub(super) fn shown(path: &str) -> Cow<'_, str> {
    let Some((path, query)) = path.split_once('?') else { return path.into() };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if SECRET_FIELDS.contains(&name) => format!("{name}=…"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&")).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::client::call::{add_query, request};
    use crate::client::{Endpoint, Payload};

    static OPEN: Endpoint = Endpoint::post("open", "/open").open();

    #[test]
    fn secrets_are_found_in_form_query_and_authorization_and_in_both_spellings() {
        let mut request = request(&OPEN, &[]).unwrap();
        add_query(&mut request, "access_token", "a+b");
        request.body = Payload::form("client_id=17&client_secret=c%2Fd&grant_type=x".to_owned());
        assert_eq!(of(&request), ["a%2Bb", "c%2Fd", "a+b", "c/d"]);
        request.headers.insert(AUTHORIZATION, "Basic MTc6Yzpk".parse().unwrap());
        assert_eq!(of(&request)[4..], ["MTc6Yzpk", "c:d"]);
        assert_eq!(shown(&request.path), "/open?access_token=…");
        assert_eq!(shown("/list?start=7&limit=1"), "/list?start=7&limit=1");
    }
}
