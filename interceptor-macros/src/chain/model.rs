//! A chain as the derive sees it, with the user's tokens for spans.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Generics, Member, Path, Type};

use super::pattern::Selector;
use crate::generics::with_static;
use crate::slot::Slot;

pub(crate) struct Chain<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) allowances: Vec<Attribute>,
    /// What has to stand before it.
    pub(crate) requires: Slot<Vec<Type>>,
    pub(crate) crate_path: Slot<Path>,
    /// `None` if the type is not a struct.
    pub(crate) fields: Option<Vec<Field<'a>>>,
    /// `#[grpc_interceptor]`, if it stands on the same type.
    pub(crate) attribute: Option<&'a Attribute>,
}

pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    pub(crate) ty: &'a Type,
    pub(crate) options: Options,
}

/// What `#[chain(…)]` says about a field.
pub(crate) struct Options {
    pub(crate) skip: Slot<()>,
    pub(crate) client: Slot<()>,
    pub(crate) server: Slot<()>,
    pub(crate) only: Slot<Vec<Selector>>,
    pub(crate) except: Slot<Vec<Selector>>,
    pub(crate) allow_order: Slot<()>,
}

// === impl Chain ===

impl Chain<'_> {
    /// The fields that are part of the chain, the outermost first.
    pub(crate) fn links(&self) -> Vec<&Field<'_>> {
        let fields = self.fields.iter().flatten();
        fields
            .filter(|field| field.options.skip.get().is_none())
            .collect()
    }

    /// The type with its arguments.
    pub(crate) fn self_type(&self) -> TokenStream {
        let name = self.name;
        let (_, arguments, _) = self.generics.split_for_impl();
        with_static(self.generics, quote! { #name #arguments })
    }
}

// === impl Field ===

impl Field<'_> {
    /// As messages and descriptions name it.
    pub(crate) fn label(&self) -> String {
        match &self.member {
            Member::Named(name) => name.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        }
    }
}

// === impl Options ===

impl Options {
    /// Some calls go by without the field seeing them.
    pub(crate) fn select(&self) -> bool {
        let sided = self.client.get().is_some() || self.server.get().is_some();
        sided || self.only.get().is_some() || self.except.get().is_some()
    }
}
