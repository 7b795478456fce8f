//! The receiver and the number and order of the arguments.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, PatType, Receiver, Type};

use super::super::bounds;
use super::Reading;

/// Two arguments as one stretch of the source, to underline both.
struct Pair<'a>(&'a PatType, &'a PatType);

impl ToTokens for Pair<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
        self.1.to_tokens(tokens);
    }
}

// === impl Reading ===

impl<'a> Reading<'a> {
    /// One interceptor serves many calls at the same time.
    pub(super) fn takes_self_by_reference(&self) {
        const SHARED: &str = "one interceptor serves many calls at the same time: take `&self`";
        let name = &self.signature.ident;
        let Some(receiver) = self.signature.receiver() else {
            self.diagnostics
                .at(name, format_args!("`{name}` takes `{}`", self.takes()));
            return;
        };
        if receiver.reference.is_some() && receiver.mutability.is_some() {
            let text = format!("{SHARED}, and keep what changes in an atomic or behind a lock");
            self.diagnostics.at(receiver, text);
        } else if !is_shared(receiver) {
            self.diagnostics.at(receiver, SHARED);
        }
    }

    /// `call` and `next`, in this order.
    pub(super) fn two_arguments(&self) -> Option<(&'a PatType, &'a PatType)> {
        let arguments: Vec<&PatType> = self.signature.inputs.iter().filter_map(typed).collect();
        match arguments[..] {
            [call, next] if self.are_swapped(call, next) => {
                let text = "these two are in the wrong order: `call` comes first, `next` last";
                self.diagnostics.at(Pair(call, next), text);
                None
            }
            [call, next] => Some((call, next)),
            [_, _, surplus, ..] => {
                let text = format!(
                    "`{}` takes `{}`: keep what else it needs in `self`",
                    self.signature.ident,
                    self.takes()
                );
                self.diagnostics.at(surplus, text);
                None
            }
            _ => {
                self.too_few();
                None
            }
        }
    }

    fn are_swapped(&self, call: &PatType, next: &PatType) -> bool {
        bounds::argument_of(&next.ty, "Call").is_some()
            && (bounds::next_of(self.signature, &call.ty).is_some()
                || bounds::argument_of(&call.ty, "BlockingNext").is_some())
    }

    /// Without a receiver the same has been said at the name already.
    fn too_few(&self) {
        if self.signature.receiver().is_some() {
            let text = format!("`{}` takes `{}`", self.signature.ident, self.takes());
            self.diagnostics.push(syn::Error::new(
                self.signature.paren_token.span.close(),
                text,
            ));
        }
    }
}

/// `&self` or `self: &Self`
fn is_shared(receiver: &Receiver) -> bool {
    let Type::Reference(reference) = &*receiver.ty else {
        return false;
    };
    let own = bounds::last_segment(&reference.elem).is_some_and(|it| it.ident == "Self");
    reference.mutability.is_none() && own
}

fn typed(argument: &FnArg) -> Option<&PatType> {
    match argument {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    }
}
