//! Asking a server to stop a statement, as politely as libpq does: after its request it waits until the other side hangs
//! up. A PgBouncer whose client hangs up first, while it still passes the request on, ends with a fatal error (1.18).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::TryFutureExt as _;
use futures_util::future::MapOk;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::CancelToken;
use tokio_postgres::config::Host;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Asks the server at `host` to stop what the connection of `token` does. It is never told whether it did.
pub(super) async fn cancel(token: &CancelToken, host: &Host, port: u16, tls: &MakeRustlsConnect) {
    match host {
        Host::Tcp(name) => {
            if let Ok(stream) = TcpStream::connect((&**name, port)).await {
                send(token, stream, name, tls).await;
            }
        }
        Host::Unix(dir) => {
            if let Ok(stream) = UnixStream::connect(dir.join(format!(".s.PGSQL.{port}"))).await {
                send(token, stream, "", tls).await;
            }
        }
    }
}

async fn send<S>(token: &CancelToken, stream: S, name: &str, tls: &MakeRustlsConnect)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Ok(tls) = MakeTlsConnect::<Patient<S>>::make_tls_connect(&mut tls.clone(), name);
    // Whatever goes wrong: the connection is thrown away all the same.
    let _ = token.cancel_query_raw(Patient(stream), PatientTls(tls)).await;
}

/// A stream that is shut down by the other side: to shut it down is to wait for that.
struct Patient<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut scratch = [0; 64];
        loop {
            let mut read = ReadBuf::new(&mut scratch);
            ready!(Pin::new(&mut self.0).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: TlsStream + Unpin> TlsStream for Patient<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.0.channel_binding()
    }
}

/// TLS over a patient stream, and patient itself: its farewell would be a hang-up too.
struct PatientTls<C>(C);

impl<S, C> TlsConnect<S> for PatientTls<C>
where
    C: TlsConnect<S>,
    C::Stream: Unpin,
{
    type Stream = Patient<C::Stream>;
    type Error = C::Error;
    type Future = MapOk<C::Future, fn(C::Stream) -> Patient<C::Stream>>;

    fn connect(self, stream: S) -> Self::Future {
        self.0.connect(stream).map_ok(Patient)
    }
}
