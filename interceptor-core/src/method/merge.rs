//! Two entries for one path: which is kept, and when they contradict each other.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, btree_map},
    fmt::Write,
};

use super::{Detail, Idempotency, Method, Signature};
use crate::error::{ConfigError, Kind};

/// Entries by path while a table is made.
pub(super) type Entries = BTreeMap<Box<str>, Method>;

/// Puts `method` in.
///
/// # Errors
///
/// If its path is taken by an entry that says something else; the error names both.
pub(super) fn insert(entries: &mut Entries, method: Method) -> Result<(), ConfigError> {
    match entries.entry(method.path().into()) {
        btree_map::Entry::Vacant(free) => {
            free.insert(method);
        }
        btree_map::Entry::Occupied(mut taken) => {
            if is_better(&method, taken.get())? {
                taken.insert(method);
            }
        }
    }
    Ok(())
}

/// Whether `new` says more than `old`.
///
/// Entries from descriptors, and from constants made of them, are compared in full: on one machine they come from one
/// `.proto` file, and where they differ, one of the two is out of date.
fn is_better(new: &Method, old: &Method) -> Result<bool, ConfigError> {
    let (new_entry, old_entry) = (&*new.0, &*old.0);
    let order = new_entry.detail.cmp(&old_entry.detail);
    let comparable = order == Ordering::Equal
        || (new_entry.detail >= Detail::Constant && old_entry.detail >= Detail::Constant);
    let same_signature = !comparable || new_entry.signature == old_entry.signature;
    if new_entry.kind == old_entry.kind && same_signature {
        Ok(order == Ordering::Greater)
    } else {
        Err(conflict(old, new))
    }
}

fn conflict(first: &Method, second: &Method) -> ConfigError {
    let path = first.path().to_owned();
    let (first, second) = (in_words(first), in_words(second));
    Kind::Conflict {
        path,
        first,
        second,
    }
    .into()
}

/// All that is compared, and where it comes from.
fn in_words(method: &Method) -> String {
    let mut words = method.kind().to_string();
    if let Some(signature) = &method.0.signature {
        describe(&mut words, signature);
    }
    words
        + match method.0.detail {
            Detail::Unlisted => "",
            Detail::KindOnly => " (written by hand)",
            Detail::BuiltIn => " (built in)",
            Detail::Constant => " (from a constant table)",
            Detail::Described => " (from a file descriptor set)",
        }
}

fn describe(words: &mut String, signature: &Signature) {
    let Signature {
        input,
        output,
        idempotency,
        deprecated,
    } = signature;
    // Writing to a string does not fail.
    let _ = write!(words, " {input} -> {output}");
    words.push_str(match idempotency {
        Idempotency::Unknown => "",
        Idempotency::NoSideEffects => ", no side effects",
        Idempotency::Idempotent => ", idempotent",
    });
    words.push_str(if *deprecated { ", deprecated" } else { "" });
}
