//! Secret files, read again while running: what changed is handed on, what cannot be read changes nothing.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::channels::parse_secrets;
use super::reader::{check_secret, read_file};
use crate::client::AssertionKey;
use crate::line::{Channel, Secrets};

/// A file that holds a secret of a channel, and what was read from it last.
#[derive(Clone)]
pub struct SecretFile {
    pub(super) channel: Channel,
    pub(super) what: What,
    pub(super) variable: String,
    pub(super) path: PathBuf,
    pub(super) content: SecretString,
}

/// What a secret file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Channel secrets.
    Secrets,
    /// A channel access token.
    Token,
    /// A JWK that signs assertions.
    AssertionKey,
}

impl fmt::Debug for SecretFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretFile")
            .field("variable", &self.variable)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Something new in a file.
#[derive(Clone)]
pub enum Change {
    /// These secrets are accepted from now on, and no others.
    Secrets(Channel, Secrets),
    /// This token is used from now on.
    Token(Channel, SecretString),
    /// This key signs assertions from now on.
    AssertionKey(Channel, AssertionKey),
}

/// Reads secret files again and again.
#[derive(Debug)]
pub struct Reloader {
    files: Vec<(SecretFile, Option<String>)>,
}

impl Reloader {
    /// Watches `files`, whose contents are in use already.
    pub fn new(files: Vec<SecretFile>) -> Self {
        Self { files: files.into_iter().map(|file| (file, None)).collect() }
    }

    /// Whether there is nothing to watch.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Reads every file and returns what has changed since the last time. A file that cannot be read, or holds
    /// nothing, leaves things as they are and is an error in the log, once.
    pub fn poll(&mut self) -> Vec<Change> {
        self.files.iter_mut().filter_map(|(file, trouble)| look(file, trouble)).collect()
    }
}

fn look(file: &mut SecretFile, trouble: &mut Option<String>) -> Option<Change> {
    match again(file) {
        Ok(change) => {
            *trouble = None;
            if change.is_some() {
                tracing::info!(channel = %file.channel, variable = file.variable, "the secret file has changed");
            }
            change
        }
        Err(problem) => {
            if trouble.as_ref() != Some(&problem) {
                tracing::error!(
                    channel = %file.channel,
                    variable = file.variable,
                    "the secret file {problem}; the old value stays in use"
                );
            }
            *trouble = Some(problem);
            None
        }
    }
}

fn again(file: &mut SecretFile) -> Result<Option<Change>, String> {
    let content = read_file(&file.path)?;
    if content.expose_secret() == file.content.expose_secret() {
        return Ok(None);
    }
    let change = change(file, &content).map_err(|problem| format!("{} {problem}", file.path.display()))?;
    file.content = content;
    Ok(Some(change))
}

fn change(file: &SecretFile, content: &SecretString) -> Result<Change, String> {
    let (channel, text) = (file.channel.clone(), content.expose_secret());
    match file.what {
        _ if text.is_empty() => Err("is empty".to_owned()),
        What::AssertionKey => AssertionKey::parse(text, None)
            .map(|key| Change::AssertionKey(channel, key))
            .map_err(|problem| problem.to_string()),
        What::Secrets => {
            check_secret(text).and_then(|()| parse_secrets(text)).map(|all| Change::Secrets(channel, all))
        }
        What::Token => check_secret(text).map(|()| Change::Token(channel, content.clone())),
    }
}
