//! Blocking definitions in async chains, in all four call types on both sides.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use grpc_interceptor::{Streaming, prelude::*};
use interceptor_test::{Case, Harness, Moment, Peer};

use crate::net::{current_thread, multi_thread};
use crate::sync_echo::here;

type Log = Arc<Mutex<Vec<String>>>;

/// Runs a body in all cases, on either runtime.
fn everywhere(body: impl AsyncFn(Case)) {
    for runtime in [current_thread(), multi_thread()] {
        for case in Case::all() {
            runtime.block_on(body(case));
        }
    }
}

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
    everywhere(async |case| {
        let peer = Peer::fail_times(2, Code::Unavailable);
        let outcome = Harness::new(case, Retries)
            .real_time()
            .peer(peer)
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.attempts().len(), 3);
    });
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
    everywhere(async |case| {
        let peer = Peer::fail_times(1, Code::Unavailable);
        let outcome = Harness::new(case, Hedges)
            .real_time()
            .peer(peer)
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.attempts().len(), 2);
    });
}

#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Panics;

impl Panics {
    fn intercept_call<T: CallType>(
        &self,
        _call: Call<T>,
        _next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        panic!("secret")
    }
}

#[test]
fn that_panic_end_the_call_with_internal_without_the_text() {
    everywhere(async |case| {
        let outcome = Harness::new(case, Panics).real_time().call().await;
        assert_eq!(outcome.code(), Code::Internal, "{outcome}");
        assert!(!format!("{outcome}").contains("secret"), "{outcome}");
        assert!(outcome.attempts().is_empty());
    });
}

/// Tells what it comes to when its call is dropped while `next` runs, and after it.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct TellsCodes {
    codes: Arc<Mutex<mpsc::Sender<[Code; 2]>>>,
}

impl TellsCodes {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        let again = Call::new(call.method().clone(), call.side(), <_>::default());
        let code = |result: Result<Reply<T>, Status>| result.err().map_or(Code::Ok, |it| it.code());
        let (first, later) = (code(next.clone().run(call)), code(next.run(again)));
        self.codes.lock().unwrap().send([first, later]).unwrap();
        Err(Status::internal("nobody is there to see it"))
    }
}

#[test]
fn see_cancelled_at_once_when_their_call_is_dropped() {
    everywhere(async |case| {
        let (sender, codes) = mpsc::channel();
        let chain = TellsCodes {
            codes: Arc::new(Mutex::new(sender)),
        };
        let harness = Harness::new(case, chain).real_time().peer(Peer::hang());
        let moment = Moment::Elapsed(Duration::from_millis(5));
        harness.cancel_at(moment).call().await;
        let codes = codes.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(codes, [Code::Cancelled, Code::Cancelled], "{case}");
    });
}

/// Tells what reading a payload comes to when its call was dropped.
#[derive(Debug, Clone)]
struct ReadsLate {
    codes: Arc<Mutex<mpsc::Sender<Code>>>,
}

#[grpc_interceptor]
impl ReadsLate {
    fn intercept_unary_unary(
        &self,
        call: Call<UnaryUnary>,
        next: BlockingNext<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        self.reads(call, next, Call::blocking_message)
    }

    fn intercept_unary_stream(
        &self,
        call: Call<UnaryStream>,
        next: BlockingNext<UnaryStream>,
    ) -> Result<Reply<UnaryStream>, Status> {
        self.reads(call, next, Call::blocking_message)
    }

    fn intercept_stream_unary(
        &self,
        call: Call<StreamUnary>,
        next: BlockingNext<StreamUnary>,
    ) -> Result<Reply<StreamUnary>, Status> {
        self.reads(call, next, |call| first(call.payload_mut()))
    }

    fn intercept_stream_stream(
        &self,
        call: Call<StreamStream>,
        next: BlockingNext<StreamStream>,
    ) -> Result<Reply<StreamStream>, Status> {
        self.reads(call, next, |call| first(call.payload_mut()))
    }
}

impl ReadsLate {
    fn reads<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
        read: impl FnOnce(&mut Call<T>) -> Result<Message, Status>,
    ) -> Result<Reply<T>, Status> {
        let mut again = Call::new(call.method().clone(), call.side(), <_>::default());
        next.run(call).unwrap_err();
        let code = read(&mut again).unwrap_err().code();
        self.codes.lock().unwrap().send(code).unwrap();
        Err(Status::internal("nobody is there to see it"))
    }
}

fn first(payload: &mut Payload<Streaming>) -> Result<Message, Status> {
    let first = payload.blocking_messages()?.next();
    first.unwrap_or_else(|| Err(Status::ok("an end that looks complete")))
}

#[test]
fn see_cancelled_where_they_read_when_their_call_is_dropped() {
    everywhere(async |case| {
        let (sender, codes) = mpsc::channel();
        let chain = ReadsLate {
            codes: Arc::new(Mutex::new(sender)),
        };
        let harness = Harness::new(case, chain).real_time().peer(Peer::hang());
        let moment = Moment::Elapsed(Duration::from_millis(5));
        harness.cancel_at(moment).call().await;
        let code = codes.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(code, Code::Cancelled, "{case}");
    });
}

