//! What an interceptor says about its place in a chain → its `const ORDER`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Path, Type};

use super::args::Args;
use super::model::Target;
use crate::diagnostics::Diagnostics;
use crate::order;
use crate::slot::Slot;

/// `provides`, `requires`, `client_only`, `server_only`, `role`, `outside` and `inside`.
pub(crate) struct Places {
    pub(crate) provides: Slot<Vec<Type>>,
    pub(crate) requires: Slot<Vec<Type>>,
    pub(crate) client_only: Slot<()>,
    pub(crate) server_only: Slot<()>,
    pub(crate) role: Slot<Path>,
    pub(crate) outside: Slot<Vec<Path>>,
    pub(crate) inside: Slot<Vec<Path>>,
}

// === impl Places ===

impl Places {
    pub(crate) const fn new() -> Self {
        Self {
            provides: Slot::new("provides"),
            requires: Slot::new("requires"),
            client_only: Slot::new("client_only"),
            server_only: Slot::new("server_only"),
            role: Slot::new("role"),
            outside: Slot::new("outside"),
            inside: Slot::new("inside"),
        }
    }

    fn is_silent(&self) -> bool {
        let spans = [
            self.provides.span(),
            self.requires.span(),
            self.client_only.span(),
            self.server_only.span(),
            self.role.span(),
            self.outside.span(),
            self.inside.span(),
        ];
        spans.iter().all(Option::is_none)
    }
}

/// What cannot be meant.
pub(super) fn check(args: &Args, diagnostics: &Diagnostics) {
    let places = &args.places;
    order::listed_once(&places.provides, diagnostics);
    order::listed_once(&places.requires, diagnostics);
    order::listed_once(&places.outside, diagnostics);
    order::listed_once(&places.inside, diagnostics);
    one_side_or_both(places, diagnostics);
    not_on_both_sides_of_a_role(places, diagnostics);
}

fn one_side_or_both(places: &Places, diagnostics: &Diagnostics) {
    if let (Some(_), Some(server)) = (places.client_only.span(), places.server_only.span()) {
        let text =
            "`client_only` and `server_only` together are neither: keep one, or leave both out";
        diagnostics.push(syn::Error::new(server, text));
    }
}

fn not_on_both_sides_of_a_role(places: &Places, diagnostics: &Diagnostics) {
    let outside = places.outside.get().map_or(&[][..], Vec::as_slice);
    let inside = places.inside.get().map_or(&[][..], Vec::as_slice);
    for role in inside {
        if outside
            .iter()
            .any(|it| order::text(it) == order::text(role))
        {
            let text = "an interceptor cannot stand outside of a role and inside of it: keep one";
            diagnostics.at(role, text);
        }
    }
}

/// ```text
/// const ORDER: __p::Order = __p::Order::of(
///     __p::Rules::new("Authz").requires(const { &[__p::ExtensionType::of::<Claims>("Claims")] }),
/// );
/// ```
pub(super) fn constant(args: &Args, target: &Target, name: &str) -> Option<TokenStream> {
    let places = &args.places;
    if places.is_silent() {
        return None;
    }
    let types = |slot: &Slot<Vec<Type>>| {
        let list = slot.get()?;
        Some(order::extension_types(list, &target.generics))
    };
    let provides = types(&places.provides).map(|it| quote! { .provides(#it) });
    let requires = types(&places.requires).map(|it| quote! { .requires(#it) });
    let client = places.client_only.get();
    let client = client.map(|()| quote! { .only_on(__p::Side::Client) });
    let server = places.server_only.get();
    let server = server.map(|()| quote! { .only_on(__p::Side::Server) });
    let role = places.role.get().map(|it| quote! { .role(#it) });
    let outside = places
        .outside
        .get()
        .map(|it| roles(it, &quote! { outside }));
    let inside = places.inside.get().map(|it| roles(it, &quote! { inside }));
    Some(quote! {
        const ORDER: __p::Order = __p::Order::of(
            __p::Rules::new(#name) #provides #requires #client #server #role #outside #inside
        );
    })
}

fn roles(roles: &[Path], place: &impl ToTokens) -> TokenStream {
    quote! { .#place(const { &[#(#roles),*] }) }
}

/// What `describe` adds.
pub(super) fn described(args: &Args) -> Option<TokenStream> {
    let said = !args.places.is_silent();
    said.then(|| {
        quote! {
            __p::Description::order(__description, &<Self as __p::Interceptor>::ORDER);
        }
    })
}
