//! The layer: what the first interceptor costs, and ten of them.

use super::stack::{client, generated, routes, server};
use crate::{
    Family, Row, Scenario,
    drive::unary,
    interceptors::{Pass, ten},
};

pub(super) const BARE: Scenario =
    Scenario::new("unary/generated/bare", |calls| unary(generated(), calls));
const BARE_ROUTES: Scenario = Scenario::new("unary/routes/bare", |calls| unary(routes(), calls));

pub(super) const SERVER: Scenario = Scenario::new("unary/generated/server", |calls| {
    unary(server(Pass, generated()), calls);
});
pub(super) const SERVER_TEN: Scenario = Scenario::new("unary/generated/server-ten", |calls| {
    unary(server(ten(Pass), generated()), calls);
});
const SERVER_ROUTES: Scenario = Scenario::new("unary/routes/server", |calls| {
    unary(server(Pass, routes()), calls);
});
const SERVER_TEN_ROUTES: Scenario = Scenario::new("unary/routes/server-ten", |calls| {
    unary(server(ten(Pass), routes()), calls);
});

pub(super) const CLIENT: Scenario = Scenario::new("unary/generated/client", |calls| {
    unary(client(Pass, generated()), calls);
});
pub(super) const CLIENT_TEN: Scenario = Scenario::new("unary/generated/client-ten", |calls| {
    unary(client(ten(Pass), generated()), calls);
});
const CLIENT_ROUTES: Scenario = Scenario::new("unary/routes/client", |calls| {
    unary(client(Pass, routes()), calls);
});
const CLIENT_TEN_ROUTES: Scenario = Scenario::new("unary/routes/client-ten", |calls| {
    unary(client(ten(Pass), routes()), calls);
});

pub(super) const FAMILY: Family = Family {
    title: "The layer, a unary call",
    about: "What a layer with pass-through interceptors adds to tonic's own call, over the generated service and over `Routes`, each side apart.",
    rows: &[
        Row::new("layer/bare", "tonic alone, generated service", BARE),
        Row::new("layer/bare-routes", "tonic alone, `Routes`", BARE_ROUTES),
        one("layer/server", "server, one", SERVER, BARE),
        one(
            "layer/server-routes",
            "server, one, `Routes`",
            SERVER_ROUTES,
            BARE_ROUTES,
        ),
        one("layer/client", "client, one", CLIENT, BARE),
        one(
            "layer/client-routes",
            "client, one, `Routes`",
            CLIENT_ROUTES,
            BARE_ROUTES,
        ),
        all_ten("layer/server-ten", "server, ten", SERVER_TEN, BARE),
        all_ten(
            "layer/server-ten-routes",
            "server, ten, `Routes`",
            SERVER_TEN_ROUTES,
            BARE_ROUTES,
        ),
        all_ten("layer/client-ten", "client, ten", CLIENT_TEN, BARE),
        all_ten(
            "layer/client-ten-routes",
            "client, ten, `Routes`",
            CLIENT_TEN_ROUTES,
            BARE_ROUTES,
        ),
    ],
};

const fn one(id: &'static str, what: &'static str, of: Scenario, over: Scenario) -> Row {
    let row = Row::new(id, what, of).over(over);
    row.instructions(1_700).allocations(2)
}

const fn all_ten(id: &'static str, what: &'static str, of: Scenario, over: Scenario) -> Row {
    let row = Row::new(id, what, of).over(over);
    row.allocations(2).bytes(1_536)
}
