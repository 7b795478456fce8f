//! What both macros generate alike: `impl Interceptor` with its four methods, in a block of its own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Generics, Path};

use crate::crate_path;
use crate::kind::Kind;
use crate::slot::Slot;

/// The type that becomes an interceptor, and where the library is.
pub(crate) struct Subject<'a> {
    pub(crate) self_type: &'a TokenStream,
    pub(crate) allowances: &'a [Attribute],
    pub(crate) crate_path: &'a Slot<Path>,
}

// === impl Subject ===

impl Subject<'_> {
    /// ```text
    /// const _: () = {
    ///     use ::grpc_interceptor::__private as __p;
    ///     <before>
    ///     impl<…> __p::Interceptor for Timing where … { <items> }
    /// };
    /// ```
    pub(crate) fn implementation(
        &self,
        generics: &Generics,
        before: &TokenStream,
        items: &TokenStream,
    ) -> TokenStream {
        let self_type = self.self_type;
        let (params, _, clause) = generics.split_for_impl();
        self.block(&quote! {
            #before
            #[automatically_derived]
            impl #params __p::Interceptor for #self_type #clause {
                #items
            }
        })
    }

    /// `const _: () = { use … as __p; <items> };`
    pub(crate) fn block(&self, items: &TokenStream) -> TokenStream {
        let alias = crate_path::alias(self.crate_path);
        let allowances = self.allowances;
        quote! {
            #(#allowances)*
            const _: () = {
                #alias
                #items
            };
        }
    }

    /// An interceptor that lets every call pass, for a use with mistakes: those would be reported again wherever it is used.
    pub(crate) fn inert(&self, generics: &Generics) -> TokenStream {
        let methods = Kind::ALL.map(|kind| method(kind, &quote! { __p::pass(__call, __next) }));
        self.implementation(generics, &TokenStream::new(), &quote! { #(#methods)* })
    }
}

/// ```text
/// fn intercept_unary_unary<__Next: __p::Next<__p::UnaryUnary>>(
///     &self, __call: __p::Call<__p::UnaryUnary>, __next: __Next,
/// ) -> impl __p::Future<Output = __p::CallResult<__p::UnaryUnary>> + __p::Send { <body> }
/// ```
pub(crate) fn method(kind: Kind, body: &TokenStream) -> TokenStream {
    let (name, call_type) = (kind.method_ident(), kind.type_ident());
    quote! {
        fn #name<__Next: __p::Next<__p::#call_type>>(
            &self,
            __call: __p::Call<__p::#call_type>,
            __next: __Next,
        ) -> impl __p::Future<Output = __p::CallResult<__p::#call_type>> + __p::Send {
            #body
        }
    }
}
