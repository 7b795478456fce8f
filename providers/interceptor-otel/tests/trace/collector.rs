//! A collector of the test: the trace service of OTLP, on a runtime of its own, and what it got.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use interceptor_core::tonic::{
    Request, Response, Status, async_trait,
    transport::{Server, server::TcpIncoming},
};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Runtime;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{filter::LevelFilter, prelude::*, registry};

/// As long as it is there, spans of this thread go to it.
pub(crate) struct Collector {
    spans: Arc<Mutex<Vec<Span>>>,
    address: SocketAddr,
    provider: SdkTracerProvider,
    runtime: Option<Runtime>,
    _default: DefaultGuard,
}

#[derive(Default)]
struct Service(Arc<Mutex<Vec<Span>>>);

/// A span and those that it is the parent of, by their beginning.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) span: Span,
    pub(crate) children: Vec<Tree>,
}

// === impl Collector ===

impl Collector {
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let spans = Arc::<Mutex<Vec<Span>>>::default();
        let service = TraceServiceServer::new(Service(Arc::clone(&spans)));
        let within = runtime.enter();
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = incoming.local_addr().unwrap();
        runtime.spawn(
            Server::builder()
                .add_service(service)
                .serve_with_incoming(incoming),
        );
        let exporter = SpanExporter::builder().with_tonic();
        let exporter = exporter
            .with_endpoint(format!("http://{address}"))
            .build()
            .unwrap();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        let default =
            tracing::subscriber::set_default(registry().with(LevelFilter::INFO).with(layer));
        drop(within);
        Self {
            spans,
            address,
            provider,
            runtime: Some(runtime),
            _default: default,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// All that was there since the last time.
    pub(crate) fn take(&self) -> Vec<Span> {
        self.provider.force_flush().unwrap();
        std::mem::take(&mut *self.spans.lock().unwrap())
    }

    /// The one trace that all spans are of.
    pub(crate) fn tree(&self) -> Tree {
        tree(self.take())
    }
}

pub(crate) fn tree(spans: Vec<Span>) -> Tree {
    let trace = spans[0].trace_id.clone();
    assert!(
        spans.iter().all(|span| span.trace_id == trace),
        "{spans:#?}"
    );
    let count = spans.len();
    let (roots, mut others): (Vec<_>, _) = spans
        .into_iter()
        .partition(|span| span.parent_span_id.is_empty());
    let [root] = <[Span; 1]>::try_from(roots).unwrap();
    let tree = Tree::of(root, &mut others);
    assert!(
        others.is_empty(),
        "of {count} without a parent: {others:#?}"
    );
    tree
}

impl Drop for Collector {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // within a test's runtime it must not wait
        }
    }
}

#[async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans.into_iter();
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        self.0
            .lock()
            .unwrap()
            .extend(scopes.flat_map(|scope| scope.spans));
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

// === impl Tree ===

impl Tree {
    fn of(span: Span, others: &mut Vec<Span>) -> Self {
        let (mut children, rest): (Vec<_>, _) = others
            .drain(..)
            .partition(|child| child.parent_span_id == span.span_id);
        *others = rest;
        children.sort_by_key(|child| child.start_time_unix_nano);
        let children = children
            .into_iter()
            .map(|child| Self::of(child, others))
            .collect();
        Self { span, children }
    }

    /// One line for each span: kind, name, status, and the attributes and events that are named.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.write(0, &mut lines);
        lines
    }

    fn write(&self, depth: usize, lines: &mut Vec<String>) {
        let span = &self.span;
        let kind = match span.kind() {
            SpanKind::Client => "client",
            SpanKind::Server => "server",
            _ => "internal",
        };
        let mut line = format!("{}{kind} {}", "  ".repeat(depth), span.name);
        let attributes = attributes(&span.attributes);
        for name in [
            "rpc.response.status_code",
            "previous-rpc-attempts",
            "error.type",
        ] {
            if let Some(value) = attributes.get(name) {
                line.extend([" ", value]);
            }
        }
        if let Some(status) = span
            .status
            .as_ref()
            .filter(|status| status.code() == StatusCode::Error)
        {
            line.extend([" (", &status.message, ")"]);
        }
        let events: Vec<_> = span.events.iter().map(event).collect();
        lines.push(line + " " + &events.join(" "));
        self.children
            .iter()
            .for_each(|child| child.write(depth + 1, lines));
    }

    /// That each span ends when its last message has passed, or later, and lies within time.
    pub(crate) fn check_times(&self) {
        let span = &self.span;
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
        for event in &span.events {
            assert!(
                event.time_unix_nano >= span.start_time_unix_nano,
                "{span:#?}"
            );
            assert!(event.time_unix_nano <= span.end_time_unix_nano, "{span:#?}");
        }
        self.children.iter().for_each(Self::check_times);
    }
}

/// Such as `>0:7`: out, number 0, 7 bytes.
fn event(event: &opentelemetry_proto::tonic::trace::v1::span::Event) -> String {
    let way = match &*event.name {
        "Outbound message" => '>',
        "Inbound message" => '<',
        other => return other.to_owned(), // another library's
    };
    let attributes = attributes(&event.attributes);
    format!(
        "{way}{}:{}",
        attributes["sequence-number"], attributes["message-size"]
    )
}

pub(crate) fn attributes(of: &[KeyValue]) -> BTreeMap<&str, String> {
    let text = |of: &KeyValue| match of.value.as_ref().unwrap().value.as_ref().unwrap() {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        Value::BoolValue(is) => is.to_string(),
        other => format!("{other:?}"),
    };
    of.iter().map(|of| (&*of.key, text(of))).collect()
}
