//! The way to PostgreSQL: its URL, what goes with it, and that no password is ever shown.

use std::time::Duration;

use line_bot_server::inbox::postgres::url::{Address, shown};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::{faults, good, load, one_fault};

fn with_url<'a>(url: &'a str, more: &[(&'a str, &'a str)]) -> std::collections::BTreeMap<String, String> {
    good(&[&[("INBOX_URL", url)], more].concat())
}

#[test]
fn everything_that_leads_to_postgres_can_be_set() {
    let config = load(&with_url(
        "postgres://bot@db/bot?sslmode=require",
        &[
            ("INBOX_PASSWORD", "s3cret"),
            ("INBOX_SCHEMA", "shop_2"),
            ("INBOX_POOL_SIZE", "3"),
            ("INBOX_CONNECT_TIMEOUT", "1s"),
            ("INBOX_TIMEOUT", "700ms"),
            ("INBOX_LISTEN_URL", "postgresql://bot@direct/bot?sslmode=require"),
        ],
    ));
    assert_eq!(config.inbox.url, "postgres://bot@db/bot?sslmode=require");
    let settings = &config.inbox.postgres;
    assert_eq!(settings.password.as_ref().unwrap().expose_secret(), "s3cret");
    assert_eq!((&*settings.schema, settings.pool_size), ("shop_2", 3));
    assert_eq!(
        (settings.connect_timeout, settings.timeout),
        (Duration::from_secs(1), Duration::from_millis(700))
    );
    assert_eq!(
        settings.listen_url.as_ref().unwrap().expose_secret(),
        "postgresql://bot@direct/bot?sslmode=require"
    );
    assert_eq!(config.warnings, [""; 0]);
}

#[test]
fn without_more_than_a_url_the_rest_is_by_default() {
    let settings = load(&with_url("postgres://bot:pw@db/bot", &[])).inbox.postgres;
    assert!(settings.password.is_none() && settings.listen_url.is_none());
    assert_eq!((&*settings.schema, settings.pool_size), ("line_bot", 8));
    assert_eq!(
        (settings.connect_timeout, settings.timeout),
        (Duration::from_secs(2), Duration::from_secs(3))
    );
}

#[test]
fn the_password_can_come_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("password");
    std::fs::write(&path, "s3cret\n").unwrap();
    let config = load(&with_url("postgres://bot@db/bot", &[("INBOX_PASSWORD_FILE", path.to_str().unwrap())]));
    assert_eq!(config.inbox.postgres.password.unwrap().expose_secret(), "s3cret");
}

#[test]
fn two_passwords_are_one_too_many() {
    let more = [("INBOX_PASSWORD", "one")];
    for url in ["postgres://bot:other@db/bot", "postgres://bot@db/bot?password=other"] {
        one_fault(&with_url(url, &more), "INBOX_URL carries a password although INBOX_PASSWORD is set");
    }
    let listen = [("INBOX_PASSWORD", "one"), ("INBOX_LISTEN_URL", "postgres://bot:other@db/bot")];
    one_fault(&with_url("postgres://bot@db/bot", &listen), "INBOX_LISTEN_URL carries a password although");
}

#[test]
fn what_means_nothing_without_postgres_is_a_warning() {
    for (name, value) in [
        ("INBOX_PASSWORD", "s3cret"),
        ("INBOX_SCHEMA", "shop"),
        ("INBOX_POOL_SIZE", "2"),
        ("INBOX_CONNECT_TIMEOUT", "1s"),
        ("INBOX_TIMEOUT", "1s"),
        ("INBOX_LISTEN_URL", "postgres://bot@localhost/bot"),
    ] {
        for url in ["memory://", "sqlite://data/inbox.db"] {
            let warnings = load(&with_url(url, &[(name, value)])).warnings;
            assert_eq!(warnings, [format!("{name} is not used: INBOX_URL names no PostgreSQL")]);
        }
        let with = [(name, value)];
        assert_eq!(load(&with_url("postgres://bot@localhost/bot", &with)).warnings, [""; 0], "{name}");
    }
}

