use std::fmt;

use crate::{Method, Pattern, Side};

/// Which calls something in a chain sees: `only`, `except`, `client` and `server` of `#[derive(InterceptorChain)]`.
///
/// ```
/// use interceptor_core::{Pattern, Selection, Side};
///
/// let orders = Selection::every().on(Side::Server).only(&[Pattern::service("shop.v1.Orders")]);
/// assert_eq!(orders.to_string(), "server and only /shop.v1.Orders/*");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    side: Option<Side>,
    only: Option<Vec<Pattern>>,
    except: Vec<Pattern>,
}

// === impl Selection ===

impl Selection {
    /// Every call.
    #[must_use]
    pub fn every() -> Self {
        Self::default()
    }

    /// Only calls on that side.
    #[must_use]
    pub fn on(mut self, side: Side) -> Self {
        self.side = Some(side);
        self
    }

    /// Only calls of methods that one of these selects.
    #[must_use]
    pub fn only(mut self, patterns: &[Pattern]) -> Self {
        self.only
            .get_or_insert_default()
            .extend_from_slice(patterns);
        self
    }

    /// No calls of methods that one of these selects.
    #[must_use]
    pub fn except(mut self, patterns: &[Pattern]) -> Self {
        self.except.extend_from_slice(patterns);
        self
    }

    /// Whether a call of that method on that side is among them.
    #[must_use]
    pub fn matches(&self, side: Side, method: &Method) -> bool {
        let any = |patterns: &[Pattern]| patterns.iter().any(|it| it.matches(method));
        self.side.is_none_or(|it| it == side)
            && self.only.as_deref().is_none_or(any)
            && !any(&self.except)
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = self.side.map(|side| side.to_string());
        let only = self.only.as_ref().map(|it| format!("only {}", join(it)));
        let except = (!self.except.is_empty()).then(|| format!("except {}", join(&self.except)));
        let parts: Vec<_> = side.into_iter().chain(only).chain(except).collect();
        f.write_str(&parts.join(" and "))
    }
}

fn join(patterns: &[Pattern]) -> String {
    let patterns: Vec<_> = patterns.iter().map(Pattern::to_string).collect();
    patterns.join(" or ")
}
