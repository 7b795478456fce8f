//! One call.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use interceptor_core::{
    ClientLayer, InterceptedClient, InterceptedServer, Interceptor, ServerLayer, Side,
    tonic::body::Body,
};
use tokio::task::unconstrained;
use tower_layer::Layer as _;
use tower_service::Service;

use super::{
    Gate, Harness, PATIENCE,
    caller::{Caller, Stop},
    script::Outbox,
    shared::Shared,
    watch::Watch,
};
use crate::{
    Outcome, ReadyProbe, Timeline, What,
    attempt::Attempts,
    clock,
    failure::BoxError,
    outcome::outcome,
    peer::{PeerService, Setting},
};

type PeerProbe = ReadyProbe<PeerService>;

/// Sets what was set on a harness on a layer of either side.
macro_rules! layer {
    ($layer:ident, $harness:expr) => {{
        let settings = &$harness.layer;
        let layer = $layer::new($harness.interceptor.clone(), &settings.methods);
        let mut layer = layer
            .unwrap_or_else(|error| panic!("no layer can be made of this interceptor: {error}"))
            .unknown(settings.unknown);
        if let Some(bytes) = settings.max_message_size {
            layer = layer.max_message_size(bytes);
        }
        if let Some(bytes) = settings.max_settled_bytes {
            layer = layer.max_settled_bytes(bytes);
        }
        layer
    }};
}

impl<I: Interceptor> Harness<I> {
    /// Calls, and gives what came of it.
    ///
    /// A panic of the interceptor or of the peer is caught, and is the call's ending.
    ///
    /// # Panics
    ///
    /// If the interceptor refuses to stand in a layer ([`check`](Self::check) tells without a panic); outside of a tokio
    /// runtime, which is a current-thread one unless the call is in [`real_time`](Self::real_time).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the call.
    pub async fn call(&self) -> Outcome {
        if self.real_time {
            clock::resume();
        } else {
            clock::pause();
        }
        let timeline = Timeline::new();
        let attempts = Attempts::new(timeline.clone());
        let gate = Gate::new(self.cancel);
        let caller = Caller {
            case: self.case,
            cancel: self.cancel,
            timeline: timeline.clone(),
            received: Arc::default(),
            steps: self.request.steps(self.split),
            outbox: Outbox::default(),
        };
        let patience = self
            .patience
            .unwrap_or(PATIENCE[usize::from(self.real_time)]);
        let watch = Watch::new(gate.clone(), self.cancel, patience);
        let peer = self.peer_service(gate, attempts.clone());
        let request = self
            .request
            .to_http(self.case, &timeline, self.split, &caller.outbox);
        let stop = match self.case.side() {
            Side::Client => run(self.on_client(peer), request, &caller, watch).await,
            Side::Server => run(self.around_handler(peer), request, &caller, watch).await,
        };
        let elapsed = timeline.elapsed();
        outcome(self.case, stop, &caller, attempts.so_far(), elapsed)
    }

    fn peer_service(&self, gate: Gate, attempts: Attempts) -> PeerProbe {
        PeerService::new(Setting {
            case: self.case,
            peer: Arc::clone(&self.peer),
            count: Arc::clone(&self.count),
            attempts,
            gate,
            split: self.split,
        })
    }

    fn on_client(&self, peer: PeerProbe) -> InterceptedClient<PeerProbe, Shared<I>> {
        layer!(ClientLayer, self).layer(peer)
    }

    fn around_handler(&self, peer: PeerProbe) -> InterceptedServer<PeerProbe, Shared<I>> {
        layer!(ServerLayer, self).layer(peer)
    }
}

/// Everything of the call is dropped when this returns.
///
/// tokio makes a task yield now and then, depending on what it did before. Here it must not: a call that is polled waits
/// only for what the test makes it wait for, or [`Moment::Polls`](super::Moment::Polls) would be another one in each run.
async fn run<S, B>(service: S, request: Request<Body>, caller: &Caller, watch: Watch) -> Stop
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let call = caller.clone().call(service, request);
    let stop = unconstrained(watch.over(call)).await;
    match &stop {
        Stop::Cancelled => caller.write(What::Dropped),
        Stop::Hung => caller.write(What::Hung),
        Stop::Panicked(_) => caller.write(What::Panicked),
        Stop::Ended | Stop::Failed(_) => {}
    }
    stop
}
