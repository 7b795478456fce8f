use std::time::Instant;

use tonic::{Code, Status, metadata::MetadataMap};

use crate::{
    Origin,
    status::{self, wire},
};

/// How a call ended. Every call that starts ends once.
///
/// | end | code |
/// |---|---|
/// | trailers, an answer without a body, or a short-circuit with a status | that code |
/// | no trailers at all | UNKNOWN |
/// | the caller dropped the future or the body | CANCELLED |
/// | reset by the peer, connection lost | by [`Origin`] |
/// | dropped when the call's deadline had passed | `DEADLINE_EXCEEDED` |
/// | unwinding | INTERNAL, and unwinding goes on |
#[derive(Debug)]
pub struct End<'a> {
    code: Code,
    status: Option<&'a Status>,
    trailers: Option<&'a MetadataMap>,
}

/// An end that is told later.
#[derive(Debug)]
pub(crate) struct KeptEnd {
    code: Code,
    status: Option<Status>,
    trailers: Option<MetadataMap>,
}

// === impl End ===

impl<'a> End<'a> {
    /// The code of the call's final status.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The call's final status, if it has one other than OK: none for a call that was dropped.
    #[must_use]
    pub fn status(&self) -> Option<&'a Status> {
        self.status
    }

    /// The trailers, as far as they are known: those of the reply or, of a call that failed, the metadata of its status.
    ///
    /// Those of a streamed response that went well are known to an [`Observer`](super::Observer), and not to
    /// [`on_end`](super::Run::on_end).
    #[must_use]
    pub fn trailers(&self) -> Option<&'a MetadataMap> {
        self.trailers.or(self.status.map(Status::metadata))
    }

    pub(crate) fn keep(&self) -> KeptEnd {
        KeptEnd {
            code: self.code,
            status: self.status.cloned(),
            trailers: self.trailers.cloned(),
        }
    }

    #[inline]
    pub(crate) fn ok() -> Self {
        Self::bare(Code::Ok)
    }

    /// OK, by what these trailers say.
    #[inline]
    pub(super) fn ok_with(trailers: &'a MetadataMap) -> Self {
        Self {
            code: Code::Ok,
            status: None,
            trailers: Some(trailers),
        }
    }

    /// Trailers came; they say how the call ended, unless the headers did.
    #[inline]
    pub(super) fn with_trailers(
        trailers: &MetadataMap,
        they_decide: impl FnOnce() -> bool,
        from_peer: bool,
        tell: impl FnOnce(&End<'_>),
    ) {
        let code = match wire::code_of(trailers.as_ref()) {
            Some(Code::Ok) => Code::Ok,
            code if they_decide() => code.unwrap_or(Code::Unknown),
            _ => Code::Ok,
        };
        let status = match code {
            Code::Ok => None,
            _ => wire::from_headers(trailers.as_ref()),
        };
        let status = match status {
            Some(status) if from_peer => Some(status::received(status, true)),
            status => status,
        };
        tell(&End {
            code,
            status: status.as_ref(),
            trailers: Some(trailers),
        });
    }

    /// A status that somebody gave.
    pub(crate) fn of(status: &'a Status) -> Self {
        Self {
            code: Origin::of(status)
                .transport()
                .and_then(|kind| kind.code())
                .unwrap_or(status.code()),
            status: Some(status).filter(|status| status.code() != Code::Ok),
            trailers: None,
        }
    }

    pub(crate) fn without_trailers() -> Self {
        Self::bare(Code::Unknown)
    }

    /// Dropped before its end.
    pub(super) fn dropped(deadline: Option<Instant>) -> Self {
        Self::bare(if std::thread::panicking() {
            Code::Internal
        } else if deadline.is_some_and(|deadline| deadline <= crate::call::now()) {
            Code::DeadlineExceeded
        } else {
            Code::Cancelled
        })
    }

    /// What is below panicked.
    pub(crate) fn panicked() -> Self {
        Self::bare(Code::Internal)
    }

    fn bare(code: Code) -> Self {
        Self {
            code,
            status: None,
            trailers: None,
        }
    }
}

// === impl KeptEnd ===

impl KeptEnd {
    pub(crate) fn lend(&self) -> End<'_> {
        End {
            code: self.code,
            status: self.status.as_ref(),
            trailers: self.trailers.as_ref(),
        }
    }
}
