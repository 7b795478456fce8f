//! The ten laws: those of `interceptor-test`, and the first with generated code at both ends.

mod transparency;

use interceptor_core::{BoxInterceptor, Identity};
use interceptor_test::laws::Law;

use crate::{
    check::{Check, Holds},
    mutants::Subject,
    recorder::{Looks, shown},
    support::{around, chain::Pass},
};

/// All of them, in their order.
pub(crate) fn all() -> Vec<Check> {
    let laws = Law::all().into_iter();
    // A layer declares nothing, so that the law of `provides(…)` asks nothing of it.
    let ten = laws.filter(|law| !law.id.starts_with('P') && law.name != "provides");
    ten.map(check).collect()
}

/// A law of the library as one that is run here.
pub(crate) fn check(law: Law) -> Check {
    let holds = match law.id {
        "1" => Holds::Here(
            |cell, scene, _| Box::pin(transparency::holds(cell, scene)),
            |_| None,
        ),
        _ => Holds::Law(law),
    };
    Check {
        id: law.id,
        name: law.name,
        says: law.says,
        holds,
        ours: if law.id == "10" {
            || vec![passing()]
        } else {
            ours
        },
    }
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
