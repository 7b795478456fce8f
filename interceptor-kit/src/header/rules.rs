//! What is done to metadata.

use http::{HeaderMap, HeaderName, HeaderValue};

/// One change, made in the order in which they were given.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    Set(HeaderName, HeaderValue),
    SetIfAbsent(HeaderName, HeaderValue),
    Append(HeaderName, HeaderValue),
    Remove(HeaderName),
    /// All values of one name become those of another.
    Copy(HeaderName, HeaderName),
}

// === impl Rule ===

impl Rule {
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        match self {
            Self::Set(name, value) => {
                headers.insert(name, value.clone());
            }
            Self::SetIfAbsent(name, value) => {
                headers.entry(name).or_insert_with(|| value.clone());
            }
            Self::Append(name, value) => {
                headers.append(name, value.clone());
            }
            Self::Remove(name) => {
                headers.remove(name);
            }
            Self::Copy(from, to) => {
                let values = chosen(headers, from);
                replace(headers, to, values);
            }
        }
    }
}

/// All values of a name.
pub(super) fn chosen(headers: &HeaderMap, name: &HeaderName) -> Vec<HeaderValue> {
    headers.get_all(name).iter().cloned().collect()
}

/// Puts these values in the place of those that are there. No values change nothing.
pub(super) fn replace(headers: &mut HeaderMap, name: &HeaderName, values: Vec<HeaderValue>) {
    let mut values = values.into_iter();
    if let Some(first) = values.next() {
        headers.insert(name, first);
    }
    for value in values {
        headers.append(name, value);
    }
}
