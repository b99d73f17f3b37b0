//! Tests: cli. The real binary with an environment of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod inbox;
mod online;
mod postgres;
mod serve;
mod verbs;

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::process::command;

const SECRET: &str = "00112233445566778899aabbccddeeff";

fn run(set: &[(&str, &str)], args: &[&str]) -> Output {
    let dir = tempfile::tempdir().unwrap();
    command(dir.path(), set, args).stdin(Stdio::null()).output().unwrap()
}

fn run_with_input(set: &[(&str, &str)], args: &[&str], input: &[u8]) -> Output {
    let dir = tempfile::tempdir().unwrap();
    let mut command = command(dir.path(), set, args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may have ended without reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// An address where nobody listens, and nobody will while the socket is held.
fn nobody() -> (tokio::net::TcpSocket, std::net::SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {output:?}"))
}
