//! What ends calls by the clock, wrongly.

use std::time::Duration;

use grpc_interceptor::deadline::Deadline;
use interceptor_core::{Call, CallType, Next, Reply};
use tokio::time::timeout;
use tonic::{Code, Status};

use super::{Mutant, Subject};
use crate::{
    pitfalls::deadlines::TIME,
    support::{around, chain::one_body},
};

/// Waits so long for the response's headers.
#[derive(Debug, Clone)]
struct WaitsForHeaders;

impl WaitsForHeaders {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let passed = || Status::deadline_exceeded("no headers");
        let result = timeout(TIME, next.run(call)).await;
        result.unwrap_or_else(|_| Err(passed()))
    }
}

one_body!([] WaitsForHeaders);

/// A stream that stalls goes on for ever.
pub(crate) fn waits_for_headers_alone() -> Mutant {
    Mutant {
        subject: Subject::outside("waits_for_headers_alone", WaitsForHeaders),
        law: "P25",
        says: "nothing ends a call that stalls behind its headers",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[25],
    }
}

/// Says CANCELLED where it has to say `DEADLINE_EXCEEDED`, as tonic's own timer does.
#[derive(Debug, Clone)]
struct SaysCancelled;

impl SaysCancelled {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let result = next.run(call).await;
        result.map_err(|status| match status.code() {
            Code::DeadlineExceeded => Status::cancelled("Timeout expired"),
            _ => status,
        })
    }
}

one_body!([] SaysCancelled);

pub(crate) fn takes_a_deadline_for_a_cancel() -> Mutant {
    let subject = Subject::new("takes_a_deadline_for_a_cancel", |side, chain, below| {
        let deadline = Deadline::new().max(TIME);
        around(side, (SaysCancelled, deadline, chain), below)
    });
    Mutant {
        subject,
        law: "P25",
        says: "comes to Cancelled",
        breaks: |_, _| true,
        pitfalls: &[25],
    }
}

/// A deadline by hand: how `grpc-timeout` is read, how it is written, and whether time that is over is looked at first.
#[derive(Debug, Clone, Copy)]
struct ByHand {
    read: fn(&str) -> Option<Duration>,
    write: fn(Duration) -> String,
    looks_first: bool,
}

impl ByHand {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let value = call.metadata().get("grpc-timeout");
        let value = value.and_then(|value| value.to_str().ok());
        let Some(time) = value.and_then(self.read) else {
            return next.run(call).await;
        };
        let value = (self.write)(time).parse().unwrap();
        call.metadata_mut().insert("grpc-timeout", value);
        let passed = || Status::deadline_exceeded("the time is over");
        if time.is_zero() && self.looks_first {
            return Err(passed());
        }
        let result = timeout(time, next.run(call)).await;
        result.unwrap_or_else(|_| Err(passed()))
    }
}

one_body!([] ByHand);

/// As it has to be done.
const RIGHT: ByHand = ByHand {
    read,
    write: |time| match time.as_nanos() {
        nanos @ 0..100_000_000 => format!("{nanos}n"),
        nanos @ 0..100_000_000_000 => format!("{}u", nanos / 1_000),
        _ => format!("{}S", time.as_secs()),
    },
    looks_first: true,
};

fn read(text: &str) -> Option<Duration> {
    (text.len() <= 9).then(|| read_any(text)).flatten()
}

/// However many digits.
fn read_any(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().ok()?;
    let seconds = |of: u64| Duration::from_secs(number).checked_mul(u32::try_from(of).ok()?);
    match unit {
        "H" => seconds(3_600),
        "M" => seconds(60),
        "S" => seconds(1),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

/// A deadline by hand that is wrong.
fn by_hand(name: &'static str, says: &'static str, deadline: ByHand) -> Mutant {
    Mutant {
        subject: Subject::outside(name, deadline),
        law: "P26",
        says,
        breaks: |_, _| true,
        pitfalls: &[26],
    }
}

pub(crate) fn reads_any_number_of_digits() -> Mutant {
    let deadline = ByHand {
        read: read_any,
        ..RIGHT
    };
    by_hand(
        "reads_any_number_of_digits",
        "\"000000001S\" comes to Some(DeadlineExceeded)",
        deadline,
    )
}

pub(crate) fn takes_minutes_for_milliseconds() -> Mutant {
    let deadline = ByHand {
        read: |text| read(&text.replace('M', "m")),
        ..RIGHT
    };
    by_hand(
        "takes_minutes_for_milliseconds",
        "\"1M\" comes to Some(DeadlineExceeded) after 1ms",
        deadline,
    )
}

pub(crate) fn writes_nanoseconds_alone() -> Mutant {
    let deadline = ByHand {
        write: |time| format!("{}n", time.as_nanos()),
        ..RIGHT
    };
    by_hand(
        "writes_nanoseconds_alone",
        "\"1S\" is told as \"1000000000n\"",
        deadline,
    )
}

pub(crate) fn sends_what_has_no_time_left() -> Mutant {
    let deadline = ByHand {
        looks_first: false,
        ..RIGHT
    };
    by_hand(
        "sends_what_has_no_time_left",
        "with \"0S\", something is sent",
        deadline,
    )
}
