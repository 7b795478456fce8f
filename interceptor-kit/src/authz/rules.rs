use std::{borrow::Cow, fmt, sync::Arc};

use interceptor_core::{ConfigError, ExtensionType, Methods, Pattern};

use super::{
    Access, AuditCondition, AuditLogger, Authorize, Verdict,
    audit::{Audit, AuditEvent},
    policy::principal_of,
};
use crate::policy::Transport;

type Condition<C> = Arc<dyn Fn(&C) -> bool + Send + Sync>;

/// Who may call what, by the claims `C` that an interceptor outside has put into the extensions of the request.
///
/// A call may run if one rule for its method says so. A method without a rule may be called by nobody.
pub struct Rules<C> {
    name: Cow<'static, str>,
    list: Vec<Rule<C>>,
    audit: Audit,
}

struct Rule<C> {
    name: Cow<'static, str>,
    pattern: Pattern,
    /// None is anybody, without claims, too.
    condition: Option<Condition<C>>,
}

// === impl Rules ===

impl<C: Send + Sync + 'static> Rules<C> {
    /// Nobody may call anything. The name is that of the policy in audit events.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            list: Vec::new(),
            audit: Audit::default(),
        }
    }

    /// Lets those call a method (`/pkg.Service/Method`) or a service (`/pkg.Service/*`) whose claims are like that.
    ///
    /// # Errors
    ///
    /// A pattern of neither form. One that matches no method is an error when the layer is made.
    pub fn allow(
        self,
        name: impl Into<Cow<'static, str>>,
        pattern: &str,
        condition: impl Fn(&C) -> bool + Send + Sync + 'static,
    ) -> Result<Self, ConfigError> {
        self.rule(name.into(), pattern, Some(Arc::new(condition)))
    }

    /// Lets anybody call a method or a service, also without claims: such as health.
    ///
    /// # Errors
    ///
    /// As of [`allow`](Self::allow).
    pub fn allow_anyone(
        self,
        name: impl Into<Cow<'static, str>>,
        pattern: &str,
    ) -> Result<Self, ConfigError> {
        self.rule(name.into(), pattern, None)
    }

    /// Writes decisions to this logger, too. Of several conditions the last one counts. Default: none.
    #[must_use]
    pub fn audit(mut self, condition: AuditCondition, logger: impl AuditLogger) -> Self {
        self.audit.condition = condition;
        self.audit.loggers.push(Arc::new(logger));
        self
    }

    fn rule(
        mut self,
        name: Cow<'static, str>,
        pattern: &str,
        condition: Option<Condition<C>>,
    ) -> Result<Self, ConfigError> {
        let pattern = Pattern::parse(pattern)?;
        self.list.push(Rule {
            name,
            pattern,
            condition,
        });
        Ok(self)
    }

    fn matched(&self, access: &Access<'_>) -> Option<&Rule<C>> {
        let claims = access.claims::<C>();
        self.list.iter().find(|rule| rule.allows(access, claims))
    }

    #[cold]
    fn tell(&self, access: &Access<'_>, rule: Option<&Rule<C>>) {
        let matched = rule.map(|rule| format!("{}_{}", self.name, rule.name));
        self.audit.log(&AuditEvent {
            rpc_method: access.method().path(),
            principal: &principal_of(&Transport::of(access.extensions())),
            policy_name: &self.name,
            matched_rule: matched.as_deref().unwrap_or_default(),
            authorized: rule.is_some(),
        });
    }
}

impl<C: Send + Sync + 'static> Authorize for Rules<C> {
    const REQUIRES: &'static [ExtensionType] =
        const { &[ExtensionType::of::<C>("Claims").known_as("")] };

    #[inline]
    fn authorize(&self, access: &Access<'_>) -> Verdict {
        let rule = self.matched(access);
        if self.audit.condition.holds(rule.is_some()) {
            self.tell(access, rule);
        }
        match rule {
            Some(_) => Verdict::Allowed,
            None if access.claims::<C>().is_none() => {
                Verdict::Denied(format!("{}: there are no claims", self.name).into())
            }
            None => Verdict::Denied(format!("{}: no rule allows it", self.name).into()),
        }
    }

    fn check(&self, methods: &Methods) -> Result<(), ConfigError> {
        self.list
            .iter()
            .try_for_each(|rule| methods.check_pattern(&rule.pattern))
    }
}

impl<C> Rule<C> {
    fn allows(&self, access: &Access<'_>, claims: Option<&C>) -> bool {
        self.pattern.matches(access.method())
            && match &self.condition {
                None => true,
                Some(condition) => claims.is_some_and(|claims| condition(claims)),
            }
    }
}

impl<C> fmt::Debug for Rules<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.list.iter();
        f.debug_struct("Rules")
            .field("name", &self.name)
            .field("rules", &rules.map(|rule| &*rule.name).collect::<Vec<_>>())
            .field("audit", &self.audit)
            .finish()
    }
}
