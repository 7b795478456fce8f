//! What generated code names, and nothing more. Not part of the public API.

pub use std::{
    boxed::Box,
    clone::Clone,
    future::Future,
    iter::IntoIterator,
    marker::{Send, Sync},
    pin::Pin,
    result::Result::{self, Ok},
    sync::Arc,
};

pub use tonic::{Request, Response, Status, Streaming};

pub use crate::{
    Call, CallType, ConfigError, Description, ExtensionType, Interceptor, Link, Methods, Next,
    Order, Pattern, Rules, Selection, Side, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
    blocking::{
        Replies,
        handler::{BoxStream, Handling, ReplyItem, to_a_thread},
    },
    interceptor::step,
    order::{NoOrder, OrderOf, check_link},
    signature::{
        HasInterceptCall, NoInterceptCall, blocking_intercept_call, intercept_call, on_a_thread,
    },
};
use crate::{Method, Reply};

/// What a call comes to.
pub type CallResult<T> = Result<Reply<T>, Status>;

/// A boxed future: stops the growth of types, which rustc bounds.
pub fn wall<'a, T: CallType>(
    future: impl Future<Output = CallResult<T>> + Send + 'a,
) -> Pin<Box<dyn Future<Output = CallResult<T>> + Send + 'a>> {
    Box::pin(future)
}

/// Runs one field of a chain, if it is selected.
#[inline]
pub async fn step_if<I: Interceptor + ?Sized, T: CallType, N: Next<T>>(
    selected: bool,
    interceptor: &I,
    call: Call<T>,
    next: N,
) -> CallResult<T> {
    if selected {
        step(interceptor, call, next).await
    } else {
        next.proceed(call).await
    }
}

/// What an interceptor for some call types only asks first.
///
/// # Errors
///
/// UNIMPLEMENTED for a method that is not in the layer's table, unless the layer lets such calls pass.
#[inline]
pub fn known<T: CallType>(call: &Call<T>) -> Result<(), Status> {
    call.known()
}

/// `otherwise = pass`.
#[inline]
pub async fn pass<T: CallType, N: Next<T>>(call: Call<T>, next: N) -> CallResult<T> {
    call.known()?;
    next.proceed(call).await
}

/// `otherwise = reject`: UNIMPLEMENTED.
#[inline]
pub fn reject<T: CallType>(
    call: Call<T>,
    interceptor: &'static str,
) -> impl Future<Output = CallResult<T>> + Send {
    let status = Status::unimplemented(format!(
        "`{interceptor}` does not take {} calls, such as {}",
        T::KIND,
        call.method(),
    ));
    drop(call); // before the answer is polled for: what the call holds is free at once
    std::future::ready(Err(status))
}

/// The patterns of a field. A static, because which methods they select is kept under its address.
#[derive(Debug)]
pub struct Patterns {
    /// The patterns.
    pub list: &'static [Pattern],
}

impl Patterns {
    /// Whether one of them matches. They are asked once for each method of a table.
    #[inline]
    #[must_use]
    pub fn any(&'static self, method: &Method) -> bool {
        method.is_one_of(self)
    }
}

/// Checks the patterns of a field against the table.
///
/// # Errors
///
/// A pattern that matches no method, or a table that says that it knows none.
pub fn check_patterns(
    patterns: &[Pattern],
    methods: &Methods,
    field: &'static str,
) -> Result<(), ConfigError> {
    patterns.iter().try_for_each(|pattern| {
        methods
            .check_pattern(pattern)
            .map_err(|error| error.at(field))
    })
}
