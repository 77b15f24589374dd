//! What a connection costs that has asked once and waits for the next thing to ask: memory of the
//! server's process. What the kernel keeps for the socket is the same for all, and not in it.

use std::process::Command;

use mmap::poller::raise_open_files;

use crate::Result;
use crate::http::{HELLO, Server};
use crate::servers;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[Workload {
    name: "memory of an idle connection, of 10 000",
    unit: "KiB",
    peers: &[
        peer("ours, poll", None, |quick| measure("poll", quick)),
        peer("ours, threads", None, |quick| measure("threads", quick)),
        peer("ours, tokio", None, |quick| measure("tokio", quick)),
        peer("hyper", None, |quick| measure("hyper", quick)),
        peer("nginx", Some("nginx"), |quick| measure("nginx", quick)),
        peer("Go net/http", Some("go"), |quick| measure("go", quick)),
        peer("a loop that parses nothing", None, |quick| {
            measure("floor", quick)
        }),
    ],
}];

const fn peer(
    name: &'static str,
    needs: Option<&'static str>,
    measure: fn(bool) -> Result<f64>,
) -> Peer {
    Peer {
        name,
        needs,
        measure,
    }
}

fn measure(kind: &str, quick: bool) -> Result<f64> {
    servers::serve_if_asked(HELLO.len())?;
    let count = if quick { 1000 } else { 10_000 };
    raise_open_files(count + 1000)?;
    let server = Server::start(kind, HELLO.len())?;
    // What the first request brings into memory is not a connection's.
    server.ask(HELLO.len())?;
    let before = resident(server.process_id())?;
    let connections: Vec<_> = (0..count)
        .map(|_| server.ask(HELLO.len()))
        .collect::<Result<_>>()?;
    let after = resident(server.process_id())?;
    drop(connections);
    Ok((after - before) / count as f64)
}

/// In KiB.
fn resident(process: u32) -> Result<f64> {
    let mut ps = Command::new("ps");
    let output = ps
        .args(["-o", "rss=", "-p", &process.to_string()])
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
