//! What an interceptor or a handler needs of those before it.

use std::{fmt::Display, panic::Location};

use tonic::{Request, Status};

use super::providers;
use crate::interceptor::short_type_name;

/// What handlers ask of a request that has passed a chain.
///
/// ```
/// use interceptor_core::{RequestExt, tonic::{Code, Request}};
///
/// #[derive(Clone)]
/// struct User(&'static str);
///
/// let mut request = Request::new(());
/// assert_eq!(request.require::<User>().map(|user| user.0).unwrap_err().code(), Code::Internal);
///
/// request.extensions_mut().insert(User("anna"));
/// assert_eq!(request.require::<User>().unwrap().0, "anna");
/// ```
pub trait RequestExt {
    /// What an interceptor has put into the extensions for the handler.
    ///
    /// # Errors
    ///
    /// INTERNAL if it is not there. The text names the type and the interceptor of this program that says `provides(…)` of
    /// it; a line of `tracing` says where it was asked for, too.
    fn require<T: Send + Sync + 'static>(&self) -> Result<&T, Status>;
}

impl<M> RequestExt for Request<M> {
    #[track_caller]
    fn require<T: Send + Sync + 'static>(&self) -> Result<&T, Status> {
        match self.extensions().get() {
            Some(there) => Ok(there),
            None => Err(missing::<T>("the handler", Location::caller())),
        }
    }
}

/// INTERNAL, naming both ends.
#[cold]
pub(crate) fn missing<T: 'static>(who: impl Display, place: &Location<'_>) -> Status {
    let name = short_type_name::<T>();
    let text = match providers::of::<T>() {
        Some(provider) => format!(
            "{who} needs `{name}`, and the interceptor `{provider}`, which provides it, has not run before it"
        ),
        None => format!("{who} needs `{name}`, and no interceptor provides it"),
    };
    tracing::error!(%place, "{text}");
    Status::internal(text)
}
