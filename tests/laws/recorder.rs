//! Interceptors that the laws put into a chain.

use grpc_interceptor::metrics::Metrics;
use interceptor_core::{
    BoxInterceptor, Call, CallType, End, Next, Observe, Observer, Reply, Start, Wants,
};
use tonic::Status;

use crate::{mutants::Counted, support::chain::one_body};

/// The metrics of the kit, and how many series they have.
pub(crate) fn metrics() -> Counted {
    let metrics = Metrics::new();
    let registry = metrics.registry();
    Counted {
        interceptor: BoxInterceptor::new(metrics),
        series: Box::new(move || {
            let families = registry.snapshot();
            families.iter().map(|family| family.series().len()).sum()
        }),
    }
}

/// Looks at the messages of both ways, at the end, and at what an observer is told; and changes nothing.
#[derive(Debug, Clone)]
pub(crate) struct Looks;

impl Looks {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut().inspect(|_| {})?;
        let mut reply = next.run(call).on_end(|_| {}).await?;
        reply.payload_mut().try_map(Ok)?;
        reply.map_trailers(|_| {});
        Ok(reply)
    }
}

one_body!([] Looks);

/// Is shown all that passes.
#[derive(Debug, Clone)]
pub(crate) struct Shown;

/// An observer that is shown all that passes.
pub(crate) fn shown() -> Observe<Shown> {
    Observe::new(Shown)
}

impl Observer for Shown {
    type Call = usize;

    fn start(&self, _: &mut Start<'_>) -> usize {
        0
    }

    fn wants_requests(&self, _: &usize) -> Wants {
        Wants::Messages
    }

    fn wants_responses(&self, _: &usize) -> Wants {
        Wants::Messages
    }

    fn end(&self, _: usize, _: &End<'_>) {}
}
