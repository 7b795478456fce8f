//! Blocking definitions in async chains.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use futures_util::StreamExt as _;
use grpc_interceptor::prelude::*;
use interceptor_test::{Case, Harness, Peer};

type Threads = Arc<Mutex<Vec<String>>>;

/// Writes down on which threads it runs.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone, Default)]
struct Sync {
    threads: Threads,
}

impl Sync {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        self.threads.lock().unwrap().push(here());
        next.run(call)
    }
}

fn here() -> String {
    thread::current().name().unwrap_or("none").to_owned()
}

#[tokio::test]
async fn passes() {
    for case in Case::all() {
        let sync = Sync::default();
        let outcome = Harness::new(case, sync.clone())
            .real_time()
            .peer(Peer::echo())
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok, "{case}\n{outcome}");
    }
}
