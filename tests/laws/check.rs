//! A law, and running it in a cell: with ours it has to hold, and it has to reject each mutant.

use std::{
    cell::RefCell,
    sync::Arc,
    time::{Duration, Instant},
};

pub(crate) use interceptor_test::laws::scene::{Verdict, ensure};
use interceptor_test::laws::{
    Law, Needs,
    scene::{Judging, Scene},
};

use crate::{
    cell::Cell,
    mutants::{Mutant, Subject},
    support::net::Transport,
};

/// A law: a function over a way to put interceptors around a service.
pub(crate) struct Check {
    /// The number of the law, or the row of the list of pitfalls (`P9`).
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// In one line.
    pub(crate) says: &'static str,
    pub(crate) holds: Holds,
    /// What it holds for.
    pub(crate) ours: fn() -> Vec<Subject>,
}

/// The function of a law.
pub(crate) enum Holds {
    /// Of the library, for any ground.
    Law(Law),
    /// Of this test: it wants generated code, or frames on a pipe. And why it has nothing to say in a cell, if so.
    Here(
        for<'a> fn(Cell, &'a Scene, Subject) -> Judging<'a>,
        fn(Cell) -> Option<&'static str>,
    ),
}

/// What came of one cell.
pub(crate) struct Entry {
    pub(crate) check: &'static str,
    pub(crate) cell: Cell,
    pub(crate) came_to: Result<Came, String>,
    /// Each mutant that was rejected, and why.
    pub(crate) rejected: Vec<(&'static str, String)>,
    pub(crate) took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Came {
    Held,
    Refused(&'static str),
}

thread_local! {
    static PANICS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Panics of tasks are a reason to reject, and no noise on the terminal.
pub(crate) fn collect_panics() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.to_string().replace('\n', " ");
        PANICS.with_borrow_mut(|panics| panics.push(message));
    }));
}

/// The first panic on this thread, if any; all are then forgotten.
pub(crate) fn first_panic() -> Option<String> {
    PANICS.take().into_iter().next()
}

// === impl Check ===

impl Check {
    pub(crate) fn run(&self, cell: Cell, mutants: &[Mutant]) -> Entry {
        let began = Instant::now();
        let mut rejected = Vec::new();
        let came_to = match self.refuses(cell) {
            Some(reason) => Ok(Came::Refused(reason)),
            None => self
                .run_all(cell, mutants, &mut rejected)
                .map(|()| Came::Held),
        };
        Entry {
            check: self.id,
            cell,
            came_to,
            rejected,
            took: began.elapsed(),
        }
    }

    fn run_all(
        &self,
        cell: Cell,
        mutants: &[Mutant],
        rejected: &mut Vec<(&'static str, String)>,
    ) -> Verdict {
        for subject in (self.ours)() {
            self.judge(cell, &subject)
                .map_err(|why| format!("{}: {why}", subject.name))?;
        }
        let mut wrong = Vec::new();
        for mutant in mutants.iter().filter(|mutant| mutant.law == self.id) {
            let verdict = self.judge(cell, &mutant.subject);
            match Self::compare(cell, mutant, verdict) {
                Ok(why) => rejected.extend(why.map(|why| (mutant.subject.name, why))),
                Err(why) => wrong.push(why),
            }
        }
        ensure(wrong.is_empty(), || wrong.join("; "))
    }

    /// What the mutant is rejected for; or that it is not, or for nothing.
    fn compare(cell: Cell, mutant: &Mutant, verdict: Verdict) -> Result<Option<String>, String> {
        let name = mutant.subject.name;
        match (verdict, (mutant.breaks)(cell.kind, cell.side)) {
            (Ok(()), false) => Ok(None),
            (Err(why), true) if why.contains(mutant.says) => Ok(Some(why)),
            (Err(why), true) => Err(format!("{name} is rejected for something else: {why}")),
            (Ok(()), true) => Err(format!("the mutant {name} is not rejected")),
            (Err(why), false) => Err(format!("{name} is rejected where it is whole: {why}")),
        }
    }

    fn judge(&self, cell: Cell, subject: &Subject) -> Verdict {
        let scene = cell.scene(Arc::new(subject.clone()));
        match &self.holds {
            Holds::Law(law) => scene.judge(law),
            Holds::Here(holds, _) => {
                let subject = subject.clone();
                scene.judge_by(self.name, move |scene| holds(cell, scene, subject))
            }
        }
    }

    /// Why it has nothing to say in a cell, if so.
    fn refuses(&self, cell: Cell) -> Option<&'static str> {
        let is_tcp = cell.transport == Transport::Tcp;
        match &self.holds {
            Holds::Here(_, refuses) => refuses(cell),
            Holds::Law(law) => match law.needs {
                Needs::OneProcess => is_tcp.then_some("it is between services of one process"),
                Needs::PausedTime => is_tcp.then_some("real time would have to pass"),
                Needs::Nothing => None,
            },
        }
    }
}
