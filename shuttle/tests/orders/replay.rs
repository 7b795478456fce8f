//! The record: several attempts read one request that another thread writes.

use std::sync::Arc;

use shuttle::{sync::Mutex, thread::JoinHandle};
use shuttle_tests::{
    Call, Interceptor, Next, Reply, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
};

use super::*;

/// What the readers of the attempts came to.
type Readers = Arc<Mutex<Vec<JoinHandle<Result<Bytes, Code>>>>>;

/// Makes attempts; each one's request is read by a thread of its own.
#[derive(Clone, Copy)]
struct Attempts {
    limit: usize,
    count: usize,
    restarts: bool,
}

impl Attempts {
    async fn run<N: Next<StreamStream>>(
        self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        let mut replay = call.into_replay(self.limit);
        let mut last = Err(Status::internal("there was no attempt"));
        for _ in 0..self.count {
            let attempt = if self.restarts {
                replay.restart()
            } else {
                replay.attempt()
            };
            // Over its limit it gives none: that depends on how far the others are.
            if let Some(attempt) = attempt {
                last = next.clone().run(attempt).await;
            }
        }
        last
    }
}

impl Interceptor for Attempts {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        self.run(call, next).await
    }
}

/// Runs them, and gives what each reader got; `gives_up` drops the first one's request after a frame.
fn read_by(attempts: Attempts, gives_up: bool) -> Vec<Result<Bytes, Code>> {
    let readers = Readers::default();
    let service = {
        let readers = readers.clone();
        tower::service_fn(move |request: Request<Body>| {
            let mut readers = readers.lock().unwrap();
            let reader = if gives_up && readers.is_empty() {
                read_one(request.into_body())
            } else {
                read(request.into_body())
            };
            readers.push(reader);
            std::future::ready(Ok::<_, BoxError>(fine()))
        })
    };
    // The call is that of its last attempt, which may be cut off: who reads what is the question here.
    let outcome = call(attempts, service, live::live());
    assert!(
        matches!(outcome, Ok(()) | Err(Code::Cancelled)),
        "{outcome:?}"
    );
    let readers = std::mem::take(&mut *readers.lock().unwrap());
    readers
        .into_iter()
        .map(|reader| reader.join().unwrap())
        .collect()
}

fn read_one(mut body: Body) -> JoinHandle<Result<Bytes, Code>> {
    thread::spawn(move || {
        let frame = block_on(body.frame());
        drop(body);
        frame.map_or(Ok(Bytes::new()), |frame| {
            frame.map(|_| Bytes::new()).map_err(|status| status.code())
        })
    })
}

/// CANCELLED, for which a body has another word: tonic would take it for the end of the request.
const CUT_OFF: Result<Bytes, Code> = Err(Code::Aborted);

const BESIDE: Attempts = Attempts {
    limit: 1 << 10,
    count: 3,
    restarts: false,
};

/// Each of them reads all of it: nobody misses a wake-up, whoever of them asked the live request last.
#[test]
fn attempts_at_once_read_the_same() {
    check(|| {
        let read = read_by(BESIDE, false);
        assert_eq!(read, vec![Ok(live::all()); 3]);
    });
}

/// One that leaves wakes those who waited behind it.
#[test]
fn an_attempt_that_leaves_holds_nobody_up() {
    check(|| {
        let read = read_by(BESIDE, true);
        assert_eq!(read[1..], vec![Ok(live::all()); 2]);
    });
}

/// Those before it are cut off, unless they had it all; the last one has it all.
#[test]
fn a_restart_cuts_the_others_off() {
    check(|| {
        let read = read_by(
            Attempts {
                restarts: true,
                ..BESIDE
            },
            false,
        );
        assert_eq!(read.len(), 3);
        assert_eq!(read[2], Ok(live::all()));
        for earlier in &read[..2] {
            assert!(
                *earlier == Ok(live::all()) || *earlier == CUT_OFF,
                "{earlier:?}"
            );
        }
    });
}

/// Over the limit one goes on alone, and gets it all.
#[test]
fn over_the_limit_one_goes_on() {
    check(|| {
        let read = read_by(Attempts { limit: 7, ..BESIDE }, false);
        let whole = read.iter().filter(|read| **read == Ok(live::all())).count();
        let cut = read.iter().filter(|read| **read == CUT_OFF).count();
        // More than one, if they keep step: what all have read is freed, and the limit is never met.
        assert!(whole >= 1 && whole + cut == read.len(), "{read:?}");
    });
}
