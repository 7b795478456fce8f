//! What the log has of an error that the caller does not see. Alone in its file: whether an event is wanted is decided once for
//! the process, by the subscriber of whichever thread comes first.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::sync::{Arc, Mutex};

use interceptor_core::{
    Side,
    tonic::{Code, Status},
};
use interceptor_kit::error::{ERROR_ID, Redact};
use interceptor_test::{Case, Harness, Peer};
use tracing_subscriber::fmt::MakeWriter;

/// A failure in the place of a response, and behind its first message where there is one.
fn failing(status: &Status) -> [Peer; 2] {
    [
        Peer::reject(status.clone()),
        Peer::fail_after(1, status.clone()),
    ]
}

/// What the log of a test gets.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn what_went_wrong_inside_is_for_the_log_and_its_id_for_both() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut status =
        Status::with_details(Code::Internal, "password of db-7 is wrong", "secret".into());
    status
        .metadata_mut()
        .insert("x-db", "db-7".parse().unwrap());
    for case in Case::on(Side::Server) {
        for peer in failing(&status) {
            log.0.lock().unwrap().clear();
            let outcome = Harness::new(case, Redact::new()).peer(peer).call().await;
            assert_eq!(outcome.code(), Code::Internal, "{outcome}");
            let status = outcome.status();
            assert!(status.details().is_empty() && status.metadata().get("x-db").is_none());
            let id = status.metadata().get(ERROR_ID).unwrap().to_str().unwrap();
            assert_eq!(status.message(), format!("internal error ({id})"));
            let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
            assert!(
                log.contains(id) && log.contains("password of db-7 is wrong"),
                "{log}"
            );
        }
    }
}
