//! What becomes of fixes after an attempt to send them.
//!
//! Decides which are acknowledged, which are tried again and when, which are set aside, and how many go together next.
//! A fix never leaves the queue without a clear word from the server, and no fix keeps the others from being sent for
//! ever. Leaves the sending to `traccar`, the waiting to `sync::upload` and the keeping to `store::outbox`.

use crate::decide::backoff::{Backoff, asked_ms};
use crate::model::SetAsideReason;

/// How many fixes go together at most; what `/api/trak/fixes` takes.
pub const LARGEST_BATCH: u32 = 500;
/// A fix is set aside when the server has closed the connection so often instead of answering.
const NO_ANSWER_TRIES: u32 = 5;
/// ... when so often no answer came in time: far more, since a slow network looks the same.
const LATE_TRIES: u32 = 20;
/// ... when its unit was unknown or not allowed so often: about an hour, in which the administrator can mend it.
const UNIT_TRIES: u32 = 30;
/// How long an unknown unit or a missing right waits before it is tried again.
const UNIT_WAIT_MS: u64 = 120_000;

/// What the server said of one fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is stored, now or earlier.
    Stored,
    /// It will not be taken.
    Refused(SetAsideReason),
    /// Nothing readable was said of it.
    Unclear,
}

/// What an attempt brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A word on each fix, in the order sent.
    PerFix(Vec<Fate>),
    /// Too much at once.
    TooLarge,
    /// The request as a whole was refused: one of its fixes may be poison.
    Refused,
    /// The unit is not known, or this account may not report for it; all the same for every fix.
    Unit(SetAsideReason),
    /// The account is signed out.
    SignedOut,
    /// The server asks for patience or has trouble of its own.
    Later {
        /// Its own word on how long, seconds.
        retry_after_s: Option<u32>,
    },
    /// There is no connection: nothing was sent.
    Offline,
    /// The person has not agreed to it, or not any more: nothing was sent.
    ConsentRequired,
    /// The connection was closed without an answer: perhaps stored, perhaps refused.
    NoAnswer,
    /// No answer came in time, or the server failed over it: perhaps stored.
    Late,
    /// The certificate is not acceptable: nothing was sent.
    BadCertificate,
    /// The server cannot take batches.
    NoBatches,
}

/// Why nothing is sent at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blocked {
    /// No connection.
    Offline,
    /// The person has not agreed to the policy as it is now.
    ConsentRequired,
    /// Nobody is signed in.
    SignedOut,
    /// The server does not know the unit.
    UnknownUnit,
    /// This account may not report for the unit.
    Denied,
    /// The server asked for patience or has trouble.
    ServerBusy,
    /// The server closes the connection or is silent.
    NoAnswer,
    /// Its certificate is not acceptable.
    BadCertificate,
    /// Another program of this person is sending from the same outbox.
    OtherProgram,
    /// The outbox cannot be read.
    Storage,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The next fixes at once.
    GoOn,
    /// The next try after a while, or when the network returns.
    Wait {
        /// Milliseconds.
        ms: u64,
        /// So many of them are the server's own word: nothing ends them sooner.
        asked_ms: u64,
        /// What the person is told meanwhile.
        why: Blocked,
    },
    /// Nothing until somebody signs in.
    Pause,
    /// One by one from now on.
    OneByOne,
}

/// What became of the fixes of one attempt, by their index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Acknowledged: to be deleted.
    pub acknowledged: Vec<usize>,
    /// To be set aside.
    pub aside: Vec<(usize, SetAsideReason)>,
    /// One more try counted.
    pub tried: Vec<usize>,
    /// What to do next.
    pub then: Then,
}

/// The sender's memory.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    limit: u32,
    backoff: Backoff,
}

impl Default for Sender {
    fn default() -> Self {
        Self { limit: LARGEST_BATCH, backoff: Backoff::default() }
    }
}

impl Sender {
    /// How many fixes to send together next.
    pub fn batch(&self) -> u32 {
        self.limit
    }

    /// The network or the foreground returned: try as if nothing had failed.
    pub fn reset(&mut self) {
        self.backoff.reset();
    }

