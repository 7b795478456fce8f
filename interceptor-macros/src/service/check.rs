//! Makes methods of the functions, and asks every rule on the way.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{ReturnType, Type};

use super::args::{self, Args, Stream};
use super::model::{Function, Handler, Plan, Receiver, Request, Response, Service};
use super::{rules, types};
use crate::diagnostics::Diagnostics;

/// `None` if anything is wrong: then every mistake is in `diagnostics`, or somebody is still typing.
pub(super) fn plan(args: &Args, service: &Service, diagnostics: &Diagnostics) -> Option<Plan> {
    rules::only_functions(service, diagnostics);
    rules::no_async_trait(service, diagnostics);
    let handlers = service
        .functions
        .iter()
        .filter_map(|function| handler(args, function, diagnostics))
        .collect();
    (diagnostics.is_empty() && !service.unfinished).then_some(Plan { handlers })
}

fn handler(args: &Args, function: &Function, diagnostics: &Diagnostics) -> Option<Handler> {
    rules::blocks(function, diagnostics);
    rules::has_no_parameters(function, diagnostics);
    let stream = args::of_function(&function.ours, diagnostics);
    rules::names_a_type_that_is_there(args, &stream, diagnostics);
    let receiver = rules::receiver(function, diagnostics);
    let request = request(function, diagnostics);
    let response = response(function, &stream, receiver, diagnostics);
    let conditions = function
        .attributes
        .iter()
        .filter(|it| it.path().is_ident("cfg"));
    Some(Handler {
        conditions: conditions.cloned().collect(),
        name: function.signature.ident.clone(),
        receiver: receiver?,
        request: request?,
        response: response?,
    })
}

fn request(function: &Function, diagnostics: &Diagnostics) -> Option<Request> {
    let ty = rules::one_request(function, diagnostics)?;
    let carried = types::argument(ty, "Request");
    let Some(carried) = carried else {
        diagnostics.at(ty, rules::takes(function));
        return None;
    };
    if let Some(message) = types::argument(carried, "Streaming") {
        let message = message.to_token_stream();
        let text = format!(
            "`Streaming` is for async handlers: write `Request<blocking::Messages<{message}>>`, an iterator"
        );
        diagnostics.at(carried, text);
        return None;
    }
    Some(match types::argument(carried, "Messages") {
        Some(message) => Request::Stream(message.clone()),
        None => Request::One(ty.clone()),
    })
}

fn response(
    function: &Function,
    stream: &Stream,
    receiver: Option<Receiver>,
    diagnostics: &Diagnostics,
) -> Option<Response> {
    let ReturnType::Type(_, output) = &function.signature.output else {
        let place = function.signature.paren_token.span.close();
        diagnostics.push(syn::Error::new(place, rules::returns(function)));
        return None;
    };
    let carried = types::argument(output, "Result").and_then(|it| types::argument(it, "Response"));
    let Some(carried) = carried else {
        diagnostics.at(output, rules::returns(function));
        return None;
    };
    let message = match carried {
        Type::ImplTrait(replies) => {
            rules::outlives_the_service(replies, receiver, diagnostics);
            Some(rules::message_of_replies(replies, diagnostics)?)
        }
        named => stream.slot.span().map(|_| types::message_in(named)),
    };
    Some(match message {
        Some(message) => of_stream(function, stream, carried, message),
        None => Response::One((**output).clone()),
    })
}

fn of_stream(
    function: &Function,
    stream: &Stream,
    carried: &Type,
    message: TokenStream,
) -> Response {
    let place = match carried {
        Type::ImplTrait(_) => message.span(),
        named => named.span(),
    };
    let given = stream.slot.get().cloned().flatten();
    let name = given.unwrap_or_else(|| stream_name(&function.signature.ident));
    Response::Stream {
        name,
        message,
        place,
    }
}

/// `server_stream` → `ServerStreamStream`, as tonic names it if the method is called as is usual.
fn stream_name(function: &Ident) -> Ident {
    let function_name = function.unraw().to_string();
    let words = function_name.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    });
    let name = words.collect::<String>() + "Stream";
    Ident::new(&name, Span::call_site().located_at(function.span()))
}
