//! Threads in lock step pay for both branches of an `if`, as soon as they disagree.
//!
//! A GPU has one instruction decoder for 32 threads, a *warp*; so has a vector unit for its lanes. All do
//! the same instruction at the same time. Where they disagree about a branch, the warp goes through both
//! sides, with a mask that says whose results count, and the others idle. One dissenter is enough. A loop goes
//! on until the last one is done. So programs for GPUs sort their data first: threads that agree cost what one
//! costs.
//!
//! Here is such a machine, with a count of the instructions that it was given.

/// 32 threads and one decoder.
struct Warp {
    lanes: [u32; 32],
    /// Who takes part, a bit a lane.
    mask: u32,
    issued: u32,
    /// In how many lanes an instruction did something, summed up.
    useful: u32,
}

impl Warp {
    fn new(lanes: impl Fn(u32) -> u32) -> Self {
        Warp {
            lanes: std::array::from_fn(|lane| lanes(lane as u32)),
            mask: u32::MAX,
            issued: 0,
            useful: 0,
        }
    }

    /// One instruction, in all lanes that take part.
    fn each(&mut self, instruction: impl Fn(&mut u32)) {
        self.issued += 1;
        self.useful += self.mask.count_ones();
        for (lane, value) in self.lanes.iter_mut().enumerate() {
            if self.mask >> lane & 1 == 1 {
                instruction(value);
            }
        }
    }

    fn ask(&self, question: impl Fn(u32) -> bool) -> u32 {
        let bit = |(lane, &value)| u32::from(question(value)) << lane;
        self.mask & self.lanes.iter().enumerate().map(bit).sum::<u32>()
    }

    /// Both sides, each with those who want it. A side that nobody wants is left out.
    fn branch(&mut self, question: fn(u32) -> bool, yes: fn(&mut Self), no: fn(&mut Self)) {
        let (all, takers) = (self.mask, self.ask(question));
        for (mask, side) in [(takers, yes), (all & !takers, no)] {
            if mask != 0 {
                self.mask = mask;
                side(self);
            }
        }
        self.mask = all;
    }

    /// Until nobody wants to go on.
    fn repeat(&mut self, question: fn(u32) -> bool, turn: fn(&mut Self)) {
        let all = self.mask;
        loop {
            self.mask = self.ask(question);
            if self.mask == 0 {
                break;
            }
            turn(self);
        }
        self.mask = all;
    }

    fn use_of_lanes(&self) -> f64 {
        f64::from(self.useful) / f64::from(32 * self.issued)
    }
}

const CHEAP: u32 = 4;
const DEAR: u32 = 20;

/// An even number takes the cheap side, an odd one the dear side.
fn program(warp: &mut Warp) {
    warp.branch(
        |n| n.is_multiple_of(2),
        |warp| (0..CHEAP).for_each(|_| warp.each(|n| *n += 2)),
        |warp| (0..DEAR).for_each(|_| warp.each(|n| *n += 4)),
    );
}

fn alone(n: u32) -> u32 {
    n + if n.is_multiple_of(2) {
        2 * CHEAP
    } else {
        4 * DEAR
    }
}

fn main() {
    let cost = |name: &str, lanes: fn(u32) -> u32| {
        let mut warp = Warp::new(lanes);
        program(&mut warp);
        let percent = 100.0 * warp.use_of_lanes();
        println!(
            "{name:20} {:3} instructions, {percent:3.0} % of the lanes in use",
            warp.issued
        );
        assert_eq!(
            warp.lanes,
            std::array::from_fn(|lane| alone(lanes(lane as u32)))
        );
        warp.issued
    };
    let even = cost("all even", |lane| 2 * lane);
    let odd = cost("all odd", |lane| 2 * lane + 1);
    assert_eq!((even, odd), (CHEAP, DEAR));
    let low = cost("0 to 31", |lane| lane);
    let high = cost("32 to 63", |lane| 32 + lane);
    assert_eq!((low, high), (even + odd, even + odd), "both branches");
    let dissenter = cost("one dissenter", |lane| 2 * lane + u32::from(lane == 7));
    assert_eq!(dissenter, even + odd, "as much for one as for half");
    let (as_they_come, sorted) = (low + high, even + odd);
    println!("the numbers to 63 as they come: {as_they_come}; sorted: {sorted}");
    assert_eq!(as_they_come, 2 * sorted);

    let mut countdown = Warp::new(|lane| lane);
    countdown.repeat(|n| n > 0, |warp| warp.each(|n| *n -= 1));
    println!("a loop of 0 to 31 turns takes {} turns", countdown.issued);
    assert_eq!(countdown.issued, 31, "the longest, not the mean");
}
