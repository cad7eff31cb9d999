//! A TCP proxy that is slow, silent or cut, or that stands before several servers.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
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
    targets: Mutex<Vec<Target>>,
    next: AtomicUsize,
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

/// A server behind it.
#[derive(Clone, Copy)]
struct Target {
    address: SocketAddr,
    /// Whether new connections go there.
    is_up: bool,
}

/// How often it is looked whether servers are ready, where there are several.
const LOOK: Duration = Duration::from_millis(100);

pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<State>,
}

impl Proxy {
    pub fn to(target: SocketAddr) -> Self {
        Self::before(&[target])
    }

    /// A plain balancer, as HAProxy in its mode `tcp`: each connection goes to the next server, one that does not take it
    /// in is left out, and so is one that says that it is not ready. What is open stays where it is.
    pub fn among(targets: &[SocketAddr]) -> Self {
        let proxy = Self::before(targets);
        let state = Arc::downgrade(&proxy.state);
        std::thread::spawn(move || {
            while let Some(state) = state.upgrade() {
                let targets = state.targets.lock().unwrap().clone();
                for (which, target) in targets.into_iter().enumerate() {
                    let is_up = is_ready(target.address);
                    let mut targets = state.targets.lock().unwrap();
                    // Another server may have come in its place meanwhile.
                    if targets[which].address == target.address {
                        targets[which].is_up = is_up;
                    }
                }
                drop(state);
                std::thread::sleep(LOOK);
            }
        });
        proxy
    }

    fn before(targets: &[SocketAddr]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            mode: AtomicU8::new(Mode::Pass as u8),
            delay_ms: AtomicU64::new(0),
            bytes_per_second: AtomicU64::new(0),
            replies_cut: AtomicU64::new(0),
            targets: Mutex::new(
                targets.iter().map(|address| Target { address: *address, is_up: true }).collect(),
            ),
            next: AtomicUsize::new(0),
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
        self.replace(0, target);
    }

    /// Another server in the place of one.
    pub fn replace(&self, which: usize, address: SocketAddr) {
        self.state.targets.lock().unwrap()[which] = Target { address, is_up: true };
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
    let Some(server) = connect(state) else { return };
    let mut open = state.open.lock().unwrap();
    open.retain(|stream| stream.peer_addr().is_ok());
    for (from, to, is_reply) in [(client, &server, false), (&server, client, true)] {
        let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { return };
        open.push(from.try_clone().unwrap());
        let state = Arc::clone(state);
        std::thread::spawn(move || pump(from, to, is_reply, &state));
    }
}

/// The next server that takes a connection in.
fn connect(state: &State) -> Option<TcpStream> {
    let targets = state.targets.lock().unwrap().clone();
    let first = state.next.fetch_add(1, Ordering::SeqCst);
    let mut in_turn = (0..targets.len()).map(|n| (first + n) % targets.len());
    in_turn.find_map(|which| {
        let target = targets[which];
        let connected = if target.is_up { TcpStream::connect(target.address).ok() } else { None };
        if connected.is_none() && targets.len() > 1 {
            let mut targets = state.targets.lock().unwrap();
            if targets[which].address == target.address {
                targets[which].is_up = false;
            }
        }
        connected
    })
}

/// What `GET /readyz` says.
fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut server = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        server.set_read_timeout(Some(Duration::from_secs(2)))?;
        server.write_all(b"GET /readyz HTTP/1.1\r\nhost: balancer\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        server.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
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