/// Puts a word before each message, where it may block.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Prefixes(Log);

impl Prefixes {
    fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        let prefix = |log: Log| {
            move |message: Message| {
                log.lock().unwrap().push(here());
                let bytes = message.bytes()?;
                Ok(Message::from_bytes([b">", &*bytes].concat().into()))
            }
        };
        call.payload_mut()
            .blocking_try_map(prefix(Arc::clone(&self.0)))?;
        let log = Arc::clone(&self.0);
        let mut reply = next
            .on_end(move |end| {
                log.lock()
                    .unwrap()
                    .push(format!("{} {:?}", here(), end.code()));
            })
            .run(call)?;
        reply
            .payload_mut()
            .blocking_try_map(prefix(Arc::clone(&self.0)))?;
        Ok(reply)
    }
}

#[test]
fn see_and_change_each_message_on_their_threads() {
    everywhere(async |case| {
        let log = Log::default();
        let harness = Harness::new(case, Prefixes(Arc::clone(&log))).real_time();
        let sent = harness.sends().len();
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        let passed = outcome.attempts()[0].messages();
        assert_eq!(passed.len(), sent);
        assert!(
            passed.iter().all(|it| it.bytes().starts_with(b">")),
            "{passed:?}"
        );
        let messages = outcome.messages();
        assert!(
            messages.iter().all(|it| it.bytes().starts_with(b">>")),
            "{messages:?}"
        );
        let log = log.lock().unwrap();
        assert!(
            log.iter().all(|it| it.starts_with("grpc-blocking-")),
            "{log:?}"
        );
    });
}

/// Reads what it can read of either way, and puts it back, or answers in its place.
#[derive(Debug, Clone)]
struct Reads;

#[grpc_interceptor]
impl Reads {
    fn intercept_unary_unary(
        &self,
        mut call: Call<UnaryUnary>,
        next: BlockingNext<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        let request = call.blocking_message()?;
        let mut reply = next.run(call)?;
        assert_eq!(reply.blocking_message()?.bytes()?, request.bytes()?);
        Ok(reply)
    }

    fn intercept_unary_stream(
        &self,
        mut call: Call<UnaryStream>,
        next: BlockingNext<UnaryStream>,
    ) -> Result<Reply<UnaryStream>, Status> {
        call.blocking_message()?;
        let mut reply = next.run(call)?;
        reply.blocking_map_messages(|messages| messages.take(1))?;
        Ok(reply)
    }

    fn intercept_stream_unary(
        &self,
        mut call: Call<StreamUnary>,
        next: BlockingNext<StreamUnary>,
    ) -> Result<Reply<StreamUnary>, Status> {
        call.blocking_map_messages(|messages| messages.skip(1))?;
        next.run(call)
    }

    fn intercept_stream_stream(
        &self,
        mut call: Call<StreamStream>,
        next: BlockingNext<StreamStream>,
    ) -> Result<Reply<StreamStream>, Status> {
        let requests: Vec<_> = call.payload_mut().blocking_messages()?.collect();
        drop(next);
        Ok(Reply::from_stream(blocking::stream(
            requests.into_iter().rev(),
        )))
    }
}

#[test]
fn read_payloads_without_async() {
    everywhere(async |case| {
        let outcome = Harness::new(case, Reads).real_time().call().await;
        assert_eq!(outcome.code(), Code::Ok, "{case}: {outcome}");
        let sent = Harness::new(case, Reads).sends();
        match case.kind() {
            CallKind::UnaryUnary | CallKind::UnaryStream => {
                assert_eq!(outcome.messages().len(), 1);
            }
            CallKind::StreamUnary => {
                assert_eq!(outcome.attempts()[0].messages().len(), sent.len() - 1);
            }
            CallKind::StreamStream => {
                let reversed: Vec<_> = sent.into_iter().rev().collect();
                assert_eq!(outcome.messages(), reversed);
                assert!(outcome.attempts().is_empty());
            }
        }
    });
}

/// Uses a blocking form in async code.
#[grpc_interceptor(kinds(unary_unary), otherwise = pass)]
#[derive(Debug, Clone)]
struct Confused;

impl Confused {
    async fn intercept_call(
        &self,
        mut call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        call.blocking_message()?;
        next.run(call).await
    }
}

#[tokio::test]
async fn are_alone_in_having_blocking_forms() {
    let outcome = Harness::unary_unary(Confused).real_time().call().await;
    assert_eq!(outcome.code(), Code::Internal);
    assert!(
        format!("{outcome}").contains("without `blocking_`"),
        "{outcome}"
    );
}

#[test]
fn have_a_pool_of_a_size_that_can_be_set() {
    let pool = blocking::Pool::new(0);
    assert_eq!(pool.calls(), 1, "at least one");
    pool.set_calls(5);
    pool.set_calls(3);
    assert_eq!(
        (pool.calls(), pool.threads()),
        (3, 0),
        "threads are made when they are needed"
    );
    assert_eq!(blocking::Pool::of(Side::Client).calls(), 64);
}
