//! Where in a chain something stands, and under which conditions.

use super::{Link, names};
use crate::{Pattern, Side};

/// The links above a place, the nearest first; for a chain as a whole there are none.
pub(super) type Above<'p> = Option<&'p Path<'p>>;

/// A link, and those above it.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    pub(super) link: &'p Link,
    /// The links of a chain are counted in their order, a link before those in it.
    pub(super) id: usize,
    /// Which of the links beside it.
    pub(super) at: usize,
    pub(super) above: Above<'p>,
}

/// What messages call a place.
#[derive(Clone, Copy)]
pub(super) struct Label {
    /// The field of the chain that is checked, or nothing.
    pub(super) field: &'static str,
    /// The interceptor.
    pub(super) name: &'static str,
    /// Whether it is a part of what stands in that field.
    pub(super) is_deep: bool,
}

/// The outermost link of a path.
pub(super) const fn top(above: Above<'_>) -> Above<'_> {
    let mut found = above;
    while let Some(path) = found {
        if path.above.is_none() {
            return found;
        }
        found = path.above;
    }
    None
}

pub(super) const fn label(above: Above<'_>, name: &'static str) -> Label {
    let field = match top(above) {
        Some(path) => path.link.field,
        None => "",
    };
    let mut fields = 0;
    let mut next = above;
    while let Some(path) = next {
        if !path.link.field.is_empty() {
            fields += 1;
        }
        next = path.above;
    }
    let is_deep = !field.is_empty() && fields > 1;
    Label {
        field,
        name,
        is_deep,
    }
}

/// No link above says `allow_order`.
pub(super) const fn is_checked(above: Above<'_>) -> bool {
    let mut next = above;
    while let Some(path) = next {
        if !path.link.is_checked {
            return false;
        }
        next = path.above;
    }
    true
}

/// The side that a condition above names.
pub(super) const fn side(above: Above<'_>) -> Option<Side> {
    let mut next = above;
    while let Some(path) = next {
        if path.link.side.is_some() {
            return path.link.side;
        }
        next = path.above;
    }
    None
}

/// Whether all that runs under the conditions of `inner` runs under those of `outer` too. `side` is where `inner` runs, if
/// that is known.
pub(super) const fn implies(inner: Above<'_>, side: Option<Side>, outer: Above<'_>) -> bool {
    let mut next = outer;
    while let Some(path) = next {
        if !is_within(inner, path.id) && !implies_link(inner, side, path.link) {
            return false;
        }
        next = path.above;
    }
    true
}

/// Whether no call runs through both.
pub(super) const fn are_apart(one: Above<'_>, other: Above<'_>) -> bool {
    if let (Some(one), Some(other)) = (side(one), side(other))
        && !same_side(one, other)
    {
        return true;
    }
    avoids(one, other) || avoids(other, one)
}

/// Whether `other` sees nothing of what `one` is only for.
const fn avoids(one: Above<'_>, other: Above<'_>) -> bool {
    let mut next = one;
    while let Some(path) = next {
        if let Some(only) = path.link.only
            && misses_all(other, only)
        {
            return true;
        }
        next = path.above;
    }
    false
}

pub(super) const fn same_side(one: Side, other: Side) -> bool {
    matches!(
        (one, other),
        (Side::Client, Side::Client) | (Side::Server, Side::Server)
    )
}

const fn is_within(above: Above<'_>, id: usize) -> bool {
    let mut next = above;
    while let Some(path) = next {
        if path.id == id {
            return true;
        }
        next = path.above;
    }
    false
}

const fn implies_link(inner: Above<'_>, side: Option<Side>, link: &Link) -> bool {
    if link.is_optional {
        return false;
    }
    match (link.side, side) {
        (Some(wanted), Some(side)) if !same_side(wanted, side) => return false,
        (Some(_), None) => return false,
        _ => {}
    }
    if let Some(only) = link.only
        && !is_only(inner, only)
    {
        return false;
    }
    misses_all(inner, link.except)
}

/// Whether calls get there only for methods that these select.
const fn is_only(above: Above<'_>, patterns: &[Pattern]) -> bool {
    let mut next = above;
    while let Some(path) = next {
        if let Some(only) = path.link.only
            && all_covered(only, patterns)
        {
            return true;
        }
        next = path.above;
    }
    false
}

/// Whether no calls get there for methods that these select.
const fn misses_all(above: Above<'_>, patterns: &[Pattern]) -> bool {
    let mut at = 0;
    while at < patterns.len() {
        if !misses(above, &patterns[at]) {
            return false;
        }
        at += 1;
    }
    true
}

const fn misses(above: Above<'_>, pattern: &Pattern) -> bool {
    let mut next = above;
    while let Some(path) = next {
        if is_covered(pattern, path.link.except) {
            return true;
        }
        if let Some(only) = path.link.only
            && !overlaps_any(pattern, only)
        {
            return true;
        }
        next = path.above;
    }
    false
}

const fn all_covered(patterns: &[Pattern], by: &[Pattern]) -> bool {
    let mut at = 0;
    while at < patterns.len() {
        if !is_covered(&patterns[at], by) {
            return false;
        }
        at += 1;
    }
    true
}

const fn is_covered(pattern: &Pattern, by: &[Pattern]) -> bool {
    let mut at = 0;
    while at < by.len() {
        if covers(&by[at], pattern) {
            return true;
        }
        at += 1;
    }
    false
}

const fn overlaps_any(pattern: &Pattern, others: &[Pattern]) -> bool {
    let mut at = 0;
    while at < others.len() {
        if covers(&others[at], pattern) || covers(pattern, &others[at]) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether `one` selects all that `other` does.
const fn covers(one: &Pattern, other: &Pattern) -> bool {
    let ((service, name), (other_service, other_name)) = (one.parts(), other.parts());
    names::same(service, other_service)
        && match (name, other_name) {
            (None, _) => true,
            (Some(name), Some(other)) => names::same(name, other),
            (Some(_), None) => false,
        }
}
