//! How fast a TCP connection sends is decided by an algorithm, and each socket may name its own.
//!
//! How many bytes may be on their way is the sender's guess at what the network bears. `reno` halves
//! it at a loss; `cubic`, the usual default, comes back to the old rate by a curve in time; `bbr`
//! measures rate and delay instead of waiting for losses. They are modules of the kernel. A program
//! that may not do everything may choose among those that the administrator has allowed.
//!
//! Linux only: macOS has algorithms too (cubic, ledbat), but no socket option to name them.
//!
//! ```syscalls
//! getsockopt($socket, SOL_TCP, TCP_CONGESTION, *) = 0
//! setsockopt($socket, SOL_TCP, TCP_CONGESTION, "reno", 4) = 0
//! getsockopt($socket, SOL_TCP, TCP_CONGESTION, "reno*"*) = 0
//! setsockopt($socket, SOL_TCP, TCP_CONGESTION, "no-such", 7) = -1 ENOENT (*)
//! ```

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use socket2::{Domain, Socket, Type};

    let list = |name: &str| std::fs::read_to_string(format!("/proc/sys/net/ipv4/{name}"));
    let available = list("tcp_available_congestion_control")?;
    println!("available: {}", available.trim_end());
    println!(
        "allowed:   {}",
        list("tcp_allowed_congestion_control")?.trim_end()
    );

    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let default = algorithm_of(&socket)?;
    println!("a new socket has {default}");
    assert_eq!(default, list("tcp_congestion_control")?.trim_end());
    assert!(available.split_whitespace().any(|name| name == default));

    // The one that every kernel has, and that everybody may use.
    socket.set_tcp_congestion(b"reno")?;
    println!("now it has {}", algorithm_of(&socket)?);
    assert_eq!(algorithm_of(&socket)?, "reno");

    let error = socket.set_tcp_congestion(b"no-such").unwrap_err();
    println!("no-such: {error}");
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    assert_eq!(algorithm_of(&socket)?, "reno");
    Ok(())
}

/// The kernel fills the rest of its 16 bytes with zeros.
#[cfg(target_os = "linux")]
fn algorithm_of(socket: &socket2::Socket) -> std::io::Result<String> {
    let name = socket.tcp_congestion()?;
    let name = String::from_utf8_lossy(&name);
    Ok(name.trim_end_matches('\0').to_owned())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("only Linux has a socket option for it");
}
