//! What constants are called.

use std::collections::HashMap;

use heck::ToShoutySnakeCase;

/// `ORDERS_CREATE`, for the method `Create` of the service `Orders`; `ORDERS` without a method. `None` if nothing is left of
/// the name that Rust could use.
pub(crate) fn of(service: &str, method: Option<&str>) -> Option<String> {
    let parts = [Some(service), method].into_iter().flatten();
    let parts: Vec<_> = parts.map(ToShoutySnakeCase::to_shouty_snake_case).collect();
    if parts.iter().any(String::is_empty) {
        return None;
    }
    let name = parts.join("_");
    // `_9Lives` begins with an underscore, which that spelling drops.
    let needs_underscore = name.starts_with(|c: char| c.is_ascii_digit());
    Some(if needs_underscore {
        format!("_{name}")
    } else {
        name
    })
}

/// Keeps the names that stand for one thing only, in their order, and says of the others why they are left out. To give one
/// of two the name would turn it into the name of the other when a method is added: a selector that selects something else.
pub(crate) fn unambiguous<T>(
    all: Vec<(Option<String>, T)>,
    pattern: impl Fn(&T) -> String,
) -> (Vec<(String, T)>, Vec<String>) {
    let mut uses: HashMap<String, Vec<String>> = HashMap::new();
    for (name, what) in &all {
        let name = name.clone().unwrap_or_default();
        uses.entry(name).or_default().push(pattern(what));
    }
    let (mut kept, mut omitted) = (Vec::new(), Vec::new());
    for (name, what) in all {
        let Some(name) = name else {
            omitted.push(format!("`{}` gets no constant: nothing of its name can be used in Rust; select it by a string", pattern(&what)));
            continue;
        };
        match &uses[&name][..] {
            [_] if name != "METHODS" => kept.push((name, what)),
            [_] => omitted.push(format!(
                "`{}` gets no constant: `METHODS` is the table; select it by a string",
                pattern(&what)
            )),
            several => omitted.push(format!(
                "`{}` gets no constant: `{name}` would stand for {} alike; select it by a string",
                pattern(&what),
                several.join(" and ")
            )),
        }
    }
    (kept, omitted)
}
