use std::time::Duration;

use grpc_interceptor::deadline::Deadline;

use super::{
    layer::{CLIENT, SERVER},
    stack::{client, generated, server},
};
use crate::{Family, Row, Scenario, drive::unary};

const PLAIN: Scenario = Scenario::new("unary/generated/client-deadline", |calls| {
    unary(client(Deadline::new(), generated()), calls);
});
const MAX: Scenario = Scenario::new("unary/generated/client-deadline-max", |calls| {
    unary(client(second(), generated()), calls);
});
const SERVER_PLAIN: Scenario = Scenario::new("unary/generated/server-deadline", |calls| {
    unary(server(Deadline::new(), generated()), calls);
});
const SERVER_MAX: Scenario = Scenario::new("unary/generated/server-deadline-max", |calls| {
    unary(server(second(), generated()), calls);
});

fn second() -> Deadline {
    Deadline::new().max(Duration::from_secs(1))
}

pub(super) const FAMILY: Family = Family {
    title: "`deadline`",
    about: "Over a pass-through interceptor, of a call without a deadline, and with one of a second.",
    rows: &[
        Row::new("deadline/client", "client, none", PLAIN).over(CLIENT),
        Row::new("deadline/client-max", "client, a second", MAX).over(CLIENT),
        Row::new("deadline/server", "server, none", SERVER_PLAIN).over(SERVER),
        Row::new("deadline/server-max", "server, a second", SERVER_MAX).over(SERVER),
    ],
};
