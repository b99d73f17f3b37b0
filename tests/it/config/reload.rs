//! P1: secret files are read again while running.

use std::path::Path;

use line_bot_server::config::Config;
use line_bot_server::config::reload::{Change, Reloader};
use line_bot_server::line::ChannelSecret;
use secrecy::ExposeSecret as _;

use super::{load, vars};

fn config(dir: &Path) -> Config {
    std::fs::write(dir.join("secret"), "one\n").unwrap();
    std::fs::write(dir.join("token"), "token one\n").unwrap();
    load(&vars(&[
        ("LINE_CHANNEL_SECRET_FILE", dir.join("secret").to_str().unwrap()),
        ("LINE_CHANNEL_ACCESS_TOKEN_FILE", dir.join("token").to_str().unwrap()),
    ]))
}

#[test]
fn what_did_not_change_is_not_handed_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = Reloader::new(config(dir.path()).files);
    assert!(!files.is_empty());
    assert!(files.poll().is_empty());
    std::fs::write(dir.path().join("secret"), "one").unwrap();
    assert!(files.poll().is_empty(), "a newline at the end is no change");
}

#[test]
fn a_changed_secret_file_gives_all_its_secrets_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = Reloader::new(config(dir.path()).files);
    std::fs::write(dir.path().join("secret"), "two,one\n").unwrap();
    let changes = files.poll();
    let [Change::Secrets(channel, secrets)] = &changes[..] else { panic!("one change of secrets") };
    assert_eq!(channel.as_str(), "default");
    for secret in ["one", "two"] {
        assert!(secrets.verify(b"body", ChannelSecret::new(secret).unwrap().sign(b"body").as_bytes()));
    }
    assert!(files.poll().is_empty());
}

#[test]
fn a_changed_token_file_gives_the_token() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = Reloader::new(config(dir.path()).files);
    std::fs::write(dir.path().join("token"), "token two\n").unwrap();
    let changes = files.poll();
    let [Change::Token(_, token)] = &changes[..] else { panic!("one change of a token") };
    assert_eq!(token.expose_secret(), "token two");
}

#[test]
fn a_file_that_is_gone_empty_or_wrong_keeps_the_old_value_until_it_is_good_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = Reloader::new(config(dir.path()).files);
    let (secret, token) = (dir.path().join("secret"), dir.path().join("token"));
    std::fs::remove_file(&token).unwrap();
    for wrong in ["", "\n", "two,", ",two", "two\none"] {
        std::fs::write(&secret, wrong).unwrap();
        assert!(files.poll().is_empty(), "{wrong:?}");
    }
    std::fs::write(&secret, "two").unwrap();
    assert_eq!(files.poll().len(), 1);
}

#[test]
fn values_of_the_environment_are_not_watched() {
    assert!(Reloader::new(load(&super::good(&[])).files).is_empty());
}
