//! A TCP proxy that is slow, silent or cut.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Mode {
    /// As if it were not there.
    Pass,
    /// Nothing goes through and nobody is told; it goes on where it was when this ends.
    Silent,
    /// Requests go through, and when the answer comes both ends are cut instead.
    CutReplies,
    /// Everything is cut, and whoever connects is cut at once.
    Cut,
}

struct State {
    mode: AtomicU8,
    delay_ms: AtomicU64,
    bytes_per_second: AtomicU64,
    replies_cut: AtomicU64,
    target: Mutex<SocketAddr>,
    open: Mutex<Vec<TcpStream>>,
}

impl State {
    fn mode(&self) -> Mode {
        match self.mode.load(Ordering::SeqCst) {
            0 => Mode::Pass,
            1 => Mode::Silent,
            2 => Mode::CutReplies,
            _ => Mode::Cut,
        }
    }
}

pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<State>,
}

impl Proxy {
    pub fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            mode: AtomicU8::new(Mode::Pass as u8),
            delay_ms: AtomicU64::new(0),
            bytes_per_second: AtomicU64::new(0),
            replies_cut: AtomicU64::new(0),
            target: Mutex::new(target),
            open: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        // Ends with the process of the test.
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                serve(&client, &shared);
            }
        });
        Self { address, state }
    }

    pub fn aim(&self, target: SocketAddr) {
        *self.state.target.lock().unwrap() = target;
    }

    pub fn set(&self, mode: Mode) {
        self.state.mode.store(mode as u8, Ordering::SeqCst);
        if mode == Mode::Cut {
            self.cut();
        }
    }

    /// Cuts what is open now.
    pub fn cut(&self) {
        for stream in self.state.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Each way.
    pub fn delay(&self, delay: Duration) {
        self.state.delay_ms.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Each way and connection; 0 for no bound.
    pub fn throttle(&self, bytes_per_second: u64) {
        self.state.bytes_per_second.store(bytes_per_second, Ordering::SeqCst);
    }

    pub fn replies_cut(&self) -> u64 {
        self.state.replies_cut.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Mode::Cut);
    }
}

fn serve(client: &TcpStream, state: &Arc<State>) {
    if state.mode() == Mode::Cut {
        return;
    }
    let target = *state.target.lock().unwrap();
    let Ok(server) = TcpStream::connect(target) else { return };
    let mut open = state.open.lock().unwrap();
    open.retain(|stream| stream.peer_addr().is_ok());
    for (from, to, is_reply) in [(client, &server, false), (&server, client, true)] {
        let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { return };
        open.push(from.try_clone().unwrap());
        let state = Arc::clone(state);
        std::thread::spawn(move || pump(from, to, is_reply, &state));
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, is_reply: bool, state: &State) {
    let mut buffer = [0; 16 * 1024];
    let _ = to.set_nodelay(true);
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let nap = |ms: u64| std::thread::sleep(Duration::from_millis(ms));
        while state.mode() == Mode::Silent {
            nap(10);
        }
        nap(state.delay_ms.load(Ordering::SeqCst));
        if let rate @ 1.. = state.bytes_per_second.load(Ordering::SeqCst) {
            nap(length as u64 * 1_000 / rate);
        }
        let is_cut = match state.mode() {
            Mode::Cut => true,
            Mode::CutReplies if is_reply => {
                state.replies_cut.fetch_add(1, Ordering::SeqCst);
                true
            }
            _ => false,
        };
        if is_cut || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
