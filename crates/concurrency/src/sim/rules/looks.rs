//! Where Ms look for work and in which order, and how many look at a time.

use std::collections::BTreeMap;

use super::owners::Owners;
use super::places::Places;
use super::{Rule, Tally, Verdict};
use crate::sim::event::{Event, Place, Queue, Spin, What};

/// How often the global queue comes first.
pub(super) const GLOBAL_EACH: u32 = 61;

/// The last of the rounds among the other Ps.
const LAST: u8 = 3;

/// What an M has seen since it began to look.
#[derive(Debug, Clone, Copy, Default)]
struct Search {
    tick: u32,
    last: Option<Place>,
    /// There is something where it looked last, or the network gave it something.
    found: bool,
}

#[derive(Debug, Default)]
pub(super) struct Looks {
    searches: BTreeMap<usize, Search>,
    /// How many Ms spin, and which.
    spinning: BTreeMap<usize, Spin>,
    /// For how many turns a P has passed the global queue by though there was something.
    passed: BTreeMap<usize, u32>,
}

impl Looks {
    pub(super) fn see(
        &mut self,
        event: &Event,
        owners: &Owners,
        places: &Places,
        tally: &mut Tally,
    ) -> Verdict {
        let m = event.machine.unwrap_or(usize::MAX);
        let p = event.processor.unwrap_or(usize::MAX);
        if places.global() == 0 {
            self.passed.clear();
        }
        match event.what {
            What::Schedules(tick) => {
                let search = Search {
                    tick,
                    ..Search::default()
                };
                self.searches.insert(m, search);
                Ok(())
            }
            What::Looked { place, found } => self.looked(m, place, found, places, tally),
            What::Polled(ready) => {
                let found = ready > 0;
                self.searches.insert(
                    m,
                    Search {
                        found,
                        ..Search::default()
                    },
                );
                Ok(())
            }
            What::Taken(Queue::Global) => {
                self.passed.remove(&p);
                Ok(())
            }
            What::Started { inherits } => self.started(m, p, inherits, places, tally),
            What::LetGo => {
                let search = self.searches.get(&m).copied().unwrap_or_default();
                let looked = search.last == Some(Place::GlobalLast) && !search.found;
                let retires = p >= owners.active;
                tally.holds(Rule::LookOrder, looked || retires, || {
                    format!("the last look was at {:?}", search.last)
                })
            }
            What::Spins(why) => self.spins(m, why, owners, tally),
            What::StopsSpinning => {
                let spun = self.spinning.remove(&m);
                tally.holds(Rule::Spinning, spun.is_some(), || "it did not".to_owned())
            }
            What::Sleeps | What::Polls(_) => {
                let spins = self.spinning.contains_key(&m);
                tally.holds(Rule::Spinning, !spins, || "it spins, asleep".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn looked(
        &mut self,
        m: usize,
        place: Place,
        found: bool,
        places: &Places,
        tally: &mut Tally,
    ) -> Verdict {
        let search = self.searches.entry(m).or_default();
        let last = search.last;
        let follows = match place {
            Place::Timers => last.is_none(),
            Place::GlobalFirst | Place::Slot => matches!(last, None | Some(Place::Timers)),
            Place::Ring => last == Some(Place::Slot),
            Place::Global => last == Some(Place::Ring),
            Place::Network => last == Some(Place::Global),
            Place::Others(0) => matches!(last, Some(Place::Global | Place::Network)),
            Place::Others(round) => last == Some(Place::Others(round - 1)),
            Place::GlobalLast => {
                matches!(
                    last,
                    Some(Place::Global | Place::Network | Place::Others(LAST))
                )
            }
        };
        // What timers have woken is in the slot.
        let stopped = search.found && last != Some(Place::Timers);
        (search.last, search.found) = (Some(place), found);
        let tick = search.tick;
        tally.holds(Rule::LookOrder, follows && !stopped, || {
            let verb = if stopped { "found work" } else { "looked" };
            format!("M{m} {verb} in {last:?} before")
        })?;
        if place == Place::Slot && tick.is_multiple_of(GLOBAL_EACH) {
            tally.holds(Rule::OneIn61, places.global() == 0, || {
                format!("in turn {tick} the global queue comes first")
            })?;
        }
        Ok(())
    }

    fn started(
        &mut self,
        m: usize,
        p: usize,
        inherits: bool,
        places: &Places,
        tally: &mut Tally,
    ) -> Verdict {
        let search = self.searches.remove(&m).unwrap_or_default();
        tally.holds(Rule::LookOrder, search.found, || {
            format!("M{m} has found nothing")
        })?;
        let spins = self.spinning.contains_key(&m);
        tally.holds(Rule::Spinning, !spins, || {
            "it has work, and spins".to_owned()
        })?;
        if !inherits && places.global() > 0 {
            let passed = self.passed.entry(p).or_default();
            *passed += 1;
            let passed = *passed;
            tally.holds(Rule::OneIn61, passed <= GLOBAL_EACH, || {
                format!("{passed} turns without a look at the global queue")
            })?;
        }
        Ok(())
    }

    fn spins(&mut self, m: usize, why: Spin, owners: &Owners, tally: &mut Tally) -> Verdict {
        let spinning = self.spinning.len();
        let (idle, active) = (owners.idle(), owners.active);
        let before = self.spinning.insert(m, why);
        let allowed = match why {
            Spin::OutOfWork => 2 * spinning < active - idle.min(active),
            Spin::Woken => spinning == 0,
            Spin::HandedOver => spinning == 0 && idle == 0,
            Spin::SecondLook | Spin::Polled => true,
        };
        tally.holds(Rule::Spinning, allowed && before.is_none(), || {
            format!("{spinning} spin already, {idle} of {active} Ps are idle")
        })
    }
}
