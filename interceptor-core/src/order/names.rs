//! Texts, compared in constants.

/// Whether two texts are the same.
pub(super) const fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && begins(one, other, one.len())
}

/// Whether two names of types can be the same type's: each with what is known of it, if that is not all.
pub(super) const fn alike(one: (&str, Option<&str>), other: (&str, Option<&str>)) -> bool {
    match (one, other) {
        ((one, None), (other, None)) => same(one, other),
        ((_, Some(one)), (_, Some(other))) => {
            one.is_empty() || other.is_empty() || same(one, other)
        }
        ((_, Some(head)), (name, None)) | ((name, None), (_, Some(head))) => {
            head.is_empty() || (head_of(name) == head.len() && begins(head, name, head.len()))
        }
    }
}

/// How long the name is without its arguments.
const fn head_of(name: &str) -> usize {
    let name = name.as_bytes();
    let mut at = 0;
    while at < name.len() && name[at] != b'<' {
        at += 1;
    }
    at
}

const fn begins(one: &str, other: &str, len: usize) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < len {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}
