use super::{ExtensionType, Rules};
use crate::{Pattern, Side};

/// What an interceptor, or a chain of them, says about order: a constant of every [`Interceptor`](crate::Interceptor).
///
/// `#[grpc_interceptor]` and `#[derive(InterceptorChain)]` write it. One that says nothing is [`Order::NONE`]: it provides
/// nothing, and stands anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub(crate) node: Node,
}

/// One place of a chain, with the condition under which what stands there runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The name of a field, or nothing.
    pub(super) field: &'static str,
    pub(super) order: Order,
    pub(super) side: Option<Side>,
    pub(super) only: Option<&'static [Pattern]>,
    pub(super) except: &'static [Pattern],
    pub(super) is_optional: bool,
    pub(super) is_checked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    /// Says nothing, or is boxed.
    None {
        is_boxed: bool,
    },
    One(Rules),
    Chain {
        /// The name of a struct, or nothing.
        name: &'static str,
        /// What has to be there before the chain begins.
        requires: &'static [ExtensionType],
        links: &'static [Link],
    },
}

// === impl Order ===

impl Order {
    /// Nothing is said.
    pub const NONE: Self = Self {
        node: Node::None { is_boxed: false },
    };

    /// Nothing can be said before the program runs.
    pub(crate) const BOXED: Self = Self {
        node: Node::None { is_boxed: true },
    };

    /// One interceptor, and its rules.
    #[must_use]
    pub const fn of(rules: Rules) -> Self {
        Self {
            node: Node::One(rules),
        }
    }

    /// Several, the outermost first.
    #[must_use]
    pub const fn chain(links: &'static [Link]) -> Self {
        Self::named("", links)
    }

    /// Several, the outermost first, in a struct of that name.
    #[must_use]
    pub const fn named(name: &'static str, links: &'static [Link]) -> Self {
        let node = Node::Chain {
            name,
            requires: &[],
            links,
        };
        Self { node }
    }

    /// The chain, which needs these before it.
    #[must_use]
    pub const fn requires(mut self, types: &'static [ExtensionType]) -> Self {
        if let Node::Chain { requires, .. } = &mut self.node {
            *requires = types;
        }
        self
    }

    /// What it provides to all calls of that side: what is optional, or for some methods only, is left out.
    #[must_use]
    pub fn provided_on(&self, side: Side) -> Vec<ExtensionType> {
        match &self.node {
            Node::None { .. } => Vec::new(),
            Node::One(rules) if rules.side.is_some_and(|it| it != side) => Vec::new(),
            Node::One(rules) => rules.provides.to_vec(),
            Node::Chain { links, .. } => {
                let links = links.iter().filter(|link| link.runs_always_on(side));
                links.flat_map(|it| it.order.provided_on(side)).collect()
            }
        }
    }

    /// The rules of all that say some, the outermost first.
    #[must_use]
    pub fn rules(&self) -> Vec<Rules> {
        match &self.node {
            Node::None { .. } => Vec::new(),
            Node::One(rules) => vec![*rules],
            Node::Chain { links, .. } => links.iter().flat_map(|it| it.order.rules()).collect(),
        }
    }
}

// === impl Link ===

impl Link {
    /// Runs for every call.
    #[must_use]
    pub const fn new(order: Order) -> Self {
        Self {
            field: "",
            order,
            side: None,
            only: None,
            except: &[],
            is_optional: false,
            is_checked: true,
        }
    }

    fn runs_always_on(&self, side: Side) -> bool {
        self.side.is_none_or(|it| it == side)
            && self.only.is_none()
            && self.except.is_empty()
            && !self.is_optional
    }

    /// It stands in the field of that name.
    #[must_use]
    pub const fn field(mut self, name: &'static str) -> Self {
        self.field = name;
        self
    }

    /// Runs on that side only.
    #[must_use]
    pub const fn on(mut self, side: Side) -> Self {
        self.side = Some(side);
        self
    }

    /// Runs only for methods that one of these selects.
    #[must_use]
    pub const fn only(mut self, patterns: &'static [Pattern]) -> Self {
        self.only = Some(patterns);
        self
    }

    /// Runs for no method that one of these selects.
    #[must_use]
    pub const fn except(mut self, patterns: &'static [Pattern]) -> Self {
        self.except = patterns;
        self
    }

    /// Is there or not, which is decided while the program runs.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// `#[chain(allow_order)]`: no rule of what stands here is checked.
    #[must_use]
    pub const fn unchecked(mut self) -> Self {
        self.is_checked = false;
        self
    }
}
