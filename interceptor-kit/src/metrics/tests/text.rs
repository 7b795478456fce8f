//! The text formats, letter by letter.

use std::{sync::Arc, time::Duration};

use super::{Dialect, Exposition, Format, Registry, TraceId};
use crate::metrics::{Counter, Family, FamilyKind, Gauge, Histogram, Recorder, ValueSnapshot};

fn family(kind: FamilyKind, dialect: Dialect) -> Arc<Family> {
    Arc::new(Family {
        name: match kind {
            FamilyKind::Counter => "calls_total",
            FamilyKind::Gauge => "open",
            FamilyKind::Histogram => "seconds",
        },
        help: "A \\ and a \"quote\"\nand a line.",
        kind,
        labels: vec!["z".into(), "a".into()],
        buckets: match kind {
            FamilyKind::Histogram => vec![0.5, 1.0],
            _ => Vec::new(),
        },
        floats: dialect.writes_floats(),
    })
}

/// A registry with one of each.
fn registry(dialect: Dialect) -> Registry {
    let registry = Registry::new();
    let calls = registry.counter(&family(FamilyKind::Counter, dialect), &["one", "two\n\"\\"]);
    calls.increment();
    calls.increment_in(TraceId::from_bytes([1; 16]));
    registry
        .gauge(&family(FamilyKind::Gauge, dialect), &["", "ä"])
        .decrement();
    let seconds = registry.histogram(&family(FamilyKind::Histogram, dialect), &["x", "y"]);
    for millis in [500, 750, 2000] {
        seconds.observe(Duration::from_millis(millis));
    }
    registry
}

#[test]
fn in_go_whole_numbers_have_no_point() {
    assert_eq!(
        registry(Dialect::Go).render(Format::Text),
        r#"# HELP calls_total A \\ and a "quote"\nand a line.
# TYPE calls_total counter
calls_total{a="two\n\"\\",z="one"} 2
# HELP open A \\ and a "quote"\nand a line.
# TYPE open gauge
open{a="ä",z=""} -1
# HELP seconds A \\ and a "quote"\nand a line.
# TYPE seconds histogram
seconds_bucket{a="y",z="x",le="0.5"} 1
seconds_bucket{a="y",z="x",le="1"} 2
seconds_bucket{a="y",z="x",le="+Inf"} 3
seconds_sum{a="y",z="x"} 3.25
seconds_count{a="y",z="x"} 3
"#
    );
}

#[test]
fn in_python_and_java_they_have_one() {
    let text = registry(Dialect::Python).render(Format::Text);
    assert!(
        text.contains("} 2.0\n") && text.contains("} -1.0\n"),
        "{text}"
    );
    assert!(text.contains("le=\"1.0\"} 2.0\n"), "{text}");
    assert!(text.contains("le=\"+Inf\"} 3.0\n"), "{text}");
    assert_eq!(registry(Dialect::Java).render(Format::Text), text);
}

#[test]
fn openmetrics_is_the_same_in_all_dialects_but_for_numbers() {
    let text = registry(Dialect::Go).render(Format::OpenMetrics);
    let (before, at) = text.split_once("# {trace_id=\"").unwrap();
    let (exemplar, after) = at.split_once('\n').unwrap();
    assert!(before.starts_with(
        "# HELP calls A \\\\ and a \\\"quote\\\"\\nand a line.\n# TYPE calls counter\ncalls_total{a="
    ));
    assert!(
        exemplar.starts_with(&format!("{}\"}} 1 ", "01".repeat(16))),
        "{exemplar}"
    );
    assert!(after.contains("seconds_bucket{a=\"y\",z=\"x\",le=\"1.0\"} 2\n"));
    assert!(after.ends_with("seconds_count{a=\"y\",z=\"x\"} 3\n# EOF\n"));
}

#[test]
fn what_is_written_is_read_back() {
    let exposition = Exposition::read(&registry(Dialect::Go).render(Format::Text));
    let labels = [("a", "two\n\"\\"), ("z", "one")];
    assert_eq!(exposition.value("calls_total", &labels), Some(2.0));
    assert_eq!(exposition.family_of("seconds_bucket"), "seconds");
}

#[test]
fn a_snapshot_has_what_the_text_has() {
    let families = registry(Dialect::Go).snapshot();
    let values: Vec<_> = families
        .iter()
        .map(|family| family.series()[0].value().clone())
        .collect();
    let [
        ValueSnapshot::Counter {
            value: 2,
            exemplar: Some(exemplar),
        },
        gauge,
        ValueSnapshot::Histogram { buckets, sum },
    ] = &values[..]
    else {
        panic!("{values:?}");
    };
    assert_eq!(exemplar.trace_id, TraceId::from_bytes([1; 16]));
    assert_eq!(*gauge, ValueSnapshot::Gauge { value: -1 });
    assert_eq!(
        buckets
            .iter()
            .map(|bucket| bucket.count)
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(sum.to_bits(), 3.25_f64.to_bits());
}

#[test]
fn an_exemplar_is_whole_while_others_write() {
    let registry = Registry::new();
    let family = family(FamilyKind::Counter, Dialect::Go);
    let counter = registry.counter(&family, &["", ""]);
    std::thread::scope(|scope| {
        for byte in 1..=2 {
            let counter = counter.clone();
            scope.spawn(move || {
                (0..20_000).for_each(|_| counter.increment_in(TraceId::from_bytes([byte; 16])));
            });
        }
        for _ in 0..2_000 {
            let families = registry.snapshot();
            let ValueSnapshot::Counter { exemplar, .. } = families[0].series()[0].value() else {
                panic!("a counter");
            };
            if let Some(exemplar) = exemplar {
                let trace = exemplar.trace_id.to_string();
                assert!(
                    trace == "01".repeat(16) || trace == "02".repeat(16),
                    "{trace}"
                );
            }
        }
    });
    let families = registry.snapshot();
    assert!(matches!(
        families[0].series()[0].value(),
        ValueSnapshot::Counter { value: 40_000, .. }
    ));
}
