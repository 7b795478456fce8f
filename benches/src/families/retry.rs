use std::time::Duration;

use grpc_interceptor::{
    policy::{Backoff, RetryPolicy, RetryThrottling, Throttle},
    retry::Retry,
};
use tonic::Code;

use super::{
    layer::CLIENT,
    stack::{client, generated},
};
use crate::{
    Family, Row, Scenario,
    drive::{requests, unary_of_100_bytes},
    interceptors::Pass,
};

const PASS: Scenario = Scenario::new("unary/generated/client-100-bytes", |calls| {
    unary_of_100_bytes(client(Pass, generated()), calls);
});
const PLAIN: Scenario = Scenario::new("unary/generated/client-retry", |calls| {
    unary_of_100_bytes(client(Retry::new(), generated()), calls);
});
const POLICY: Scenario = Scenario::new("unary/generated/client-retry-policy", |calls| {
    unary_of_100_bytes(client(with_policy(), generated()), calls);
});
const REQUESTS_PASS: Scenario = Scenario::new("requests/generated/client-one", |messages| {
    requests(client(Pass, generated()), messages);
});
const REQUESTS: Scenario = Scenario::new("requests/generated/client-retry", |messages| {
    requests(client(with_policy(), generated()), messages);
});

fn with_policy() -> Retry {
    let policy = || {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1), 2.0)?;
        let policy = RetryPolicy::new(4, backoff, [Code::Unavailable])?;
        let throttle = Throttle::new(RetryThrottling::new(10.0, 0.1)?);
        Retry::new()
            .throttle(throttle)
            .policy("/echo.v1.Echo/*", policy)
    };
    policy().expect("a policy within its bounds")
}

pub(super) const FAMILY: Family = Family {
    title: "`retry`, a call that succeeds at once",
    about: "A unary call of 100 bytes, over a pass-through interceptor; and a streamed request, of which the first 256 KiB are kept.",
    rows: &[
        Row::new("retry/layer", "a pass-through interceptor", PASS).over(CLIENT),
        of_unary("retry/client", "transparent retries only", PLAIN),
        of_unary("retry/client-policy", "a policy and a throttle", POLICY),
        Row::new(
            "retry/requests",
            "a message of a streamed request",
            REQUESTS,
        )
        .over(REQUESTS_PASS),
    ],
};

const fn of_unary(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of)
        .over(PASS)
        .instructions(1_500)
        .allocations(4)
}
