//! What became of each call, beside the machines: it survives their crashes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use grpc_interceptor::prelude::*;
use grpc_interceptor::{End, Observer, Start};

use crate::plan::{Mode, Plan};

/// How many calls there were, and how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counts {
    /// Calls that applications made.
    pub calls: u64,
    /// Those that ended with OK.
    pub succeeded: u64,
    /// Those whose caller went away.
    pub abandoned: u64,
    /// Attempts of them that began on the client.
    pub attempts: u64,
    /// Runs of handlers.
    pub runs: u64,
    /// Crashes of servers.
    pub crashes: u64,
    /// Partitions of the network.
    pub partitions: u64,
    /// A number that comes out the same if the same calls ended in the same way.
    pub fingerprint: u64,
}

/// Of one simulation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Books>);

#[derive(Debug, Default)]
struct Books {
    /// By call, how often a handler ran for it.
    runs: Mutex<BTreeMap<u64, u32>>,
    calls: Mutex<BTreeMap<u64, Entry>>,
}

#[derive(Debug)]
struct Entry {
    mode: Mode,
    ending: Option<Ending>,
}

/// What the application saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Answered,
    Failed(Code),
    Abandoned,
}

/// Counts starts and ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(Arc<Tallied>);

#[derive(Debug, Default)]
struct Tallied {
    started: AtomicU64,
    ended: AtomicU64,
}

// === impl Ledger ===

impl Ledger {
    pub(crate) fn begins(&self, plan: &Plan) {
        let entry = Entry {
            mode: plan.mode,
            ending: None,
        };
        lock(&self.0.calls).insert(plan.id, entry);
    }

    pub(crate) fn ended(&self, plan: &Plan, ending: Ending) {
        if let Some(entry) = lock(&self.0.calls).get_mut(&plan.id) {
            entry.ending = Some(ending);
        }
    }

    /// A handler runs for that call: how often one did, with this time.
    pub(crate) fn runs(&self, id: u64) -> u32 {
        let mut all = lock(&self.0.runs);
        let runs = all.entry(id).or_default();
        *runs += 1;
        *runs
    }

    /// Asks that no call was applied more often than it may be, and none that was answered less than once.
    pub(crate) fn check(&self) -> Result<(), String> {
        let runs = lock(&self.0.runs);
        lock(&self.0.calls).iter().try_for_each(|(id, entry)| {
            let runs = runs.get(id).copied().unwrap_or_default();
            let most = entry.mode.most_runs();
            if runs > most {
                return Err(format!("call {id} was applied {runs} times, {entry:?}"));
            }
            match entry.ending {
                None => Err(format!("call {id} did not come back, {entry:?}")),
                Some(Ending::Answered) if runs == 0 => {
                    Err(format!("call {id} was answered, and no handler ran"))
                }
                Some(_) => Ok(()),
            }
        })
    }

    pub(crate) fn counts(&self) -> Counts {
        let runs = lock(&self.0.runs);
        let calls = lock(&self.0.calls);
        let endings = |is: fn(Ending) -> bool| {
            let those = calls.values().filter_map(|entry| entry.ending);
            those.filter(|ending| is(*ending)).count() as u64
        };
        Counts {
            calls: calls.len() as u64,
            succeeded: endings(|ending| ending == Ending::Answered),
            abandoned: endings(|ending| ending == Ending::Abandoned),
            runs: runs.values().copied().map(u64::from).sum(),
            fingerprint: fingerprint(&calls, &runs),
            ..Counts::default()
        }
    }
}

fn fingerprint(calls: &BTreeMap<u64, Entry>, runs: &BTreeMap<u64, u32>) -> u64 {
    let text = format!("{calls:?} {runs:?}");
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step) // FNV-1a
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// === impl Counts ===

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.calls += more.calls;
        self.succeeded += more.succeeded;
        self.abandoned += more.abandoned;
        self.attempts += more.attempts;
        self.runs += more.runs;
        self.crashes += more.crashes;
        self.partitions += more.partitions;
        self.fingerprint ^= more.fingerprint;
    }
}

// === impl Tally ===

impl Tally {
    pub(crate) fn started(&self) -> u64 {
        self.0.started.load(Relaxed)
    }

    /// Asks that all that started have ended, and none twice.
    pub(crate) fn check(&self, what: &str) -> Result<(), String> {
        let (started, ended) = (self.started(), self.0.ended.load(Relaxed));
        if started == ended {
            return Ok(());
        }
        Err(format!("{started} {what} started, {ended} ended"))
    }
}

impl Observer for Tally {
    type Call = ();

    fn start(&self, _: &mut Start<'_>) {
        self.0.started.fetch_add(1, Relaxed);
    }

    fn end(&self, (): (), _: &End<'_>) {
        self.0.ended.fetch_add(1, Relaxed);
    }
}