    /// Judges an attempt. `tries` are how often each fix had been tried before; `random` is uniform in 0..1.
    pub fn judge(&mut self, tries: &[u32], answer: &Answer, random: f64) -> Outcome {
        let count = tries.len();
        let mut outcome =
            Outcome { acknowledged: Vec::new(), aside: Vec::new(), tried: Vec::new(), then: Then::GoOn };
        match answer {
            Answer::PerFix(fates) => self.judge_each(tries, fates, random, &mut outcome),
            Answer::TooLarge => self.smaller(count, SetAsideReason::TooLarge, &mut outcome),
            Answer::Refused => self.smaller(count, SetAsideReason::Refused, &mut outcome),
            Answer::Unit(reason) => {
                for (index, &tried) in tries.iter().enumerate() {
                    outcome.unit(index, tried, *reason);
                }
            }
            Answer::SignedOut => outcome.then = Then::Pause,
            Answer::Later { retry_after_s } => {
                outcome.then = self.wait(random, *retry_after_s, Blocked::ServerBusy);
            }
            Answer::Offline => outcome.then = self.wait(random, None, Blocked::Offline),
            Answer::ConsentRequired => outcome.then = self.wait(random, None, Blocked::ConsentRequired),
            Answer::BadCertificate => outcome.then = self.wait(random, None, Blocked::BadCertificate),
            Answer::NoAnswer => self.unclear(tries, NO_ANSWER_TRIES, random, &mut outcome),
            Answer::Late => self.unclear(tries, LATE_TRIES, random, &mut outcome),
            Answer::NoBatches => {
                self.limit = 1;
                outcome.then = Then::OneByOne;
            }
        }
        outcome
    }

    fn judge_each(&mut self, tries: &[u32], fates: &[Fate], random: f64, outcome: &mut Outcome) {
        let mut unclear = false;
        for (index, &tried) in tries.iter().enumerate() {
            match fates.get(index) {
                Some(Fate::Stored) => outcome.acknowledged.push(index),
                Some(Fate::Refused(reason @ (SetAsideReason::UnknownUnit | SetAsideReason::Denied))) => {
                    outcome.unit(index, tried, *reason);
                }
                Some(Fate::Refused(reason)) => outcome.aside.push((index, *reason)),
                Some(Fate::Unclear) | None => {
                    unclear = true;
                    outcome.give_up_after(index, tried, NO_ANSWER_TRIES);
                }
            }
        }
        if !outcome.acknowledged.is_empty() {
            self.backoff.reset();
            self.limit = self.limit.saturating_mul(2).min(LARGEST_BATCH);
        }
        if unclear && outcome.then == Then::GoOn {
            outcome.then = self.wait(random, None, Blocked::NoAnswer);
        }
    }

    /// Half as many; a single one is the culprit.
    fn smaller(&mut self, count: usize, reason: SetAsideReason, outcome: &mut Outcome) {
        if count <= 1 {
            outcome.aside.extend((0..count).map(|index| (index, reason)));
        } else {
            self.limit = (count as u32 / 2).max(1);
        }
    }

    /// Nobody knows whether the fixes arrived. Sent again, in smaller parts; a single one not for ever.
    fn unclear(&mut self, tries: &[u32], limit: u32, random: f64, outcome: &mut Outcome) {
        if let [tried] = tries {
            outcome.give_up_after(0, *tried, limit);
        } else {
            self.limit = (tries.len() as u32 / 2).max(1);
        }
        if outcome.aside.is_empty() {
            outcome.then = self.wait(random, None, Blocked::NoAnswer);
        }
    }

    fn wait(&mut self, random: f64, retry_after_s: Option<u32>, why: Blocked) -> Then {
        Then::Wait { ms: self.backoff.next_ms(random, retry_after_s), asked_ms: asked_ms(retry_after_s), why }
    }
}

impl Outcome {
    fn unit(&mut self, index: usize, tried: u32, reason: SetAsideReason) {
        if tried + 1 >= UNIT_TRIES {
            self.aside.push((index, reason));
            return;
        }
        self.tried.push(index);
        let why = if reason == SetAsideReason::Denied { Blocked::Denied } else { Blocked::UnknownUnit };
        self.then = Then::Wait { ms: UNIT_WAIT_MS, asked_ms: 0, why };
    }

