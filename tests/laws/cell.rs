//! Where a law is checked: one call type, on one side, over one transport.

use std::fmt;

use interceptor_core::{CallKind, Side};

use crate::support::net::Transport;

/// One cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) kind: CallKind,
    /// The side that the layer stands on.
    pub(crate) side: Side,
    pub(crate) transport: Transport,
}

// === impl Cell ===

impl Cell {
    /// What is run. The matrix has an enumeration of its own, and compares.
    pub(crate) fn all() -> Vec<Self> {
        let mut cells = Vec::new();
        for (kind, side) in crate::support::everywhere() {
            cells.extend(Transport::ALL.map(|transport| Self {
                kind,
                side,
                transport,
            }));
        }
        cells
    }

    /// Whether it is a unary request's.
    pub(crate) fn streams_requests(self) -> bool {
        self.kind.client_streaming()
    }

    pub(crate) fn streams_responses(self) -> bool {
        self.kind.server_streaming()
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = format!("{:?}", self.transport).to_lowercase();
        write!(f, "{} · {} · {transport}", self.kind, self.side)
    }
}
