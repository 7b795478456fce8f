//! What the attribute stands on, with the user's tokens for spans.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Generics, Signature};

use super::args::Otherwise;
use crate::kind::Kind;

/// A struct, an enum or an impl block: what every stage needs of it. Bodies are not in it.
pub(crate) struct Target {
    pub(crate) generics: Generics,
    pub(crate) allowances: Vec<Attribute>,
    /// The type that becomes an interceptor, with its arguments.
    pub(crate) self_type: TokenStream,
    /// The name of that type, for messages, descriptions and as a span.
    pub(crate) name: Ident,
    /// The tokens that rustc underlines if `intercept_call` is wrong in a way that only types show: the first and the last.
    pub(crate) blame: (Span, Span),
    pub(crate) form: Form,
}

pub(crate) enum Form {
    /// A struct or an enum; `intercept_call` stands elsewhere. With its `#[derive(InterceptorChain)]`, if it has one.
    Type {
        chain: Option<TokenStream>,
    },
    Impl(Functions),
}

/// The functions of an impl block that are the macro's business.
#[derive(Default)]
pub(crate) struct Functions {
    pub(crate) found: Vec<Function>,
    /// One of them has a signature that does not parse: somebody is typing, or rustc has complained already.
    pub(crate) unfinished: bool,
}

pub(crate) struct Function {
    pub(crate) role: Role,
    /// `#[cfg(…)]` on the function, which the macro cannot see through.
    pub(crate) cfg: Option<Attribute>,
    pub(crate) signature: Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// `intercept_call`
    Call,
    /// One of the four methods, written by hand.
    One(Kind),
}

/// What the checks found out: everything that emission needs besides the target.
pub(crate) struct Plan {
    /// What each of the four methods does, in the order of [`Kind::ALL`].
    pub(crate) methods: [Method; 4],
    /// `intercept_call` is called with every call type, so that one generic function of ours can do it for all methods.
    pub(crate) generic: bool,
    /// How `intercept_call` is written.
    pub(crate) manner: Manner,
    /// Some call types are left to `otherwise`: an unknown path, whose call type is a guess, is then refused.
    pub(crate) partial: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    /// Calls `intercept_call`.
    Call,
    /// Calls the method of the same name that the user wrote.
    Own(Manner),
    Otherwise(Otherwise),
}

/// With `async` or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Async,
    Blocking,
}

/// What the signature of `intercept_call` says.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) reach: Reach,
    pub(crate) manner: Manner,
    /// The tokens that limit it to less than all four.
    pub(crate) limit: Option<TokenStream>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// `T: CallType`: all four.
    Every,
    /// `T: CallType<Request = Single>`, or a definition that is out of sight: those that `kinds` lists.
    Some,
    /// `Call<UnaryUnary>`: this one.
    One(Kind),
}

// === impl Written ===

impl Written {
    pub(crate) const EVERY: Self = Self {
        reach: Reach::Every,
        manner: Manner::Async,
        limit: None,
    };
}
