//! Pitfalls that a layer can fall into beside the laws: each a check of its own, with a mutant that has fallen into it. Those
//! of the kit's modules are checked with the module, and their mutants are of its kind. The table of all rows is in `rows`.

mod bodies;
pub(crate) mod deadlines;
mod edges;
mod limits;
mod passing;
mod readiness;
pub(crate) mod retries;
mod rows;
mod runtimes;
pub(crate) mod table;
mod unknown;
mod web;

use interceptor_core::Side;

use crate::{cell::Cell, check::Check, laws::ours, support::net::Transport};

/// All of them, in their order.
pub(crate) fn all() -> Vec<Check> {
    macro_rules! pitfall {
        ($id:literal $name:ident, $holds:path, $refuses:expr) => {
            pitfall!($id $name, $holds, $refuses, ours)
        };
        ($id:literal $name:ident, $holds:path, $refuses:expr, $ours:path) => {
            Check {
                id: $id,
                name: stringify!($name),
                says: "",
                holds: |cell, subject| Box::pin($holds(cell, subject)),
                ours: $ours,
                refuses: $refuses,
            }
        };
    }
    vec![
        pitfall!("P3" hints, bodies::hints, |_| None),
        pitfall!("P4" one_frame, edges::one_frame, frames_of_a_server),
        pitfall!("P7" request_line, edges::request_line, |_| None),
        pitfall!("P8" extensions, passing::extensions, in_process),
        pitfall!("P9" readiness, readiness::is_forwarded, in_process),
        pitfall!("P10" ready_instance, readiness::is_its_own, in_process),
        pitfall!("P11" failures, readiness::failures, in_process),
        pitfall!("P14" inner, retries::inner, |_| None, retries::ours),
        pitfall!("P15" metadata, retries::metadata, |_| None, retries::ours),
        pitfall!("P16" requests, retries::requests, |_| None, retries::ours),
        pitfall!("P17" messages, retries::messages, streamed, retries::ours),
        pitfall!("P18" duration, passing::duration, paused),
        pitfall!("P21" panics, bodies::panics, |_| None),
        pitfall!("P25" whole, deadlines::whole, paused, deadlines::limiting),
        pitfall!("P26" format, deadlines::format, in_process, deadlines::as_told),
        pitfall!("P27" limits, limits::hold, |_| None),
        pitfall!("P29" answers, web::answers, web::servers),
        pitfall!("P34" one_thread, runtimes::one_thread, runtimes::in_real_time, runtimes::ours),
        pitfall!("P37" attempts, passing::attempts, |_| None),
        pitfall!("P39" names, unknown::names, in_process),
        pitfall!("P42" request_messages, passing::request_messages, |_| None),
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
