//! Which look at messages.

use std::sync::Arc;

use grpc_interceptor::prelude::*;
use interceptor_test::Harness;

use super::{Log, everywhere};
use crate::sync_echo::here;

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
