//! Types and bounds as they are written: the last word of a path, and what stands between its angle brackets.

use quote::ToTokens;
use syn::{
    GenericArgument, Generics, Path, PathArguments, PathSegment, Signature, Type, TypeParam,
    TypeParamBound, WherePredicate,
};

use crate::kind::Kind;

/// The `T` of `Call<T>`, if the type is a `Call`, under whatever path.
pub(crate) fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let segment = last_segment(ty)?;
    (segment.ident == name).then(|| only_argument(segment))?
}

/// `UnaryUnary` and its like.
pub(crate) fn kind_of(ty: &Type) -> Option<Kind> {
    Kind::from_type_name(&last_segment(ty)?.ident)
}

pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

/// The first type between the angle brackets.
pub(crate) fn only_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The bound of that name.
pub(crate) fn named<'a>(
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
    name: &str,
) -> Option<&'a PathSegment> {
    bounds.into_iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .filter(|segment| segment.ident == name),
        _ => None,
    })
}

/// The parameter that `ty` names.
pub(crate) fn declaration<'a>(generics: &'a Generics, ty: &Type) -> Option<&'a TypeParam> {
    let name = plain_path(ty)?.get_ident()?;
    generics.type_params().find(|param| param.ident == *name)
}

/// Every bound of a parameter, where it is declared and in the `where` clause.
pub(crate) fn of_parameter<'a>(
    generics: &'a Generics,
    param: &'a TypeParam,
) -> Vec<&'a TypeParamBound> {
    let predicates = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    let elsewhere = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(it) if plain_path(&it.bounded_ty)?.is_ident(&param.ident) => {
            Some(&it.bounds)
        }
        _ => None,
    });
    param.bounds.iter().chain(elsewhere.flatten()).collect()
}

/// The `Next<T>` of `impl Next<T>`, or of a parameter with that bound.
pub(crate) fn next_of<'a>(signature: &'a Signature, ty: &'a Type) -> Option<&'a PathSegment> {
    named(of_next(signature, ty), "Next")
}

/// Every bound of `impl Next<T> + Clone`, or of a parameter.
pub(crate) fn of_next<'a>(signature: &'a Signature, ty: &'a Type) -> Vec<&'a TypeParamBound> {
    if let Type::ImplTrait(it) = ty {
        return it.bounds.iter().collect();
    }
    let param = declaration(&signature.generics, ty);
    param
        .map(|param| of_parameter(&signature.generics, param))
        .unwrap_or_default()
}

/// Both name the same call type, as far as one can see.
pub(crate) fn same(one: &Type, other: &Type) -> bool {
    match (kind_of(one), kind_of(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.to_token_stream().to_string() == other.to_token_stream().to_string(),
    }
}

fn plain_path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}
