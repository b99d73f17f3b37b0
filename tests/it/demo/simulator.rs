//! `simulator` as a process, and a bot started with what it says.

use std::process::Stdio;

use super::{Running, command, entries, post};

const SAY: &str = r#"{"user":"Alice","text":"hi there"}"#;

/// The lines `NAME=value` that it prints.
fn environment(simulator: &mut Running) -> Vec<(String, String)> {
    simulator.until("What happens");
    let line = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    simulator.seen.lines().filter(|text| text.starts_with("LINE_")).filter_map(line).collect()
}

fn base(environment: &[(String, String)]) -> String {
    let wanted = |(name, _): &&(String, String)| name == "LINE_API_BASE_URL";
    environment.iter().find(wanted).unwrap().1.clone()
}

fn serve(dir: &std::path::Path, port: &str, set: &[(String, String)]) -> Running {
    let mut more: Vec<_> = set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    more.extend([
        ("HOST", "127.0.0.1"),
        ("PORT", port),
        ("METRICS_ADDR", "off"),
        ("INBOX_URL", "memory://"),
        ("RUST_LOG", "off"),
    ]);
    let mut serve = command(dir, &more, &["serve"]);
    serve.stdin(Stdio::null());
    Running::start(serve)
}

/// A port below those that outgoing connections get: one of them could take it before the bot does, and the bot would
/// be waited for in vain.
fn free_port() -> String {
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (0..100).map(|_| fastrand::u16(20_000..32_000)).find(is_free).unwrap().to_string()
}

fn simulator(dir: &std::path::Path, set: &[(&str, &str)], port: &str) -> Running {
    let bot = format!("http://127.0.0.1:{port}/callback");
    let args = ["simulator", "--bot", &bot, "--listen", "127.0.0.1:0", "--redeliver-every", "50ms"];
    let mut simulator = command(dir, set, &args);
    simulator.stdin(Stdio::null());
    Running::start(simulator)
}

#[test]
fn a_bot_started_with_the_lines_it_prints_answers_what_is_said() {
    let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
    let mut simulator = simulator(dir.path(), &[], &port);
    let environment = environment(&mut simulator);
    let names: Vec<_> = environment.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "LINE_API_BASE_URL",
            "LINE_DATA_API_BASE_URL",
            "LINE_MANAGER_BASE_URL",
            "LINE_CHANNEL_SECRET",
            "LINE_CHANNEL_ACCESS_TOKEN"
        ]
    );
    let mut bot = serve(dir.path(), &port, &environment);
    // Delivered again and again until the bot is up.
    assert!(post(&base(&environment), "/_sim/say", SAY).contains("200"));
    simulator.until("Alice  hi there");
    // The bot answers LINE's webhook and the person side by side.
    simulator.until_all(&["→ 200 in", "Bot  hi there", "reply to Alice, free · quotes the message"]);
    for process in [&mut bot, &mut simulator] {
        process.signal("TERM");
        assert_eq!(process.end(), Some(0), "{}", process.seen);
    }
}

#[test]
fn a_secret_and_a_token_that_are_given_are_used_and_not_shown() {
    let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
    let file = dir.path().join("token");
    std::fs::write(&file, "the t0ken\n").unwrap();
    let given =
        [("LINE_CHANNEL_SECRET", "the s3cret"), ("LINE_CHANNEL_ACCESS_TOKEN_FILE", file.to_str().unwrap())];
    let mut simulator = simulator(dir.path(), &given, &port);
    let mut environment = environment(&mut simulator);
    assert!(!simulator.seen.contains("s3cret") && !simulator.seen.contains("t0ken"), "{}", simulator.seen);
    environment.push(("LINE_CHANNEL_SECRET".to_owned(), "the s3cret".to_owned()));
    environment.push(("LINE_CHANNEL_ACCESS_TOKEN".to_owned(), "the t0ken".to_owned()));
    let _bot = serve(dir.path(), &port, &environment);
    assert!(post(&base(&environment), "/_sim/say", SAY).contains("200"));
    simulator.until("Bot  hi there");
    simulator.signal("INT");
    assert_eq!(simulator.end(), Some(0));
}

#[test]
fn an_address_that_other_machines_reach_needs_the_flag() {
    let dir = tempfile::tempdir().unwrap();
    let output = command(dir.path(), &[], &["simulator", "--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("loopback addresses only") && said.contains("--allow-remote"), "{said}");
    assert_eq!(entries(dir.path()), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_its_arguments_and_variables_is_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    let code =
        |set: &[(&str, &str)], args: &[&str]| command(dir.path(), set, args).output().unwrap().status.code();
    assert_eq!(code(&[], &["simulator", "--bot", "not a URL"]), Some(2));
    assert_eq!(code(&[], &["simulator", "--redeliver-every", "soon"]), Some(2));
    assert_eq!(code(&[("LINE_CHANNEL_SECRET", "")], &["simulator", "--listen", "127.0.0.1:0"]), Some(2));
}
