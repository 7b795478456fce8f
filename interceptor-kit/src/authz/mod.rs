//! Who may call what: [`Rules`] by claims, or a [`Policy`] in the JSON of gRFC A43.

mod access;
mod audit;
mod interceptor;
mod policy;
mod rules;
#[cfg(test)]
mod tests;

pub use crate::policy::PeerCertificates;
pub use access::{Access, Authorize, Verdict};
pub use audit::{AuditCondition, AuditEvent, AuditLogger, AuditLoggers, StdoutLogger};
pub use interceptor::Authorization;
pub use policy::{Policy, PolicyFile};
pub use rules::Rules;
