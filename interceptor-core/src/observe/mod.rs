//! How a call ends: exactly once.

mod end;
mod run;

pub use end::End;
pub use run::{OnEnd, Run};
