//! One function a rule, each with its reason.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, Type, TypeImplTrait};

use super::args::{Args, Stream};
use super::model::{Function, Receiver, Service};
use super::types;
use crate::diagnostics::Diagnostics;

/// The trait has nothing else that somebody else does not write.
pub(super) fn only_functions(service: &Service, diagnostics: &Diagnostics) {
    for other in &service.others {
        let text = if other.keyword.to_string() == "type" {
            "leave this out: the types of streamed replies are generated; for another name than the function's, write `#[blocking(stream = GetURLStream)]` on the function"
        } else {
            "only handlers stand here: put this into an `impl` block of the type's own"
        };
        diagnostics.at(&other.tokens, text);
    }
}

/// It is about `async fn`s, and there are none.
pub(super) fn no_async_trait(service: &Service, diagnostics: &Diagnostics) {
    for attribute in &service.attributes {
        let last = attribute.path().segments.last();
        if last.is_some_and(|it| it.ident == "async_trait") {
            diagnostics.at(
                attribute,
                "leave this out: `#[blocking_service]` does what it does",
            );
        }
    }
}

pub(super) fn blocks(function: &Function, diagnostics: &Diagnostics) {
    if let Some(token) = &function.signature.asyncness {
        let text = "handlers of a blocking service are plain `fn`s: leave `async` out, or leave out `#[blocking_service]` and write all of them with `async`";
        diagnostics.at(token, text);
    }
    if let Some(token) = &function.signature.unsafety {
        diagnostics.at(
            token,
            "a handler is called for every call and cannot be `unsafe`",
        );
    }
}

/// tonic calls it, and says nothing of parameters.
pub(super) fn has_no_parameters(function: &Function, diagnostics: &Diagnostics) {
    let params = &function.signature.generics.params;
    if !params.is_empty() {
        let text =
            "a handler has no parameters of its own: its types are those of the `.proto` file";
        diagnostics.at(params, text);
    }
}

/// A trait that was generated with default stubs has no associated types.
pub(super) fn names_a_type_that_is_there(args: &Args, stream: &Stream, diagnostics: &Diagnostics) {
    if let (Some(_), Some(Some(name))) = (args.default_stubs.span(), stream.slot.get()) {
        let text =
            "a trait with default stubs has no associated types: write `stream` without a name";
        diagnostics.at(name, text);
    }
}

/// Which of the two that tonic generates.
pub(super) fn receiver(function: &Function, diagnostics: &Diagnostics) -> Option<Receiver> {
    const EITHER: &str = "a handler takes `&self`; or `self: Arc<Self>`, if the trait was generated with `use_arc_self`";
    let Some(receiver) = function.signature.receiver() else {
        diagnostics.at(&function.signature.ident, EITHER);
        return None;
    };
    if types::argument(&receiver.ty, "Arc").is_some() {
        return Some(Receiver::Arc);
    }
    let shared = matches!(&*receiver.ty, Type::Reference(it) if it.mutability.is_none());
    if !shared {
        diagnostics.at(receiver, EITHER);
    }
    shared.then_some(Receiver::Shared)
}

/// The type of the one argument.
pub(super) fn one_request<'a>(
    function: &'a Function,
    diagnostics: &Diagnostics,
) -> Option<&'a Type> {
    let mut typed = function.signature.inputs.iter().filter_map(|it| match it {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    });
    let request = typed.next();
    if let Some(surplus) = typed.next() {
        let text = format!("{}: keep what else it needs in `self`", takes(function));
        diagnostics.at(surplus, text);
        return None;
    }
    if request.is_none() {
        let place = function.signature.paren_token.span.close();
        diagnostics.push(syn::Error::new(place, takes(function)));
    }
    request.map(|it| &*it.ty)
}

pub(super) fn takes(function: &Function) -> String {
    format!(
        "`{}` takes `Request<…>` of a message, or of `blocking::Messages<…>`",
        function.signature.ident
    )
}

pub(super) fn returns(function: &Function) -> String {
    format!(
        "`{}` returns `Result<Response<…>, Status>`",
        function.signature.ident
    )
}

/// The replies are made when the function has returned, and the service that it borrowed is gone.
pub(super) fn outlives_the_service(
    replies: &TypeImplTrait,
    receiver: Option<Receiver>,
    diagnostics: &Diagnostics,
) {
    if receiver == Some(Receiver::Shared) && !types::captures(replies) {
        let text = "`+ use<>` is missing at the end: the replies outlive the function and may not borrow `self`; clone what they need of it";
        diagnostics.at(replies, text);
    }
}

/// The message, out of what the iterator is said to give.
pub(super) fn message_of_replies(
    replies: &TypeImplTrait,
    diagnostics: &Diagnostics,
) -> Option<TokenStream> {
    const EXAMPLE: &str =
        "impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>";
    if let Some(stream) = types::bound(replies, "Stream") {
        let text = format!("a blocking handler answers with an iterator: write `{EXAMPLE}`");
        diagnostics.at(stream, text);
        return None;
    }
    let message = types::iterates(replies).and_then(types::message_of);
    if message.is_none() {
        let text = format!("the message has to be seen here: write `{EXAMPLE}`");
        diagnostics.at(replies, text);
    }
    message.map(ToTokens::to_token_stream)
}
