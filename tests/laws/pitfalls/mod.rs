//! Pitfalls that a layer can fall into beside the laws: each a check of its own, with a mutant that has fallen into it. Most
//! are laws of `interceptor-test`. Those of the kit's modules are checked with the module, and their mutants are of its
//! kind. The table of all rows is in `rows`.

pub(crate) mod deadlines;
mod edges;
mod limits;
pub(crate) mod retries;
mod rows;
mod runtimes;
pub(crate) mod table;
mod unknown;
mod web;

use interceptor_core::Side;
use interceptor_test::laws::Law;

use crate::{
    cell::Cell,
    check::{Check, Holds},
    laws::{check, ours},
    support::net::Transport,
};

/// All of them, in their order.
pub(crate) fn all() -> Vec<Check> {
    let laws = Law::all().into_iter();
    let laws = laws.filter(|law| law.id.starts_with('P')).map(check);
    let mut checks: Vec<_> = laws.chain(here()).collect();
    checks.sort_by_key(|check| check.id[1..].parse::<u8>().unwrap());
    checks
}

/// Those that are not of the library.
fn here() -> Vec<Check> {
    macro_rules! pitfall {
        ($id:literal $name:ident, $holds:path, $refuses:expr) => {
            pitfall!($id $name, $holds, $refuses, ours)
        };
        ($id:literal $name:ident, $holds:path, $refuses:expr, $ours:path) => {
            Check {
                id: $id,
                name: stringify!($name),
                says: "",
                holds: Holds::Here(|cell, scene, _| Box::pin($holds(cell, scene)), $refuses),
                ours: $ours,
            }
        };
    }
    vec![
        pitfall!("P4" one_frame, edges::one_frame, frames_of_a_server),
        pitfall!("P14" inner, retries::inner, |_| None, retries::ours),
        pitfall!("P15" metadata, retries::metadata, |_| None, retries::ours),
        pitfall!("P16" requests, retries::requests, |_| None, retries::ours),
        pitfall!("P17" messages, retries::messages, streamed, retries::ours),
        pitfall!("P25" whole, deadlines::whole, paused, deadlines::limiting),
        pitfall!("P26" format, deadlines::format, in_process, deadlines::as_told),
        pitfall!("P27" limits, limits::hold, |_| None),
        pitfall!("P29" answers, web::answers, web::servers),
        pitfall!("P34" one_thread, runtimes::one_thread, runtimes::in_real_time, runtimes::ours),
        Check {
            id: "P39",
            name: "names",
            says: "",
            holds: Holds::Here(
                |cell, scene, subject| {
                    Box::pin(async move { unknown::names(cell, scene, &subject).await })
                },
                in_process,
            ),
            ours,
        },
    ]
}

fn in_process(cell: Cell) -> Option<&'static str> {
    (cell.transport == Transport::Tcp).then_some("it is between services of one process")
}

fn paused(cell: Cell) -> Option<&'static str> {
    (cell.transport == Transport::Tcp).then_some("real time would have to pass")
}

fn streamed(cell: Cell) -> Option<&'static str> {
    (!cell.streams_responses()).then_some("a message that came alone comes with its end")
}

fn frames_of_a_server(cell: Cell) -> Option<&'static str> {
    match (cell.side, cell.transport) {
        (Side::Client, _) => Some("a client writes no response"),
        (Side::Server, Transport::Tcp) => Some("frames are read from the pipe"),
        (Side::Server, Transport::Duplex) => None,
    }
}
