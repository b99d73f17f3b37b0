//! Faults: all of them, in one report.

use line_bot_server::config::Config;

use super::{SECRET, TOKEN, good, load, one_fault, vars};

#[test]
fn every_fault_is_reported_in_one_run() {
    let error =
        Config::load(&vars(&[("PORT", "eighty"), ("LEASE", "soon"), ("MAX_BODY_BYTES", "0")])).unwrap_err();
    let names: Vec<_> = error.faults.iter().map(|fault| fault.name.as_str()).collect();
    for name in ["LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "PORT", "LEASE", "MAX_BODY_BYTES"] {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
    assert_eq!(names.len(), 5, "{names:?}");
    let report = error.to_string();
    assert!(report.starts_with("the configuration has 5 faults:\n"), "{report}");
    assert!(report.contains("\n  PORT \"eighty\" is not a port number"), "{report}");
}

#[test]
fn an_empty_secret_refuses_to_start() {
    one_fault(&good(&[("LINE_CHANNEL_SECRET", "")]), "LINE_CHANNEL_SECRET is empty");
    one_fault(&good(&[("LINE_CHANNEL_SECRET", "a,,b")]), "LINE_CHANNEL_SECRET has an empty item");
    one_fault(&good(&[("LINE_CHANNEL_SECRET", "a,")]), "LINE_CHANNEL_SECRET has an empty item");
    one_fault(&good(&[("LINE_CHANNEL_SECRET", " , ")]), "LINE_CHANNEL_SECRET has an empty item");
    one_fault(&good(&[("LINE_CHANNEL_ACCESS_TOKEN", "")]), "LINE_CHANNEL_ACCESS_TOKEN is empty");
}

#[test]
fn a_secret_with_a_line_break_inside_is_a_fault() {
    let ended = load(&good(&[("LINE_CHANNEL_SECRET", "new\n")]));
    assert_eq!(ended.channels[0].secrets.first().expose(), "new", "one at the end is no part of it");
    one_fault(&good(&[("LINE_CHANNEL_SECRET", "new\nold")]), "LINE_CHANNEL_SECRET has a line break");
    one_fault(
        &good(&[("LINE_CHANNEL_ACCESS_TOKEN", "to\nken")]),
        "LINE_CHANNEL_ACCESS_TOKEN has a line break",
    );
}

#[test]
fn without_a_token_the_channel_id_is_required_and_enough() {
    one_fault(
        &vars(&[("LINE_CHANNEL_SECRET", SECRET)]),
        "LINE_CHANNEL_ACCESS_TOKEN is not set, nor is LINE_CHANNEL_ID",
    );
    load(&vars(&[("LINE_CHANNEL_SECRET", SECRET), ("LINE_CHANNEL_ID", "1234567890")]));
    let wrong = vars(&[("LINE_CHANNEL_SECRET", SECRET), ("LINE_CHANNEL_ID", "@mybot")]);
    one_fault(&wrong, "LINE_CHANNEL_ID is not a channel ID");
}

#[test]
fn a_variable_that_is_set_to_nothing_is_not_set() {
    let config = load(&good(&[("PORT", ""), ("LINE_CHANNELS", ""), ("LINE_CHANNEL_ID", "")]));
    assert_eq!(config.server.listen.port(), 8080);
}

#[test]
fn a_name_and_its_file_together_are_a_fault() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    std::fs::write(&path, "x").unwrap();
    let both = good(&[("LINE_CHANNEL_SECRET_FILE", path.to_str().unwrap())]);
    one_fault(&both, "LINE_CHANNEL_SECRET is set together with LINE_CHANNEL_SECRET_FILE");
}

#[test]
fn a_file_that_is_missing_or_empty_is_a_fault_under_its_own_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    let with =
        vars(&[("LINE_CHANNEL_SECRET", SECRET), ("LINE_CHANNEL_ACCESS_TOKEN_FILE", path.to_str().unwrap())]);
    one_fault(&with, "LINE_CHANNEL_ACCESS_TOKEN_FILE cannot read");
    std::fs::write(&path, "\n").unwrap();
    one_fault(&with, "LINE_CHANNEL_ACCESS_TOKEN_FILE is empty");
}

#[test]
fn every_variable_can_come_from_a_file_without_the_newline_at_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let (port, secret) = (dir.path().join("port"), dir.path().join("secret"));
    std::fs::write(&port, "4711\n").unwrap();
    std::fs::write(&secret, format!("{SECRET}\r\n")).unwrap();
    let config = load(&vars(&[
        ("PORT_FILE", port.to_str().unwrap()),
        ("LINE_CHANNEL_SECRET_FILE", secret.to_str().unwrap()),
        ("LINE_CHANNEL_ACCESS_TOKEN", TOKEN),
    ]));
    assert_eq!(config.server.listen.port(), 4711);
    assert_eq!(config.channels[0].secrets.first().expose(), SECRET);
}

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    std::fs::write(&path, TOKEN).unwrap();
    let config = load(&vars(&[
        ("LINE_CHANNEL_SECRET", &format!("{SECRET},0ld-secret")),
        ("LINE_CHANNEL_ACCESS_TOKEN_FILE", path.to_str().unwrap()),
    ]));
    let faulty = good(&[
        ("INBOX_URL", "mysql://user:passw0rd@db"),
        ("LINE_API_BASE_URL", "https://user:passw0rd@api"),
        ("LINE_ASSERTION_KEY", "pr1vate-key"),
        ("LINE_CHANNEL_SECRET__SHOP", "sh0p-secret"),
    ]);
    let report = Config::load(&faulty).unwrap_err();
    let printed = format!("{config:?} {config:#?} {report} {report:?}");
    for secret in [SECRET, TOKEN, "0ld-secret", "passw0rd", "pr1vate-key", "sh0p-secret"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
fn a_misspelt_variable_is_a_warning_with_a_hint() {
    let misspelt = [
        ("LINE_CHANEL_SECRET", "LINE_CHANNEL_SECRET"),
        ("HANDLER_TIMOUT", "HANDLER_TIMEOUT"),
        ("LINE_CHANNEL_SECRETS_FILE", "LINE_CHANNEL_SECRET"),
        ("LINE_ACCESS_TOKEN", "is ignored"),
    ];
    for (name, hint) in misspelt {
        let config = load(&good(&[(name, "x")]));
        assert!(
            config.warnings.iter().any(|text| text.contains(name) && text.contains(hint)),
            "{:?}",
            config.warnings
        );
    }
    for stranger in
        ["PATH", "POST", "HOSTNAME", "HOME", "LINES", "LC_ALL", "RUST_BACKTRACE", "KUBERNETES_PORT"]
    {
        assert_eq!(load(&good(&[(stranger, "x")])).warnings, [""; 0], "{stranger}");
    }
}

#[test]
fn plain_http_to_another_machine_is_a_warning() {
    let config = load(&good(&[("LINE_API_BASE_URL", "http://10.0.0.1:8090")]));
    assert_eq!(config.warnings.len(), 1, "{:?}", config.warnings);
    assert_eq!(load(&good(&[("LINE_API_BASE_URL", "http://127.0.0.1:8090")])).warnings, [""; 0]);
}
