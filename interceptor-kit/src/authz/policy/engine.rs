use std::borrow::Cow;

use http::{HeaderMap, HeaderName};
use interceptor_core::ConfigError;

use super::{matcher::Matcher, parse};
use crate::{
    authz::{
        Access, AuditLoggers, Authorize, Verdict,
        audit::{Audit, AuditEvent},
    },
    policy::Transport,
};

/// A policy in the JSON of gRFC A43.
///
/// Rules that deny come first: if one matches, the call may not run. Then those that allow: if one matches, it may. If none
/// does, it may not.
///
/// ```
/// use interceptor_kit::authz::Policy;
///
/// let policy = Policy::from_json(r#"{
///     "name": "orders",
///     "deny_rules": [{ "name": "no-debug", "request": { "headers": [{ "key": "x-debug", "values": ["*"] }] } }],
///     "allow_rules": [{
///         "name": "shop",
///         "source": { "principals": ["spiffe://prod/shop", "spiffe://prod/admin/*"] },
///         "request": { "paths": ["/shop.v1.Orders/*"] }
///     }]
/// }"#)?;
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Policy {
    pub(super) name: String,
    pub(super) deny: Vec<Rule>,
    pub(super) allow: Vec<Rule>,
    pub(super) audit: Audit,
}

/// One rule: all of its parts have to match, and an empty part always does.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) principals: Vec<Matcher>,
    pub(super) paths: Vec<Matcher>,
    pub(super) headers: Vec<HeaderRule>,
}

#[derive(Debug, Clone)]
pub(super) struct HeaderRule {
    pub(super) name: HeaderName,
    pub(super) values: Vec<Matcher>,
}

// === impl Policy ===

impl Policy {
    /// Reads a policy, which may name the `stdout_logger`.
    ///
    /// # Errors
    ///
    /// What is wrong, and where: a field that nobody knows, a type or a name that is wrong or missing, a header that cannot
    /// be asked for.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        Self::from_json_with(text, &AuditLoggers::new())
    }

    /// Reads a policy that may name these audit loggers.
    ///
    /// # Errors
    ///
    /// As of [`from_json`](Self::from_json); an audit logger that is not among them, unless it is optional there.
    pub fn from_json_with(text: &str, loggers: &AuditLoggers) -> Result<Self, ConfigError> {
        parse::policy(text, loggers)
            .map_err(|error| ConfigError::new(format!("not a policy: {error}")))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rule that decides, and what it says.
    fn decide(&self, access: &Access<'_>, transport: &Transport) -> (bool, Option<&Rule>) {
        let first = |rules: &'_ [Rule]| {
            rules
                .iter()
                .position(|rule| rule.matches(access, transport))
        };
        if let Some(index) = first(&self.deny) {
            return (false, Some(&self.deny[index]));
        }
        match first(&self.allow) {
            Some(index) => (true, Some(&self.allow[index])),
            None => (false, None),
        }
    }

    fn tell(&self, access: &Access<'_>, transport: &Transport, matched: &str, authorized: bool) {
        self.audit.log(&AuditEvent {
            rpc_method: access.method().path(),
            principal: &principal_of(transport),
            policy_name: &self.name,
            matched_rule: matched,
            authorized,
        });
    }
}

impl Authorize for Policy {
    fn authorize(&self, access: &Access<'_>) -> Verdict {
        let transport = Transport::of(access.extensions());
        if transport == Transport::Unreadable {
            return Verdict::Undecided("the client's certificate cannot be read".into());
        }
        let (authorized, rule) = self.decide(access, &transport);
        let matched =
            || rule.map_or_else(String::new, |rule| format!("{}_{}", self.name, rule.name));
        if self.audit.condition.holds(authorized) {
            self.tell(access, &transport, &matched(), authorized);
        }
        match (authorized, rule) {
            (true, _) => Verdict::Allowed,
            (false, Some(_)) => Verdict::Denied(matched().into()),
            (false, None) => Verdict::Denied(format!("{}: no rule allows it", self.name).into()),
        }
    }
}

// === impl Rule ===

impl Rule {
    fn matches(&self, access: &Access<'_>, transport: &Transport) -> bool {
        let path = access.method().path().as_bytes();
        let headers = access.metadata().as_ref();
        any(&self.paths, path)
            && self.headers.iter().all(|rule| rule.matches(headers))
            && self.names(transport)
    }

    /// Without TLS a rule that asks for principals never matches; over TLS `""` is who showed no certificate.
    fn names(&self, transport: &Transport) -> bool {
        if self.principals.is_empty() {
            return true;
        }
        let one = |name: &str| any(&self.principals, name.as_bytes());
        match transport {
            Transport::Plain | Transport::Unreadable => false,
            Transport::Anonymous => one(""),
            Transport::Identified(identity) => identity.principals().any(one),
        }
    }
}

/// One of them matches, or there is none.
fn any(matchers: &[Matcher], text: &[u8]) -> bool {
    matchers.is_empty() || matchers.iter().any(|matcher| matcher.matches(text))
}

// === impl HeaderRule ===

impl HeaderRule {
    /// Several values are one, with commas between them. A header that is not there never matches.
    fn matches(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(&self.name).iter().peekable();
        if values.peek().is_none() {
            return false;
        }
        let values: Vec<&[u8]> = values.map(http::HeaderValue::as_bytes).collect();
        any(&self.values, &values.join(&b','))
    }
}

/// Whom an audit event names.
pub(in crate::authz) fn principal_of(transport: &Transport) -> Cow<'_, str> {
    match transport {
        Transport::Identified(identity) => {
            let first = || identity.principals().next();
            identity
                .spiffe_id()
                .or_else(first)
                .unwrap_or_default()
                .into()
        }
        _ => "".into(),
    }
}
