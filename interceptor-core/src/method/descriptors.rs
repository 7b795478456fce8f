/// The file descriptor set that a method was read from. Without the feature `reflect` nobody needs it, and nothing is
/// kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Descriptors {
    // A trait object: what is made of the set later is behind a lock, and for one that it can see clippy warns everybody
    // who has a `Method` as a key.
    #[cfg(feature = "reflect")]
    set: Option<std::sync::Arc<dyn super::reflect::Describe>>,
}

// === impl Descriptors ===

impl Descriptors {
    /// There are none: the method was written by hand, or is built in.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// This set. Clones share it.
    #[cfg(feature = "reflect")]
    pub(super) fn of(set: &[u8]) -> Self {
        let set = super::reflect::DescriptorSet::new(set);
        Self {
            set: Some(std::sync::Arc::new(set)),
        }
    }

    #[cfg(not(feature = "reflect"))]
    pub(super) fn of(_: &[u8]) -> Self {
        Self::none()
    }

    #[cfg(feature = "reflect")]
    pub(super) fn set(&self) -> Option<&dyn super::reflect::Describe> {
        self.set.as_deref()
    }
}
