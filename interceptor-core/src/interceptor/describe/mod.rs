use std::{borrow::Cow, fmt};

use crate::Rules;

mod ordered;
mod selection;

pub(crate) use ordered::Ordered;
pub use selection::Selection;

/// What stands in a chain, in order, with the conditions under which it runs.
///
/// [`Display`](fmt::Display) writes it on one line: `Edge(Timing, Retry if client)`. [`explain`](crate::explain) says what of
/// it runs for each method.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Interceptor {
        name: &'static str,
        buffers: Vec<Cow<'static, str>>,
        rules: Option<Rules>,
    },
    /// An `Option` that is `None`.
    Absent(&'static str),
    Chain(&'static str, Description),
    OnlyIf(String, Description),
    Select(Selection, Description),
    /// `#[chain(allow_order)]`
    Unchecked(Description),
}

// === impl Description ===

impl Description {
    /// Adds an interceptor.
    pub fn interceptor(&mut self, name: &'static str) {
        self.entries.push(Entry::Interceptor {
            name,
            buffers: Vec::new(),
            rules: None,
        });
    }

    /// Says of the interceptor that was added last what it may keep in memory for one call, and up to which bound, such as
    /// `"the request, up to 64 KiB"`. Say it once for each thing that is kept.
    pub fn buffers(&mut self, what: impl Into<Cow<'static, str>>) {
        if let Some(Entry::Interceptor { buffers, .. }) = self.entries.last_mut() {
            buffers.push(what.into());
        }
    }

    /// Adds the place of an interceptor that is not there: an `Option` that is `None`. [`Display`](fmt::Display) passes over
    /// it.
    pub fn absent(&mut self, name: &'static str) {
        self.entries.push(Entry::Absent(name));
    }

    /// Adds a chain; what `inside` adds stands within it.
    pub fn chain(&mut self, name: &'static str, inside: impl FnOnce(&mut Self)) {
        self.entries.push(Entry::Chain(name, Self::of(inside)));
    }

    /// Adds what runs for some calls only; what `inside` adds stands under that condition.
    pub fn select(&mut self, selection: Selection, inside: impl FnOnce(&mut Self)) {
        self.entries
            .push(Entry::Select(selection, Self::of(inside)));
    }

    /// Adds what runs under a condition that only words can say: what `inside` adds stands under it. For sides and methods
    /// there is [`select`](Self::select).
    pub fn only_if(&mut self, condition: impl Into<String>, inside: impl FnOnce(&mut Self)) {
        self.entries
            .push(Entry::OnlyIf(condition.into(), Self::of(inside)));
    }

    /// Whether nothing stands here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.iter().all(Entry::is_empty)
    }

    pub(super) fn of(inside: impl FnOnce(&mut Self)) -> Self {
        let mut description = Self::default();
        inside(&mut description);
        description
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = self.entries.iter().filter(|entry| !entry.is_empty());
        for (index, entry) in there.enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            match entry {
                Entry::Interceptor { name, .. } | Entry::Absent(name) => f.write_str(name)?,
                Entry::Chain(name, inside) => write!(f, "{name}({inside})")?,
                Entry::OnlyIf(condition, inside) => write!(f, "{inside} if {condition}")?,
                Entry::Select(selection, inside) => write!(f, "{inside} if {selection}")?,
                Entry::Unchecked(inside) => write!(f, "{inside}")?,
            }
        }
        Ok(())
    }
}

// === impl Entry ===

impl Entry {
    /// Whether there is nothing of it to show.
    fn is_empty(&self) -> bool {
        match self {
            Self::Interceptor { .. } | Self::Chain(..) => false,
            Self::Absent(_) => true,
            Self::OnlyIf(_, inside) | Self::Select(_, inside) | Self::Unchecked(inside) => {
                inside.is_empty()
            }
        }
    }
}

/// The name of a type without the modules it stands in.
pub(crate) fn short_type_name<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    let generics = name.find('<').unwrap_or(name.len());
    let start = name[..generics].rfind("::").map_or(0, |colon| colon + 2);
    &name[start..]
}
