//! `demo` with a terminal: a pseudo-terminal stands in for the person's.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::entries;
use crate::process::{Process, command};

/// The person's side.
struct Terminal {
    screen: File,
    process: Process,
    seen: String,
}

impl Terminal {
    fn demo(dir: &std::path::Path) -> Self {
        let screen: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let name = ptsname(&screen, Vec::new()).unwrap().into_string().unwrap();
        let open = || Stdio::from(File::options().read(true).write(true).open(&name).unwrap());
        let mut command = command(dir, &[("NO_COLOR", "1")], &["demo"]);
        let process = Process::start(command.stdin(open()).stdout(open()).stderr(open()));
        Self { screen: File::from(screen), process, seen: String::new() }
    }

    /// Reads on until `needle` has come after all that was waited for before.
    fn until(&mut self, needle: &str) {
        let mut bytes = [0; 4096];
        loop {
            if let Some(at) = self.seen.find(needle) {
                self.seen.drain(..at + needle.len());
                return;
            }
            // The far side hangs up with an error.
            let read = self.screen.read(&mut bytes).unwrap_or(0);
            assert!(read > 0, "it ended before {needle:?}; since the last: {}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    }

    fn types(&mut self, line: &str) {
        self.screen.write_all(line.as_bytes()).unwrap();
    }

    fn end(&mut self) -> Option<i32> {
        let mut bytes = [0; 4096];
        while self.screen.read(&mut bytes).unwrap_or(0) > 0 {}
        self.process.wait().unwrap().code()
    }
}

#[test]
fn what_is_typed_is_said_and_the_answers_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::demo(dir.path());
    terminal.until("You are Alice");
    terminal.until("Alice  (adds the bot as a friend)");
    terminal.until("Bot  Hello!");
    terminal.types("good morning\n");
    terminal.until("Alice  good morning");
    terminal.until("Bot  good morning");
    terminal.until("reply to Alice, free · quotes the message");
    terminal.until("Bot  …and here is a follow-up.");
    terminal.types("/sticker\n");
    terminal.until("Bot  (sticker)");
    terminal.types("/quote and this?\n");
    terminal.until("Bot  and this?");
    terminal.until("push to Alice, counts");
    terminal.types("/redeliver\n");
    terminal.until("webhook, redelivered → 200");
    terminal.types("/unsend\n");
    terminal.until("Alice  (unsends a message)");
    terminal.until("→ 200");
    terminal.types("/nonsense\n");
    terminal.until("There is no /nonsense");
    terminal.types("/block\n");
    terminal.until("Alice  (blocks the bot)");
    terminal.types("hello?\n");
    terminal.until("/follow makes them friends again");
    terminal.types("/help\n");
    terminal.until("/redeliver");
    terminal.types("/quit\n");
    terminal.until("Stopped");
    assert_eq!(terminal.end(), Some(0));
    assert_eq!(entries(dir.path()), Vec::<String>::new());
}

#[test]
fn the_end_of_input_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::demo(dir.path());
    terminal.until("Bot  Hello!");
    // Ctrl-D
    terminal.types("\x04");
    terminal.until("Stopped");
    assert_eq!(terminal.end(), Some(0));
}
