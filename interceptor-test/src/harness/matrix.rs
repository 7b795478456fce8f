use interceptor_core::{Interceptor, Side};

use super::Harness;
use crate::Case;

/// Says which case it was when a body panics.
struct Named(Case);

impl<I: Interceptor> Harness<I> {
    /// Runs one test body in all eight cases: four call types on two sides, each with an interceptor of its own.
    ///
    /// When the body panics, the case is printed.
    ///
    /// ```
    /// use interceptor_core::tonic::Code;
    /// use interceptor_test::{Harness, Peer, Recorder};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// Harness::for_every_call_type(|| Recorder::new("log"), async |harness| {
    ///     let outcome = harness.peer(Peer::reject(Code::NotFound)).call().await;
    ///     assert_eq!(outcome.code(), Code::NotFound);
    ///     assert!(outcome.is_trailers_only());
    /// })
    /// .await;
    /// # }
    /// ```
    pub async fn for_every_call_type(
        interceptor: impl FnMut() -> I,
        body: impl AsyncFnMut(Harness<I>),
    ) {
        run(Case::all(), interceptor, body).await;
    }

    /// Runs one test body for the four call types on one side.
    pub async fn for_every_call_type_on(
        side: Side,
        interceptor: impl FnMut() -> I,
        body: impl AsyncFnMut(Harness<I>),
    ) {
        run(Case::on(side), interceptor, body).await;
    }
}

async fn run<I: Interceptor>(
    cases: impl Iterator<Item = Case>,
    mut interceptor: impl FnMut() -> I,
    mut body: impl AsyncFnMut(Harness<I>),
) {
    for case in cases {
        let _named = Named(case);
        body(Harness::new(case, interceptor())).await;
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the case was: {}", self.0);
        }
    }
}
