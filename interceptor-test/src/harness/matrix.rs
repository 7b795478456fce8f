use std::{fmt, ops::Range, time::Duration};

use interceptor_core::{Interceptor, Side};

use super::{Harness, Moment};
use crate::{Case, Peer, Random, Readiness};

/// Says which case it was when a body panics, and which seed.
struct Named<T: fmt::Display>(&'static str, T);

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

    /// Runs one test body in all eight cases for each of these seeds, with [`faults`](Self::faults) by that seed.
    ///
    /// When the body panics, the case and the seed are printed; the same seed alone does the same again.
    ///
    /// ```
    /// use interceptor_test::{Harness, Recorder};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// Harness::for_seeds(0..20, || Recorder::new("log"), async |harness| {
    ///     let outcome = harness.call().await;
    ///     assert_eq!(harness.interceptor().ends().len(), 1, "{outcome}");
    /// })
    /// .await;
    /// # }
    /// ```
    pub async fn for_seeds(
        seeds: Range<u64>,
        mut interceptor: impl FnMut() -> I,
        mut body: impl AsyncFnMut(Harness<I>),
    ) {
        for seed in seeds {
            let _named = Named("seed", seed);
            let faulty = async |harness: Harness<I>| body(harness.faults(seed)).await;
            run(Case::all(), &mut interceptor, faulty).await;
        }
    }

    /// Has things go wrong by that seed: a [random peer](Peer::random), late or not ready at once, frames split anywhere, a
    /// caller who takes its time or lets go of the call. The same seed does the same.
    #[must_use]
    pub fn faults(self, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut time = |most: usize| {
            let micros = u64::try_from(random.below(most)).unwrap_or_default();
            Duration::from_micros(micros)
        };
        let (after, readiness, pause) = (time(2_000), time(1_000), time(2_000));
        let peer = Peer::random(seed).after(after);
        let (peer, harness) = (peer.clone(), self.peer(peer).split_frames(seed));
        match random.below(6) {
            0 => harness.peer(peer.readiness(Readiness::After(readiness))),
            1 => harness.request_pause(pause),
            2 => harness.cancel_at(Moment::Polls(1 + random.below(12))),
            3 => harness.cancel_at(Moment::Responses(random.below(3))),
            _ => harness,
        }
    }
}

async fn run<I: Interceptor>(
    cases: impl Iterator<Item = Case>,
    mut interceptor: impl FnMut() -> I,
    mut body: impl AsyncFnMut(Harness<I>),
) {
    for case in cases {
        let _named = Named("case", case);
        body(Harness::new(case, interceptor())).await;
    }
}

impl<T: fmt::Display> Drop for Named<T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the {} was: {}", self.0, self.1);
        }
    }
}