#[test]
fn a_way_that_nobody_guards_is_a_warning() {
    for (url, unguarded) in [
        ("postgres://bot@db/bot", true),
        ("postgres://bot@localhost,db/bot", true),
        ("postgres://bot@localhost/bot", false),
        ("postgres://bot@%2Frun%2Fpostgresql/bot", false),
        ("postgres://bot@db/bot?sslmode=disable", false),
        ("postgres://bot@db/bot?sslmode=prefer", false),
        ("postgres://bot@db/bot?sslrootcert=system", false),
    ] {
        let config = load(&with_url(url, &[("INBOX_LISTEN_URL", url)]));
        let told: Vec<_> = config.warnings.iter().map(|told| told.split(':').next().unwrap()).collect();
        let expected = ["INBOX_URL has no sslmode", "INBOX_LISTEN_URL has no sslmode"];
        assert_eq!(told, expected[..if unguarded { 2 } else { 0 }], "{url}");
    }
}

#[test]
fn a_value_that_cannot_be_meant_is_a_fault() {
    let long = "x".repeat(64);
    for (name, value, problem) in [
        ("INBOX_SCHEMA", "Shop", "is not a schema's name"),
        ("INBOX_SCHEMA", "1st", "is not a schema's name"),
        ("INBOX_SCHEMA", "pg_shop", "is not a schema's name"),
        ("INBOX_SCHEMA", "a\"; DROP", "is not a schema's name"),
        ("INBOX_SCHEMA", &long, "is not a schema's name"),
        ("INBOX_POOL_SIZE", "1", "is too few connections"),
        ("INBOX_POOL_SIZE", "0", "is not a whole number"),
        ("INBOX_TIMEOUT", "10ms", "is too short"),
        ("INBOX_CONNECT_TIMEOUT", "0s", "is not a duration above zero"),
        ("INBOX_LISTEN_URL", "db", "is not a PostgreSQL URL"),
        ("INBOX_PASSWORD", "", "is empty"),
    ] {
        let found = faults(&with_url("postgres://bot@db/bot", &[(name, value)]));
        assert!(
            found.len() == 1 && found[0].starts_with(name) && found[0].contains(problem),
            "{name}={value}: {found:#?}"
        );
    }
}

#[test]
fn what_people_use_in_a_url_is_understood() {
    for url in [
        "postgres://db",
        "postgres://db/bot",
        "postgresql://bot@db:6432/bot",
        "postgres://bot:pw@a,b:5433,[::1]:5434/bot?target_session_attrs=primary",
        "postgres://bot@%2Fvar%2Frun%2Fpostgresql/bot",
        "postgres:///bot?host=/var/run/postgresql&user=bot",
        "postgres://bot@db/bot?sslmode=verify-full&connect_timeout=5&application_name=shop&channel_binding=require",
        "postgres://bot@db/bot?options=-c%20statement_timeout%3D5000",
        "postgres://bot@db/bot?sslmode=require&sslnegotiation=direct",
    ] {
        assert!(Address::parse(url).is_ok(), "{url}: {:?}", Address::parse(url));
    }
}

#[test]
fn a_fault_of_a_url_says_what_to_do() {
    for (url, problem) in [
        ("postgres://", "names no host"),
        ("postgres:///bot", "names no host"),
        ("postgres://a,,b/bot", "names no host, or an empty one"),
        ("postgres://db:port/bot", "a port that is not a number"),
        ("postgres://[::1/bot", "without its closing ]"),
        ("postgres://db/bot?pgbouncer=true", "has the parameter pgbouncer, which is not known here"),
        ("postgres://db/bot?tcp_user_timeout=3", "follows from INBOX_TIMEOUT"),
        ("postgres://db/bot?sslmode=allow", "a sslmode that is not one of disable, prefer, require"),
        ("postgres://db/bot?sslmode=require&sslmode=disable", "has sslmode twice"),
        ("postgres://db/bot?target_session_attrs=standby", "not one of any, read-write, primary"),
        ("postgres://db/bot?connect_timeout=0", "not a number of seconds above 0"),
        ("postgres://db/bot?sslcert=a.pem", "only one of sslcert and sslkey"),
        ("postgres://db/bot?sslrootcert=system&sslmode=require", "needs sslmode=verify-full"),
        ("postgres://db/bot?sslmode=verify-ca", "needs your authority's file in sslrootcert"),
        ("postgres://db/bot?sslnegotiation=direct", "needs sslmode=require"),
        (
            "postgres://db/bot?sslmode=verify-ca&sslrootcert=/nowhere/ca.pem",
            "sslrootcert that cannot be read",
        ),
        ("postgres://a,b:1,c:2/bot?port=1,2", "names ports twice"),
        ("postgres:///bot?host=a,b,c&port=1,2", "not as many ports as hosts"),
        ("postgres://bot@db/bot name", "a blank or a control character"),
        ("postgres://bot:%ff@db/bot", "not text"),
    ] {
        let found = faults(&with_url(url, &[]));
        assert!(
            found.len() == 1 && found[0].starts_with("INBOX_URL ") && found[0].contains(problem),
            "{url}: {found:#?}"
        );
    }
}

