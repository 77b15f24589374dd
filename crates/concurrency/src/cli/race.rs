//! `concurrency race`: small programs, and what the detector says of them.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;
use concurrency::race::{Checked, check};

use super::scenes::{SCENES, Scene};

/// Run a small program under the race detector and print what it reports
///
/// Without a scene: one report as an example, and how many there are for each scene. The status is 0 whether
/// there are races or not, since they are what one came to see; with --exitcode it is Go's 66 when there are.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  concurrency race lost-update
  concurrency race append-channel      the same list, without a race
  concurrency race --list")]
pub(crate) struct Race {
    /// Which program
    #[arg(value_parser = PossibleValuesParser::new(SCENES.each_ref().map(|scene| scene.name)), hide_possible_values = true)]
    scene: Option<String>,
    /// Name the programs
    #[arg(long, conflicts_with = "scene")]
    list: bool,
    /// The status when there is a race
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_value = "0", default_missing_value = "66")]
    exitcode: u8,
}

impl Race {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<ExitCode> {
        if self.list {
            for Scene { name, about, .. } in &SCENES {
                writeln!(out, "{name:20} {about}")?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let named = |scene: &&Scene| Some(scene.name) == self.scene.as_deref();
        let races = match SCENES.iter().find(named) {
            Some(scene) => one(out, scene)?,
            None => all(out)?,
        };
        Ok(match races {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::from(self.exitcode),
        })
    }
}

fn one(out: &mut impl Write, scene: &Scene) -> anyhow::Result<usize> {
    let checked = check(scene.run);
    match checked.races.len() {
        0 => writeln!(out, "{}: no race was seen", scene.name)?,
        _ => writeln!(out, "{checked}")?,
    }
    Ok(checked.races.len())
}

fn all(out: &mut impl Write) -> anyhow::Result<usize> {
    let all = SCENES.each_ref().map(|scene| (scene, check(scene.run)));
    if let Some((_, Checked { races, .. })) = all.first()
        && let Some(race) = races.first()
    {
        writeln!(out, "{race}\n")?;
    }
    let mut sum = 0;
    for (Scene { name, about, .. }, Checked { races, .. }) in &all {
        let seen = match races.len() {
            0 => "no race".to_owned(),
            1 => "1 race".to_owned(),
            number => format!("{number} races"),
        };
        writeln!(out, "{name:20} {seen:8} {about}")?;
        sum += races.len();
    }
    Ok(sum)
}
