use std::fmt;

/// What stands in a chain, in order, with the conditions under which it runs.
///
/// [`Display`](fmt::Display) writes it on one line: `Edge(Timing, Retry if client)`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Interceptor(&'static str),
    Chain(&'static str, Description),
    OnlyIf(String, Description),
}

impl Description {
    /// Adds an interceptor.
    pub fn interceptor(&mut self, name: &'static str) {
        self.entries.push(Entry::Interceptor(name));
    }

    /// Adds a chain; what `inside` adds stands within it.
    pub fn chain(&mut self, name: &'static str, inside: impl FnOnce(&mut Self)) {
        self.entries.push(Entry::Chain(name, Self::of(inside)));
    }

    /// Adds what runs under a condition only: what `inside` adds stands under it.
    pub fn only_if(&mut self, condition: impl Into<String>, inside: impl FnOnce(&mut Self)) {
        self.entries
            .push(Entry::OnlyIf(condition.into(), Self::of(inside)));
    }

    /// Whether nothing stands here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn of(inside: impl FnOnce(&mut Self)) -> Self {
        let mut description = Self::default();
        inside(&mut description);
        description
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.entries.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            match entry {
                Entry::Interceptor(name) => f.write_str(name)?,
                Entry::Chain(name, inside) => write!(f, "{name}({inside})")?,
                Entry::OnlyIf(condition, inside) => write!(f, "{inside} if {condition}")?,
            }
        }
        Ok(())
    }
}

/// The name of a type without the modules it stands in.
pub(super) fn short_type_name<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    let generics = name.find('<').unwrap_or(name.len());
    let start = name[..generics].rfind("::").map_or(0, |colon| colon + 2);
    &name[start..]
}
