//! Makes a span, hands its context on, and runs what is inside in it.

use std::sync::Arc;

use interceptor_core::{Call, CallType, Guard, Next, Reply, Side, tonic::Status};
use interceptor_macros::grpc_interceptor;
use opentelemetry::{Context, trace::TraceContextExt as _};
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{
    attributes,
    carrier::{Came, Goes},
    config::Config,
    sight::Sight,
};

/// The outer half: its inner one sees what passes.
#[grpc_interceptor(crate = interceptor_core)]
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) config: Arc<Config>,
    pub(super) of: Of,
}

/// What a span is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Call,
    Attempt,
}

/// Around the polls of a response that streams.
struct Around {
    span: Option<Span>,
    sight: Sight,
}

// === impl Scope ===

impl Scope {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let span = self.span(&call);
        if call.side() == Side::Client {
            self.inject(&span, &mut call);
        }
        let sight = Sight::new(&span);
        if let Some(above) = call.extensions_mut().insert(sight.clone())
            && self.of == Of::Attempt
        {
            above.is_above_another();
        }
        let mut reply = next.run(call).instrument(span.clone()).await?;
        if !sight.has_ended() {
            let span = Some(span);
            reply.guard(Around { span, sight })?;
        }
        Ok(reply)
    }

    fn span<T: CallType>(&self, call: &Call<T>) -> Span {
        let name = attributes::name(call.method());
        let span = match call.side() {
            Side::Client => {
                tracing::info_span!(target: "grpc", "call", otel.name = name, otel.kind = "client")
            }
            Side::Server => {
                tracing::info_span!(target: "grpc", "call", otel.name = name, otel.kind = "server")
            }
        };
        if call.side() == Side::Server {
            let none = Context::new();
            let came = Came(call.metadata());
            let parent = self.config.propagator.extract_with_context(&none, &came);
            if parent.span().span_context().is_valid() {
                let _ = span.set_parent(parent); // there may be no layer for it
            }
        }
        attributes::of_call(&span, call, &self.config);
        if self.of == Of::Attempt {
            attributes::of_attempt(&span, call);
        }
        span
    }

    /// A span that is filtered out leaves the one around it.
    fn inject<T: CallType>(&self, span: &Span, call: &mut Call<T>) {
        let mut context = span.context();
        if !context.span().span_context().is_valid() {
            context = Context::current();
        }
        let mut goes = Goes(call.metadata_mut());
        self.config.propagator.inject_context(&context, &mut goes);
    }
}

impl Guard for Around {
    fn around(&mut self, poll: &mut dyn FnMut()) {
        match &self.span {
            Some(span) => span.in_scope(poll),
            None => poll(),
        }
        if self.sight.has_ended() {
            self.span = None; // who has the body may keep it
        }
    }
}
