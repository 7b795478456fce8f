use std::{borrow::Cow, fmt, net::SocketAddr};

use http::{Extensions, header::AUTHORIZATION};
use interceptor_core::{
    Call, CallType, Method,
    tonic::{Status, metadata::MetadataMap},
};

/// Says who makes a call, by what came with it.
///
/// It runs for each call, before anything of the request's body is read. What it returns is put into the extensions of the
/// request, where handlers and interceptors inside find it by its type.
///
/// ```
/// use interceptor_kit::auth::{AuthError, Authenticate, Caller};
///
/// /// Believes a proxy in front, which nobody can get around.
/// struct Proxied;
///
/// #[derive(Clone)]
/// struct User(String);
///
/// impl Authenticate for Proxied {
///     type Claims = User;
///
///     async fn authenticate(&self, caller: &Caller<'_>) -> Result<User, AuthError> {
///         let user = caller.metadata().get("x-user").and_then(|user| user.to_str().ok());
///         let user = user.ok_or(AuthError::unauthenticated("the proxy named no user"))?;
///         Ok(User(user.to_owned()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot authenticate calls",
    note = "implement `Authenticate`, or use `BearerTokens`, `Basic`, `Jwt` or `Mtls`"
)]
pub trait Authenticate: Send + Sync + 'static {
    /// What is known of the caller then.
    type Claims: Clone + Send + Sync + 'static;

    /// Who makes this call.
    ///
    /// # Errors
    ///
    /// Why the call is refused. The caller is told the code alone, the log the reason.
    fn authenticate(
        &self,
        caller: &Caller<'_>,
    ) -> impl Future<Output = Result<Self::Claims, AuthError>> + Send;
}

/// What came with a call, its messages apart.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    method: &'a Method,
    metadata: &'a MetadataMap,
    extensions: &'a Extensions,
    peer: Option<SocketAddr>,
}

/// Why a call was not authenticated. The text is for the log; the caller does not see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthError {
    /// The credentials are missing, or they are wrong: UNAUTHENTICATED.
    Unauthenticated(Cow<'static, str>),
    /// Nobody can say at the moment whether they are right: UNAVAILABLE.
    Unavailable(Cow<'static, str>),
}

// === impl Caller ===

impl<'a> Caller<'a> {
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

    /// The request's extensions: what the transport and interceptors outside know.
    #[must_use]
    pub fn extensions(&self) -> &'a Extensions {
        self.extensions
    }

    /// The address of the client's end of the connection.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// What stands behind `scheme` in the one `authorization` header: `credentials("bearer")`. The scheme's case is of no
    /// importance (RFC 9110).
    ///
    /// # Errors
    ///
    /// No such header, several of them, one of another scheme, or one that is not visible ASCII.
    pub fn credentials(&self, scheme: &str) -> Result<&'a str, AuthError> {
        let mut values = self.metadata.as_ref().get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(AuthError::unauthenticated(
                "there is not one `authorization` header",
            ));
        };
        match of_scheme(value.as_bytes(), scheme.as_bytes()) {
            Some(credentials) => Ok(credentials.trim_matches(' ')),
            None => Err(AuthError::unauthenticated(
                "`authorization` has another scheme",
            )),
        }
    }
}

/// What stands behind the scheme and a blank. Without anything else than ASCII a header's value is visible.
fn of_scheme<'a>(value: &'a [u8], scheme: &[u8]) -> Option<&'a str> {
    let (given, rest) = value.split_at_checked(scheme.len())?;
    let rest = rest.strip_prefix(b" ")?;
    let is_ascii = rest.iter().fold(0, |all, byte| all | byte).is_ascii();
    if !is_ascii || !given.eq_ignore_ascii_case(scheme) {
        return None;
    }
    str::from_utf8(rest).ok()
}

impl fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // without the metadata: there are secrets in them
        f.debug_struct("Caller")
            .field("method", &self.method)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

// === impl AuthError ===

impl AuthError {
    /// The credentials are missing, or they are wrong.
    pub fn unauthenticated(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Unauthenticated(reason.into())
    }

    /// Nobody can say at the moment whether they are right.
    pub fn unavailable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Unavailable(reason.into())
    }

    /// What the caller is told: the same whatever was wrong.
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Unauthenticated(_) => Status::unauthenticated("unauthenticated"),
            Self::Unavailable(_) => Status::unavailable("authentication is not available"),
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthenticated(reason) | Self::Unavailable(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for AuthError {}
