//! One function a rule, each with its reason.

use syn::Member;

use super::model::{Chain, Options};
use crate::diagnostics::Diagnostics;

pub(crate) fn chain(chain: &Chain<'_>, diagnostics: &Diagnostics) {
    not_an_interceptor_as_well(chain, diagnostics);
    there_is_a_link(chain, diagnostics);
    for field in chain.fields.iter().flatten() {
        a_field_has_a_name(&field.member, diagnostics);
        one_side_or_both(&field.options, diagnostics);
        nothing_besides_skip(&field.options, diagnostics);
    }
}

/// The attribute makes the type an interceptor by its `intercept_call`, and a type is one only once.
fn not_an_interceptor_as_well(chain: &Chain<'_>, diagnostics: &Diagnostics) {
    if let Some(attribute) = chain.attribute {
        let text = "`#[grpc_interceptor]` and `#[derive(InterceptorChain)]` both make this type an interceptor: keep the derive for a chain of its fields, or the attribute for its `intercept_call`";
        diagnostics.at(attribute, text);
    }
}

/// An empty chain is written `Identity`; a struct without links is far more likely an oversight.
fn there_is_a_link(chain: &Chain<'_>, diagnostics: &Diagnostics) {
    let Some(fields) = &chain.fields else { return };
    if fields.is_empty() {
        diagnostics.at(
            chain.name,
            "a chain needs a field: its fields, in their order, are the interceptors",
        );
    } else if chain.links().is_empty() {
        diagnostics.at(
            chain.name,
            "every field is skipped: a chain needs one that is an interceptor",
        );
    }
}

/// syn takes a field that is called `_` for one with a name, and hands it on after rustc's own complaint.
fn a_field_has_a_name(member: &Member, diagnostics: &Diagnostics) {
    if let Member::Named(name) = member
        && name == "_"
    {
        let text =
            "a field of a chain needs a name, which says what it does in `Debug` and in errors";
        diagnostics.at(name, text);
    }
}

/// A link on both sides is the plain case, and says nothing.
fn one_side_or_both(options: &Options, diagnostics: &Diagnostics) {
    if let (Some(client), Some(server)) = (options.client.span(), options.server.span()) {
        let text = "`client` and `server` together are every call: leave both out";
        diagnostics.push(syn::Error::new(client.join(server).unwrap_or(server), text));
    }
}

/// A field that is not part of the chain has no conditions.
fn nothing_besides_skip(options: &Options, diagnostics: &Diagnostics) {
    let Some(skip) = options.skip.span() else {
        return;
    };
    if options.select() || options.allow_order.get().is_some() {
        let text = "a skipped field is no part of the chain and takes no conditions: keep `skip`, or keep the others";
        diagnostics.push(syn::Error::new(skip, text));
    }
}
