//! What puts interceptors into another order.

use super::{Mutant, Subject};
use crate::support::around;

pub(crate) fn reverses_the_order() -> Mutant {
    let subject = Subject::new("reverses_the_order", |side, mut chain, below| {
        chain.reverse();
        around(side, chain, below)
    });
    Mutant {
        subject,
        law: "2",
        says: "the order is b in, a in",
        breaks: |_, _| true,
        pitfalls: &[13],
    }
}

/// Written a second time for streams, and in another order.
pub(crate) fn reverses_streams() -> Mutant {
    let subject = Subject::new("reverses_streams", |side, mut chain, below| {
        let unary = around(side, chain.clone(), below.clone());
        chain.reverse();
        super::by_kind(unary, around(side, chain, below), |kind| {
            kind.client_streaming()
        })
    });
    Mutant {
        subject,
        law: "2",
        says: "the order is b in, a in",
        breaks: |kind, _| kind.client_streaming(),
        pitfalls: &[13],
    }
}

/// A second registration takes the place of the first.
pub(crate) fn replaces_the_first() -> Mutant {
    let subject = Subject::new("replaces_the_first", |side, mut chain, below| {
        let last = chain.split_off(chain.len().saturating_sub(1));
        around(side, last, below)
    });
    Mutant {
        subject,
        law: "2",
        says: "the order is b in, b request",
        breaks: |_, _| true,
        pitfalls: &[12],
    }
}
