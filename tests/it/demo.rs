//! Tests: demo. The demonstration and the simulator as processes, and the script against bots that answer wrongly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod process;
mod script;
mod simulator;
mod terminal;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

use crate::process::{Process, command};

/// A running process whose standard output is read line by line.
struct Running {
    process: Process,
    out: BufReader<ChildStdout>,
    seen: String,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut process = Process::start(command.stdout(Stdio::piped()));
        let out = BufReader::new(process.stdout.take().unwrap());
        Self { process, out, seen: String::new() }
    }

    /// Reads on until a line holds `needle`; that line.
    fn until(&mut self, needle: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.out.read_line(&mut line).unwrap();
            assert!(read > 0, "it ended before {needle:?}:\n{}", self.seen);
            self.seen.push_str(&line);
            if line.contains(needle) {
                return line;
            }
        }
    }

    /// Reads on until each of `needles` was in a line, in whatever order.
    fn until_all(&mut self, needles: &[&str]) {
        let mut missing = needles.to_vec();
        while !missing.is_empty() {
            let line = self.until("");
            missing.retain(|needle| !line.contains(needle));
        }
    }

    fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    /// Its exit code, when its output has ended.
    fn end(&mut self) -> Option<i32> {
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            self.seen.push_str(&std::mem::take(&mut line));
        }
        self.process.wait().unwrap().code()
    }
}

/// POSTs JSON; the status line of the answer.
fn post(base: &str, path: &str, json: &str) -> String {
    use std::io::{Read as _, Write as _};
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let length = json.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{json}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// Everything in a directory.
fn entries(dir: &Path) -> Vec<String> {
    std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
