//! Each further interceptor: plain, optional, selected, and behind a wall.

use grpc_interceptor::Interceptor;

use super::{
    layer::{BARE, CLIENT, CLIENT_TEN, SERVER, SERVER_TEN},
    stack::{client, generated, server},
};
use crate::{
    Family, Row, Scenario,
    drive::unary,
    interceptors::{Nine, Pass, PassedBy, Selected, Seven},
};

const SERVER_SOME: Scenario = Scenario::new("unary/generated/server-some", |calls| {
    unary(server(optional(Some(Pass)), generated()), calls);
});
const SERVER_NONE: Scenario = Scenario::new("unary/generated/server-none", |calls| {
    unary(server(optional(None), generated()), calls);
});
const SERVER_SEVEN: Scenario = Scenario::new("unary/generated/server-seven", |calls| {
    unary(server(Seven::default(), generated()), calls);
});
const SERVER_NINE: Scenario = Scenario::new("unary/generated/server-nine", |calls| {
    unary(server(Nine::default(), generated()), calls);
});
const SERVER_SELECTED: Scenario = Scenario::new("unary/generated/server-selected", |calls| {
    unary(server(Selected::default(), generated()), calls);
});
const SERVER_PASSED_BY: Scenario = Scenario::new("unary/generated/server-passed-by", |calls| {
    unary(server(PassedBy::default(), generated()), calls);
});
const CLIENT_SOME: Scenario = Scenario::new("unary/generated/client-some", |calls| {
    unary(client(optional(Some(Pass)), generated()), calls);
});
const CLIENT_SELECTED: Scenario = Scenario::new("unary/generated/client-selected", |calls| {
    unary(client(Selected::default(), generated()), calls);
});

/// One plain, and nine that may be there.
fn optional(it: Option<Pass>) -> impl Interceptor {
    (Pass, it, it, it, it, it, it, it, it, it)
}

pub(super) const FAMILY: Family = Family {
    title: "Each further interceptor, a unary call",
    about: "What several cost over one, divided by how many more they are: nine in a tuple, six by the derive. The derive's chain has a wall before its ninth field, a box that ends the nesting of types.",
    rows: &[
        plain("further/server", "server, plain", SERVER_TEN, SERVER),
        plain("further/client", "client, plain", CLIENT_TEN, CLIENT),
        chosen("further/server-some", "server, `Some`", SERVER_SOME, SERVER).among(9),
        chosen("further/server-none", "server, `None`", SERVER_NONE, SERVER).among(9),
        chosen("further/client-some", "client, `Some`", CLIENT_SOME, CLIENT).among(9),
        plain(
            "further/server-derived",
            "server, plain, by the derive",
            SERVER_SEVEN,
            SERVER,
        )
        .among(6),
        chosen(
            "further/server-selected",
            "server, selected by `only`",
            SERVER_SELECTED,
            SERVER,
        ),
        chosen(
            "further/server-passed-by",
            "server, for another method",
            SERVER_PASSED_BY,
            SERVER,
        ),
        chosen(
            "further/client-selected",
            "client, selected by `only`",
            CLIENT_SELECTED,
            CLIENT,
        ),
        Row::new(
            "further/wall",
            "server, nine by the derive, a wall before the last: all of it",
            SERVER_NINE,
        )
        .over(BARE)
        .allocations(3),
    ],
};

const fn plain(id: &'static str, what: &'static str, ten: Scenario, one: Scenario) -> Row {
    let row = Row::new(id, what, ten).over(one).among(9);
    row.instructions(60).allocations(0)
}

const fn chosen(id: &'static str, what: &'static str, seven: Scenario, one: Scenario) -> Row {
    let row = Row::new(id, what, seven).over(one).among(6);
    row.instructions(120).allocations(0)
}
