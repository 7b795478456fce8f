//! The ten laws.

mod back_pressure;
mod bad_bytes;
mod cancellation;
mod coverage;
mod ends_once;
mod memory;
mod order;
mod short_circuit;
mod transparency;
mod untouched;

use interceptor_core::{BoxInterceptor, Identity};

use crate::{
    check::Check,
    mutants::Subject,
    recorder::{Looks, shown},
    support::{around, chain::Pass},
};

/// All of them, in their order. `cargo xtask tidy` reads this list.
pub(crate) fn all() -> Vec<Check> {
    macro_rules! law {
        ($id:literal $name:ident, $ours:expr) => {
            Check {
                id: $id,
                name: stringify!($name),
                holds: |cell, subject| Box::pin($name::holds(cell, subject)),
                ours: $ours,
                refuses: |_| None,
            }
        };
    }
    vec![
        law!("1" transparency, ours),
        law!("2" order, ours),
        law!("3" ends_once, ours),
        law!("4" short_circuit, ours),
        law!("5" cancellation, ours),
        law!("6" bad_bytes, ours),
        law!("7" memory, ours),
        law!("8" coverage, ours),
        law!("9" back_pressure, ours),
        law!("10" untouched, || vec![passing()]),
    ]
}

/// What a law holds for: a chain that hands on, and one that looks at everything.
pub(crate) fn ours() -> Vec<Subject> {
    vec![passing(), looking()]
}

/// Links of each form that do nothing, around the chain and within it.
fn passing() -> Subject {
    Subject::new("a chain that hands on", |side, chain, below| {
        let inner = (None::<Pass>, Identity, Some(Pass), BoxInterceptor::new(Pass));
        around(side, (Pass, chain, inner), below)
    })
}

/// Links that look at messages, ends and trailers.
fn looking() -> Subject {
    Subject::new("a chain that looks", |side, chain, below| {
        around(side, (Looks, shown(), chain, Looks, shown()), below)
    })
}
