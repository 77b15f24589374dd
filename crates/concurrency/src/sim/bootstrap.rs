//! How a Go program begins, before a line of it has run.
//!
//! To make a G one needs a G to run on, and to start an M, an M. So the first of each are not made: g0 and
//! m0 are variables of the runtime, linked to each other by the first instructions (`rt0_go`). On g0's
//! stack the rest follows, in the order of the comment at the head of Go's `schedinit`:
//!
//! 1. `osinit` asks the system how many cores there are;
//! 2. `schedinit` makes the Ps, by `procresize`: as many as GOMAXPROCS says, or as there are cores. m0 takes
//!    P0, the others are idle;
//! 3. `newproc` makes the main goroutine and *queues* it, which is all that a `go` statement ever does;
//! 4. `mstart` enters the scheduler, which takes the only G that there is.
//!
//! The main goroutine is `runtime.main`: it starts sysmon, and then calls `main.main`.

use super::event::{Time, What};
use super::program::Program;
use super::world::{Machine, State, Task, World};
use crate::runtime::TaskId;

/// The first G, on whose stack an M schedules.
const G0: TaskId = TaskId(0);
/// The first M.
const M0: usize = 0;
/// The goroutine that calls `main.main`.
pub(super) const MAIN: TaskId = TaskId(1);
/// sysmon is started by the main goroutine, before any other M.
pub(super) const SYSMON: usize = 1;

/// What each of the steps takes.
const STEP: Time = 10_000;

impl World {
    pub(super) fn bootstrap(&mut self, program: &Program) {
        self.tasks.push(Task {
            state: State::Dead,
            body: [].into(),
            at: 0,
            left: None,
            preempt: false,
        });
        self.machines.push(Machine::new());
        self.note(Some(M0), None, Some(G0), What::Linked);

        self.now += STEP;
        self.note(Some(M0), None, None, What::OsInit(self.settings.cores));

        self.now += STEP;
        self.note(Some(M0), None, None, What::SchedInit);
        let processors = self.settings.processors.unwrap_or(self.settings.cores);
        self.resize(M0, processors);
        let first = self.idle_processors.pop().expect("there is one at least");
        self.acquire(M0, first);

        self.now += STEP;
        self.create(M0, &program.main, None);

        self.now += STEP;
        self.note_on(M0, None, What::MachineStart);
        // sysmon's number: it is started by the first G, before any other M.
        self.machines.push(Machine::new());
        self.schedule(M0);
    }
}
