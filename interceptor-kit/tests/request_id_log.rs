//! What the log has of a request id. Alone in its file: whether a span is wanted is decided once for the process, by the
//! subscriber of whichever thread comes first.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    io,
    sync::{Arc, Mutex},
};

use interceptor_core::{
    Call, CallType, Next, Reply, Side,
    tonic::{Code, Status},
};
use interceptor_kit::request_id::{RequestId, RequestIds};
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Case, Harness};
use tracing_subscriber::fmt::MakeWriter;

/// What a subscriber wrote.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Logs before and behind the call, and when the first message of the response passes.
#[grpc_interceptor(crate = interceptor_core)]
struct Logs;

impl Logs {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        tracing::info!(current = RequestId::current().is_some(), "in");
        let mut reply = next.run(call).await?;
        reply.payload_mut().inspect(|_| {
            tracing::info!(current = RequestId::current().is_some(), "message");
        })?;
        Ok(reply)
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_has_it_also_behind_the_headers() {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(written.clone())
        .with_ansi(false)
        .finish();
    let _default = tracing::subscriber::set_default(subscriber);
    for case in Case::all() {
        let harness =
            Harness::new(case, (RequestIds::new(), Logs)).metadata("x-request-id", "abc-1");
        assert_eq!(harness.call().await.code(), Code::Ok);
        let text = String::from_utf8(std::mem::take(&mut *written.0.lock().unwrap())).unwrap();
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("request_id"))
            .collect();
        let current = format!("current={}", case.side() == Side::Server);
        assert!(lines.len() >= 2, "{text}");
        for line in lines {
            assert!(line.contains("request{request_id=abc-1}"), "{line}");
            assert!(line.contains(&current), "{line}");
        }
    }
}
