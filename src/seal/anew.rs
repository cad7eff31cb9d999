//! A process that begins again as if it had never held a key.
//!
//! Wiping keys one by one reaches those that we hold: not what a library copied, what a register spilled onto a stack, what
//! lies in freed memory or in the environment. So a server that was sealed replaces itself by itself: the system takes all
//! memory away, and the same program starts sealed, under the same process id, on the same listening socket, which it finds
//! as its standard input. Nothing but a listening socket is taken for one.

use std::net::TcpListener;

/// The variable that may have held the root key.
const ROOT: &str = "FARLIGHT__KEYS__ROOT";

/// Replaces this process, and returns only if that fails. Whoever connects meanwhile waits in the socket's queue.
#[cfg(unix)]
pub fn begin(listener: TcpListener) -> std::io::Error {
    use std::os::fd::OwnedFd;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    let mut arguments = std::env::args_os();
    // Where the program was replaced on disk meanwhile, its path names no file any more; this still names what runs.
    let program = std::env::current_exe().ok().filter(|path| path.exists());
    let program = program.unwrap_or_else(|| "/proc/self/exe".into());
    let mut command = Command::new(&program);
    command.arg0(arguments.next().unwrap_or_else(|| program.into_os_string()));
    command.args(arguments).env_remove(ROOT).stdin(Stdio::from(OwnedFd::from(listener)));
    command.exec()
}

/// Elsewhere it ends, and whoever watches over it starts it again.
#[cfg(not(unix))]
pub fn begin(_: TcpListener) -> std::io::Error {
    std::io::Error::other("this system cannot replace a process")
}

/// The listening socket that was left by a process that began again.
#[cfg(unix)]
pub fn left_listener() -> Option<TcpListener> {
    use std::os::fd::AsFd;

    let input = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
    let socket = socket2::Socket::from(input);
    socket.is_listener().is_ok_and(|listens| listens).then(|| socket.into())
}

/// As on Unix, where there is one.
#[cfg(not(unix))]
pub fn left_listener() -> Option<TcpListener> {
    None
}

/// Keeps the memory of this process out of core dumps and from other processes of the same user.
pub fn keep_memory_private() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            tracing::warn!(%error, "other processes of this user may read the memory of this one");
        }
        if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
            tracing::warn!(%error, "a crash may write the memory of this process to the disk");
        }
    }
}
