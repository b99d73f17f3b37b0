//! What a server leaves behind: nothing, whether its owner drops it or the process is killed.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use super::super::process::Process;
use super::super::support::postgres::{Options, Server};
use super::super::support::until;

fn is_left(address: SocketAddr, dir: &Path) -> bool {
    TcpStream::connect(address).is_ok() || dir.exists()
}

#[tokio::test]
async fn nothing_is_left_of_a_server_that_is_dropped() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let (address, dir) = (server.address(), server.dir().to_owned());
    assert!(is_left(address, &dir));
    drop(server);
    assert!(!is_left(address, &dir));
}

#[tokio::test]
async fn nothing_is_left_of_a_server_whose_process_is_killed() {
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.args(["--exact", "postgres::left::a_process_to_be_killed", "--ignored", "--nocapture"]);
    let mut process = Process::start(tests.stdout(Stdio::piped()));
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let told = lines.filter_map(|line| Some(line.strip_prefix("server ")?.to_owned())).next().unwrap();
    let Some((address, dir)) = told.split_once(' ') else { return };
    let (address, dir) = (address.parse().unwrap(), Path::new(dir));
    assert!(is_left(address, dir));
    process.signal("KILL");
    until("nothing left", || !is_left(address, dir)).await;
}

/// The other process of the test above.
#[tokio::test]
#[ignore = "waits to be killed"]
async fn a_process_to_be_killed() {
    let Some(server) = Server::start(Options::default()).await else { return println!("server skipped") };
    println!("\nserver {} {}", server.address(), server.dir().display());
    std::future::pending::<()>().await;
}
