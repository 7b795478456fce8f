mod around;
mod client;
mod jwks;
mod jwt;
mod mtls;
mod server;

use interceptor_test::Outcome;

/// Nothing of the chain below ran.
fn nothing_ran(outcome: &Outcome) {
    assert!(outcome.attempts().is_empty(), "{outcome}");
}
