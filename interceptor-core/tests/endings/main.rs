//! How a call ends: exactly once, with the code of the table in DESIGN section 4.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod dropped;
mod panics;
mod peers;
mod table;

#[path = "../support/mod.rs"]
mod support;

use interceptor_core::{Call, CallType, Next, Reply};
use support::{body::Log, chain::one_body};
use tonic::{Code, Status};

/// What somebody was told of an end.
type End = (Code, Option<String>);

/// Is told of each end.
#[derive(Debug, Clone)]
struct Told {
    ends: Log<End>,
}

impl Told {
    fn new() -> Self {
        Self { ends: Log::new() }
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let ends = self.ends.clone();
        let run = next.run(call).on_end(move |end| {
            let text = end.status().map(|status| status.message().to_owned());
            ends.push((end.code(), text));
        });
        run.await
    }

    /// The codes that both of two were told.
    fn codes(&self) -> Vec<Code> {
        self.ends.take().into_iter().map(|end| end.0).collect()
    }
}

one_body!([] Told);

/// Two of them, one around the other, who are told the same.
fn twice(told: &Told) -> (Told, Told) {
    (told.clone(), told.clone())
}
