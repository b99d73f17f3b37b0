//! The door through which strings come in: the process environment, or a map in tests. Knows `NAME` and `NAME_FILE`,
//! collects every fault, and remembers which names were asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::knobs::Knob;

/// Where variables come from.
pub trait Strings {
    /// The value of `name`, if it is set; an error says why it cannot be read.
    ///
    /// # Errors
    /// It is not UTF-8.
    fn get(&self, name: &str) -> Result<Option<String>, String>;
    /// Every name that is set.
    fn names(&self) -> Vec<String>;
}

/// The environment of this process.
#[derive(Clone, Copy, Debug)]
pub struct Env;

impl Strings for Env {
    fn get(&self, name: &str) -> Result<Option<String>, String> {
        std::env::var_os(name)
            .map(|value| value.into_string().map_err(|_| "is not UTF-8".to_owned()))
            .transpose()
    }

    fn names(&self) -> Vec<String> {
        std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
    }
}

impl Strings for BTreeMap<String, String> {
    fn get(&self, name: &str) -> Result<Option<String>, String> {
        Ok(BTreeMap::get(self, name).cloned())
    }

    fn names(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

/// Something wrong with one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The variable.
    pub name: String,
    /// What is wrong and what to do. Never the value of a secret.
    pub problem: String,
}

/// A value and where it was found.
pub(super) struct Found {
    /// The name it was found under, `_FILE` included.
    pub(super) name: String,
    pub(super) text: SecretString,
    /// The file, if it came from one.
    pub(super) file: Option<PathBuf>,
}

impl Found {
    pub(super) fn text(&self) -> &str {
        self.text.expose_secret()
    }
}

/// What a value must not be.
type Check = dyn Fn(&str) -> Result<(), String>;

/// Reads variables and collects what is wrong with them.
pub(super) struct Reader<'a> {
    strings: &'a dyn Strings,
    pub(super) faults: Vec<Fault>,
    asked: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(strings: &'a dyn Strings) -> Self {
        Self { strings, faults: Vec::new(), asked: BTreeSet::new() }
    }

    pub(super) fn fault(&mut self, name: impl Into<String>, problem: impl Into<String>) {
        self.faults.push(Fault { name: name.into(), problem: problem.into() });
    }

    /// A value, or its default. `None` after a fault, or if there is neither.
    pub(super) fn value<T>(&mut self, knob: &Knob, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let found = self.found(knob.name, knob.secret)?;
        let (name, text) = match &found {
            Some(found) => (found.name.as_str(), found.text()),
            None => (knob.name, knob.default?),
        };
        parse(text).map_err(|problem| self.fault(name, problem)).ok()
    }

    /// `NAME` or the content of `NAME_FILE`. `None` after a fault, `Some(None)` when it is not set. A variable that is
    /// set to nothing is not set, unless it is a secret: an empty secret is never meant.
    pub(super) fn found(&mut self, name: &str, secret: bool) -> Option<Option<Found>> {
        let check: &Check = if secret { &check_secret } else { &|_| Ok(()) };
        self.found_if(name, secret, check)
    }

    /// A secret that may have line breaks inside: a key.
    pub(super) fn found_text(&mut self, name: &str) -> Option<Option<Found>> {
        self.found_if(name, true, &|_| Ok(()))
    }

    fn found_if(&mut self, name: &str, secret: bool, check: &Check) -> Option<Option<Found>> {
        let file_name = format!("{name}_FILE");
        let value = self.raw(name)?;
        let path = self.raw(&file_name)?.filter(|path| !path.is_empty());
        match (value, path) {
            (Some(_), Some(_)) => {
                self.fault(name, format!("is set together with {file_name}; remove one of them"));
                None
            }
            (Some(text), None) => {
                self.filled(Found { name: name.to_owned(), text: text.into(), file: None }, secret, check)
            }
            (None, Some(path)) => self.file(file_name, PathBuf::from(path), secret, check),
            (None, None) => Some(None),
        }
    }

    fn raw(&mut self, name: &str) -> Option<Option<String>> {
        self.asked.insert(name.to_owned());
        let value = self.strings.get(name).map_err(|problem| self.fault(name, problem)).ok()?;
        Some(value.map(|text| without_newline(&text).to_owned()))
    }

    fn file(&mut self, name: String, path: PathBuf, secret: bool, check: &Check) -> Option<Option<Found>> {
        match read_file(&path) {
            Ok(text) => self.filled(Found { name, text, file: Some(path) }, secret, check),
            Err(problem) => {
                self.fault(name, problem);
                None
            }
        }
    }

    fn filled(&mut self, found: Found, secret: bool, check: &Check) -> Option<Option<Found>> {
        if let Err(problem) = check(found.text()) {
            self.fault(found.name, problem);
            return None;
        }
        if !found.text().is_empty() {
            return Some(Some(found));
        }
        if !secret {
            return Some(None);
        }
        self.fault(found.name, "is empty; give it a value or remove it");
        None
    }

    /// Names that are set and nobody asked for.
    pub(super) fn left_over(&self) -> Vec<String> {
        self.strings.names().into_iter().filter(|name| !self.asked.contains(name)).collect()
    }
}

/// A line break inside a secret is a file with more than the secret in it: nothing LINE signs would ever match.
pub(super) fn check_secret(text: &str) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err(
            "has a line break or another control character inside; it must hold the value alone".to_owned()
        );
    }
    Ok(())
}

/// The content of a file without the newline at its end.
pub(super) fn read_file(path: &Path) -> Result<SecretString, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(without_newline(&text).into())
}

/// What wrote the value may have ended it as a line, into a file or into a variable.
fn without_newline(text: &str) -> &str {
    text.trim_end_matches(['\n', '\r'])
}
