//! One simulation: machines, a network, and what has to hold.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use turmoil::Sim;

use crate::{
    Counts, Size,
    client::{Parts, Phase},
    ledger::{Ledger, Tally},
    net::SERVERS,
    server::{self, Handlers},
    storm::{CLIENT, LATENCY, Storm},
};

/// In simulated time.
const LONGEST: Duration = Duration::from_secs(600);

/// Runs the simulation of that seed.
///
/// # Errors
///
/// What did not hold.
pub fn run(seed: u64, size: Size) -> Result<Counts, String> {
    let ledger = Ledger::default();
    let parts = Parts::new(seed, ledger.clone());
    let at_servers = Tally::default();
    let phase = Phase::default();
    let mut sim = machines(seed, &ledger, &at_servers);
    sim.client(CLIENT, parts.clone().run(seed, size, phase.clone()));
    let storm = through_the_storm(seed, &mut sim, &phase)?;
    parts.calls.check("calls")?;
    parts.attempts.check("attempts")?;
    drop(sim);
    at_servers.check("calls at servers")?;
    ledger.check()?;
    Ok(Counts {
        attempts: parts.attempts.started(),
        crashes: storm.crashes,
        partitions: storm.partitions,
        ..ledger.counts()
    })
}

fn machines(seed: u64, ledger: &Ledger, tally: &Tally) -> Sim<'static> {
    let mut sim = turmoil::Builder::new()
        .rng_seed(seed)
        .simulation_duration(LONGEST)
        .min_message_latency(LATENCY.0)
        .max_message_latency(LATENCY.1)
        .tcp_capacity(4096)
        .enable_random_order()
        .build();
    for (number, name) in (1..).zip(SERVERS) {
        let ledger = ledger.clone();
        let handlers = Handlers {
            seed: seed.wrapping_mul(31).wrapping_add(number),
            ledger,
        };
        let tally = tally.clone();
        sim.host(name, move || server::serve(handlers.clone(), tally.clone()));
    }
    sim
}

fn through_the_storm(seed: u64, sim: &mut Sim<'_>, phase: &Phase) -> Result<Storm, String> {
    let mut storm = Storm::new(seed);
    loop {
        if sim.step().map_err(|error| error.to_string())? {
            return Ok(storm);
        }
        if !phase.storm_is_over.load(Relaxed) {
            storm.step(sim);
        } else if !phase.network_is_whole.swap(true, Relaxed) {
            storm.end(sim);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Size = Size {
        calls: 40,
        callers: 24,
    };

    #[test]
    fn holds_for_some_seeds() {
        for seed in 0..3 {
            let counts = run(seed, SMALL).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
            // Or it was no storm.
            assert!(counts.attempts > counts.calls, "{counts:?}");
            assert!(counts.crashes + counts.partitions > 3, "{counts:?}");
        }
    }

    #[test]
    fn a_seed_is_the_same_in_each_run() {
        assert_eq!(run(7, SMALL), run(7, SMALL));
        assert_ne!(run(7, SMALL), run(8, SMALL));
    }
}
