//! The four call types, as arguments, type names and method names spell them.

use proc_macro2::{Ident, Span};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    UnaryUnary,
    UnaryStream,
    StreamUnary,
    StreamStream,
}

// === impl Kind ===

impl Kind {
    pub(crate) const ALL: [Self; 4] = [
        Self::UnaryUnary,
        Self::UnaryStream,
        Self::StreamUnary,
        Self::StreamStream,
    ];

    /// As `kinds(…)` spells it.
    pub(crate) const fn argument(self) -> &'static str {
        match self {
            Self::UnaryUnary => "unary_unary",
            Self::UnaryStream => "unary_stream",
            Self::StreamUnary => "stream_unary",
            Self::StreamStream => "stream_stream",
        }
    }

    /// As `Call<…>` spells it.
    pub(crate) const fn type_name(self) -> &'static str {
        match self {
            Self::UnaryUnary => "UnaryUnary",
            Self::UnaryStream => "UnaryStream",
            Self::StreamUnary => "StreamUnary",
            Self::StreamStream => "StreamStream",
        }
    }

    /// The method of `Interceptor` for it.
    pub(crate) const fn method_name(self) -> &'static str {
        match self {
            Self::UnaryUnary => "intercept_unary_unary",
            Self::UnaryStream => "intercept_unary_stream",
            Self::StreamUnary => "intercept_stream_unary",
            Self::StreamStream => "intercept_stream_stream",
        }
    }

    pub(crate) fn from_argument(ident: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| ident == kind.argument())
    }

    pub(crate) fn from_type_name(ident: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| ident == kind.type_name())
    }

    pub(crate) fn from_method_name(ident: &Ident) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| ident == kind.method_name())
    }

    pub(crate) fn type_ident(self) -> Ident {
        Ident::new(self.type_name(), Span::call_site())
    }

    pub(crate) fn method_ident(self) -> Ident {
        Ident::new(self.method_name(), Span::call_site())
    }
}
