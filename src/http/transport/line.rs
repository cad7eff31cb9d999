//! A connection whose every wait has an end.
//!
//! actix bounds the head of a connection's first request, and how long the connection idles. Here are the bounds it
//! does not have: on the head of every further request, on what is left of a body that nobody reads, on what a client
//! sends ahead of its turn, and on how slowly it takes in an answer. The bound on a body that is read is where it is
//! read, in `http::body`.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};
use tokio_rustls::server::TlsStream;

use super::doors::Seat;

/// Slowest average at which an answer may be taken in while it is held up, in bytes per second. A telephone on the worst
/// of links takes ten times that.
const SLOWEST: u64 = 100;
/// What a client may send ahead of its turn, beyond the body that it announced: requests in a row, for which nobody
/// needs more.
const AHEAD: u64 = 64 * 1024;

/// Whoever is turned away and asks again within this time was told to wait for longer ...
const IMPATIENT: Duration = Duration::from_secs(2);
/// ... and is then not heard for so long: to refuse a thousand who ask without a pause would take what those need who were
/// let in.
const REST: Duration = Duration::from_secs(1);

/// How long a connection may make the server wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From an answer to the first byte of the next request.
    pub(super) idle: Duration,
    /// From that byte to the end of the head.
    pub(super) head: Duration,
    /// Until a client takes in more of an answer.
    pub(super) stall: Duration,
}

pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What goes on on a connection: its requests and the connection itself look at it.
#[derive(Default)]
pub struct Traffic {
    answering: Cell<bool>,
    /// Requests so far.
    begun: Cell<u64>,
    ended: Cell<Option<Instant>>,
    /// Bytes that may come while an answer is made; `None` where the length of the body is not known.
    expected: Cell<Option<u64>>,
    /// The answer that is made is the last one.
    closing: Cell<bool>,
    /// What came after it is not to be answered.
    over: Cell<bool>,
    /// When it was last told that there is no place.
    turned_away: Cell<Option<Instant>>,
    /// Until when nothing is read.
    resting: Cell<Option<Instant>>,
}

impl Traffic {
    /// Whether a request that begins now came after the last one. actix goes on with what a client has sent ahead even
    /// if it has told it that the connection closes: where the end of a request was in doubt, that would answer
    /// what is no request. Nothing more is written to the connection.
    pub fn refuses_more(&self) -> bool {
        self.over.set(self.closing.get());
        self.over.get()
    }

    /// The answer that is made is the last one on this connection.
    pub fn close(&self) {
        self.closing.set(true);
    }

    /// There was no place for a request. The second time in a row the next one is let wait.
    pub fn turn_away(&self) {
        let now = Instant::now();
        let last = self.turned_away.replace(Some(now));
        if last.is_some_and(|last| now - last < IMPATIENT) {
            self.resting.set(Some(now + REST));
        }
    }

    /// Marks that a request is being answered, until the guard is dropped.
    pub fn answer(self: &Rc<Self>, body: Option<u64>) -> Answering {
        self.answering.set(true);
        self.begun.set(self.begun.get() + 1);
        self.expected.set(body.map(|length| length.saturating_add(AHEAD)));
        Answering(Rc::clone(self))
    }
}

/// Lives as long as an answer is made and sent.
pub struct Answering(Rc<Traffic>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.set(false);
        self.0.ended.set(Some(Instant::now()));
    }
}

/// A connection.
pub struct Line {
    stream: Stream,
    traffic: Rc<Traffic>,
    patience: Patience,
    incoming: Incoming,
    outgoing: Outgoing,
    reading: Timer,
    writing: Timer,
    resting: Timer,
    _seat: Seat,
}

/// What has come since a request began, or since it ended.
#[derive(Default)]
struct Incoming {
    /// Which request, and whether it is being answered.
    of: (u64, bool),
    bytes: u64,
    first: Option<Instant>,
}

/// How an answer is taken in.
#[derive(Default)]
struct Outgoing {
    of: u64,
    bytes: u64,
    held_since: Option<Instant>,
    held: Duration,
}

impl Outgoing {
    fn resume(&mut self) {
        if let Some(since) = self.held_since.take() {
            self.held += since.elapsed();
        }
    }

    /// Whether who takes it in does so more slowly than anybody on a bad link would, to keep a place from others.
    fn is_too_slow(&self, stall: Duration) -> bool {
        self.held > stall && self.bytes < self.held.as_secs().saturating_mul(SLOWEST)
    }
}

impl Line {
    pub(super) fn new(stream: Stream, patience: Patience, seat: Seat) -> Self {
        Self {
            stream,
            traffic: Rc::default(),
            patience,
            incoming: Incoming::default(),
            outgoing: Outgoing::default(),
            reading: Timer::default(),
            writing: Timer::default(),
            resting: Timer::default(),
            _seat: seat,
        }
    }

