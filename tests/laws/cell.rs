//! Where a law is checked: one call type, on one side, over one transport.

use std::{fmt, pin::Pin, sync::Arc};

use interceptor_core::{CallKind, Side};
use interceptor_test::{
    Case,
    laws::scene::{Ground, Scene, Way},
};

use crate::{
    check,
    support::{self, Svc, net::Transport},
};

/// One cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) kind: CallKind,
    /// The side that the layer stands on.
    pub(crate) side: Side,
    pub(crate) transport: Transport,
}

/// tonic's channel and server between caller and service; or nothing, in one process.
#[derive(Debug)]
pub(crate) struct Net(pub(crate) Option<Transport>);

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

    /// Where a law is checked of that way.
    pub(crate) fn scene(self, way: Arc<dyn Way>) -> Scene {
        let (case, net) = (Case::new(self.kind, self.side), Net(Some(self.transport)));
        Scene::of_layer(case, way, Arc::new(net)).paused(self.transport == Transport::Duplex)
    }

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

impl Ground for Net {
    fn path(&self, kind: CallKind) -> &'static str {
        support::path(kind)
    }

    fn origin(&self) -> &'static str {
        "http://peer.test"
    }

    fn connect(&self, service: Svc) -> Pin<Box<dyn Future<Output = Svc> + '_>> {
        Box::pin(async move {
            match self.0 {
                Some(transport) => transport.connect(service).await,
                None => service,
            }
        })
    }

    fn event_interval(&self) -> u32 {
        1
    }

    fn turns(&self) -> usize {
        if self.0.is_some() { 10_000 } else { 200 }
    }

    fn allocations(&self, poll: &mut dyn FnMut()) -> u64 {
        allocation_counter::measure(poll).count_total
    }

    fn uncounted(&self, poll: &mut dyn FnMut()) {
        allocation_counter::opt_out(poll);
    }

    fn panicked(&self) -> Option<String> {
        check::first_panic()
    }
}
