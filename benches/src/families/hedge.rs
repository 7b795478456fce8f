use grpc_interceptor::hedge::Hedge;

use super::{
    layer::CLIENT,
    stack::{client, generated},
};
use crate::{Family, Row, Scenario, drive::unary};

const HEDGE: Scenario = Scenario::new("unary/generated/client-hedge", |calls| {
    unary(client(Hedge::new(), generated()), calls);
});

pub(super) const FAMILY: Family = Family {
    title: "`hedge`, a call that has no policy",
    about: "It passes untouched.",
    rows: &[Row::new(
        "hedge/client",
        "client, over a pass-through interceptor",
        HEDGE,
    )
    .over(CLIENT)
    .instructions(150)
    .allocations(0)],
};
