use interceptor_core::Side;
use interceptor_otel::trace::{B3, Spans};
use interceptor_test::{Case, Harness};

use crate::collector::Collector;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

fn hex(bytes: &[u8]) -> String {
    let hex = bytes.iter().map(|byte| format!("{byte:02x}"));
    hex.collect::<Vec<_>>().concat()
}

#[tokio::test(start_paused = true)]
async fn a_server_takes_the_callers_context() {
    let collector = Collector::new();
    let single = format!("{TRACE}-{SPAN}-1");
    for case in Case::on(Side::Server) {
        let w3c = Harness::new(case, Spans::new())
            .metadata("traceparent", &format!("00-{single}").replace("-1", "-01"));
        let b3 = || Harness::new(case, Spans::new().propagator(B3::single()));
        let several = b3()
            .metadata("x-b3-traceid", TRACE)
            .metadata("x-b3-spanid", SPAN)
            .metadata("x-b3-sampled", "1");
        for harness in [w3c, b3().metadata("b3", &single), several] {
            harness.call().await;
            let spans = collector.take();
            assert_eq!(hex(&spans[0].trace_id), TRACE);
            assert_eq!(hex(&spans[0].parent_span_id), SPAN);
        }
        for nonsense in [
            "",
            "0",
            "x-y-1",
            "0af7-b7ad-1",
            &format!("{}-{SPAN}-1", "0".repeat(32)),
        ] {
            b3().metadata("b3", nonsense).call().await;
            let spans = collector.take();
            assert!(spans[0].parent_span_id.is_empty(), "{nonsense}");
        }
        // An unsampled call is not sent.
        b3().metadata("b3", &format!("{TRACE}-{SPAN}-0"))
            .call()
            .await;
        assert!(collector.take().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_sends_its_own_context() {
    let collector = Collector::new();
    for case in Case::on(Side::Client) {
        let w3c = Harness::new(case, Spans::new()).call().await;
        let span = collector.take().remove(0);
        let (trace, id) = (hex(&span.trace_id), hex(&span.span_id));
        let header = |outcome: &interceptor_test::Outcome, name| {
            outcome.attempts()[0].header(name).map(ToOwned::to_owned)
        };
        assert_eq!(
            header(&w3c, "traceparent"),
            Some(format!("00-{trace}-{id}-01"))
        );

        let single = Harness::new(case, Spans::new().propagator(B3::single()))
            .call()
            .await;
        let span = collector.take().remove(0);
        let (trace, id) = (hex(&span.trace_id), hex(&span.span_id));
        assert_eq!(header(&single, "b3"), Some(format!("{trace}-{id}-1")));
        assert_eq!(header(&single, "traceparent"), None);

        let several = Harness::new(case, Spans::new().propagator(B3::several()))
            .call()
            .await;
        let span = collector.take().remove(0);
        assert_eq!(header(&several, "x-b3-traceid"), Some(hex(&span.trace_id)));
        assert_eq!(header(&several, "x-b3-spanid"), Some(hex(&span.span_id)));
        assert_eq!(header(&several, "x-b3-sampled").as_deref(), Some("1"));
    }
}
