//! Messages in the log.

use interceptor_core::{ConfigError, MessageType, Methods, Passing};

/// How messages are logged: as JSON by their descriptors, cut, and without what is not for everybody.
///
/// ```
/// use interceptor_kit::log::{Log, Payloads};
///
/// let payloads = Payloads::new().max_bytes(500).redact("card.number").redact("password");
/// let log = Log::builder().payloads(payloads).build()?;
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payloads {
    max_bytes: usize,
    max_message_bytes: usize,
    redact: Vec<Box<str>>,
}

// === impl Payloads ===

impl Payloads {
    /// All fields but those with the option `debug_redact`, 2 KiB of each message.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_bytes: 2048,
            max_message_bytes: 65_536,
            redact: Vec::new(),
        }
    }

    /// How many bytes of a message's JSON are logged; what is cut off is said by its length. Default: 2,048.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Over which size on the wire a message is not turned into JSON at all; the log has its length instead. Default:
    /// 65,536. Of a compressed message this is its compressed size; the layer's `max_message_size` bounds what comes of it.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
        self
    }

    /// Redacts a field, by its path in the names of the `.proto` file, from the message of a method: `card.number` in
    /// whatever method's messages have such a field. Lists and maps add nothing to a path. A path that no message of the
    /// table has is an error when the layer is made.
    #[must_use]
    pub fn redact(mut self, path: &str) -> Self {
        self.redact.push(path.into());
        self
    }

    /// What the log has of this message.
    pub(super) fn text(&self, kind: Option<MessageType<'_>>, passing: &Passing<'_>) -> String {
        let length = passing.wire_len();
        let Some(message) = passing
            .message()
            .filter(|_| length <= self.max_message_bytes)
        else {
            return format!("({length} bytes)");
        };
        let json = kind.map(|kind| kind.to_redacted_json(message, |path| self.redacts(path)));
        match json {
            Some(Ok(mut json)) => {
                super::bound::cut(&mut json, self.max_bytes);
                json
            }
            Some(Err(status)) => format!("({length} bytes; no JSON: {:?})", status.code()),
            None => format!("({length} bytes; no descriptors)"),
        }
    }

    fn redacts(&self, path: &str) -> bool {
        self.redact.iter().any(|redacted| **redacted == *path)
    }

    pub(super) fn check(&self, methods: &Methods) -> Result<(), ConfigError> {
        let fires = |path: &str| {
            let types = methods
                .iter()
                .flat_map(|method| [method.input(), method.output()]);
            let mut has = types.flatten().map(|kind| kind.has_field(path));
            has.any(Result::unwrap_or_default)
        };
        match self.redact.iter().find(|path| !fires(path)) {
            None => Ok(()),
            Some(path) => Err(ConfigError::new(format!(
                "no message of the table has a field `{path}` to redact: paths are as `card.number`, in the names of the \
                 .proto file"
            ))),
        }
    }
}

impl Default for Payloads {
    fn default() -> Self {
        Self::new()
    }
}
