//! `healthcheck`: is the server on this machine alive? For `HEALTHCHECK` in an image that has no shell.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{DONE, FAILED, Out};
use crate::config::{self, Env};

/// Shorter than the time-out of the image's HEALTHCHECK, or nobody would read what we say.
const PATIENCE: Duration = Duration::from_secs(2);
/// The start of the one answer that is good.
const GOOD: &[u8] = b"HTTP/1.1 200 ";

pub(super) async fn healthcheck(out: &mut Out) -> anyhow::Result<u8> {
    let address = reachable(config::listen_address(&Env)?);
    let alive = tokio::time::timeout(PATIENCE, ask(address))
        .await
        .with_context(|| format!("no answer from {address} within {PATIENCE:?}"))?
        .with_context(|| format!("cannot ask {address} (HOST and PORT, as the server has them)"))?;
    out.line(if alive { "alive" } else { "the answer is not 200" })?;
    Ok(if alive { DONE } else { FAILED })
}

/// A server that listens everywhere listens on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        one => one,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ask(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut start = [0; GOOD.len()];
    stream.read_exact(&mut start).await?;
    Ok(start == GOOD)
}