    fn give_up_after(&mut self, index: usize, tried: u32, limit: u32) {
        if tried + 1 >= limit {
            self.aside.push((index, SetAsideReason::NoAnswer));
        } else {
            self.tried.push(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Blocked, Fate, LARGEST_BATCH, Sender, Then};
    use crate::model::SetAsideReason as Why;

    #[test]
    fn a_poison_fix_ends_alone_and_aside_and_the_others_are_sent() {
        // A server that refuses every request with fix 777 in it, as a whole.
        let mut sender = Sender::default();
        let mut queue: Vec<u32> = (0..2_000).collect();
        let (mut stored, mut aside, mut requests) = (Vec::new(), Vec::new(), 0);
        while !queue.is_empty() {
            let batch: Vec<u32> = queue.iter().copied().take(sender.batch() as usize).collect();
            let answer = if batch.contains(&777) {
                Answer::Refused
            } else {
                Answer::PerFix(vec![Fate::Stored; batch.len()])
            };
            let outcome = sender.judge(&vec![0; batch.len()], &answer, 0.5);
            assert_eq!(outcome.then, Then::GoOn, "a refusal is an answer: nothing to wait for");
            stored.extend(outcome.acknowledged.iter().map(|&index| batch[index]));
            aside.extend(outcome.aside.iter().map(|&(index, reason)| (batch[index], reason)));
            queue.retain(|fix| !stored.contains(fix) && aside.iter().all(|(gone, _)| gone != fix));
            requests += 1;
            assert!(requests < 60, "halving, not crawling");
        }
        assert_eq!(aside, [(777, Why::Refused)]);
        assert!(stored.is_sorted() && stored.len() == 1_999);
    }

    #[test]
    fn each_answer_has_its_consequence() {
        let wait = |ms, why| Then::Wait { ms, asked_ms: 0, why };
        let busy = Then::Wait { ms: 30_075, asked_ms: 30_000, why: Blocked::ServerBusy };
        // Answer, tries before, acknowledged, aside, tried, then, batch size after.
        #[rustfmt::skip]
        let table = [
            (Answer::PerFix(vec![Fate::Stored, Fate::Refused(Why::Refused)]), [0, 0], vec![0], vec![(1, Why::Refused)], vec![], Then::GoOn, 500),
            (Answer::PerFix(vec![Fate::Stored]), [0, 0], vec![0], vec![], vec![1], wait(750, Blocked::NoAnswer), 500),
            (Answer::PerFix(vec![Fate::Stored, Fate::Unclear]), [0, 4], vec![0], vec![(1, Why::NoAnswer)], vec![], wait(750, Blocked::NoAnswer), 500),
            (Answer::PerFix(vec![Fate::Refused(Why::UnknownUnit); 2]), [0, 29], vec![], vec![(1, Why::UnknownUnit)], vec![0], wait(120_000, Blocked::UnknownUnit), 500),
            (Answer::TooLarge, [0, 0], vec![], vec![], vec![], Then::GoOn, 1),
            (Answer::Refused, [0, 0], vec![], vec![], vec![], Then::GoOn, 1),
            (Answer::Unit(Why::Denied), [0, 0], vec![], vec![], vec![0, 1], wait(120_000, Blocked::Denied), 500),
            (Answer::SignedOut, [0, 0], vec![], vec![], vec![], Then::Pause, 500),
            (Answer::Later { retry_after_s: Some(30) }, [0, 0], vec![], vec![], vec![], busy, 500),
            (Answer::Later { retry_after_s: None }, [0, 0], vec![], vec![], vec![], wait(750, Blocked::ServerBusy), 500),
            (Answer::Offline, [0, 0], vec![], vec![], vec![], wait(750, Blocked::Offline), 500),
            (Answer::BadCertificate, [0, 0], vec![], vec![], vec![], wait(750, Blocked::BadCertificate), 500),
            (Answer::NoAnswer, [9, 9], vec![], vec![], vec![], wait(750, Blocked::NoAnswer), 1),
            (Answer::Late, [9, 9], vec![], vec![], vec![], wait(750, Blocked::NoAnswer), 1),
            (Answer::NoBatches, [0, 0], vec![], vec![], vec![], Then::OneByOne, 1),
        ];
        for (answer, tries, acknowledged, aside, tried, then, batch) in table {
            let mut sender = Sender::default();
            let outcome = sender.judge(&tries, &answer, 0.5);
            assert_eq!(outcome.acknowledged, acknowledged, "{answer:?}");
            assert_eq!(outcome.aside, aside, "{answer:?}");
            assert_eq!(outcome.tried, tried, "{answer:?}");
            assert_eq!(outcome.then, then, "{answer:?}");
            assert_eq!(sender.batch(), batch, "{answer:?}");
        }
    }

    #[test]
    fn a_single_fix_without_an_answer_is_tried_five_times_then_steps_aside() {
        for (answer, limit) in [(Answer::NoAnswer, 5), (Answer::Late, 20)] {
            let mut sender = Sender::default();
            for tried in 0..limit - 1 {
                let outcome = sender.judge(&[tried], &answer, 0.0);
                assert_eq!((outcome.tried, outcome.aside.len()), (vec![0], 0));
                assert!(matches!(outcome.then, Then::Wait { .. }));
            }
            let outcome = sender.judge(&[limit - 1], &answer, 0.0);
            assert_eq!((outcome.aside, outcome.then), (vec![(0, Why::NoAnswer)], Then::GoOn));
        }
        assert_eq!(Sender::default().batch(), LARGEST_BATCH);
    }
}
