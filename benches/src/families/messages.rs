//! Streamed messages: those that nobody looks at, and those that some do.

use super::stack::{client, full_frames, generated, server};
use crate::{
    Family, Row, Scenario,
    drive::{replies, requests},
    interceptors::{Look, Pass, five, ten},
};

pub(super) const REPLIES: Scenario = Scenario::new("replies/generated/bare", |messages| {
    replies(generated(), messages);
});
pub(super) const REPLIES_SERVER: Scenario = Scenario::new("replies/generated/server", |messages| {
    replies(server(Pass, generated()), messages);
});
const REPLIES_SERVER_TEN: Scenario = Scenario::new("replies/generated/server-ten", |messages| {
    replies(server(ten(Pass), generated()), messages);
});
pub(super) const REPLIES_CLIENT: Scenario = Scenario::new("replies/generated/client", |messages| {
    replies(client(Pass, generated()), messages);
});
const REPLIES_LOOK: Scenario = Scenario::new("replies/generated/server-look", |messages| {
    replies(server(Look, generated()), messages);
});
const REPLIES_FIVE_LOOK: Scenario =
    Scenario::new("replies/generated/server-five-look", |messages| {
        replies(server(five(Look), generated()), messages);
    });
const REPLIES_CLIENT_FIVE_LOOK: Scenario =
    Scenario::new("replies/generated/client-five-look", |messages| {
        replies(client(five(Look), generated()), messages);
    });
const FULL: Scenario = Scenario::new("replies/full-frames/bare", |messages| {
    replies(full_frames(), messages);
});
const FULL_SERVER: Scenario = Scenario::new("replies/full-frames/server", |messages| {
    replies(server(Pass, full_frames()), messages);
});
const FULL_CLIENT: Scenario = Scenario::new("replies/full-frames/client", |messages| {
    replies(client(Pass, full_frames()), messages);
});
pub(super) const REQUESTS: Scenario = Scenario::new("requests/generated/bare", |messages| {
    requests(generated(), messages);
});
pub(super) const REQUESTS_SERVER: Scenario =
    Scenario::new("requests/generated/server", |messages| {
        requests(server(Pass, generated()), messages);
    });
pub(super) const REQUESTS_CLIENT: Scenario =
    Scenario::new("requests/generated/client", |messages| {
        requests(client(Pass, generated()), messages);
    });
const REQUESTS_FIVE_LOOK: Scenario =
    Scenario::new("requests/generated/server-five-look", |messages| {
        requests(server(five(Look), generated()), messages);
    });

pub(super) const FAMILY: Family = Family {
    title: "A streamed message",
    about: "Each message is small and comes in a frame of its own, which is the dear case; where that is said, in frames as full as tonic makes them. To look is to ask for the message's length in `inspect`.",
    rows: &[
        Row::new("messages/replies-bare", "tonic alone, a reply", REPLIES),
        Row::new("messages/requests-bare", "tonic alone, a request", REQUESTS),
        untouched(
            "messages/replies-server",
            "server, a reply nobody looks at",
            REPLIES_SERVER,
        )
        .over(REPLIES),
        untouched(
            "messages/replies-server-ten",
            "server, a reply nobody of ten looks at",
            REPLIES_SERVER_TEN,
        )
        .over(REPLIES),
        untouched(
            "messages/replies-client",
            "client, a reply nobody looks at",
            REPLIES_CLIENT,
        )
        .over(REPLIES),
        untouched(
            "messages/requests-server",
            "server, a request nobody looks at",
            REQUESTS_SERVER,
        )
        .over(REQUESTS),
        untouched(
            "messages/requests-client",
            "client, a request nobody looks at",
            REQUESTS_CLIENT,
        )
        .over(REQUESTS),
        untouched(
            "messages/full-server",
            "server, a reply nobody looks at, in full frames",
            FULL_SERVER,
        )
        .over(FULL),
        untouched(
            "messages/full-client",
            "client, a reply nobody looks at, in full frames",
            FULL_CLIENT,
        )
        .over(FULL),
        Row::new(
            "messages/replies-server-look",
            "server, a reply one looks at",
            REPLIES_LOOK,
        )
        .over(REPLIES),
        looked_at(
            "messages/replies-server-five-look",
            "server, a reply five look at",
            REPLIES_FIVE_LOOK,
        )
        .over(REPLIES),
        looked_at(
            "messages/replies-client-five-look",
            "client, a reply five look at",
            REPLIES_CLIENT_FIVE_LOOK,
        )
        .over(REPLIES),
        looked_at(
            "messages/requests-server-five-look",
            "server, a request five look at",
            REQUESTS_FIVE_LOOK,
        )
        .over(REQUESTS),
        Row::new(
            "messages/further-look",
            "each further look (no further parse)",
            REPLIES_FIVE_LOOK,
        )
        .over(REPLIES_LOOK)
        .among(4),
    ],
};

const fn untouched(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).instructions(20).allocations(0)
}

const fn looked_at(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).instructions(400)
}
