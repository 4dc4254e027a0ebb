//! The circuit breaker: after failures in a row an upstream is left alone for a while, then tried
//! with one call.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::Clock;
use jiff::Timestamp;

/// So many failures in a row open the circuit.
const MOST_FAILURES: u32 = 5;
/// How long an open circuit lets nothing through.
const REST: Duration = Duration::from_secs(10);
/// What callers are told to wait while the one trial is under way.
const DURING_TRIAL: Duration = Duration::from_secs(1);

/// How a call that was let through ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The upstream did its part, even if it said no.
    Answered,
    /// It could not be reached, took too long, or answered with a fault of its own.
    Failed,
    /// Nobody waited for the end.
    Abandoned,
}

/// The leave to make one call. It can be handed in once; a circuit that has changed its state in the
/// meantime learns nothing from it.
#[derive(Debug)]
struct Ticket {
    era: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { since: Timestamp },
    HalfOpen { trial_under_way: bool },
}

/// The state machine, without a clock or a lock.
#[derive(Debug)]
struct Circuit {
    state: State,
    /// Counts the changes of state.
    era: u64,
}

impl Circuit {
    const fn new() -> Self {
        Self {
            state: State::Closed { failures: 0 },
            era: 0,
        }
    }

    /// Leave for one call, or how long to wait.
    fn admit(&mut self, now: Timestamp) -> Result<Ticket, Duration> {
        match self.state {
            State::Closed { .. } => {}
            State::Open { since } => {
                if let Some(left) = left_to_rest(since, now) {
                    return Err(left);
                }
                self.enter(State::HalfOpen {
                    trial_under_way: true,
                });
            }
            State::HalfOpen {
                trial_under_way: true,
            } => return Err(DURING_TRIAL),
            State::HalfOpen {
                trial_under_way: false,
            } => self.enter(State::HalfOpen {
                trial_under_way: true,
            }),
        }
        Ok(Ticket { era: self.era })
    }

    fn settle(&mut self, ticket: &Ticket, outcome: Outcome, now: Timestamp) {
        if ticket.era != self.era {
            return;
        }
        match (self.state, outcome) {
            (State::Closed { .. }, Outcome::Answered) => {
                self.state = State::Closed { failures: 0 };
            }
            (State::Closed { failures }, Outcome::Failed) if failures + 1 < MOST_FAILURES => {
                self.state = State::Closed {
                    failures: failures + 1,
                };
            }
            (State::HalfOpen { .. }, Outcome::Answered) => {
                self.enter(State::Closed { failures: 0 });
            }
            (State::Closed { .. } | State::HalfOpen { .. }, Outcome::Failed) => {
                self.enter(State::Open { since: now });
            }
            (State::HalfOpen { .. }, Outcome::Abandoned) => self.enter(State::HalfOpen {
                trial_under_way: false,
            }),
            (State::Closed { .. }, Outcome::Abandoned) | (State::Open { .. }, _) => {}
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.era += 1;
    }
}

/// A clock that was set back ends the rest, so that it cannot last longer than it should.
fn left_to_rest(since: Timestamp, now: Timestamp) -> Option<Duration> {
    let passed = Duration::try_from(now.duration_since(since)).ok()?;
    REST.checked_sub(passed).filter(|left| !left.is_zero())
}

/// A circuit that calls share.
pub(super) struct Breaker {
    circuit: Mutex<Circuit>,
    clock: Arc<dyn Clock>,
    /// For the log.
    api: String,
}

impl Breaker {
    pub(super) fn new(clock: Arc<dyn Clock>, api: String) -> Self {
        Self {
            circuit: Mutex::new(Circuit::new()),
            clock,
            api,
        }
    }

    /// Leave for one call, or how long to wait.
    pub(super) fn attempt(&self) -> Result<Attempt<'_>, Duration> {
        let ticket = self.with_circuit(Circuit::admit)?;
        Ok(Attempt {
            breaker: self,
            ticket: Some(ticket),
        })
    }

    fn settle(&self, ticket: &Ticket, outcome: Outcome) {
        self.with_circuit(|circuit, now| circuit.settle(ticket, outcome, now));
    }

    fn with_circuit<T>(&self, work: impl FnOnce(&mut Circuit, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let mut circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        let before = circuit.state;
        let result = work(&mut circuit, now);
        let after = circuit.state;
        drop(circuit);
        let api = &self.api;
        match (before, after) {
            (State::Closed { .. } | State::HalfOpen { .. }, State::Open { .. }) => {
                tracing::warn!(api, "an upstream's circuit opened");
            }
            (State::HalfOpen { .. }, State::Closed { .. }) => {
                tracing::warn!(api, "an upstream's circuit closed");
            }
            _ => {}
        }
        result
    }
}

/// One call that was let through. Dropped without an outcome, it was abandoned.
pub(super) struct Attempt<'a> {
    breaker: &'a Breaker,
    ticket: Option<Ticket>,
}

