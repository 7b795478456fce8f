//! Pitfalls that a layer can fall into beside the laws: each a check of its own, with a mutant that has fallen into it. The
//! table of all rows is in `rows`.

mod bodies;
mod edges;
mod limits;
mod passing;
mod readiness;
mod rows;
pub(crate) mod table;

use interceptor_core::Side;

use crate::{cell::Cell, check::Check, laws::ours, support::net::Transport};

/// All of them, in their order.
pub(crate) fn all() -> Vec<Check> {
    macro_rules! pitfall {
        ($id:literal $name:ident, $holds:path, $refuses:expr) => {
            Check {
                id: $id,
                name: stringify!($name),
                says: "",
                holds: |cell, subject| Box::pin($holds(cell, subject)),
                ours,
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
        pitfall!("P18" duration, passing::duration, paused),
        pitfall!("P21" panics, bodies::panics, |_| None),
        pitfall!("P27" limits, limits::hold, |_| None),
        pitfall!("P37" attempts, passing::attempts, |_| None),
        pitfall!("P42" request_messages, passing::request_messages, |_| None),
    ]
}

fn in_process(cell: Cell) -> Option<&'static str> {
    (cell.transport == Transport::Tcp).then_some("it is between services of one process")
}

fn paused(cell: Cell) -> Option<&'static str> {
    (cell.transport == Transport::Tcp).then_some("real time would have to pass")
}

fn frames_of_a_server(cell: Cell) -> Option<&'static str> {
    match (cell.side, cell.transport) {
        (Side::Client, _) => Some("a client writes no response"),
        (Side::Server, Transport::Tcp) => Some("frames are read from the pipe"),
        (Side::Server, Transport::Duplex) => None,
    }
}
