//! `/pkg.Svc/Method` and `/pkg.Svc/*`, read while the macro runs; and constants, which the compiler reads.

use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path};

const FORMS: &str = "a pattern is a path as it goes over the wire, `/shop.v1.Orders/Get`, or all methods of a service, `/shop.v1.Orders/*`";

/// What `only` and `except` list.
pub(crate) enum Selector {
    /// `"/shop.v1.Orders/*"`
    Text(Pattern),
    /// `shop::ORDERS_CREATE`: what it is, and whether it is there, is rustc's to say.
    Constant(Path),
}

#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) service: String,
    /// `None` for every method of the service.
    pub(crate) method: Option<String>,
}

/// A [`Selector`] as it is written.
pub(crate) enum Written {
    Text(LitStr),
    Constant(Path),
}

// === impl Written ===

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            input.parse().map(Self::Text)
        } else {
            Path::parse_mod_style(input).map(Self::Constant)
        }
    }
}

impl Written {
    /// Whether it goes on with a list, where it could be an argument of its own: `client` is one, `ORDERS` is none.
    pub(crate) fn is_in_a_list(&self) -> bool {
        let Self::Constant(path) = self else {
            return true;
        };
        let is_upper = |name: &syn::Ident| !name.to_string().contains(char::is_lowercase);
        path.leading_colon.is_some() || path.get_ident().is_none_or(is_upper)
    }

    pub(crate) fn read(self) -> syn::Result<Selector> {
        match self {
            Self::Text(literal) => Pattern::parse(&literal).map(Selector::Text),
            Self::Constant(path) => Ok(Selector::Constant(path)),
        }
    }
}

// === impl Pattern ===

impl Pattern {
    pub(crate) fn parse(literal: &LitStr) -> syn::Result<Self> {
        let text = literal.value();
        let parts = text.strip_prefix('/').and_then(|path| path.split_once('/'));
        match parts {
            Some((service, "*")) if is_service(service) => Ok(Self::new(service, None)),
            Some((service, method)) if is_service(service) && is_word(method) => {
                Ok(Self::new(service, Some(method)))
            }
            _ => Err(syn::Error::new(literal.span(), advice(&text))),
        }
    }

    fn new(service: &str, method: Option<&str>) -> Self {
        Self {
            service: service.to_owned(),
            method: method.map(str::to_owned),
        }
    }
}

/// Words of letters, digits and underscores, with dots between them, as protobuf names a service.
fn is_service(text: &str) -> bool {
    text.split('.').all(is_word)
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// The rule, and the way out where it can be guessed.
fn advice(text: &str) -> String {
    let trimmed = text.trim_matches('/');
    if is_service(trimmed) && trimmed.contains('.') {
        format!("{FORMS}: write `/{trimmed}/*`")
    } else if !text.starts_with('/') && text.contains('/') {
        format!("{FORMS}: it begins with a slash")
    } else if text.contains('*') {
        format!("{FORMS}: a star stands alone, for all methods of one service")
    } else {
        FORMS.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn parse(text: &str) -> Result<(String, Option<String>), String> {
        let pattern = Pattern::parse(&LitStr::new(text, Span::call_site()));
        pattern
            .map(|it| (it.service, it.method))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn one_method_or_all_of_a_service() {
        let (service, method) = parse("/shop.v1.Orders/Get").unwrap();
        assert_eq!(
            (service.as_str(), method.as_deref()),
            ("shop.v1.Orders", Some("Get"))
        );
        assert_eq!(parse("/Echo/*").unwrap(), ("Echo".to_owned(), None));
    }

    #[test]
    fn anything_else_is_no_pattern() {
        for text in [
            "",
            "/",
            "//",
            "Orders",
            "shop.v1.Orders/Get",
            "/shop.v1.Orders",
            "/a/b/c",
            "/a.*/Get",
            "/a./Get",
            "/*/*",
            "/a/G*",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_advice_fits_the_mistake() {
        assert!(
            parse("shop.v1.Orders")
                .unwrap_err()
                .ends_with("write `/shop.v1.Orders/*`")
        );
        assert!(
            parse("shop.v1.Orders/Get")
                .unwrap_err()
                .ends_with("begins with a slash")
        );
    }
}
