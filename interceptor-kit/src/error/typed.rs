use std::collections::HashMap;

use interceptor_core::tonic::{Code, Status};
use tonic_types::{ErrorDetails, ErrorInfo, StatusExt as _};

/// An error of an application that crosses the wire as a status with `google.rpc.ErrorInfo`, and comes back as itself.
///
/// ```
/// use std::collections::HashMap;
///
/// use interceptor_core::tonic::{Code, Status};
/// use interceptor_kit::error::TypedError;
///
/// #[derive(Debug, PartialEq)]
/// enum OrderError {
///     SoldOut { item: String },
///     Closed,
/// }
///
/// impl TypedError for OrderError {
///     const DOMAIN: &str = "orders.example.com";
///
///     fn code(&self) -> Code {
///         Code::FailedPrecondition
///     }
///
///     fn reason(&self) -> &str {
///         match self {
///             Self::SoldOut { .. } => "SOLD_OUT",
///             Self::Closed => "CLOSED",
///         }
///     }
///
///     fn metadata(&self) -> HashMap<String, String> {
///         match self {
///             Self::SoldOut { item } => [("item".to_owned(), item.clone())].into(),
///             Self::Closed => HashMap::new(),
///         }
///     }
///
///     fn message(&self) -> String {
///         format!("the order cannot be taken: {}", self.reason())
///     }
///
///     fn from_reason(reason: &str, metadata: &HashMap<String, String>) -> Option<Self> {
///         match reason {
///             "SOLD_OUT" => Some(Self::SoldOut { item: metadata.get("item")?.clone() }),
///             "CLOSED" => Some(Self::Closed),
///             _ => None,
///         }
///     }
/// }
///
/// let error = OrderError::SoldOut { item: "tea".to_owned() };
/// let status: Status = error.to_status(); // in a handler: `return Err(error.to_status())`
/// assert_eq!(OrderError::from_status(&status), Some(error)); // on a client
/// ```
pub trait TypedError: Sized {
    /// Whose reasons these are: the name of the service, such as `orders.example.com`.
    const DOMAIN: &str;

    /// The code of the status.
    fn code(&self) -> Code;

    /// What happened, as a constant in `UPPER_SNAKE_CASE`.
    fn reason(&self) -> &str;

    /// What belongs to the reason. Default: nothing.
    fn metadata(&self) -> HashMap<String, String> {
        HashMap::new()
    }

    /// The message of the status: for developers, in English.
    fn message(&self) -> String;

    /// Other `google.rpc` details beside the reason: retry information, field violations. Default: none.
    fn details(&self) -> ErrorDetails {
        ErrorDetails::new()
    }

    /// The error of that reason. None for a reason that is not known, such as one of a newer server.
    fn from_reason(reason: &str, metadata: &HashMap<String, String>) -> Option<Self>;

    /// The status that the error crosses the wire as.
    fn to_status(&self) -> Status {
        let mut details = self.details();
        details.set_error_info(self.reason(), Self::DOMAIN, self.metadata());
        Status::with_error_details(self.code(), self.message(), details)
    }

    /// The error that a status is. None if it is no status of this domain, or its details cannot be read.
    #[must_use]
    fn from_status(status: &Status) -> Option<Self> {
        let details = status.check_error_details().ok()?;
        let ErrorInfo {
            reason,
            domain,
            metadata,
        } = details.error_info()?;
        (domain == Self::DOMAIN)
            .then(|| Self::from_reason(reason, metadata))
            .flatten()
    }
}
