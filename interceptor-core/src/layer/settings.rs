use crate::message::DEFAULT_MAX_MESSAGE_SIZE;

/// What a layer does with calls of methods that are not in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unknown {
    /// Interceptors for some call types only end them with UNIMPLEMENTED; the others see a stream-stream call. The default:
    /// a forgotten entry must not become a hole.
    #[default]
    Reject,
    /// Interceptors for some call types only let them pass by.
    Pass,
}

/// The bounds of a layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) max_message_size: usize,
    pub(crate) max_settled_bytes: usize,
    pub(crate) unknown: Unknown,
}

impl Settings {
    pub(crate) fn unknown_passes(&self) -> bool {
        self.unknown == Unknown::Pass
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_message_size: DEFAULT_MAX_MESSAGE_SIZE,
            max_settled_bytes: DEFAULT_MAX_MESSAGE_SIZE,
            unknown: Unknown::Reject,
        }
    }
}
