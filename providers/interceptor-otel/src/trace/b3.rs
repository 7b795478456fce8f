use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    propagation::{Extractor, Injector, TextMapPropagator, text_map_propagator::FieldIter},
    trace::{SpanContext, TraceContextExt as _, TraceState},
};

/// Zipkin's propagation, for peers that have no other: in one header, `b3`, or in several, `x-b3-…`.
///
/// Either is taken, whatever is sent; trace ids of 64 bits too.
///
/// ```
/// use interceptor_otel::trace::{B3, Spans};
/// use opentelemetry::propagation::TextMapCompositePropagator;
/// use opentelemetry_sdk::propagation::TraceContextPropagator;
///
/// let spans = Spans::new().propagator(B3::single());
/// let both = TextMapCompositePropagator::new(vec![
///     Box::new(B3::several()),
///     Box::new(TraceContextPropagator::new()),
/// ]);
/// let migrating = Spans::new().propagator(both);
/// ```
#[derive(Debug, Clone)]
pub struct B3 {
    is_single: bool,
    fields: Vec<String>,
}

const SINGLE: &str = "b3";
const TRACE: &str = "x-b3-traceid";
const SPAN: &str = "x-b3-spanid";
const SAMPLED: &str = "x-b3-sampled";
const FLAGS: &str = "x-b3-flags";

// === impl B3 ===

impl B3 {
    /// Sends one header.
    #[must_use]
    pub fn single() -> Self {
        Self {
            is_single: true,
            fields: vec![SINGLE.to_owned()],
        }
    }

    /// Sends several headers.
    #[must_use]
    pub fn several() -> Self {
        Self {
            is_single: false,
            fields: [TRACE, SPAN, SAMPLED].map(ToOwned::to_owned).into(),
        }
    }
}

impl TextMapPropagator for B3 {
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        let (span, sampled) = (cx.span(), cx.span().span_context().is_sampled());
        let context = span.span_context();
        if !context.is_valid() {
            return;
        }
        let (trace, span) = (context.trace_id(), context.span_id());
        let sampled = if sampled { "1" } else { "0" };
        if self.is_single {
            injector.set(SINGLE, format!("{trace}-{span}-{sampled}"));
        } else {
            injector.set(TRACE, trace.to_string());
            injector.set(SPAN, span.to_string());
            injector.set(SAMPLED, sampled.to_owned());
        }
    }

    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        let single = extractor.get(SINGLE).and_then(of_single);
        match single.or_else(|| of_several(extractor)) {
            Some(context) => cx.with_remote_span_context(context),
            None => cx.clone(),
        }
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}

/// `trace-span[-sampled[-parent]]`.
fn of_single(header: &str) -> Option<SpanContext> {
    let mut parts = header.split('-');
    let (trace, span) = (parts.next()?, parts.next()?);
    context(trace, span, parts.next())
}

fn of_several(extractor: &dyn Extractor) -> Option<SpanContext> {
    let sampled = match extractor.get(FLAGS) {
        Some("1") => Some("d"),
        _ => extractor.get(SAMPLED),
    };
    context(extractor.get(TRACE)?, extractor.get(SPAN)?, sampled)
}

fn context(trace: &str, span: &str, sampled: Option<&str>) -> Option<SpanContext> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !matches!(trace.len(), 16 | 32) || span.len() != 16 || !is_hex(trace) || !is_hex(span) {
        return None;
    }
    let flags = match sampled {
        Some("1" | "d" | "true") => TraceFlags::SAMPLED,
        _ => TraceFlags::default(),
    };
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let context = SpanContext::new(trace, span, flags, true, TraceState::default());
    context.is_valid().then_some(context)
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<B3>();
};
