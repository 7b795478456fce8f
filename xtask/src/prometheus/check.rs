//! What Prometheus knows after a known load.

use super::{Load, server::Prometheus, until};
use crate::Outcome;

/// In each round of the example: side, method, code, calls.
const ENDS: [(&str, &str, &str, u64); 12] = [
    ("client", "UnaryEcho", "OK", 3),
    ("client", "UnaryEcho", "NotFound", 1),
    ("client", "UnaryEcho", "Unavailable", 1),
    ("client", "ServerStream", "OK", 1),
    ("client", "ClientStream", "OK", 1),
    ("client", "BidiStream", "OK", 1),
    ("client", "BidiStream", "Canceled", 1),
    ("server", "UnaryEcho", "OK", 3),
    ("server", "UnaryEcho", "NotFound", 1),
    ("server", "UnaryEcho", "Unavailable", 1),
    ("server", "ServerStream", "OK", 1),
    ("server", "ClientStream", "OK", 1),
];

/// The same: metric, method, messages.
const MESSAGES: [(&str, &str, u64); 6] = [
    ("grpc_client_msg_sent_total", "ClientStream", 4),
    ("grpc_server_msg_received_total", "ClientStream", 4),
    ("grpc_client_msg_received_total", "ServerStream", 5),
    ("grpc_server_msg_sent_total", "ServerStream", 5),
    ("grpc_client_msg_received_total", "UnaryEcho", 3),
    ("grpc_server_msg_sent_total", "UnaryEcho", 3),
];

const CALLS: u64 = 9;

pub(super) fn all(prometheus: &Prometheus, load: &Load) -> Outcome {
    counts(prometheus, load.rounds)?;
    rates(prometheus, load)?;
    quantiles(prometheus, load)
}

/// To the last call.
fn counts(prometheus: &Prometheus, rounds: u64) -> Outcome {
    for side in ["client", "server"] {
        for metric in ["started_total", "handled_total", "handling_seconds_count"] {
            is(
                prometheus,
                &format!("sum(grpc_{side}_{metric})"),
                CALLS * rounds,
            )?;
        }
        is(prometheus, &format!("sum(grpc_{side}_in_flight)"), 0)?;
    }
    for (side, method, code, calls) in ENDS {
        let labels = format!("grpc_method=\"{method}\",grpc_code=\"{code}\"");
        is(
            prometheus,
            &format!("sum(grpc_{side}_handled_total{{{labels}}})"),
            calls * rounds,
        )?;
    }
    for (metric, method, messages) in MESSAGES {
        is(
            prometheus,
            &format!("sum({metric}{{grpc_method=\"{method}\"}})"),
            messages * rounds,
        )?;
    }
    println!("counts of {} calls on both sides are exact", CALLS * rounds);
    Ok(())
}

/// The last of it may not have been read yet.
fn is(prometheus: &Prometheus, query: &str, expected: u64) -> Outcome {
    until(query, || {
        let number = prometheus.number(query, None)?;
        #[expect(clippy::cast_precision_loss, reason = "there are thousands at most")]
        let is_right = (number - expected as f64).abs() < 0.5;
        is_right
            .then_some(())
            .ok_or_else(|| format!("it is {number}, and not {expected}"))
    })
}

/// Of the last seconds of the load.
fn rates(prometheus: &Prometheus, load: &Load) -> Outcome {
    #[expect(clippy::cast_precision_loss, reason = "there are thousands at most")]
    let rate = (CALLS * load.rounds) as f64 / (load.to - load.from);
    let seen = "sum(rate(grpc_server_started_total[4s]))";
    within(prometheus, load, seen, rate * 0.6, rate * 1.6)?;
    let of = |code: &str| {
        format!("sum(rate(grpc_server_handled_total{{grpc_method=\"UnaryEcho\"{code}}}[4s]))")
    };
    let share = format!("{} / {}", of(",grpc_code=\"NotFound\""), of(""));
    within(prometheus, load, &share, 0.17, 0.23)
}

/// The server takes 2 to 60 milliseconds over a call, and 7 at the median; a busy machine makes that more.
fn quantiles(prometheus: &Prometheus, load: &Load) -> Outcome {
    let of = |quantile: &str| {
        let buckets = "sum by (le) (rate(grpc_server_handling_seconds_bucket[4s]))";
        format!("histogram_quantile({quantile}, {buckets})")
    };
    within(prometheus, load, &of("0.5"), 0.002, 0.1)?;
    within(prometheus, load, &of("0.99"), 0.03, 5.0)
}

fn within(prometheus: &Prometheus, load: &Load, query: &str, least: f64, most: f64) -> Outcome {
    let number = prometheus.number(query, Some(load.to))?;
    if (least..=most).contains(&number) {
        println!("{query} = {number:.3}");
        return Ok(());
    }
    Err(format!(
        "{query} = {number}, which is not from {least} to {most}"
    ))
}
