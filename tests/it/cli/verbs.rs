//! `sign`, `check`, `healthcheck`, and exit codes.

use super::{SECRET, code, nobody, run, run_with_input, stderr, stdout};

const BODY: &[u8] = br#"{"destination":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","events":[]}"#;
const SIGNATURE: &str = "yUpa5d5hleosUdgmopg7e3/k1K+pG3uet+iWQ9W1qhE=\n";

#[test]
fn sign_prints_the_signature_of_standard_input() {
    let output = run_with_input(&[("LINE_CHANNEL_SECRET", SECRET)], &["sign"], BODY);
    assert_eq!((code(&output), &*stdout(&output)), (0, SIGNATURE), "{}", stderr(&output));
}

#[test]
fn sign_takes_the_secret_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    std::fs::write(&path, format!("{SECRET}\n")).unwrap();
    let output = run_with_input(&[], &["sign", "--secret-file", path.to_str().unwrap()], BODY);
    assert_eq!((code(&output), &*stdout(&output)), (0, SIGNATURE), "{}", stderr(&output));
}

#[test]
fn sign_takes_the_first_of_several_secrets_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    std::fs::write(&path, format!("{SECRET},0ld\n")).unwrap();
    let output = run_with_input(&[], &["sign", "--secret-file", path.to_str().unwrap()], BODY);
    assert_eq!((code(&output), &*stdout(&output)), (0, SIGNATURE), "{}", stderr(&output));
}

#[test]
fn sign_without_a_secret_is_a_fault_of_the_configuration() {
    let output = run_with_input(&[], &["sign"], BODY);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("LINE_CHANNEL_SECRET is not set"), "{}", stderr(&output));
}

#[test]
fn faults_of_the_configuration_are_all_printed_and_the_exit_code_is_2() {
    for verb in [&["serve"][..], &["check"], &[]] {
        let output = run(&[("PORT", "eighty"), ("LEASE", "soon")], verb);
        assert_eq!(code(&output), 2, "{verb:?}");
        for name in ["LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "PORT", "LEASE"] {
            assert!(stderr(&output).contains(name), "{name}: {}", stderr(&output));
        }
    }
}

#[test]
fn check_says_what_will_be_served_and_no_secret() {
    let set =
        [("LINE_CHANNEL_SECRET", SECRET), ("LINE_CHANNEL_ACCESS_TOKEN", "t0ken"), ("LINE_CHANEL_ID", "1")];
    let output = run(&set, &["check"]);
    let text = stdout(&output);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(text.contains("http://0.0.0.0:8080/callback"), "{text}");
    assert!(text.contains("did you mean LINE_CHANNEL_ID?"), "{text}");
    assert!(!text.contains(SECRET) && !text.contains("t0ken"), "{text}");
}

#[test]
fn a_check_that_cannot_reach_line_fails_and_reminds_of_redelivery() {
    let (_held, free) = nobody();
    let base = format!("http://{free}");
    let set = [
        ("LINE_CHANNEL_SECRET", SECRET),
        ("LINE_CHANNEL_ACCESS_TOKEN", "t0ken"),
        ("LINE_API_BASE_URL", &*base),
    ];
    let output = run(&set, &["check", "--online"]);
    let text = stdout(&output);
    assert_eq!(code(&output), 1, "{text} {}", stderr(&output));
    assert!(text.contains("FAULT: the token does not work"), "{text}");
    assert!(text.contains("webhook redelivery must be switched on"), "{text}");
    assert!(!text.contains("t0ken"), "{text}");
}

#[test]
fn healthcheck_of_nobody_fails() {
    let (_held, free) = nobody();
    let output = run(&[("PORT", &free.port().to_string())], &["healthcheck"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("cannot ask 127.0.0.1"), "{}", stderr(&output));
}

#[test]
fn an_unknown_verb_is_a_usage_error() {
    assert_eq!(code(&run(&[], &["dance"])), 2);
}
