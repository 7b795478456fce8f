//! A message that is put together in a constant.

use super::path::Label;

/// Longer than any message of whole names; a name that does not fit is left out.
const ROOM: usize = 1024;

/// Text without an allocation.
pub(super) struct Text {
    bytes: [u8; ROOM],
    len: usize,
}

// === impl Text ===

impl Text {
    pub(super) const fn new() -> Self {
        let bytes = [0; ROOM];
        Self { bytes, len: 0 }
    }

    pub(super) const fn add(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.len + text.len() <= ROOM {
            let mut at = 0;
            while at < text.len() {
                self.bytes[self.len + at] = text[at];
                at += 1;
            }
            self.len += text.len();
        }
        self
    }

    /// ``the interceptor in field `authz` ``, ``the interceptor `Authz` `` or ``` `Authz` in field `inner` ```.
    pub(super) const fn subject(self, label: Label) -> Self {
        if label.is_deep {
            self.object(label)
        } else {
            self.add("the interceptor ")
                .add(if label.field.is_empty() { "" } else { "in " })
                .object(label)
        }
    }

    /// ``field `auth` ``, `` `Auth` `` or ``` `Auth` in field `edge` ```.
    pub(super) const fn object(self, label: Label) -> Self {
        if label.field.is_empty() {
            return self.quoted(label.name);
        }
        let text = if label.is_deep {
            self.quoted(label.name).add(" in ")
        } else {
            self
        };
        text.add("field ").quoted(label.field)
    }

    pub(super) const fn quoted(self, name: &str) -> Self {
        self.add("`").add(name).add("`")
    }

    pub(super) const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "the order of this chain breaks a rule",
        }
    }

    /// Ends the evaluation of the constant with this text.
    #[track_caller]
    pub(super) const fn fail(&self) -> ! {
        panic!("{}", self.as_str())
    }
}
