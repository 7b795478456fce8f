//! What goes wrong with the network and the machines, by the seed.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use turmoil::Sim;

use crate::net::SERVERS;

pub(crate) const CLIENT: &str = "client";

/// Latency of a link that is well.
pub(crate) const LATENCY: (Duration, Duration) =
    (Duration::from_millis(1), Duration::from_millis(4));

/// Faults that come and go.
#[derive(Debug)]
pub(crate) struct Storm {
    random: StdRng,
    next: Duration,
    under_way: Vec<(Duration, &'static str, Fault)>,
    pub(crate) crashes: u64,
    pub(crate) partitions: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Crash,
    Partition,
    /// What is sent there is lost.
    DeafServer,
    /// What is sent from there is lost.
    MuteServer,
    /// What is sent waits until it is over.
    Hold,
    SlowLink,
}

const FAULTS: [Fault; 6] = [
    Fault::Crash,
    Fault::Partition,
    Fault::DeafServer,
    Fault::MuteServer,
    Fault::Hold,
    Fault::SlowLink,
];

// === impl Storm ===

impl Storm {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(!seed),
            next: Duration::from_millis(20),
            under_way: Vec::new(),
            crashes: 0,
            partitions: 0,
        }
    }

    /// Ends what is over, and begins what is due.
    pub(crate) fn step(&mut self, sim: &mut Sim<'_>) {
        let now = sim.elapsed();
        let is_over = |(until, ..): &mut (Duration, &str, Fault)| *until <= now;
        for (_, server, fault) in self.under_way.extract_if(.., is_over) {
            fault.end(sim, server);
        }
        if now >= self.next {
            self.begin(sim);
            self.next = now + self.millis(10..120);
        }
    }

    /// One fault of a server at a time, and so no two that undo each other.
    fn begin(&mut self, sim: &mut Sim<'_>) {
        let server = SERVERS[self.random.random_range(0..SERVERS.len())];
        let fault = FAULTS[self.random.random_range(0..FAULTS.len())];
        if self.under_way.iter().any(|(_, other, _)| *other == server) {
            return;
        }
        match fault {
            Fault::Crash => self.crashes += 1,
            Fault::Partition | Fault::DeafServer | Fault::MuteServer => self.partitions += 1,
            Fault::Hold | Fault::SlowLink => {}
        }
        fault.begin(sim, server);
        let until = sim.elapsed() + self.millis(10..300);
        self.under_way.push((until, server, fault));
    }

    /// The network is whole, and all servers run.
    pub(crate) fn end(&mut self, sim: &mut Sim<'_>) {
        for (_, server, fault) in self.under_way.drain(..) {
            fault.end(sim, server);
        }
    }

    fn millis(&mut self, range: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.random.random_range(range))
    }
}

// === impl Fault ===

impl Fault {
    fn begin(self, sim: &mut Sim<'_>, server: &'static str) {
        match self {
            Self::Crash => sim.crash(server),
            Self::Partition => sim.partition(CLIENT, server),
            Self::DeafServer => sim.partition_oneway(CLIENT, server),
            Self::MuteServer => sim.partition_oneway(server, CLIENT),
            Self::Hold => sim.hold(CLIENT, server),
            Self::SlowLink => {
                let slow = Duration::from_millis(60);
                sim.set_link_latency(CLIENT, server, slow);
            }
        }
    }

    fn end(self, sim: &mut Sim<'_>, server: &'static str) {
        match self {
            Self::Crash => sim.bounce(server),
            Self::Partition => sim.repair(CLIENT, server),
            Self::DeafServer => sim.repair_oneway(CLIENT, server),
            Self::MuteServer => sim.repair_oneway(server, CLIENT),
            Self::Hold => sim.release(CLIENT, server),
            Self::SlowLink => sim.set_link_latency(CLIENT, server, LATENCY.1),
        }
    }
}
