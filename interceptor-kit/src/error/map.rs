use std::{fmt, sync::Arc};

use interceptor_core::{
    Call, CallType, Guard, Method, Next, Origin, Reply, Side, TransportKind,
    tonic::{Code, Status},
};
use interceptor_macros::grpc_interceptor;

use crate::policy::order;

/// Makes other statuses of those that calls end with: see the [module](super).
#[grpc_interceptor(role = order::MAPPING, crate = interceptor_core)]
#[derive(Clone, Default)]
pub struct MapStatus {
    rules: Arc<Vec<Rule>>,
}

/// What a status is about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StatusContext {
    /// The method that was called.
    pub method: Method,
    /// On which side that is.
    pub side: Side,
}

/// Which statuses by where they come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum From {
    /// Made in this program: by a handler, or by an interceptor inside.
    Local,
    /// An error on the way, of any kind.
    Transport,
    /// An error on the way, of that kind.
    Kind(TransportKind),
    /// Said by the peer.
    Peer,
}

type Change = dyn Fn(Status, &StatusContext) -> Status + Send + Sync;

enum Rule {
    Code(Code, Code),
    Origin(From, Code),
    With(Box<Change>),
}

/// Around a response that streams.
struct Mapped {
    rules: Arc<Vec<Rule>>,
    context: StatusContext,
}

// === impl MapStatus ===

impl MapStatus {
    /// Changes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives statuses of that code another one. Message, details and metadata stay.
    #[must_use]
    pub fn code(self, code: Code, becomes: Code) -> Self {
        self.rule(Rule::Code(code, becomes))
    }

    /// Gives statuses of that origin this code. Message, details and metadata stay.
    #[must_use]
    pub fn origin(self, origin: From, becomes: Code) -> Self {
        self.rule(Rule::Origin(origin, becomes))
    }

    /// Puts what this function returns in the place of each status. OK is not possible: it becomes UNKNOWN, because there is no
    /// message that a call could end well with.
    #[must_use]
    pub fn with(
        self,
        change: impl Fn(Status, &StatusContext) -> Status + Send + Sync + 'static,
    ) -> Self {
        self.rule(Rule::With(Box::new(change)))
    }

    fn rule(self, rule: Rule) -> Self {
        let rules = Arc::into_inner(self.rules).unwrap_or_default();
        let rules = rules.into_iter().chain([rule]).collect();
        Self {
            rules: Arc::new(rules),
        }
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if self.rules.is_empty() {
            return next.run(call).await;
        }
        let mapped = Mapped {
            rules: Arc::clone(&self.rules),
            context: StatusContext {
                method: call.method().clone(),
                side: call.side(),
            },
        };
        match next.run(call).await {
            Ok(mut reply) => {
                if reply.trailers().is_none() {
                    reply.guard(mapped)?;
                }
                Ok(reply)
            }
            Err(status) => Err(mapped.map(status)),
        }
    }
}

impl fmt::Debug for MapStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MapStatus({} rules)", self.rules.len())
    }
}

// === impl From ===

impl From {
    fn is_of(self, status: &Status) -> bool {
        let origin = Origin::of(status);
        match self {
            Self::Local => matches!(origin, Origin::Local),
            Self::Transport => origin.transport().is_some(),
            Self::Kind(kind) => origin.transport() == Some(kind),
            Self::Peer => matches!(origin, Origin::Peer { .. }),
        }
    }
}

// === impl Rule ===

impl Rule {
    fn apply(&self, status: Status, context: &StatusContext) -> Status {
        match self {
            Self::Code(code, becomes) if status.code() == *code => with_code(status, *becomes),
            Self::Origin(from, becomes) if from.is_of(&status) => with_code(status, *becomes),
            Self::Code(..) | Self::Origin(..) => status,
            Self::With(change) => change(status, context),
        }
    }
}

/// The same with another code; what it comes from stays known.
pub(super) fn with_code(status: Status, code: Code) -> Status {
    if status.code() == code {
        return status;
    }
    let (message, details) = (status.message().to_owned(), status.details().to_vec());
    let metadata = status.metadata().clone();
    let mut changed = Status::with_details_and_metadata(code, message, details.into(), metadata);
    changed.set_source(Arc::new(status));
    changed
}

// === impl Mapped ===

impl Mapped {
    fn map(&self, status: Status) -> Status {
        let rules = self.rules.iter();
        let mapped = rules.fold(status, |status, rule| rule.apply(status, &self.context));
        match mapped.code() {
            Code::Ok => with_code(mapped, Code::Unknown),
            _ => mapped,
        }
    }
}

impl Guard for Mapped {
    fn broken(&mut self, status: Status) -> Status {
        self.map(status)
    }

    fn failed(&mut self, status: &Status) -> Option<Status> {
        Some(self.map(status.clone()))
    }
}

const _: () = {
    const fn assert_value<T: Clone + fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<MapStatus>();
};
