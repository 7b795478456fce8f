//! How they stand beside others.

use std::sync::Arc;

use grpc_interceptor::prelude::*;
use interceptor_test::Harness;

use super::{Log, everywhere};
use crate::sync_echo::here;

/// Writes down its name on its way in and out, and on which threads it runs.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Blocks {
    name: &'static str,
    log: Log,
}

impl Blocks {
    fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        assert!(here().starts_with("grpc-blocking-"));
        assert!(
            tokio::runtime::Handle::try_current().is_err(),
            "no runtime's thread"
        );
        self.log.lock().unwrap().push(format!("in {}", self.name));
        call.metadata_mut()
            .append("x-path", self.name.parse().unwrap());
        let mut reply = next.run(call)?;
        reply
            .metadata_mut()
            .append("x-path", self.name.parse().unwrap());
        self.log.lock().unwrap().push(format!("out {}", self.name));
        assert!(here().starts_with("grpc-blocking-"));
        Ok(reply)
    }
}

#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Awaits {
    name: &'static str,
    log: Log,
}

impl Awaits {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        assert!(
            !here().starts_with("grpc-blocking-"),
            "never on a thread of the pool"
        );
        assert!(tokio::runtime::Handle::try_current().is_ok());
        self.log.lock().unwrap().push(format!("in {}", self.name));
        tokio::task::yield_now().await;
        let reply = next.run(call).await?;
        self.log.lock().unwrap().push(format!("out {}", self.name));
        Ok(reply)
    }
}

#[test]
fn mix_with_async_ones_in_any_order() {
    everywhere(async |case| {
        let log = Log::default();
        let blocks = |name| Blocks {
            name,
            log: Arc::clone(&log),
        };
        let awaits = |name| Awaits {
            name,
            log: Arc::clone(&log),
        };
        let chain = (
            awaits("a"),
            blocks("b"),
            blocks("c"),
            awaits("d"),
            blocks("e"),
        );
        let outcome = Harness::new(case, chain).real_time().call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(
            *log.lock().unwrap(),
            [
                "in a", "in b", "in c", "in d", "in e", "out e", "out d", "out c", "out b", "out a"
            ]
        );
        let path: Vec<_> = outcome.attempts()[0]
            .metadata()
            .get_all("x-path")
            .iter()
            .collect();
        assert_eq!(path, ["b", "c", "e"]);
    });
}
