//! The binary as a process, for every room that starts it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::process::{Child, Command};

/// The binary with nothing in its environment but `set`, in a directory of its own, which also takes its temporary
/// files.
pub(crate) fn command(dir: &Path, set: &[(&str, &str)], args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_line-bot-server"));
    command.current_dir(dir).env_clear().env("TMPDIR", dir).envs(set.iter().copied()).args(args);
    command
}

/// A process that ends with its owner: a test that fails half-way leaves none behind.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// Sends a signal by its name: `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }
}

impl Deref for Process {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Process {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Errors mean that it has ended before.
        let _ = self.kill();
        let _ = self.wait();
    }
}
