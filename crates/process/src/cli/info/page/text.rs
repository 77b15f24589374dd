//! The page for people.

use std::fmt::{Display, Result, Write};
use std::time::Duration;

use process::environment::strings;
use process::limits::Amount;
use process::table::Process;

use super::{Page, shown};

impl Page {
    pub(crate) fn into_text(mut self) -> String {
        let mut out = String::new();
        // A String takes all that is written to it.
        let _ = self.write(&mut out);
        out
    }

    fn write(&mut self, out: &mut String) -> Result {
        let process = &self.process;
        writeln!(out, "process {}: {}", process.pid, shown(&process.name))?;
        let arguments = command(process);
        fact(out, "command", &arguments)?;
        optional(
            out,
            "program",
            self.program.as_ref().map(|path| path.display()),
        )?;
        optional(
            out,
            "directory",
            self.directory.as_ref().map(|path| path.display()),
        )?;
        let waits = match process.wait_channel.as_str() {
            "" | "0" => String::new(),
            place => format!(", waits in {place}"),
        };
        fact(
            out,
            "state",
            format_args!("{}{waits}", process.state.in_words()),
        )?;
        self.write_from(out)?;
        self.write_rights(out)?;
        self.write_use(out)?;
        self.write_lists(out)
    }

    fn write_from(&self, out: &mut String) -> Result {
        let process = &self.process;
        let line = self.ancestors.iter();
        let line = line.map(|parent| format!("{} ({})", shown(&parent.name), parent.pid));
        let line = line.collect::<Vec<_>>().join(" <- ");
        fact(
            out,
            "started by",
            if line.is_empty() { "the kernel" } else { &line },
        )?;
        let role = |leads| if leads { ", which it leads" } else { "" };
        fact(
            out,
            "group",
            format_args!("{}{}", process.group, role(process.group == process.pid)),
        )?;
        fact(
            out,
            "session",
            format_args!("{}{}", process.session, role(process.leads_session())),
        )?;
        match process.terminal {
            Some(terminal) if process.foreground == process.group => fact(
                out,
                "terminal",
                format_args!("{terminal}, in the foreground"),
            ),
            Some(terminal) => fact(
                out,
                "terminal",
                format_args!("{terminal}, in the background"),
            ),
            None => fact(out, "terminal", "none"),
        }
    }

    fn write_rights(&mut self, out: &mut String) -> Result {
        let Some(status) = self.process.status.as_deref() else {
            return Ok(());
        };
        if let Some(ids) = status.users {
            let mut name = |uid| named(self.names.user(uid), uid);
            let (real, effective) = (name(ids.real), name(ids.effective));
            fact(out, "user", &real)?;
            if real != effective {
                fact(out, "rights of", effective)?;
            }
        }
        if let Some(ids) = status.groups {
            let mut groups = vec![ids.effective];
            groups.extend(
                status
                    .supplementary
                    .iter()
                    .filter(|&&gid| gid != ids.effective),
            );
            let names = groups.iter().map(|&gid| named(self.names.group(gid), gid));
            fact(out, "groups", names.collect::<Vec<_>>().join(", "))?;
        }
        if status.tracer != 0 {
            fact(out, "traced by", status.tracer)?;
        }
        Ok(())
    }

    fn write_use(&self, out: &mut String) -> Result {
        let process = &self.process;
        fact(out, "age", in_words(self.system.age(process)))?;
        let (user, system) = (process.user_time, process.system_time);
        fact(
            out,
            "processor",
            format_args!("{user:.2?} its own, {system:.2?} in the kernel"),
        )?;
        let resident = process
            .status
            .as_deref()
            .map_or(process.resident, |status| status.resident);
        let mapped = size(process.virtual_memory);
        fact(
            out,
            "memory",
            format_args!("{} in use, {mapped} mapped", size(resident)),
        )?;
        if let Some(status) = process
            .status
            .as_deref()
            .filter(|status| status.swapped > 0)
        {
            fact(out, "swapped", size(status.swapped))?;
        }
        if let Some(traffic) = self.traffic {
            let (read, written) = (
                size(traffic.read_characters),
                size(traffic.written_characters),
            );
            fact(
                out,
                "traffic",
                format_args!("{read} read, {written} written"),
            )?;
        }
        optional(out, "cgroup", self.control_group.as_ref())
    }

    fn write_lists(&self, out: &mut String) -> Result {
        if self.threads.len() > 1 {
            writeln!(out, "\n{} threads", self.threads.len())?;
            for (number, name) in &self.threads {
                writeln!(out, "  {number:>7}  {name}")?;
            }
        }
        if let Some(descriptors) = &self.descriptors {
            writeln!(out, "\n{} descriptors", descriptors.len())?;
            for open in descriptors {
                let target = shown(open.target.as_os_str().as_encoded_bytes());
                writeln!(out, "  {:>7}  {:<13} {target}", open.number, open.kind())?;
            }
        }
        if let Some(namespaces) = &self.namespaces {
            let each = namespaces
                .iter()
                .map(|one| format!("{}:{}", one.name, one.inode));
            writeln!(
                out,
                "\nnamespaces\n  {}",
                each.collect::<Vec<_>>().join(" ")
            )?;
        }
        self.write_limits(out)?;
        self.write_environment(out)?;
        if !self.missing.is_empty() {
            writeln!(out, "\nnot shown")?;
        }
        for missing in &self.missing {
            writeln!(out, "  {missing}")?;
        }
        Ok(())
    }

    fn write_limits(&self, out: &mut String) -> Result {
        if let Some(limits) = &self.limits {
            writeln!(out, "\nlimits (soft, hard)")?;
            let set = limits.iter().filter(|(_, limit)| limit.soft.is_some());
            for (resource, limit) in set {
                let (soft, hard) = (Amount(limit.soft), Amount(limit.hard));
                writeln!(
                    out,
                    "  {:<11} {soft:>12} {hard:>12}  {}",
                    resource.name, resource.unit
                )?;
            }
        }
        Ok(())
    }

    fn write_environment(&self, out: &mut String) -> Result {
        if let Some(environment) = &self.environment {
            writeln!(out, "\nenvironment")?;
            for (name, value) in environment.iter() {
                let variable = [name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat();
                writeln!(out, "  {}", shown(&variable))?;
            }
        }
        Ok(())
    }
}

/// Each argument apart: one with spaces, or an empty one, is quoted.
fn command(process: &Process) -> String {
    let words = strings(&process.command_line);
    let quoted = words.iter().map(|word| {
        let word = shown(word.as_encoded_bytes());
        if word.is_empty() || word.contains(' ') {
            format!("'{word}'")
        } else {
            word
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

fn named(name: Option<&str>, number: u32) -> String {
    match name {
        Some(name) => format!("{name} ({number})"),
        None => number.to_string(),
    }
}

fn fact(out: &mut String, name: &str, value: impl Display) -> Result {
    writeln!(out, "  {name:<11} {value}")
}

fn optional(out: &mut String, name: &str, value: Option<impl Display>) -> Result {
    value.map_or(Ok(()), |value| fact(out, name, value))
}

fn in_words(age: Duration) -> String {
    let seconds = age.as_secs();
    let (days, hours, minutes) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

fn size(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;
    match bytes {
        0..KIB => format!("{bytes} B"),
        KIB..MIB => format!("{} KiB", bytes / KIB),
        MIB..GIB => format!("{:.1} MiB", bytes as f64 / MIB as f64),
        GIB.. => format!("{:.1} GiB", bytes as f64 / GIB as f64),
    }
}