impl Attempt<'_> {
    pub(super) fn answered(self) {
        self.end(Outcome::Answered);
    }

    pub(super) fn failed(self) {
        self.end(Outcome::Failed);
    }

    fn end(mut self, outcome: Outcome) {
        if let Some(ticket) = self.ticket.take() {
            self.breaker.settle(&ticket, outcome);
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.breaker.settle(&ticket, Outcome::Abandoned);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;
    use testkit::ManualClock;

    use super::*;

    fn breaker() -> (Arc<ManualClock>, Breaker) {
        let clock = Arc::new(ManualClock::default());
        let breaker = Breaker::new(Arc::clone(&clock) as Arc<dyn Clock>, "test".to_owned());
        (clock, breaker)
    }

    fn fail(breaker: &Breaker, times: u32) {
        for _ in 0..times {
            breaker.attempt().expect("closed").failed();
        }
    }

    fn wait(breaker: &Breaker) -> Option<Duration> {
        breaker.attempt().err()
    }

    #[test]
    fn five_failures_in_a_row_open_it() {
        let (_, breaker) = breaker();
        fail(&breaker, 4);
        breaker.attempt().expect("closed").answered();
        fail(&breaker, 4);
        drop(breaker.attempt());
        fail(&breaker, 1);
        assert_eq!(wait(&breaker), Some(REST));
    }

    #[test]
    fn after_the_rest_one_call_decides() {
        let (clock, breaker) = breaker();
        fail(&breaker, 5);
        clock.advance(Duration::from_millis(9_999));
        assert_eq!(wait(&breaker), Some(Duration::from_millis(1)));
        clock.advance(Duration::from_millis(1));
        let trial = breaker.attempt().expect("the trial");
        assert_eq!(wait(&breaker), Some(DURING_TRIAL));
        trial.failed();
        assert_eq!(wait(&breaker), Some(REST));
        clock.advance(REST);
        breaker.attempt().expect("the trial").answered();
        fail(&breaker, 4);
        assert_eq!(wait(&breaker), None);
    }

    #[test]
    fn an_abandoned_trial_leaves_room_for_the_next() {
        let (clock, breaker) = breaker();
        fail(&breaker, 5);
        clock.advance(REST);
        drop(breaker.attempt().expect("the trial"));
        breaker.attempt().expect("another trial").answered();
        assert_eq!(wait(&breaker), None);
    }

    #[test]
    fn calls_from_before_it_opened_decide_nothing() {
        let (clock, breaker) = breaker();
        let (late_yes, late_no) = (breaker.attempt(), breaker.attempt());
        fail(&breaker, 5);
        late_yes.expect("let through").answered();
        assert_eq!(wait(&breaker), Some(REST));
        clock.advance(REST);
        let trial = breaker.attempt().expect("the trial");
        late_no.expect("let through").failed();
        trial.answered();
        assert_eq!(wait(&breaker), None);
    }

    #[test]
    fn a_clock_set_back_does_not_prolong_the_rest() {
        let (clock, breaker) = breaker();
        fail(&breaker, 5);
        clock.set(Timestamp::UNIX_EPOCH);
        assert_eq!(wait(&breaker), None);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Begin,
        End(Outcome),
        Wait(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => Just(Step::Begin),
            1 => Just(Step::End(Outcome::Answered)),
            4 => Just(Step::End(Outcome::Failed)),
            1 => Just(Step::End(Outcome::Abandoned)),
            1 => (-30_i64..30).prop_map(Step::Wait),
        ]
    }

    proptest! {
        /// Whatever happens: no call is let through within the rest, at most one trial at a time,
        /// and once every call has ended, one is let through at once or after the rest.
        #[test]
        fn it_rests_tries_and_never_jams(steps in prop::collection::vec(step(), 1..200)) {
            let (mut circuit, mut now) = (Circuit::new(), Timestamp::from_second(1_800_000_000)?);
            let mut under_way = VecDeque::new();
            for step in steps {
                let (before, era) = (circuit.state, circuit.era);
                match step {
                    Step::Wait(seconds) => now += jiff::SignedDuration::from_secs(seconds),
                    Step::Begin => match (circuit.admit(now), before) {
                        (Ok(ticket), State::Open { since }) => {
                            prop_assert!(left_to_rest(since, now).is_none());
                            under_way.push_back(ticket);
                        }
                        (Ok(ticket), state) => {
                            let trial = State::HalfOpen { trial_under_way: true };
                            prop_assert_ne!(state, trial);
                            under_way.push_back(ticket);
                        }
                        (Err(wait), state) => {
                            let closed = matches!(state, State::Closed { .. });
                            prop_assert!(!closed);
                            prop_assert!(wait <= REST && !wait.is_zero());
                        }
                    },
                    Step::End(outcome) => if let Some(ticket) = under_way.pop_front() {
                        circuit.settle(&ticket, outcome, now);
                        if ticket.era != era {
                            prop_assert_eq!(circuit.state, before);
                        }
                    },
                }
                let valid = under_way.iter().filter(|ticket| ticket.era == circuit.era).count();
                if let State::HalfOpen { trial_under_way } = circuit.state {
                    prop_assert_eq!(valid, usize::from(trial_under_way));
                }
            }
            for ticket in under_way {
                circuit.settle(&ticket, Outcome::Abandoned, now);
            }
            let at_once = circuit.admit(now).is_ok();
            prop_assert!(at_once || circuit.admit(now + REST).is_ok());
        }
    }
}
