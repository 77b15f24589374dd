//! `concurrency sim`: the scheduler in virtual time, as a picture.

use std::io::Write;

use anyhow::bail;
use clap::Args;
use concurrency::sim::{Event, Log, Outcome, Program, Settings, picture, rules, run, scene};
use serde_json::json;

/// Run a program on a simulated scheduler and draw what each P did when
///
/// Time is virtual and nothing happens by chance: the same seed gives the same log. The log is checked
/// against the scheduler's rules.
#[derive(Debug, Args)]
#[command(
    after_help = "A task is a list of steps: compute, loop (without calls), syscall, sleep, network, each with a
duration, and yield. Tasks are divided by `;`, and `8 * ...` stands for eight of them.

In the picture a digit or letter is a G by its number, `~` an M that looks for work, `%` an M in the kernel
with its P, `.` an idle P. The line `kern` counts the Gs in the kernel that have lost their P.

Examples:
  concurrency sim                                     the scenes, one after the other
  concurrency sim --scene syscall --events 40
  concurrency sim --procs 4 --tasks '12 * compute 2ms, yield, compute 1ms; loop 30ms'
  concurrency sim --procs 1 --no-signals --tasks 'loop 30ms; compute 1ms'
  concurrency sim --scene steal --json | jq .events[].text"
)]
pub(crate) struct Sim {
    /// What runs
    #[arg(long, value_name = "STEPS", conflicts_with = "scene")]
    tasks: Option<Program>,
    /// A program that is there already: syscall, steal, loop, loop-without-signals, mixed
    #[arg(long, value_name = "NAME")]
    scene: Option<String>,
    /// How many Gs may run at the same time [default: 2, or the scene's]
    #[arg(long, value_name = "N", value_parser = super::processors)]
    procs: Option<usize>,
    /// From which chance follows
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Nothing stops a loop without calls, as before Go 1.14
    #[arg(long)]
    no_signals: bool,
    /// How many columns the picture has
    #[arg(long, value_name = "COLUMNS", default_value_t = 72, value_parser = clap::value_parser!(u64).range(20..=1000))]
    width: u64,
    /// How many events to show under it
    #[arg(long, value_name = "N", default_value_t = 12)]
    events: usize,
    /// Show all kinds of events, not only those that change where something runs
    #[arg(long)]
    all: bool,
    /// The whole log as JSON, without a picture
    #[arg(long)]
    json: bool,
}

impl Sim {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        if let Some(program) = &self.tasks {
            return self.show(out, program, Settings::new(2, 1));
        }
        let scenes = scene::all();
        let chosen: Vec<_> = scenes
            .iter()
            .filter(|scene| self.scene.as_ref().is_none_or(|name| name == scene.name))
            .collect();
        if chosen.is_empty() {
            let names: Vec<_> = scenes.iter().map(|scene| scene.name).collect();
            bail!("there is no such scene; there are {}", names.join(", "));
        }
        for scene in chosen {
            if !self.json {
                writeln!(out, "{}: {}.\n", scene.name, scene.text)?;
            }
            self.show(out, &scene.program, scene.settings)?;
        }
        Ok(())
    }

    fn show(
        &self,
        out: &mut impl Write,
        program: &Program,
        preset: Settings,
    ) -> anyhow::Result<()> {
        let settings = Settings {
            processors: self.procs.or(preset.processors),
            seed: self.seed.unwrap_or(preset.seed),
            signals: preset.signals && !self.no_signals,
            ..preset
        };
        let log = run(program, &settings);
        let tally = rules::check(&log)?;
        if self.json {
            writeln!(out, "{}", to_json(&log))?;
            return Ok(());
        }
        write!(out, "{}", picture::lanes(&log, self.width as usize))?;
        let wanted = |event: &&Event| self.all || picture::is_notable(event);
        let events: Vec<_> = log.events.iter().filter(wanted).collect();
        for event in events.iter().take(self.events) {
            writeln!(out, "{event}")?;
        }
        let more = events.len().saturating_sub(self.events);
        let tried = rules::Rule::ALL
            .iter()
            .filter(|&&rule| tally.of(rule) > 0)
            .count();
        writeln!(
            out,
            "{more} more; {} events in all, {}; {tried} rules tried, all hold\n",
            log.events.len(),
            told(&log.outcome)
        )?;
        Ok(())
    }
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Finished { left: 0 } => "all Gs are over".to_owned(),
        Outcome::Finished { left } => format!("{left} Gs ended with main"),
        Outcome::Deadlock(tasks) => format!("{} Gs wait for ever", tasks.len()),
        Outcome::TimedOut => "it took too long".to_owned(),
    }
}

fn to_json(log: &Log) -> serde_json::Value {
    let events = log.events.iter().map(|event| {
        json!({
            "time": event.time,
            "m": event.machine,
            "p": event.processor,
            "g": event.task.map(|id| id.0),
            "text": event.what.to_string(),
        })
    });
    json!({
        "seed": log.settings.seed,
        "outcome": told(&log.outcome),
        "events": events.collect::<Vec<_>>(),
    })
}
