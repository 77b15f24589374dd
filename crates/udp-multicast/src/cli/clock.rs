//! `udp-multicast clock`: a time signal to a group, and who follows it.

use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use udp_multicast::multicast::{Interface, MulticastSocket};
use udp_multicast::tick::{Arrival, Follower, MAX_LEN, Order, Schedule, Sender, Tick, now};

use super::complain;

/// Send the time to a group, or follow it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Clock {
    #[command(subcommand)]
    side: Side,
}

#[derive(Debug, clap::Subcommand)]
enum Side {
    /// Send a tick at every multiple of the interval
    Send(Send),
    /// Print each tick with its sender, its gap to the one before, and its lateness
    Listen(Listen),
}

#[derive(Debug, clap::Args)]
struct Send {
    #[command(flatten)]
    place: Place,

    /// The time between two ticks, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = schedule)]
    interval: Schedule,

    /// End after so many ticks
    #[arg(long, value_name = "N")]
    count: Option<u64>,

    /// How many routers a tick may pass, plus one
    #[arg(long, value_name = "N", default_value_t = 1)]
    ttl: u8,
}

#[derive(Debug, clap::Args)]
struct Listen {
    #[command(flatten)]
    place: Place,

    /// End after so many ticks
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

#[derive(Debug, clap::Args)]
struct Place {
    /// The group and its port
    #[arg(long, value_name = "GROUP:PORT", default_value = "239.255.77.7:9999",
          value_parser = group)]
    group: SocketAddr,

    /// A name, an index or an address; without it the system chooses
    #[arg(long, value_name = "INTERFACE")]
    interface: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  udp-multicast clock listen --interface 127.0.0.1 &
  udp-multicast clock send --interface 127.0.0.1 --interval 1 --count 5
  udp-multicast clock send --group [ff02::7777]:9999 --interface eth0

A tick is one line of text: tick/1 NUMBER DUE INTERVAL, times in seconds with nine decimals.";

impl Clock {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.side {
            Side::Send(send) => send.run(&mut io::stdout().lock())?,
            Side::Listen(listen) => listen.run(&mut io::stdout().lock())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Send {
    fn run(self, out: &mut impl Write) -> anyhow::Result<()> {
        let group = self.place.group;
        let socket = MulticastSocket::sender(group.ip(), self.place.interface()?.as_ref())?;
        socket.set_hops(self.ttl)?;
        let mut sender = Sender::new(socket, group, self.interval);
        let mut sent = 0;
        while self.count.is_none_or(|count| sent < count) {
            match sender.tick() {
                Ok(tick) => writeln!(out, "tick {} of {}", tick.number, TimeOfDay(tick.due))?,
                // Nothing was ever sent: it is not a network that comes and goes.
                Err(error) if sent == 0 => return Err(error.into()),
                Err(error) => complain(error),
            }
            sent += 1;
        }
        Ok(())
    }
}

impl Listen {
    fn run(self, out: &mut impl Write) -> anyhow::Result<()> {
        let group = self.place.group;
        let socket = MulticastSocket::bind(group.ip(), group.port())?;
        socket.join(group.ip(), self.place.interface()?.as_ref())?;
        let mut follower = Follower::new();
        let mut heard = 0;
        // One byte more, to see that something is too long.
        let mut buffer = [0; MAX_LEN + 1];
        while self.count.is_none_or(|count| heard < count) {
            let (len, sender) = socket.receive(&mut buffer)?;
            match Tick::parse(&buffer[..len]) {
                Ok(tick) => {
                    let arrival = follower.hear(sender, &tick, now());
                    writeln!(out, "{}", Line(tick, sender, arrival))?;
                    heard += 1;
                }
                Err(why) => complain(format_args!("ignored a datagram of {sender}: {why}")),
            }
        }
        Ok(())
    }
}

impl Place {
    fn interface(&self) -> anyhow::Result<Option<Interface>> {
        let interface = self.interface.as_deref().map(Interface::find);
        Ok(interface.transpose()?)
    }
}

/// What `listen` says of a tick.
struct Line(Tick, SocketAddr, Arrival);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line(tick, sender, arrival) = self;
        let due = TimeOfDay(tick.due);
        write!(f, "tick {} of {due} from {sender}", tick.number)?;
        if let Some(gap) = arrival.gap {
            write!(f, ", gap {:.3} s", gap.as_secs_f64())?;
        }
        write!(f, ", {:.6} s late", arrival.late_nanos as f64 / 1e9)?;
        match arrival.order {
            Order::First | Order::Next => Ok(()),
            Order::Missed(n) => write!(f, ", {n} missed before it"),
            Order::Doubled => write!(f, ", doubled"),
            Order::Old => write!(f, ", overtaken by a later one"),
        }
    }
}

/// A time since 1970 as UTC's time of day.
struct TimeOfDay(Duration);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let millis = self.0.subsec_millis();
        write!(f, "{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

fn group(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "not an address with a port")?;
    match address.ip().is_multicast() {
        true if address.port() != 0 => Ok(address),
        true => Err("a group needs a port that its listeners know".into()),
        false => Err("not a multicast address: 224.0.0.0 to 239.255.255.255, or ff00::/8".into()),
    }
}

fn schedule(text: &str) -> Result<Schedule, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    let interval = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    Schedule::new(interval).ok_or_else(|| "must be more than 0".into())
}
