//! A derive's input → [`Chain`].

use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields, Member};

use super::attributes;
use super::model::{Chain, Field};
use crate::diagnostics::Diagnostics;
use crate::generics::allowances;

/// Never fails: what is wrong is reported, and what is right is kept.
pub(crate) fn chain<'a>(input: &'a DeriveInput, diagnostics: &Diagnostics) -> Chain<'a> {
    let (requires, crate_path) = attributes::of_struct(&input.attrs, diagnostics);
    Chain {
        name: &input.ident,
        generics: &input.generics,
        allowances: allowances(&input.attrs),
        requires,
        crate_path,
        fields: structure(&input.data, diagnostics).map(|it| fields(it, diagnostics)),
        attribute: input.attrs.iter().find(|it| is_the_attribute(it)),
    }
}

fn structure<'a>(data: &'a Data, diagnostics: &Diagnostics) -> Option<&'a Fields> {
    let keyword = match data {
        Data::Struct(data) => return Some(&data.fields),
        Data::Enum(data) => data.enum_token.to_token_stream(),
        Data::Union(data) => data.union_token.to_token_stream(),
    };
    let text = "a chain is a struct: its fields, in their order, are the interceptors";
    diagnostics.at(keyword, text);
    None
}

fn fields<'a>(fields: &'a Fields, diagnostics: &Diagnostics) -> Vec<Field<'a>> {
    let members = fields.members().zip(fields);
    members
        .map(|(member, field)| one(member, field, diagnostics))
        .collect()
}

fn one<'a>(member: Member, field: &'a syn::Field, diagnostics: &Diagnostics) -> Field<'a> {
    Field {
        member,
        ty: &field.ty,
        options: attributes::of_field(&field.attrs, diagnostics),
    }
}

fn is_the_attribute(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "grpc_interceptor")
}
