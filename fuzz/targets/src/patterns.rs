//! Patterns of methods: at run time, and those that the derive reads.

use interceptor_core::{CallKind, Methods, Pattern};
use proc_macro2::Span;
use syn::LitStr;

use crate::macro_pattern;

/// What cannot stand in a name.
const NO_NAME: &str = "/*?#%\u{7f}";

/// A pattern is read as the rule says, is printed as it was read, matches what it names and nothing else; and what the
/// derive takes is taken at run time, for the same.
pub fn patterns(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (pattern, expected) = (Pattern::parse(text), by_hand(text));
    assert_eq!(pattern.is_ok(), expected.is_some(), "{text:?}");
    derives(text, expected);
    let path = Methods::builder()
        .method(text, CallKind::UnaryUnary)
        .build();
    // What every table has may be said in another way there, and then there is a conflict.
    let is_built_in = Methods::builder()
        .build()
        .is_ok_and(|methods| methods.get(text).is_some());
    let is_path = matches!(expected, Some((_, Some(_))));
    assert!(path.is_ok() == is_path || is_built_in, "{text:?}");
    if let (Ok(pattern), Some((service, name))) = (pattern, expected) {
        assert_eq!(pattern.to_string(), text);
        assert_eq!(text.parse::<Pattern>().ok().as_ref(), Some(&pattern));
        matches(&pattern, service, name);
    }
}

/// Service and method; no method for all of them.
fn by_hand(text: &str) -> Option<(&str, Option<&str>)> {
    let parts: Vec<&str> = text.split('/').collect();
    let &["", service, name] = &*parts else {
        return None;
    };
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|it| it > ' ' && !NO_NAME.contains(it));
    match name {
        "*" => is_name(service).then_some((service, None)),
        name => (is_name(service) && is_name(name)).then_some((service, Some(name))),
    }
}

fn derives(text: &str, expected: Option<(&str, Option<&str>)>) {
    let pattern = macro_pattern::Pattern::parse(&LitStr::new(text, Span::call_site()));
    if let Ok(pattern) = pattern {
        let found = (&*pattern.service, pattern.method.as_deref());
        assert_eq!(Some(found), expected, "{text:?}");
    }
}

fn matches(pattern: &Pattern, service: &str, name: Option<&str>) {
    let other = format!("{}x", name.unwrap_or("Any"));
    let rows = [
        (service, name.unwrap_or("Any")),
        (service, &other),
        ("other.Service", "Any"),
    ];
    for (row_service, row_name) in rows {
        let path = format!("/{row_service}/{row_name}");
        let methods = Methods::builder()
            .method(&*path, CallKind::StreamStream)
            .build();
        // Built in, with another call type.
        let Ok(methods) = methods else {
            continue;
        };
        let expected = row_service == service && name.is_none_or(|name| name == row_name);
        assert_eq!(
            methods.get(&path).map(|it| pattern.matches(it)),
            Some(expected),
            "{pattern} {path}"
        );
        let any = methods.iter().any(|method| pattern.matches(method));
        assert_eq!(methods.check_pattern(pattern).is_ok(), any);
    }
}
