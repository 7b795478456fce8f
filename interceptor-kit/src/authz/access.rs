use std::{borrow::Cow, fmt, net::SocketAddr};

use http::Extensions;
use interceptor_core::{
    Call, CallType, ConfigError, ExtensionType, Method, Methods, tonic::metadata::MetadataMap,
};

/// Says whether a call may run.
///
/// It runs for each call, before anything of the request's body is read; it must not block.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot authorize calls",
    note = "implement `Authorize`, or use `Rules`, `Policy` or `PolicyFile`"
)]
pub trait Authorize: Send + Sync + 'static {
    /// What it needs in the extensions of each call, for [`Authorization`](super::Authorization) to say so. Default: nothing.
    const REQUIRES: &'static [ExtensionType] = &[];

    /// Whether this call may run.
    fn authorize(&self, access: &Access<'_>) -> Verdict;

    /// Checks itself against the table of methods, once, when a layer is made of it.
    ///
    /// # Errors
    ///
    /// What is configured wrongly, such as a pattern that matches no method.
    fn check(&self, methods: &Methods) -> Result<(), ConfigError> {
        let _ = methods;
        Ok(())
    }
}

/// Whether a call may run. Texts are for the log; the caller does not see them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It may.
    Allowed,
    /// It may not, and by what: `PERMISSION_DENIED`.
    Denied(Cow<'static, str>),
    /// Nobody can say, because what has to be known of the connection is not: INTERNAL.
    Undecided(Cow<'static, str>),
}

/// What is known of a call before it runs, its messages apart.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    method: &'a Method,
    metadata: &'a MetadataMap,
    extensions: &'a Extensions,
    peer: Option<SocketAddr>,
}

// === impl Access ===

impl<'a> Access<'a> {
    pub(super) fn of<T: CallType>(call: &'a Call<T>) -> Self {
        Self {
            method: call.method(),
            metadata: call.metadata(),
            extensions: call.extensions(),
            peer: call.peer(),
        }
    }

    /// Which method is called.
    #[must_use]
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// The request's metadata.
    #[must_use]
    pub fn metadata(&self) -> &'a MetadataMap {
        self.metadata
    }

    /// The request's extensions: claims of an interceptor outside among them.
    #[must_use]
    pub fn extensions(&self) -> &'a Extensions {
        self.extensions
    }

    /// The claims of that type that an interceptor outside has put there.
    #[must_use]
    pub fn claims<C: Send + Sync + 'static>(&self) -> Option<&'a C> {
        self.extensions.get()
    }

    /// The address of the client's end of the connection.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }
}

impl fmt::Debug for Access<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // without the metadata: there are secrets in them
        f.debug_struct("Access")
            .field("method", &self.method)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}
