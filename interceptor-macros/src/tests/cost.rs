//! What the macros themselves take of a build.

use std::time::{Duration, Instant};

use super::{attribute, derive};

const BUDGET: Duration = Duration::from_millis(150);

/// The budget is for a release build; a debug build has ten times as much. The best of five, as others use the machine too.
#[test]
fn one_hundred_attributes_and_twenty_derives_are_cheap() {
    let field = "#[chain(only = \"/shop.v1.Orders/*\", client)] Timing,";
    let chain = format!("struct Edge({});", field.repeat(10));
    let best = (0..5).map(|_| once(&chain)).min().expect("five");
    let budget = if cfg!(debug_assertions) {
        BUDGET * 10
    } else {
        BUDGET
    };
    println!("{best:?} of {budget:?}");
    assert!(best <= budget, "{best:?} are over {budget:?}");
}

fn once(chain: &str) -> Duration {
    let started = Instant::now();
    for _ in 0..100 {
        attribute("", "#[derive(Debug, Clone)] struct Timing;");
    }
    for _ in 0..20 {
        derive(chain);
    }
    started.elapsed()
}
