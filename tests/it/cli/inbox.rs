//! `inbox …`: exit codes of what was asked wrongly or is not there.

use super::{code, command, run, stderr, stdout};

#[test]
fn the_memory_inbox_cannot_be_looked_at_from_outside() {
    for args in [&["stats"][..], &["list"], &["show", "01A"], &["retry", "--all"], &["discard", "01A"]] {
        let args: Vec<_> = ["inbox"].iter().chain(args).copied().collect();
        let output = run(&[("INBOX_URL", "memory://")], &args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(stderr(&output).contains("memory inbox"), "{}", stderr(&output));
    }
}

#[test]
fn retry_and_discard_need_ids_or_all_and_not_both() {
    for verb in ["retry", "discard"] {
        assert_eq!(code(&run(&[], &["inbox", verb])), 2);
        assert_eq!(code(&run(&[], &["inbox", verb, "01A", "--all"])), 2);
        assert_eq!(code(&run(&[], &["inbox", verb, "--all", "--reason", "boredom"])), 2);
        assert_eq!(code(&run(&[], &["inbox", verb, "--all", "--since", "yesterday"])), 2);
    }
}

#[tokio::test]
async fn an_event_that_is_not_there_is_exit_code_1_and_an_empty_inbox_is_no_failure() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("inbox.db").display());
    let settings = line_bot_server::inbox::Settings::new(url.clone(), 10);
    line_bot_server::inbox::open(&settings).await.unwrap().close().await.unwrap();
    let run = |args: &[&str]| command(dir.path(), &[("INBOX_URL", &url)], args).output().unwrap();
    for args in [&["inbox", "show", "01A"][..], &["inbox", "retry", "01A"], &["inbox", "discard", "01A"]] {
        let output = run(args);
        assert_eq!(code(&output), 1, "{args:?} {}", stderr(&output));
    }
    for args in [&["inbox", "list"][..], &["inbox", "retry", "--all"], &["inbox", "discard", "--all"]] {
        let output = run(args);
        assert_eq!(code(&output), 0, "{args:?} {}", stderr(&output));
    }
    let stats: serde_json::Value =
        serde_json::from_str(&stdout(&run(&["inbox", "stats", "--json"]))).unwrap();
    assert_eq!((&stats["pending"], &stats["remembered"]), (&0.into(), &0.into()));
    let copy = dir.path().join("copy.db");
    assert_eq!(code(&run(&["inbox", "backup", copy.to_str().unwrap()])), 0);
    assert!(copy.exists());
}
