//! The network between a replica and its database, which a test can cut.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::server::{Server, free_port, url};

/// A way to a server. Its address stays the same; it ends with its owner.
pub(crate) struct Proxy {
    address: SocketAddr,
    orders: mpsc::UnboundedSender<(Order, oneshot::Sender<()>)>,
}

enum Order {
    Cut,
    Freeze,
    Heal,
}

impl Proxy {
    /// A way to `server` on which everything passes.
    pub(crate) async fn to(server: &Server) -> Self {
        let upstream = server.address();
        // Below the ports that connections take for themselves: it must be free again after a cut.
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let listener = bind(address).await;
        let (orders, taken) = mpsc::unbounded_channel();
        let way = Way { address, upstream, listener: Some(listener), frozen: watch::Sender::new(false) };
        tokio::spawn(way.run(taken));
        Self { address, orders }
    }

    /// How to reach the server by this way.
    pub(crate) fn url(&self) -> String {
        url(self.address)
    }

    /// Drops every connection and refuses new ones. What was frozen is lost.
    pub(crate) async fn cut(&self) {
        self.order(Order::Cut).await;
    }

    /// Half-open: every connection stays, new ones are taken, and nothing passes in either direction. What is sent
    /// meanwhile arrives late, when it is healed, as after a partition of the network; or never, when it is cut.
    pub(crate) async fn freeze(&self) {
        self.order(Order::Freeze).await;
    }

    /// Everything passes again.
    pub(crate) async fn heal(&self) {
        self.order(Order::Heal).await;
    }

    async fn order(&self, order: Order) {
        let (done, told) = oneshot::channel();
        assert!(self.orders.send((order, done)).is_ok());
        told.await.unwrap();
    }
}

struct Way {
    address: SocketAddr,
    upstream: SocketAddr,
    listener: Option<TcpListener>,
    frozen: watch::Sender<bool>,
}

impl Way {
    async fn run(mut self, mut orders: mpsc::UnboundedReceiver<(Order, oneshot::Sender<()>)>) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                order = orders.recv() => {
                    let Some((order, done)) = order else { return };
                    self.obey(&order, &mut connections).await;
                    let _ = done.send(());
                }
                client = accept(self.listener.as_ref()) => {
                    connections.spawn(carry(client, self.upstream, self.frozen.subscribe()));
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn obey(&mut self, order: &Order, connections: &mut JoinSet<()>) {
        match order {
            Order::Cut => {
                self.listener = None;
                connections.shutdown().await;
            }
            Order::Freeze => drop(self.frozen.send_replace(true)),
            Order::Heal => {
                self.frozen.send_replace(false);
                if self.listener.is_none() {
                    self.listener = Some(bind(self.address).await);
                }
            }
        }
    }
}

async fn bind(address: SocketAddr) -> TcpListener {
    TcpListener::bind(address).await.unwrap()
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    match listener {
        Some(listener) => listener.accept().await.unwrap().0,
        None => std::future::pending().await,
    }
}

/// Carries one connection until either side ends it.
async fn carry(client: TcpStream, upstream: SocketAddr, mut frozen: watch::Receiver<bool>) {
    thawed(&mut frozen).await;
    let Ok(server) = TcpStream::connect(upstream).await else { return };
    for side in [&client, &server] {
        let _ = side.set_nodelay(true);
    }
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        _ = pump(from_client, to_server, frozen.clone()) => {}
        _ = pump(from_server, to_client, frozen) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut frozen: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut piece = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut piece).await?;
        // Also an end is not heard of before.
        thawed(&mut frozen).await;
        if length == 0 {
            return Ok(());
        }
        to.write_all(&piece[..length]).await?;
    }
}

async fn thawed(frozen: &mut watch::Receiver<bool>) {
    // An error means that the proxy is gone, and this with it.
    let _ = frozen.wait_for(|frozen| !frozen).await;
}
