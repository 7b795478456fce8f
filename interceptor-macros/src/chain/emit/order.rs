//! What the chain says about order, and the check of each field of it.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::GenericParam;
use syn::ext::IdentExt;

use super::super::model::{Chain, Field};
use super::select;
use crate::{generics, order};

/// What stands before the `impl`, and in it.
///
/// ```text
/// use __p::NoOrder as _;
/// const __ORDER: __p::Order = __p::Order::named("Edge", const { &[
///     __p::Link::new(__p::OrderOf::<Timing>::ORDER).field("timing"),
/// ] });
/// const _: () = __p::check_link(&__ORDER, 0);
///
/// const ORDER: __p::Order = __ORDER;
/// ```
///
/// The order of a generic chain is known where its types are: it is checked whenever it is looked at, by a layer at the latest.
pub(super) fn constants(chain: &Chain<'_>) -> (TokenStream, TokenStream) {
    let links = chain.links();
    if is_generic(chain) {
        let order = value(
            chain,
            &links,
            |ty| quote! { <#ty as __p::Interceptor>::ORDER },
        );
        let checks = checks(chain, &links, &quote! { __order });
        let constant = quote! {
            const ORDER: __p::Order = {
                let __order = #order;
                #(#checks;)*
                __order
            };
        };
        return (TokenStream::new(), constant);
    }
    let checks = checks(chain, &links, &quote! { __ORDER });
    let order = value(chain, &links, |ty| quote! { __p::OrderOf::<#ty>::ORDER });
    let before = quote! {
        use __p::NoOrder as _;
        const __ORDER: __p::Order = #order;
        #(const _: () = #checks;)*
    };
    (before, quote! { const ORDER: __p::Order = __ORDER; })
}

fn is_generic(chain: &Chain<'_>) -> bool {
    let mut params = chain.generics.params.iter();
    params.any(|param| !matches!(param, GenericParam::Lifetime(_)))
}

fn value(
    chain: &Chain<'_>,
    links: &[&Field<'_>],
    order: impl Fn(&TokenStream) -> TokenStream,
) -> TokenStream {
    let name = chain.name.unraw().to_string();
    let links = links.iter().enumerate().map(|(at, field)| {
        let ty = generics::with_static(chain.generics, field.ty.to_token_stream());
        link(field, at, &order(&ty))
    });
    let requires = chain.requires.get().map(|types| {
        let types = order::extension_types(types, chain.generics);
        quote! { .requires(#types) }
    });
    quote! { __p::Order::named(#name, const { &[#(#links),*] }) #requires }
}

/// `__p::Link::new(…).field("retry").on(__p::Side::Client).only(__ONLY_1).unchecked()`
fn link(field: &Field<'_>, at: usize, order: &TokenStream) -> TokenStream {
    let label = field.label();
    let side = select::side(field).map(|side| quote! { .on(__p::Side::#side) });
    let only = field.options.only.get().map(|_| {
        let list = format_ident!("__ONLY_{at}");
        quote! { .only(#list) }
    });
    let except = field.options.except.get().map(|_| {
        let list = format_ident!("__EXCEPT_{at}");
        quote! { .except(#list) }
    });
    let unchecked = field.options.allow_order.get();
    let unchecked = unchecked.map(|()| quote! { .unchecked() });
    quote! { __p::Link::new(#order).field(#label) #side #only #except #unchecked }
}

/// `__p::check_link(&__ORDER, 1)` for each field, from the first to the last token of its type: that is what rustc underlines.
fn checks(chain: &Chain<'_>, links: &[&Field<'_>], order: &TokenStream) -> Vec<TokenStream> {
    let links = links.iter().enumerate();
    let check = |(at, field): (usize, &&Field<'_>)| {
        let ty = generics::with_static(chain.generics, field.ty.to_token_stream());
        let spans: Vec<Span> = ty
            .into_iter()
            .map(|token| generics::generated(token.span()))
            .collect();
        let first = spans.first().copied().unwrap_or_else(Span::call_site);
        let last = spans.last().copied().unwrap_or_else(Span::call_site);
        let at = Literal::usize_unsuffixed(at);
        let arguments = quote! { &#order, #at };
        let path = quote_spanned! {first=> __p::check_link };
        let call = quote_spanned! {last=> (#arguments) };
        quote! { #path #call }
    };
    links.map(check).collect()
}
