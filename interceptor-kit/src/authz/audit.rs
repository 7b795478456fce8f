use std::{
    collections::HashMap,
    fmt,
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::SystemTime,
};

use serde_json::{Value, json};

/// A decision, for the audit log (gRFC A59).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent<'a> {
    /// The path of the method, `/package.Service/Method`.
    pub rpc_method: &'a str,
    /// Whom the caller's certificate names: its SPIFFE id, or else its first principal; empty if there is none.
    pub principal: &'a str,
    /// The name of the policy that decided.
    pub policy_name: &'a str,
    /// `<policy>_<rule>` of the rule that matched; empty if none did.
    pub matched_rule: &'a str,
    /// Whether the call may run.
    pub authorized: bool,
}

/// Where decisions are written to.
///
/// It is called right after the decision and before the call goes on, so it must not block. What it does changes nothing for
/// the call, not even by a panic.
pub trait AuditLogger: Send + Sync + 'static {
    /// Writes one decision.
    fn log(&self, event: &AuditEvent<'_>);
}

/// Which decisions are written: `audit_condition` of gRFC A59.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuditCondition {
    /// None, which is the default.
    #[default]
    None,
    /// Those against a call.
    OnDeny,
    /// Those for a call.
    OnAllow,
    /// All.
    OnDenyAndAllow,
}

type Factory = Arc<dyn Fn(&Value) -> Result<Arc<dyn AuditLogger>, String> + Send + Sync>;

/// The loggers that a policy may name. `stdout_logger` is always among them.
#[derive(Clone)]
pub struct AuditLoggers(HashMap<String, Factory>);

/// `stdout_logger` of gRFC A59: a line of JSON for each decision.
#[derive(Debug, Clone, Copy, Default)]
pub struct StdoutLogger;

/// Which decisions are written, and where to.
#[derive(Clone, Default)]
pub(super) struct Audit {
    pub(super) condition: AuditCondition,
    pub(super) loggers: Vec<Arc<dyn AuditLogger>>,
}

// === impl AuditCondition ===

impl AuditCondition {
    pub(super) fn holds(self, authorized: bool) -> bool {
        match self {
            Self::None => false,
            Self::OnDeny => !authorized,
            Self::OnAllow => authorized,
            Self::OnDenyAndAllow => true,
        }
    }
}

// === impl AuditLoggers ===

impl AuditLoggers {
    /// `stdout_logger` alone.
    #[must_use]
    pub fn new() -> Self {
        Self(HashMap::new()).register("stdout_logger", |_| Ok(Arc::new(StdoutLogger)))
    }

    /// A logger by its name in a policy, made out of what is its `config` there; the error says what is wrong with that.
    #[must_use]
    pub fn register(
        mut self,
        name: &str,
        make: impl Fn(&Value) -> Result<Arc<dyn AuditLogger>, String> + Send + Sync + 'static,
    ) -> Self {
        self.0.insert(name.to_owned(), Arc::new(make));
        self
    }

    /// None if nobody has registered that name.
    pub(super) fn make(
        &self,
        name: &str,
        config: &Value,
    ) -> Option<Result<Arc<dyn AuditLogger>, String>> {
        self.0.get(name).map(|make| make(config))
    }
}

impl Default for AuditLoggers {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for AuditLoggers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

// === impl StdoutLogger ===

impl StdoutLogger {
    /// The line that it writes.
    #[must_use]
    pub fn line(event: &AuditEvent<'_>, at: SystemTime) -> String {
        let log = json!({
            "timestamp": humantime::format_rfc3339_nanos(at).to_string(),
            "rpc_method": event.rpc_method,
            "principal": event.principal,
            "policy_name": event.policy_name,
            "matched_rule": event.matched_rule,
            "authorized": event.authorized,
        });
        json!({ "grpc_audit_log": log }).to_string()
    }
}

impl AuditLogger for StdoutLogger {
    fn log(&self, event: &AuditEvent<'_>) {
        let line = Self::line(event, SystemTime::now());
        let _ = writeln!(std::io::stdout(), "{line}"); // what nobody reads is lost
    }
}

// === impl Audit ===

impl Audit {
    pub(super) fn log(&self, event: &AuditEvent<'_>) {
        if !self.condition.holds(event.authorized) {
            return;
        }
        for logger in &self.loggers {
            if catch_unwind(AssertUnwindSafe(|| logger.log(event))).is_err() {
                tracing::error!("an audit logger panicked");
            }
        }
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Audit({:?}, {} loggers)",
            self.condition,
            self.loggers.len()
        )
    }
}
