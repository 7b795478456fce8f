//! The cells of the matrix: four call types on two sides.

use std::fmt;

use interceptor_core::{CallKind, Methods, Side};

use crate::WireMessage;

/// A call type on a side: one of the eight cells in which an interceptor works.
///
/// ```
/// use interceptor_core::{CallKind, Side};
/// use interceptor_test::Case;
///
/// assert_eq!(Case::all().count(), 8);
/// let case = Case::new(CallKind::UnaryStream, Side::Server);
/// assert_eq!(case.to_string(), "unary_stream on the server");
/// assert_eq!(case.path(), "/interceptor.test.Test/UnaryStream");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Case {
    kind: CallKind,
    side: Side,
}

// === impl Case ===

impl Case {
    /// This call type on this side.
    #[must_use]
    pub const fn new(kind: CallKind, side: Side) -> Self {
        Self { kind, side }
    }

    /// All eight, those of the client first.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::on(Side::Client).chain(Self::on(Side::Server))
    }

    /// The four of one side.
    pub fn on(side: Side) -> impl Iterator<Item = Self> {
        CallKind::ALL
            .into_iter()
            .map(move |kind| Self { kind, side })
    }

    /// The call type.
    #[must_use]
    pub const fn kind(self) -> CallKind {
        self.kind
    }

    /// The side on which the chain runs.
    #[must_use]
    pub const fn side(self) -> Side {
        self.side
    }

    /// The path of the method that a harness calls in this case.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self.kind {
            CallKind::UnaryUnary => "/interceptor.test.Test/UnaryUnary",
            CallKind::UnaryStream => "/interceptor.test.Test/UnaryStream",
            CallKind::StreamUnary => "/interceptor.test.Test/StreamUnary",
            CallKind::StreamStream => "/interceptor.test.Test/StreamStream",
        }
    }

    /// The table of the four methods, one for each call type.
    ///
    /// # Panics
    ///
    /// Never: the four paths are well formed.
    #[must_use]
    pub fn methods() -> Methods {
        let table = Self::on(Side::Client).fold(Methods::builder(), |table, case| {
            table.method(case.path(), case.kind)
        });
        table.build().expect("the four paths are well formed")
    }

    /// The request messages of a harness that was not told any: `one` for a unary request, and `one`, `two`, `three`
    /// for a stream.
    #[must_use]
    pub fn requests(self) -> Vec<WireMessage> {
        let texts = ["one", "two", "three"];
        let count = if self.kind.client_streaming() { 3 } else { 1 };
        texts[..count].iter().map(|&text| text.into()).collect()
    }

    /// What [`Peer::echo`](crate::Peer::echo) answers to these messages: each of them, or all of them as one where the
    /// response is unary.
    #[must_use]
    pub fn echo(self, requests: &[WireMessage]) -> Vec<WireMessage> {
        if self.kind.server_streaming() {
            requests.to_vec()
        } else {
            vec![WireMessage::concat(requests)]
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on the {}", self.kind, self.side)
    }
}
