//! `BoxInterceptor`: chains that are put together at run time.

use grpc_interceptor::BoxInterceptor;

use super::{
    layer::{BARE, CLIENT, SERVER},
    stack::{client, generated, server},
};
use crate::{Family, Row, Scenario, drive::unary, interceptors::Pass};

const SERVER_BOX: Scenario = Scenario::new("unary/generated/server-box", |calls| {
    unary(server(pass(), generated()), calls);
});
const CLIENT_BOX: Scenario = Scenario::new("unary/generated/client-box", |calls| {
    unary(client(pass(), generated()), calls);
});
const SERVER_VEC: Scenario = Scenario::new("unary/generated/server-vec-ten", |calls| {
    unary(server(vec![pass(); 10], generated()), calls);
});
const SERVER_TUPLE: Scenario = Scenario::new("unary/generated/server-boxes-ten", |calls| {
    let it = pass;
    let ten = (it(), it(), it(), it(), it(), it(), it(), it(), it(), it());
    unary(server(ten, generated()), calls);
});

fn pass() -> BoxInterceptor {
    BoxInterceptor::new(Pass)
}

pub(super) const FAMILY: Family = Family {
    title: "`BoxInterceptor`, a unary call",
    about: "",
    rows: &[
        each("boxed/server", "server, over the same unboxed", SERVER_BOX).over(SERVER),
        each("boxed/client", "client, over the same unboxed", CLIENT_BOX).over(CLIENT),
        each(
            "boxed/vec",
            "each of ten in a `Vec`, over one unboxed",
            SERVER_VEC,
        )
        .over(SERVER)
        .among(10),
        each(
            "boxed/tuple",
            "each of ten in a tuple, over one unboxed",
            SERVER_TUPLE,
        )
        .over(SERVER)
        .among(10),
        Row::new("boxed/vec-ten", "ten in a `Vec`, all of it", SERVER_VEC).over(BARE),
    ],
};

const fn each(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).instructions(500)
}
