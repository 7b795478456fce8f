//! A law, and running it in a cell: with ours it has to hold, and it has to reject each mutant.

use std::{
    cell::RefCell,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures_util::{FutureExt as _, future::LocalBoxFuture};

use crate::{
    cell::Cell,
    mutants::{Mutant, Subject},
    support::net::Transport,
    world,
};

/// Whether it holds, or what broke.
pub(crate) type Verdict = Result<(), String>;

/// A law: a function over a way to put interceptors around a service.
pub(crate) struct Check {
    /// The number of the law, or the row of the list of pitfalls (`P9`).
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// In one line.
    pub(crate) says: &'static str,
    pub(crate) holds: for<'a> fn(Cell, &'a Subject) -> LocalBoxFuture<'a, Verdict>,
    /// What it holds for.
    pub(crate) ours: fn() -> Vec<Subject>,
    /// Why it has nothing to say in a cell, if so.
    pub(crate) refuses: fn(Cell) -> Option<&'static str>,
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

/// Longer than anything takes that does not hang. Over a pipe time is paused, and passes at once when nothing moves.
const LONG: Duration = Duration::from_secs(30);

/// Panics of tasks are a reason to reject, and no noise on the terminal.
pub(crate) fn collect_panics() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.to_string().replace('\n', " ");
        PANICS.with_borrow_mut(|panics| panics.push(message));
    }));
}

/// For a law that has somebody panic.
pub(crate) fn forget_panics() {
    PANICS.take();
}

// === impl Check ===

impl Check {
    pub(crate) fn run(&self, cell: Cell, mutants: &[Mutant]) -> Entry {
        let began = Instant::now();
        let mut rejected = Vec::new();
        let came_to = match (self.refuses)(cell) {
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

    /// On a thread of its own: what a panic leaves behind in counters of a thread goes with it.
    fn judge(&self, cell: Cell, subject: &Subject) -> Verdict {
        std::thread::scope(|scope| {
            let judge = scope.spawn(|| self.judge_here(cell, subject));
            judge
                .join()
                .unwrap_or_else(|_| Err("it panicked".to_owned()))
        })
    }

    fn judge_here(&self, cell: Cell, subject: &Subject) -> Verdict {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .event_interval(1) // whoever gives way lets the network move
            .start_paused(cell.transport == Transport::Duplex)
            .build()
            .unwrap();
        let law = runtime.block_on(async {
            let law = tokio::time::timeout(LONG, (self.holds)(cell, subject));
            AssertUnwindSafe(law).catch_unwind().await
        });
        drop(runtime);
        let panics = PANICS.take();
        match (law, panics.first()) {
            (_, Some(panic)) => Err(format!("it panicked: {panic}")),
            (Err(_), None) => Err("it panicked".to_owned()),
            (Ok(Err(_)), None) => Err("it hangs".to_owned()),
            (Ok(Ok(verdict)), None) => verdict.and_then(|()| self.has_visited(cell)),
        }
    }

    /// A cell counts when calls were made there.
    fn has_visited(&self, cell: Cell) -> Verdict {
        let visited = world::visited();
        if visited.contains(&cell) && visited.iter().all(|it| *it == cell) {
            return Ok(());
        }
        Err(format!("{} made no call, or one elsewhere", self.name))
    }
}

/// What a law says when something is not as it should be.
pub(crate) fn ensure(is_so: bool, why: impl FnOnce() -> String) -> Verdict {
    if is_so { Ok(()) } else { Err(why()) }
}
