use std::{io, path::PathBuf};

use interceptor_core::tonic::{Code, Status};

use super::Token;

/// Where tokens come from. It is asked when a call needs one, and never twice at once.
///
/// ```
/// use interceptor_core::tonic::Status;
/// use interceptor_kit::auth::{Token, TokenSource};
///
/// struct FromTheEnvironment;
///
/// impl TokenSource for FromTheEnvironment {
///     async fn token(&self) -> Result<Token, Status> {
///         let token = std::env::var("TOKEN").map_err(|_| Status::unauthenticated("there is no TOKEN"))?;
///         Token::new(&token)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` gives no tokens",
    note = "implement `TokenSource`, or use a closure that returns a future of `Result<Token, Status>`, or `TokenFile`"
)]
pub trait TokenSource: Send + Sync + 'static {
    /// A new token.
    ///
    /// # Errors
    ///
    /// What the calls end with that wait for it. UNAVAILABLE means that it may go well another time, so a retry may try
    /// again; use UNAUTHENTICATED for what will not. A code that only a server can mean (`NOT_FOUND` and the like) becomes
    /// INTERNAL (gRFC A54). [`http_failure`] gives a failed fetch its status.
    fn token(&self) -> impl Future<Output = Result<Token, Status>> + Send;
}

/// A file with a JSON Web Token in it, which somebody else writes anew in time: as Kubernetes does (gRFC A97).
#[derive(Debug, Clone)]
pub struct TokenFile(PathBuf);

// === impl TokenSource ===

impl<F, R> TokenSource for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Token, Status>> + Send,
{
    async fn token(&self) -> Result<Token, Status> {
        self().await
    }
}

// === impl TokenFile ===

impl TokenFile {
    /// That file. It is read when a token is needed.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl TokenSource for TokenFile {
    async fn token(&self) -> Result<Token, Status> {
        let path = self.0.clone();
        let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path));
        let text = read.await.map_err(io::Error::other).and_then(|read| read);
        let text =
            text.map_err(|error| Status::unavailable(format!("{}: {error}", self.0.display())))?;
        Token::jwt(text.trim())
    }
}

/// The status of a fetch over HTTP that failed (gRFC A97): UNAVAILABLE for 429, 502, 503 and 504 and where no answer came at all,
/// UNAUTHENTICATED for every other answer.
#[must_use]
pub fn http_failure(status: Option<http::StatusCode>) -> Status {
    match status.map(|status| status.as_u16()) {
        None => Status::unavailable("the token could not be fetched: no answer"),
        Some(code @ (429 | 502 | 503 | 504)) => {
            Status::unavailable(format!("the token could not be fetched: HTTP {code}"))
        }
        Some(code) => {
            Status::unauthenticated(format!("the token could not be fetched: HTTP {code}"))
        }
    }
}

/// What calls end with when a source gave this: gRFC A54. Codes of a server's answer would say that the method answered.
pub(super) fn sanitised(status: Status) -> Status {
    match status.code() {
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange
        | Code::DataLoss => Status::internal(format!(
            "a bug in the token source, which ended with {:?}: {}",
            status.code(),
            status.message()
        )),
        _ => status,
    }
}
