use std::{borrow::Cow, fmt, sync::Arc};

use http::Extensions;
use interceptor_core::{
    Call, CallType, Guard, Method, Next, Reply,
    tonic::{Code, Status, metadata::MetadataValue},
};
use interceptor_macros::grpc_interceptor;

use crate::policy::order;
use uuid::Uuid;

type Trusts = Arc<dyn Fn(&Extensions) -> bool + Send + Sync>;

/// Keeps what went wrong inside from the caller, and gives it an id: see the [module](super).
#[grpc_interceptor(role = order::REDACTING, inside(order::LOGGING), outside(order::MAPPING), crate = interceptor_core)]
#[derive(Clone)]
pub struct Redact {
    codes: Arc<[Code]>,
    message: Cow<'static, str>,
    trusts: Option<Trusts>,
}

/// In which metadata of the status the id is.
pub const ERROR_ID: &str = "x-error-id";

/// Around a response that streams.
struct Redacting {
    redact: Redact,
    method: Method,
}

// === impl Redact ===

impl Redact {
    /// Redacts UNKNOWN, INTERNAL and `DATA_LOSS`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            codes: Arc::new([Code::Unknown, Code::Internal, Code::DataLoss]),
            message: Cow::Borrowed("internal error"),
            trusts: None,
        }
    }

    /// Which codes are redacted, by default UNKNOWN, INTERNAL and `DATA_LOSS`: those that speak of the server and not of the
    /// call.
    #[must_use]
    pub fn codes(mut self, codes: impl IntoIterator<Item = Code>) -> Self {
        self.codes = codes.into_iter().collect();
        self
    }

    /// What stands before the id in the place of the message, by default `internal error`.
    #[must_use]
    pub fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// Who sees everything, by the extensions of the request: claims, or what the transport knows. Default: nobody.
    #[must_use]
    pub fn trusts(mut self, trusts: impl Fn(&Extensions) -> bool + Send + Sync + 'static) -> Self {
        self.trusts = Some(Arc::new(trusts));
        self
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let trusted = self.trusts.as_ref();
        if trusted.is_some_and(|trusts| trusts(call.extensions())) {
            return next.run(call).await;
        }
        let method = call.method().clone();
        match next.run(call).await {
            Ok(mut reply) => {
                if reply.trailers().is_none() {
                    let redact = self.clone();
                    reply.guard(Redacting { redact, method })?;
                }
                Ok(reply)
            }
            Err(status) if self.codes.contains(&status.code()) => {
                Err(self.redacted(&status, &method))
            }
            Err(status) => Err(status),
        }
    }

    /// Tells the log all of it, and the caller the id.
    #[cold]
    fn redacted(&self, status: &Status, method: &Method) -> Status {
        let id = Uuid::now_v7();
        tracing::error!(
            error_id = %id,
            %method,
            code = ?status.code(),
            details = status.details().len(),
            source = std::error::Error::source(status).map(tracing::field::display),
            "{}",
            status.message(),
        );
        let mut redacted = Status::new(status.code(), format!("{} ({id})", self.message));
        if let Ok(value) = MetadataValue::try_from(id.to_string()) {
            redacted.metadata_mut().insert(ERROR_ID, value);
        }
        redacted
    }
}

impl Default for Redact {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Redact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redact")
            .field("codes", &self.codes)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

// === impl Redacting ===

impl Guard for Redacting {
    fn broken(&mut self, status: Status) -> Status {
        self.failed(&status).unwrap_or(status)
    }

    fn failed(&mut self, status: &Status) -> Option<Status> {
        let redact = &self.redact;
        let is_redacted = redact.codes.contains(&status.code());
        is_redacted.then(|| redact.redacted(status, &self.method))
    }
}

const _: () = {
    const fn assert_value<T: Clone + fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Redact>();
};
