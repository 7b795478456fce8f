//! `recovery`: a call that does not panic.

use grpc_interceptor::recovery::Recovery;

use super::{
    layer::SERVER,
    stack::{generated, server},
};
use crate::{Family, Row, Scenario, drive::unary, interceptors::Pass};

const RECOVERY: Scenario = Scenario::new("unary/generated/server-recovery", |calls| {
    unary(server((Pass, Recovery::new()), generated()), calls);
});

pub(super) const FAMILY: Family = Family {
    title: "`recovery`, a call that does not panic",
    about: "",
    rows: &[Row::new(
        "recovery/server",
        "server, behind a pass-through interceptor",
        RECOVERY,
    )
    .over(SERVER)
    .instructions(150)
    .allocations(0)],
};
