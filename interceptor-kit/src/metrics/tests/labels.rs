//! Labels of one's own, and exemplars.

use interceptor_core::{Side, tonic::Code};
use interceptor_test::{Case, Harness, Peer};

use super::{Dialect, Format, Metrics, TraceId, read};

const STARTED: &str = "grpc_server_started_total";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[derive(Clone)]
struct Tenant(String);

fn by_tenant(max_values: usize) -> Metrics {
    let metrics = Metrics::builder().label_from_metadata("tenant", "x-tenant");
    metrics.max_label_values(max_values).build().unwrap()
}

async fn call_as(metrics: &Metrics, tenant: &str) {
    let harness = Harness::unary_unary(metrics.clone()).on_server();
    harness.metadata("x-tenant", tenant).call().await;
}

#[tokio::test(start_paused = true)]
async fn a_label_has_the_metadata_of_the_request() {
    for case in Case::all() {
        let harness = Harness::new(case, by_tenant(10)).metadata("x-tenant", "acme");
        harness.call().await;
        let exposition = read(harness.interceptor());
        assert!(!exposition.samples.is_empty());
        let labels = exposition
            .samples
            .iter()
            .map(|sample| &sample.labels["tenant"]);
        assert!(labels.into_iter().all(|tenant| tenant == "acme"), "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_request_does_not_have_is_empty() {
    let metrics = by_tenant(10);
    Harness::unary_unary(metrics.clone())
        .on_server()
        .call()
        .await;
    call_as(&metrics, "acme").await;
    let values: Vec<_> = read(&metrics)
        .values(STARTED, "tenant")
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(values, ["", "acme"]);
}

#[tokio::test(start_paused = true)]
async fn beyond_the_bound_all_values_are_other() {
    let metrics = by_tenant(3);
    for number in 0..1000 {
        call_as(&metrics, &format!("tenant {number}")).await;
    }
    call_as(&metrics, "tenant 1").await;
    call_as(&metrics, &"long".repeat(100)).await;
    let exposition = read(&metrics);
    let of = |tenant| exposition.value(STARTED, &[("tenant", tenant)]);
    assert_eq!(exposition.values(STARTED, "tenant").len(), 4);
    assert_eq!(of("tenant 0"), Some(1.0));
    assert_eq!(of("tenant 1"), Some(2.0));
    assert_eq!(of("other"), Some(998.0));
    assert_eq!(exposition.sum("grpc_server_in_flight"), 0);
}

#[tokio::test(start_paused = true)]
async fn labels_come_from_extensions_too_and_combine() {
    let metrics = Metrics::builder()
        .label_from_extension("tenant", |tenant: &Tenant| &tenant.0)
        .label_from_metadata("region", "x-region")
        .build()
        .unwrap();
    for (tenant, region) in [("a", "x"), ("a", "y"), ("b", "x"), ("a", "x")] {
        let harness = Harness::unary_unary(metrics.clone()).on_server();
        let harness = harness.extension(Tenant(tenant.to_owned()));
        harness
            .metadata("x-region", region)
            .peer(Peer::reject(Code::Aborted))
            .call()
            .await;
    }
    let exposition = read(&metrics);
    let of = |tenant, region| {
        let labels = [
            ("tenant", tenant),
            ("region", region),
            ("grpc_code", "Aborted"),
        ];
        exposition.value("grpc_server_handled_total", &labels)
    };
    assert_eq!(of("a", "x"), Some(2.0));
    assert_eq!(of("a", "y"), Some(1.0));
    assert_eq!(of("b", "x"), Some(1.0));
    assert_eq!(of("b", "y"), None);
}

#[test]
fn mistakes_are_said() {
    let label = |name: &'static str| Metrics::builder().label_from_metadata(name, "x-tenant");
    for (builder, text) in [
        (label("a-b"), "`a-b` is not the name of a label"),
        (label("1st"), "`1st` is not the name of a label"),
        (label(""), "`` is not the name of a label"),
        (label("le"), "`le` is a label that means something else"),
        (label("grpc_code"), "`grpc_code` is a label that means"),
        (label("code"), "`code` is a label that means"),
        (
            label("a").label_from_metadata("a", "b"),
            "`a` is a label twice",
        ),
        (
            label("a").label_from_metadata("b", "x-bin"),
            "`x-bin` is not the name of metadata",
        ),
        (
            label("a").label_from_metadata("b", "ä"),
            "`ä` is not the name of metadata",
        ),
        (label("a").max_label_values(10_001), "at most 10000"),
        (Metrics::builder().buckets([]), "the bounds of buckets"),
        (
            Metrics::builder().buckets([1.0, 1.0]),
            "the bounds of buckets",
        ),
        (
            Metrics::builder().buckets([f64::INFINITY]),
            "the bounds of buckets",
        ),
    ] {
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    let nine = (0..9).fold(Metrics::builder(), |builder, number| {
        builder.label_from_metadata(format!("l{number}"), "x")
    });
    assert!(nine.build().unwrap_err().to_string().contains("9 labels"));
}

#[test]
fn one_registry_takes_one_definition_of_a_name() {
    let one = Metrics::new();
    let other = Metrics::builder()
        .recorder(one.registry())
        .dialect(Dialect::Python);
    let case = Case::on(Side::Server).next().unwrap();
    Harness::new(case, one.clone()).check().unwrap();
    Harness::new(case, one).check().unwrap();
    let error = Harness::new(case, other.build().unwrap())
        .check()
        .unwrap_err();
    assert!(
        error.to_string().contains("grpc_server_started_total"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn exemplars_point_to_sampled_traces() {
    for case in Case::all() {
        let metrics = Metrics::builder().exemplars().build().unwrap();
        for (trace, flags) in [(TRACE, "01"), (&"f".repeat(32), "00")] {
            let parent = format!("00-{trace}-b7ad6b7169203331-{flags}");
            let harness = Harness::new(case, metrics.clone()).metadata("traceparent", &parent);
            harness.call().await;
        }
        let text = metrics.registry().render(Format::OpenMetrics);
        let with = |start: &str| {
            let lines = text
                .lines()
                .filter(|line| line.starts_with(&format!("grpc_{}_{start}", case.side())));
            let exemplar = format!(" # {{trace_id=\"{TRACE}\"}} ");
            lines.filter(|line| line.contains(&exemplar)).count()
        };
        assert_eq!(with("started_total"), 1, "{text}");
        assert_eq!(with("handled_total"), 1, "{text}");
        assert_eq!(with("handling_seconds_bucket{"), 1, "{text}");
        assert_eq!(with("msg_"), 0, "{text}");
        assert!(
            !text.contains("ffff"),
            "a trace that is not sampled cannot be looked up"
        );
        assert!(!metrics.registry().render(Format::Text).contains("trace_id"));
    }
}

#[tokio::test(start_paused = true)]
async fn exemplars_can_come_from_elsewhere() {
    let of_call =
        |start: &interceptor_core::Start<'_>| start.extensions().get::<TraceId>().copied();
    let metrics = Metrics::builder().exemplars_from(of_call).build().unwrap();
    let harness = Harness::unary_unary(metrics.clone());
    harness.extension(TraceId::from_bytes([7; 16])).call().await;
    let text = metrics.registry().render(Format::OpenMetrics);
    assert!(
        text.contains(&format!("trace_id=\"{}\"", "07".repeat(16))),
        "{text}"
    );
}
