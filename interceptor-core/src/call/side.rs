use std::fmt;

/// On which end of the call a chain runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The end that makes the call: below a [`ClientLayer`](crate::ClientLayer).
    Client,
    /// The end that answers it: below a [`ServerLayer`](crate::ServerLayer).
    Server,
}

impl Side {
    /// `client` or `server`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
