//! What the log and the hook have of a panic that the caller does not see. Alone in its file, as the other logs are; and twice
//! in a process of its own, because whether there are backtraces is decided once for each.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    env,
    process::Command,
    sync::{Arc, Mutex},
};

use interceptor_core::tonic::Code;
use interceptor_kit::recovery::Recovery;
use interceptor_test::{Case, Harness, Peer};
use tracing_subscriber::fmt::MakeWriter;

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

/// A service that panics at once, and one that does behind its first message.
fn panicking() -> [Peer; 2] {
    [Peer::panic(), Peer::panic_after(1)]
}

/// By what the environment says of backtraces.
#[tokio::test(start_paused = true)]
async fn told() {
    let wants = env::var("RUST_LIB_BACKTRACE").is_ok_and(|value| value == "1");
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    for case in Case::all() {
        for peer in panicking() {
            log.0.lock().unwrap().clear();
            let hooked = Arc::new(Mutex::new(Vec::new()));
            let hook = Arc::clone(&hooked);
            let recovery = Recovery::new().on_panic(move |panic| {
                let has_backtrace = panic.backtrace.is_some();
                hook.lock()
                    .unwrap()
                    .push((panic.text.to_owned(), has_backtrace));
            });
            let outcome = Harness::new(case, recovery).peer(peer).call().await;
            assert_eq!(outcome.code(), Code::Internal, "{outcome}");
            assert_eq!(outcome.status().message(), "internal error");

            let [(text, has_backtrace)] = &hooked.lock().unwrap()[..] else {
                panic!("not one panic: {outcome}")
            };
            let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
            assert!(!text.is_empty() && log.contains(&**text), "{log}");
            assert!(log.contains("ERROR") && log.contains("location="), "{log}");
            if env::var("RUST_LIB_BACKTRACE").is_ok() {
                assert_eq!(*has_backtrace, wants);
                assert_eq!(log.contains("backtrace="), wants, "{log}");
                assert_eq!(log.contains("recovery_log::told"), wants, "{log}");
            }
        }
    }
}

#[test]
fn the_log_has_text_and_place_and_a_backtrace_if_the_environment_asks_for_one() {
    for wants in ["0", "1"] {
        let mut told = Command::new(env::current_exe().unwrap());
        let told = told
            .args(["--exact", "told"])
            .env("RUST_LIB_BACKTRACE", wants);
        let output = told.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{wants}: {said}");
        assert!(said.contains("1 passed"), "{said}");
    }
}
