//! Which run `next` more than once.

use grpc_interceptor::prelude::*;
use interceptor_test::{Harness, Peer};

use super::everywhere;

/// It succeeds when so many attempts have failed.
fn assert_ok_after<I: Interceptor + Clone>(failures: usize, interceptor: &I) {
    everywhere(async |case| {
        let peer = Peer::fail_times(failures, Code::Unavailable);
        let harness = Harness::new(case, interceptor.clone()).real_time();
        let outcome = harness.peer(peer).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.attempts().len(), failures + 1);
    });
}

/// Calls until it succeeds, with a sleep as sync code has it.
#[derive(Debug, Clone)]
struct Retries;

#[grpc_interceptor]
impl Retries {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(64 * 1024);
        let mut result = Err(Status::unavailable("no attempt"));
        while let Some(call) = replay.restart() {
            result = next.clone().run(call);
            if result.is_ok() || replay.attempts() == 3 {
                break;
            }
            std::thread::yield_now();
        }
        result
    }
}

#[test]
fn run_next_as_often_as_they_like() {
    assert_ok_after(2, &Retries);
}

/// Two attempts at once; the first that succeeds is the answer.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Hedges;

impl Hedges {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(64 * 1024);
        let attempts: Vec<_> = (0..2).filter_map(|_| replay.attempt()).collect();
        std::thread::scope(|scope| {
            let run = |call| {
                let next = next.clone();
                scope.spawn(move || next.run(call))
            };
            let running: Vec<_> = attempts.into_iter().map(run).collect();
            let results = running.into_iter().map(|it| it.join().unwrap());
            results.reduce(Result::or).unwrap()
        })
    }
}

#[test]
fn run_next_twice_at_once() {
    assert_ok_after(1, &Hedges);
}
