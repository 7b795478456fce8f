use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use grpc_interceptor::{
    ClientLayer, ConfigError, Interceptor,
    hedge::Hedge,
    policy::{Backoff, HedgingPolicy, RetryPolicy},
    retry::Retry,
};
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tokio::{runtime, time::Instant};
use tonic::Code;

use super::server::Tailed;
use crate::client::methods;

const CALLS: u32 = 100_000;
const METHOD: &str = "/echo.v1.Echo/UnaryEcho";

/// What calls took, made in one way.
#[derive(Debug)]
pub struct Row {
    /// The way.
    pub name: &'static str,
    /// Calls that the server saw.
    pub sent: u64,
    /// In order.
    sorted: Vec<Duration>,
}

/// All rows: with nothing, with retries, with hedges.
///
/// # Panics
///
/// If a call fails.
#[must_use]
pub fn rows() -> Vec<Row> {
    vec![
        measure("nothing", None::<Hedge>),
        measure("`Retry`", retry().expect("a policy")),
        measure("`Hedge`, 20 ms", hedge().expect("a policy")),
    ]
}

fn retry() -> Result<Retry, ConfigError> {
    let backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(100), 2.0)?;
    let policy = RetryPolicy::new(4, backoff, [Code::Unavailable])?;
    Retry::new().policy(METHOD, policy)
}

fn hedge() -> Result<Hedge, ConfigError> {
    let policy = HedgingPolicy::new(3)?.delay(Duration::from_millis(20));
    Hedge::new().policy(METHOD, policy)
}

/// One call after the other, in paused time.
fn measure(name: &'static str, chain: impl Interceptor) -> Row {
    let server = Tailed::default();
    let layer = ClientLayer::new(chain, &methods()).expect("a chain that fits the table");
    let mut client = EchoClient::new(layer.layer(EchoServer::new(server.clone())));
    let runtime = runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let mut sorted = runtime.expect("a runtime").block_on(async {
        let mut took = Vec::new();
        for count in 0..CALLS {
            let began = Instant::now();
            let request = EchoRequest {
                count,
                ..EchoRequest::default()
            };
            client.unary_echo(request).await.expect("an answer");
            took.push(began.elapsed());
        }
        took
    });
    sorted.sort_unstable();
    let sent = server.calls.load(Relaxed);
    Row { name, sent, sorted }
}

// === impl Row ===

impl Row {
    /// What so many of 100,000 calls took at most.
    #[must_use]
    pub fn within(&self, of_100_000: usize) -> Duration {
        let rank = (self.sorted.len() * of_100_000).div_ceil(100_000);
        self.sorted[rank.clamp(1, self.sorted.len()) - 1]
    }

    /// How many calls the server saw beside those that were made, in thousandths of a percent.
    #[must_use]
    pub fn more(&self) -> u64 {
        (self.sent - u64::from(CALLS)) * 100_000 / u64::from(CALLS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The target: a tail of a tenth, for two calls in a hundred.
    #[test]
    fn hedges_cut_the_tail_to_a_tenth_for_few_more_calls() {
        let [nothing, retry, hedge] = &rows()[..] else {
            panic!("three rows");
        };
        assert!(
            hedge.within(99_900) * 10 <= nothing.within(99_900),
            "{hedge:?}"
        );
        assert!(hedge.more() <= 2_000, "{}", hedge.more());
        assert_eq!(hedge.within(50_000), nothing.within(50_000));
        // Nothing failed, and so there was nothing to make again.
        assert_eq!(
            (retry.more(), retry.within(99_900)),
            (0, nothing.within(99_900))
        );
    }
}
