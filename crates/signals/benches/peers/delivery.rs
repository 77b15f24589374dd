//! What one signal costs, from the call that sends it to the code that has it, by each mechanism.
//!
//! All of it in one thread, one signal after the other: send, then take it. The floor is a byte through
//! a pipe, which is what a self-pipe adds to a handler.

use std::io::{Read, Write, pipe};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use signals::action::catch;
use signals::send::raise;
use signals::set::SignalSet;
use signals::signal::Signal;
use signals::source::Signals;
use signals::stream::Incoming;

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[Workload {
    name: "one signal, sent and taken",
    unit: "ns",
    peers: &[
        peer("signals: self-pipe", self_pipe),
        peer("signals: stream", stream),
        peer("signals: signalfd", signalfd),
        peer("signals: sigwaitinfo", wait),
        peer("signals: a handler that counts", handler),
        peer("signal-hook: iterator", hook),
        peer("tokio: signal stream", tokio_stream),
        Peer {
            name: "Go: signal.Notify",
            needs: Some("go"),
            measure: go,
        },
        peer("a byte through a pipe (the floor)", floor),
    ],
}];

const fn peer(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: None,
        measure,
    }
}

fn times(quick: bool) -> u32 {
    if quick { 2_000 } else { 200_000 }
}

/// The time of one `step`, which says whether exactly one signal was taken.
fn measure(quick: bool, mut step: impl FnMut() -> Result<bool>) -> Result<f64> {
    let times = times(quick);
    let start = Instant::now();
    for _ in 0..times {
        if !step()? {
            return Err("not one signal".into());
        }
    }
    Ok(start.elapsed().as_nanos() as f64 / f64::from(times))
}

fn self_pipe(quick: bool) -> Result<f64> {
    let mut signals = Signals::new([Signal::USR1])?;
    measure(quick, || {
        raise(Signal::USR1)?;
        Ok(signals.batch(None)?.len() == 1)
    })
}

fn stream(quick: bool) -> Result<f64> {
    let mut incoming = Incoming::new([Signal::USR1])?;
    measure(quick, || {
        raise(Signal::USR1)?;
        Ok(incoming.next().transpose()?.is_some())
    })
}

fn signalfd(quick: bool) -> Result<f64> {
    let mut signals = Signals::with_signalfd([Signal::USR1])?;
    measure(quick, || {
        raise(Signal::USR1)?;
        Ok(signals.batch(None)?.len() == 1)
    })
}

fn wait(quick: bool) -> Result<f64> {
    let set = SignalSet::from_iter([Signal::USR1]);
    let _mask = set.block()?;
    measure(quick, || {
        raise(Signal::USR1)?;
        Ok(set.wait()?.signal == Signal::USR1)
    })
}

fn handler(quick: bool) -> Result<f64> {
    let caught = catch(Signal::USR1)?;
    let mut sent = 0;
    measure(quick, || {
        raise(Signal::USR1)?;
        sent += 1;
        Ok(caught.count() == sent)
    })
}

fn hook(quick: bool) -> Result<f64> {
    let mut signals = signal_hook::iterator::Signals::new([Signal::USR1.number()])?;
    measure(quick, || {
        raise(Signal::USR1)?;
        Ok(signals.wait().count() == 1)
    })
}

fn tokio_stream(quick: bool) -> Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let user = tokio::signal::unix::SignalKind::user_defined1();
    let mut stream = runtime.block_on(async { tokio::signal::unix::signal(user) })?;
    measure(quick, || {
        raise(Signal::USR1)?;
        Ok(runtime.block_on(stream.recv()).is_some())
    })
}

/// The program says itself what one took.
fn go(quick: bool) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("notify");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/notify.go");
    let mut build = Command::new("go");
    let built = build.args(["build", "-o"]).arg(&program).arg(source);
    if !built.status()?.success() {
        return Err("`go build` failed".into());
    }
    let output = Command::new(program)
        .arg(times(quick).to_string())
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn floor(quick: bool) -> Result<f64> {
    let (mut reader, mut writer) = pipe()?;
    measure(quick, || {
        writer.write_all(b"!")?;
        Ok(reader.read(&mut [0])? == 1)
    })
}
