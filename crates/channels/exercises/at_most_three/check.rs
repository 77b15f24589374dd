//! Jobs run side by side up to the limit, not above it, and each runs once.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use super::exercise::{Job, run_all};

const JOBS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(4);

pub fn main() {
    for limit in [3, 1] {
        let office = Arc::new(Office::default());
        let runs = Arc::new(AtomicUsize::new(0));
        let jobs: Vec<Job> = (0..JOBS)
            .map(|_| {
                let (office, runs) = (Arc::clone(&office), Arc::clone(&runs));
                let job = move || {
                    office.stay_a_while(limit);
                    runs.fetch_add(1, SeqCst);
                };
                Box::new(job) as Job
            })
            .collect();
        let (tell, heard) = mpsc::channel();
        thread::spawn(move || {
            run_all(limit, jobs);
            tell.send(())
        });
        assert_eq!(
            heard.recv_timeout(PATIENCE),
            Ok(()),
            "run_all has to return when all jobs have ended"
        );
        assert_eq!(runs.load(SeqCst), JOBS, "all jobs have to have run by then");
        let most = office.rooms.lock().expect("no job panics").most;
        assert_eq!(
            most, limit,
            "so many ran at a time, and {limit} should have"
        );
        println!("✓ {JOBS} jobs, {limit} at a time");
    }
}

/// Counts who is in it.
#[derive(Default)]
struct Office {
    rooms: Mutex<Rooms>,
    changed: Condvar,
}

#[derive(Default)]
struct Rooms {
    taken: usize,
    most: usize,
}

impl Office {
    /// Long enough for others to come in, if they may: until one too many is here.
    fn stay_a_while(&self, limit: usize) {
        let mut rooms = self.rooms.lock().expect("no job panics");
        rooms.taken += 1;
        rooms.most = rooms.most.max(rooms.taken);
        self.changed.notify_all();
        let while_allowed = |rooms: &mut Rooms| rooms.most <= limit;
        let (mut rooms, _) = self
            .changed
            .wait_timeout_while(rooms, Duration::from_millis(300), while_allowed)
            .expect("no job panics");
        rooms.taken -= 1;
    }
}
