//! Which panic, or whose call is dropped.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use grpc_interceptor::{Streaming, prelude::*};
use interceptor_test::{Harness, Moment, Peer};

use super::everywhere;

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
