//! Texts, compared in constants.

/// Whether two texts are the same.
pub(super) const fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && begins(one.as_bytes(), other.as_bytes(), other.len())
}

/// Whether two names of types can be the same type's. `_` is a part that is not known, and then only what stands before the
/// arguments counts.
pub(super) const fn alike(one: &str, other: &str) -> bool {
    if is_open(one) || is_open(other) {
        let (one, other) = (one.as_bytes(), other.as_bytes());
        let (head, other_head) = (head(one), head(other));
        let unknown = is_blank(one, head) || is_blank(other, other_head);
        return unknown || (head == other_head && begins(one, other, head));
    }
    same(one, other)
}

/// Whether a part of the name is `_`.
const fn is_open(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let alone = (at == 0 || !is_of_a_word(bytes[at - 1]))
            && (at + 1 == bytes.len() || !is_of_a_word(bytes[at + 1]));
        if bytes[at] == b'_' && alone {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// How long the name is without its arguments.
const fn head(name: &[u8]) -> usize {
    let mut at = 0;
    while at < name.len() && name[at] != b'<' {
        at += 1;
    }
    at
}

const fn is_blank(name: &[u8], head: usize) -> bool {
    head == 1 && name[0] == b'_'
}

const fn begins(one: &[u8], other: &[u8], len: usize) -> bool {
    let mut at = 0;
    while at < len {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}
