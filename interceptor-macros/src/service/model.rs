//! An impl of a generated server trait, with the user's tokens for spans.

use proc_macro2::{Ident, Span, TokenStream};
use syn::token::Brace;
use syn::{Attribute, Generics, Path, Signature, Token, Type, Visibility};

/// The impl block.
pub(super) struct Service {
    pub(super) attributes: Vec<Attribute>,
    pub(super) impl_token: Token![impl],
    pub(super) generics: Generics,
    pub(super) trait_path: Path,
    pub(super) for_token: Token![for],
    pub(super) self_type: Type,
    /// The name of the type, as a span.
    pub(super) name: Ident,
    /// So that what is said of the impl stands there.
    pub(super) brace_token: Brace,
    pub(super) functions: Vec<Function>,
    /// What stands between the functions.
    pub(super) others: Vec<Other>,
    /// Something does not parse: somebody is typing, or rustc has complained already.
    pub(super) unfinished: bool,
}

pub(super) struct Function {
    /// `#[blocking(…)]`
    pub(super) ours: Vec<Attribute>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    /// With its braces. Never looked at.
    pub(super) body: TokenStream,
}

/// An item that is no function: the keyword that it begins with, and all of it.
pub(super) struct Other {
    pub(super) keyword: TokenStream,
    pub(super) tokens: TokenStream,
}

/// What the checks found out.
pub(super) struct Plan {
    pub(super) handlers: Vec<Handler>,
}

/// A function as a method of the trait.
pub(super) struct Handler {
    /// `#[cfg(…)]`, which holds for the method too.
    pub(super) conditions: Vec<Attribute>,
    pub(super) name: Ident,
    pub(super) receiver: Receiver,
    pub(super) request: Request,
    pub(super) response: Response,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receiver {
    /// `&self`
    Shared,
    /// `self: Arc<Self>`
    Arc,
}

pub(super) enum Request {
    /// The whole type: `Request<EchoRequest>`.
    One(Type),
    /// The message: `EchoRequest` of `Request<blocking::Messages<EchoRequest>>`.
    Stream(Type),
}

pub(super) enum Response {
    /// The whole type: `Result<Response<EchoReply>, Status>`.
    One(Type),
    /// The name of the associated type, the message, and where the message is written.
    Stream {
        name: Ident,
        message: TokenStream,
        place: Span,
    },
}
