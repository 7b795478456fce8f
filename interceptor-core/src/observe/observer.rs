use tonic::metadata::MetadataMap;

use super::{End, Passing, Start};
use crate::{ConfigError, Methods, Side};

/// Sees calls, and changes nothing for them: metrics, logs, traces, a breaker.
///
/// [`Observe`](super::Observe) makes an interceptor of it. The state of a call is of the observer's own type, which
/// [`start`](Self::start) makes; the other callbacks get it as `&mut`, and [`end`](Self::end) gets it back.
///
/// ```
/// use std::time::Instant;
///
/// use interceptor_core::{End, Observe, Observer, Passing, Start, Wants};
///
/// /// Prints a line for each call when it is over.
/// struct Print;
///
/// /// What it keeps of a call.
/// struct Row {
///     call: String,
///     began: Instant,
///     sent: usize,
///     received: usize,
/// }
///
/// impl Observer for Print {
///     type Call = Row;
///
///     fn start(&self, start: &mut Start<'_>) -> Row {
///         let call = format!("{} {}", start.side(), start.method());
///         Row { call, began: Instant::now(), sent: 0, received: 0 }
///     }
///
///     fn wants_requests(&self, _: &Row) -> Wants {
///         Wants::Lengths
///     }
///
///     fn wants_responses(&self, _: &Row) -> Wants {
///         Wants::Lengths
///     }
///
///     fn request_message(&self, row: &mut Row, message: &Passing<'_>) {
///         row.sent += message.wire_len();
///     }
///
///     fn response_message(&self, row: &mut Row, message: &Passing<'_>) {
///         row.received += message.wire_len();
///     }
///
///     fn end(&self, row: Row, end: &End<'_>) {
///         let Row { call, began, sent, received } = row;
///         println!("{call}: {:?} after {:?}, {sent} B, {received} B", end.code(), began.elapsed());
///     }
/// }
/// # fn is_an_interceptor(_: impl interceptor_core::Interceptor) {}
/// # is_an_interceptor(Observe::new(Print));
/// ```
///
/// # Laws
///
/// - Each call that starts ends once, whatever becomes of it, with the code of [`End`].
/// - The callbacks of a call come one at a time, and none after its end.
/// - Messages are counted when they pass: a request message on its way to the peer, a response message on its way to the
///   caller. A unary response passes when it is in hand.
/// - A callback that panics changes nothing for the call, and the callbacks after it still come.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not observe calls",
    label = "this needs an `Observer`",
    note = "implement `Observer` for `{Self}`: `type Call`, `fn start` and `fn end` are enough"
)]
pub trait Observer: Send + Sync + 'static {
    /// What is kept of one call.
    type Call: Send + 'static;

    /// A call starts: its headers are there, and nothing of it was sent on.
    ///
    /// If this panics, the call goes on unobserved.
    fn start(&self, start: &mut Start<'_>) -> Self::Call;

    /// What [`request_message`](Self::request_message) wants of this call. Default: nothing. Asked once, after the start.
    fn wants_requests(&self, call: &Self::Call) -> Wants {
        let _ = call;
        Wants::Nothing
    }

    /// What [`response_message`](Self::response_message) wants of this call. Default: nothing. Asked once,
    /// after the start.
    fn wants_responses(&self, call: &Self::Call) -> Wants {
        let _ = call;
        Wants::Nothing
    }

    /// A message of the request passes. On a client this is in the task of the connection.
    fn request_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        let _ = (call, message);
    }

    /// The response's headers are there. A call that ends with a status in the place of a reply has none.
    fn response_headers(&self, call: &mut Self::Call, headers: &MetadataMap) {
        let _ = (call, headers);
    }

    /// A message of the response passes.
    fn response_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        let _ = (call, message);
    }

    /// The call is over.
    fn end(&self, call: Self::Call, end: &End<'_>);

    /// Checks itself against the table of methods, once, when a layer is made of it; also the place to prepare something
    /// for each method.
    ///
    /// # Errors
    ///
    /// What is configured wrongly.
    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        let _ = (methods, side);
        Ok(())
    }
}

/// What an observer wants of the messages that go one way.
///
/// The more it wants, the more it costs; see [`Observe`](super::Observe).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wants {
    /// It is not told of them. The body passes untouched.
    #[default]
    Nothing,
    /// Their number and their [lengths](Passing::wire_len). Nothing is parsed.
    Lengths,
    /// The [messages](Passing::message) too.
    Messages,
}
