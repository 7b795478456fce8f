//! Types as they are written in signatures of handlers.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    AngleBracketedGenericArguments, GenericArgument, PathArguments, PathSegment, Type,
    TypeImplTrait, TypeParamBound,
};

/// The last segment, if it is that name.
pub(super) fn named<'a>(ty: &'a Type, name: &str) -> Option<&'a PathSegment> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().filter(|it| it.ident == name)
}

/// The `M` of `Name<M>`, under whatever path.
pub(super) fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    arguments(named(ty, name)?)?
        .args
        .iter()
        .find_map(|it| match it {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}

fn arguments(segment: &PathSegment) -> Option<&AngleBracketedGenericArguments> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments),
        _ => None,
    }
}

/// The bound of `impl IntoIterator<…>` that says what comes out of it.
pub(super) fn iterates(replies: &TypeImplTrait) -> Option<&PathSegment> {
    bound(replies, "IntoIterator").or_else(|| bound(replies, "Iterator"))
}

pub(super) fn bound<'a>(replies: &'a TypeImplTrait, name: &str) -> Option<&'a PathSegment> {
    replies.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().filter(|it| it.ident == name),
        _ => None,
    })
}

/// Whether it says which lifetimes it captures.
pub(super) fn captures(replies: &TypeImplTrait) -> bool {
    let captures = |bound: &TypeParamBound| matches!(bound, TypeParamBound::PreciseCapture(_));
    replies.bounds.iter().any(captures)
}

/// The `M` of `Item = Result<M, Status>`.
pub(super) fn message_of(iterator: &PathSegment) -> Option<&Type> {
    let item = arguments(iterator)?.args.iter().find_map(|it| match it {
        GenericArgument::AssocType(it) if it.ident == "Item" => Some(&it.ty),
        _ => None,
    })?;
    argument(item, "Result")
}

/// The message that a type iterates over, if only rustc can tell.
pub(super) fn message_in(replies: &Type) -> TokenStream {
    let replies = replies.to_token_stream();
    quote! { <<#replies as __p::IntoIterator>::Item as __p::ReplyItem>::Message }
}