#[test]
fn a_url_is_shown_whole_but_for_its_password() {
    for (url, expected) in [
        ("postgres://bot:pw@db/bot?sslmode=require", "postgres://bot:***@db/bot?sslmode=require"),
        ("postgresql://bot:p%40w@a:1,b/bot", "postgres://bot:***@a:1,b/bot"),
        ("postgres://bot:p@w@db/bot", "postgres://bot:***@db/bot"),
        (
            "postgres://db/bot?user=bot&password=pw&sslmode=disable",
            "postgres://db/bot?user=bot&password=***&sslmode=disable",
        ),
        ("postgres://bot@db", "postgres://bot@db"),
        ("postgres://bot:pw@db:port/bot", "postgres://…"),
        ("postgres://bot:pw", "postgres://…"),
    ] {
        assert_eq!(shown(url), expected);
    }
}

/// In every place where a password can be, however it is (not) encoded.
fn urls() -> impl Strategy<Value = String> {
    // What cuts a URL, between pieces that can be found again.
    let password = proptest::collection::vec("[/?@:#&%=,\\[\\] ]{0,2}", 1..4)
        .prop_map(|cuts| cuts.into_iter().map(|cut| format!("{cut}hunter")).collect::<String>());
    let form = proptest::sample::select(vec![
        "postgres://bot:{}@db/bot",
        "postgresql://bot:{}@db:5432,db2/bot?sslmode=require",
        "postgres://bot:{}@",
        "postgres://bot:1{}@db/bot",
        "postgres://db/bot?password={}",
        "postgres://db/bot?password={}&sslmode=never",
        "postgres://bot:{}@db/bot?unknown=1",
        "postgres://bot:1?{}@db/bot",
        "mysql://bot:{}@db/bot",
        "postgres:bot:{}@db/bot",
    ]);
    (form, password, any::<bool>()).prop_map(|(form, password, encode)| {
        let inside = match encode {
            true => percent_encoding::utf8_percent_encode(&password, percent_encoding::NON_ALPHANUMERIC)
                .to_string(),
            false => password,
        };
        form.replace("{}", &inside)
    })
}

proptest! {
    #[test]
    fn nothing_ever_shows_a_password(url in urls()) {
        let given = with_url(&url, &[("INBOX_LISTEN_URL", &url)]);
        let config = line_bot_server::config::Config::load(&given);
        let printed = match &config {
            Ok(config) => format!("{config:?} {config:#?} {}", config.inbox.shown_url()),
            Err(error) => format!("{error} {error:?}"),
        };
        prop_assert!(!printed.contains("hunter"), "{}\n{}", url, printed);
        let parsed = format!("{:?} {}", Address::parse(&url), shown(&url));
        prop_assert!(!parsed.contains("hunter"), "{}\n{}", url, parsed);
        // One that is understood would be connected to.
        if Address::parse(&url).is_err() {
            let settings = line_bot_server::inbox::Settings::new(&*url, 1);
            let operator = format!("{:?}", line_bot_server::inbox::operator(&settings).err());
            prop_assert!(!operator.contains("hunter"), "{}\n{}", url, operator);
        }
    }
}