    /// To be told of its requests.
    pub fn traffic(&self) -> Rc<Traffic> {
        Rc::clone(&self.traffic)
    }

    fn received(&mut self, bytes: usize) -> io::Result<()> {
        let of = (self.traffic.begun.get(), self.traffic.answering.get());
        if self.incoming.of != of {
            self.incoming = Incoming { of, bytes: 0, first: None };
        }
        self.incoming.bytes += bytes as u64;
        self.incoming.first.get_or_insert_with(Instant::now);
        let (_, answering) = of;
        match self.traffic.expected.get() {
            Some(most) if answering && self.incoming.bytes > most => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "too much was sent ahead"))
            }
            _ => Ok(()),
        }
    }

    /// When whoever is to send a request must have done so.
    fn due(&self) -> Option<Instant> {
        // The head of the first one is bounded from the moment of connecting, by actix.
        let ended = self.traffic.ended.get().filter(|_| !self.traffic.answering.get())?;
        let due = ended + self.patience.idle + self.patience.head;
        let of = (self.traffic.begun.get(), false);
        let first = self.incoming.first.filter(|_| self.incoming.of == of);
        Some(first.map_or(due, |first| due.min(first + self.patience.head)))
    }

    /// Takes leave where more was sent than is answered; what was written before is on its way.
    fn end(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.traffic.over.get() {
            return Ok(());
        }
        let left = match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Stream::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        };
        drop(left);
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "more came after the last request"))
    }

    /// Whether nothing is to be read yet; the connection is woken when there is.
    fn rests(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(until) = self.traffic.resting.get() else { return false };
        let rests = self.resting.check(until, cx, "").is_ok();
        if !rests {
            self.traffic.resting.set(None);
        }
        rests
    }

    fn watch_reading(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.due() {
            Some(due) => self.reading.check(due, cx, "the next request did not come in time"),
            None => Ok(()),
        }
    }

    fn taken(&mut self, bytes: usize) -> io::Result<()> {
        let of = self.traffic.begun.get();
        if self.outgoing.of != of {
            self.outgoing = Outgoing { of, ..Outgoing::default() };
        }
        let outgoing = &mut self.outgoing;
        outgoing.bytes += bytes as u64;
        outgoing.resume();
        if outgoing.is_too_slow(self.patience.stall) {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "an answer is taken in too slowly"));
        }
        Ok(())
    }

    fn watch_writing(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let since = *self.outgoing.held_since.get_or_insert_with(Instant::now);
        self.writing.check(since + self.patience.stall, cx, "an answer is not taken in")
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.rests(cx) {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let polled = match &mut this.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Stream::Tls(tls) => Pin::new(tls).poll_read(cx, buffer),
        };
        let bytes = buffer.filled().len() - before;
        if bytes > 0 {
            this.received(bytes)?;
        }
        // Also where something came: one byte a second is always in time for the next.
        this.watch_reading(cx)?;
        polled
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = match &mut this.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Stream::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        };
        match &polled {
            Poll::Ready(Ok(count)) => this.taken(*count)?,
            Poll::Ready(Err(_)) => {}
            Poll::Pending => this.watch_writing(cx)?,
        }
        polled
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = match &mut this.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Stream::Tls(tls) => Pin::new(tls).poll_flush(cx),
        };
        if polled.is_pending() {
            this.watch_writing(cx)?;
        } else {
            this.outgoing.resume();
            this.end(cx)?;
            // The end of an answer is flushed: from here on the next request is waited for.
            this.watch_reading(cx)?;
        }
        polled
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Stream::Tls(tls) => {
                if Pin::new(tls).poll_shutdown(cx)?.is_pending() {
                    this.watch_writing(cx)?;
                    return Poll::Pending;
                }
                Poll::Ready(Ok(()))
            }
        }
    }
}

/// Wakes the connection at a moment that may be put off.
#[derive(Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    fn check(&mut self, due: Instant, cx: &mut Context<'_>, told: &'static str) -> io::Result<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
        if sleep.deadline() != due {
            sleep.as_mut().reset(due);
        }
        match sleep.as_mut().poll(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => Err(io::Error::new(io::ErrorKind::TimedOut, told)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_in_a_hundred_bytes_a_second_is_slow_enough() {
        let stall = Duration::from_secs(30);
        let held =
            |bytes, seconds| Outgoing { bytes, held: Duration::from_secs(seconds), ..Outgoing::default() };
        assert!(held(5_999, 60).is_too_slow(stall));
        assert!(!held(6_000, 60).is_too_slow(stall));
        assert!(!held(0, 30).is_too_slow(stall), "it may stand still for a while before anybody judges");
    }
}
