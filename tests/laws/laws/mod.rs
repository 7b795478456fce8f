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
        ($id:literal $name:ident, $ours:expr, $says:literal) => {
            Check {
                id: $id,
                name: stringify!($name),
                says: $says,
                holds: |cell, subject| Box::pin($name::holds(cell, subject)),
                ours: $ours,
                refuses: |_| None,
            }
        };
    }
    vec![
        law!("1" transparency, ours, "a chain that hands on changes nothing that either peer can see"),
        law!("2" order, ours, "the first in a chain is the outermost: in A, in B, out B, out A"),
        law!("3" ends_once, ours, "each call that starts ends once, with its own code"),
        law!("4" short_circuit, ours, "who does not call `next` has nothing run below, and reads no request"),
        law!("5" cancellation, ours, "a drop cancels what is below at once; what is half sent breaks, and never ends cleanly"),
        law!("6" bad_bytes, ours, "no bytes of a peer make anything panic"),
        law!("7" memory, ours, "nothing is buffered that a limit does not bound"),
        law!("8" coverage, ours, "all call types are intercepted, and nothing reaches a handler around the chain"),
        law!("9" back_pressure, ours, "back-pressure is that of the bare service"),
        law!("10" untouched, || vec![passing()], "requests and streamed responses that nobody looks at cost nothing"),
    ]
}

/// What a law holds for: a chain that hands on, and one that looks at everything.
pub(crate) fn ours() -> Vec<Subject> {
    vec![passing(), looking()]
}

/// Links of each form that do nothing, around the chain and within it.
fn passing() -> Subject {
    Subject::new("a chain that hands on", |side, chain, below| {
        let inner = (
            None::<Pass>,
            Identity,
            Some(Pass),
            BoxInterceptor::new(Pass),
        );
        around(side, (Pass, chain, inner), below)
    })
}

/// Links that look at messages, ends and trailers.
fn looking() -> Subject {
    Subject::new("a chain that looks", |side, chain, below| {
        around(side, (Looks, shown(), chain, Looks, shown()), below)
    })
}
