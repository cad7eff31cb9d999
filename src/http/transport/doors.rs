//! Who may connect: a bounded number in all, and from one address; with TLS, whoever finishes the handshake in time.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

#[cfg(target_os = "linux")]
use socket2::SockRef;

use super::line::{Line, Patience, Stream};
use super::tls;
use crate::config::ServerSettings;
use crate::error::Result;
use crate::house::House;
use crate::http::client::{Proxies, neighbourhood};

pub(super) struct Doors {
    taken: Mutex<Taken>,
    most: usize,
    most_per_address: usize,
    proxies: Proxies,
    patience: Patience,
    tls: Option<TlsAcceptor>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One connection's place.
pub(super) struct Seat {
    doors: Arc<Doors>,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.doors.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        if let Some(count) = taken.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;
/// For whoever speaks HTTP where TLS is spoken.
const SPEAK_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 37\r\n\
    connection: close\r\n\r\nThis port speaks TLS: call https://.\n";

impl Doors {
    pub(super) fn new(settings: &ServerSettings, house: &House) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            taken: Mutex::default(),
            most: settings.connections,
            most_per_address: settings.connections_per_address,
            proxies: house.proxies.clone(),
            patience: Patience {
                idle: Duration::from_secs(settings.keep_alive_seconds),
                head: Duration::from_secs(settings.header_deadline_seconds),
                stall: Duration::from_secs(settings.answer_stall_seconds),
            },
            tls: house.certificate.as_ref().map(tls::acceptor).transpose()?,
        }))
    }

    /// Lets a connection in, or drops it.
    pub(super) async fn open(self: Arc<Self>, tcp: TcpStream) -> io::Result<(Line, Option<SocketAddr>)> {
        let peer = tcp.peer_addr()?;
        let seat = self.seat(peer.ip().to_canonical()).ok_or_else(|| {
            tracing::debug!("a connection is refused: there are too many");
            io::Error::other("too many connections")
        })?;
        // An answer is written in one piece where it can be: it need not wait for more.
        tcp.set_nodelay(true)?;
        bound_unread_answers(&tcp, self.patience.stall);
        let stream = match &self.tls {
            None => Stream::Plain(tcp),
            Some(acceptor) => {
                let handshake = tokio::time::timeout(self.patience.head, handshake(acceptor, tcp));
                handshake.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??
            }
        };
        Ok((Line::new(stream, self.patience, seat), Some(peer)))
    }

    /// A proxy of ours speaks for many: it is not counted as one address.
    fn seat(self: &Arc<Self>, peer: IpAddr) -> Option<Seat> {
        let address = neighbourhood(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.most {
            return None;
        }
        let count = taken.by_address.entry(address).or_default();
        if *count >= self.most_per_address && !self.proxies.include(peer) {
            return None;
        }
        *count += 1;
        taken.all += 1;
        drop(taken);
        Some(Seat { doors: Arc::clone(self), address })
    }
}

async fn handshake(acceptor: &TlsAcceptor, mut tcp: TcpStream) -> io::Result<Stream> {
    let mut first = [0];
    if tcp.peek(&mut first).await? == 1 && first != [HANDSHAKE] {
        tcp.write_all(SPEAK_TLS).await?;
        tcp.shutdown().await?;
        return Err(io::Error::other("no TLS is spoken"));
    }
    acceptor.accept(tcp).await.map(|tls| Stream::Tls(Box::new(tls)))
}

/// Lets the system close connections that take in nothing of what was handed to it: once an answer is written, the server
/// itself no longer looks.
fn bound_unread_answers(tcp: &TcpStream, stall: Duration) {
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(tcp).set_tcp_user_timeout(Some(stall)) {
        tracing::warn!(%error, "a connection has no bound on unread answers");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (tcp, stall);
}
