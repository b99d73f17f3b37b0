//! `demo` without a terminal.

use std::process::Stdio;

use super::{Running, entries, post};
use crate::process::command;

#[test]
fn once_plays_the_conversation_exits_0_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let output = command(dir.path(), &[], &["demo", "--once"]).stdin(Stdio::null()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "a quiet log");
    let mut rest = shown.as_str();
    for part in [
        "Alice  (adds the bot as a friend)",
        "Bot  Hello!",
        "reply, free",
        "Alice  Is anybody there?",
        "webhook → 200 in ",
        "Bot  Is anybody there?",
        "reply, free · quotes “Is anybody there?”",
        "Bot  …and here is a follow-up.",
        "push, counts towards the quota",
        "Alice  (sticker",
        "Bot  (sticker",
        "Alice  Answer this once, please.",
        "delivers the same event again",
        "webhook, redelivered → 200 in ",
        "Alice  (quotes “…and here is a follow-up.”)",
        "✓ every answer was what it should be",
    ] {
        let at =
            rest.find(part).unwrap_or_else(|| panic!("{part:?} is missing, or at another place:\n{shown}"));
        rest = &rest[at..];
    }
    assert!(!shown.contains('\x1b') && !shown.contains('✗'), "{shown}");
    assert_eq!(entries(dir.path()), Vec::<String>::new());
}

#[test]
fn without_a_terminal_it_plays_goes_on_serving_and_stops_politely_at_a_signal() {
    for signal in ["TERM", "INT"] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = command(dir.path(), &[], &["demo"]);
        command.stdin(Stdio::null());
        let mut demo = Running::start(command);
        let line = demo.until("its LINE");
        let base = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let base = base.trim_end_matches(',').to_owned();
        demo.until("Still serving");
        assert!(post(&base, "/_sim/say", r#"{"user":"Bob","text":"anybody in?"}"#).contains("200"));
        demo.until("Bob  anybody in?");
        demo.until("Bot  anybody in?");
        demo.until("Bot  …and here is a follow-up.");
        demo.signal(signal);
        assert_eq!(demo.end(), Some(0), "{}", demo.seen);
        assert_eq!(entries(dir.path()), Vec::<String>::new());
    }
}

#[test]
fn a_signal_in_the_middle_of_the_play_stops_it_politely() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = command(dir.path(), &[], &["demo"]);
    command.stdin(Stdio::null());
    let mut demo = Running::start(command);
    demo.until("1. ");
    demo.signal("TERM");
    assert_eq!(demo.end(), Some(0), "{}", demo.seen);
}

#[test]
fn the_port_is_the_one_asked_for_and_a_wrong_one_is_a_fault() {
    // Taken and released; the bot binds it right after.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let dir = tempfile::tempdir().unwrap();
    let output =
        command(dir.path(), &[("PORT", &free)], &["demo", "--once"]).stdin(Stdio::null()).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains(&format!("http://127.0.0.1:{free}/callback")));
    let output =
        command(dir.path(), &[("PORT", "many")], &["demo", "--once"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("PORT \"many\" is not a port number"));
}

#[test]
fn what_configures_a_server_does_not_disturb_it() {
    let dir = tempfile::tempdir().unwrap();
    let set = [
        ("LINE_CHANNELS", "shop,support"),
        ("LINE_CHANNEL_SECRET__SHOP", "not ours"),
        ("LINE_API_BASE_URL", "http://127.0.0.1:9"),
        ("INBOX_URL", "nonsense"),
        ("WEBHOOK_PATH", "/elsewhere"),
    ];
    let output = command(dir.path(), &set, &["demo", "--once"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn log_lines_have_no_colours_where_there_is_no_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let set = [("RUST_LOG", "info"), ("LOG_FORMAT", "pretty")];
    let output = command(dir.path(), &set, &["demo", "--once"]).stdin(Stdio::null()).output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("listening") && !log.contains('\x1b'), "{log}");
}
