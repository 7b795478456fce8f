//! What the kit has.

use std::{error::Error, fmt::Debug};

use grpc_interceptor::{
    Interceptor, compose::service_config::*, deadline::*, header::*, hedge::*, metrics::*,
    policy::*, recovery::*, request_id::*, retry::*, retry_on_error::*, status::*,
};

held!(INTERCEPTORS: Interceptor, Clone, Debug =>
    CanonicalCodes,
    Configured,
    Deadline,
    Header,
    Hedge,
    Metrics,
    Recovery,
    RequestIds,
    Retry,
    RetryOnError,
    TrailersOnly,
);

held!(CONFIGURED: Clone, Debug, Send, Sync, Unpin =>
    AtomicCounter,
    AtomicGauge,
    AtomicHistogram,
    AttemptCounts,
    Backoff,
    CallPolicy,
    Codes,
    Dialect,
    Failure,
    Format,
    HedgingPolicy,
    Jitter,
    MethodConfig,
    MethodPolicy,
    ParentCall,
    PolicyTable<RetryPolicy>,
    Pushback,
    Registry,
    RequestId,
    RetryAttempt,
    RetryPolicy,
    RetryThrottling,
    ServiceConfig,
    Throttle,
    TraceId,
    WaitExponential,
    WaitForReady,
);

held!(DATA: Debug, Send, Sync, Unpin =>
    BucketSnapshot,
    ExemplarSnapshot,
    Family,
    FamilyKind,
    FamilySnapshot,
    MetricsBuilder<Registry>,
    SeriesSnapshot,
    ValueSnapshot,
);

held!(LENT: Debug =>
    Panic<'static>,
);

held!(ERRORS: Error, Clone, Debug, Send, Sync, Unpin =>
    ServiceConfigError,
);

pub(super) const LISTS: [&[&str]; 5] = [INTERCEPTORS, CONFIGURED, DATA, LENT, ERRORS];
