//! What the kit has.

use std::{error::Error, fmt::Debug};

use grpc_interceptor::{
    Interceptor, auth::*, authz::*, compose::service_config::*, deadline::*, error::*, header::*,
    hedge::*, log::*, metrics::*, policy::*, recovery::*, request_id::*, retry::*,
    retry_on_error::*, status::*,
};

held!(INTERCEPTORS: Interceptor, Clone, Debug =>
    Authentication<BearerTokens<String>>,
    Authorization<Policy>,
    CallCredentials,
    CanonicalCodes,
    Configured,
    Deadline,
    Header,
    Hedge,
    Log,
    MapStatus,
    Metrics,
    Recovery,
    Redact,
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
    AuditCondition,
    AuditLoggers,
    AuthError,
    Backoff,
    Basic<String>,
    BearerTokens<String>,
    CallPolicy,
    Codes,
    Dialect,
    Failure,
    Format,
    From,
    HedgingPolicy,
    HttpJwks,
    Jitter,
    Jwks,
    Jwt<String>,
    JwtKeys,
    MethodConfig,
    MethodPolicy,
    Mtls,
    ParentCall,
    Payloads,
    PeerCertificates,
    PeerIdentity,
    Policy,
    PolicyFile,
    PolicyTable<RetryPolicy>,
    Pushback,
    Registry,
    RequestId,
    RetryAttempt,
    RetryPolicy,
    RetryThrottling,
    ServiceConfig,
    StatusContext,
    StdoutLogger,
    Throttle,
    Token,
    TokenFile,
    TraceId,
    WaitExponential,
    Verdict,
    WaitForReady,
    When,
);

held!(DATA: Debug, Send, Sync, Unpin =>
    BucketSnapshot,
    ExemplarSnapshot,
    Family,
    FamilyKind,
    FamilySnapshot,
    LogBuilder,
    MetricsBuilder<Registry>,
    Rules<String>,
    SeriesSnapshot,
    ValueSnapshot,
);

held!(LENT: Debug =>
    Access<'static>,
    AuditEvent<'static>,
    Caller<'static>,
    Panic<'static>,
);

held!(ERRORS: Error, Clone, Debug, Send, Sync, Unpin =>
    ServiceConfigError,
);

/// What is not reached from outside.
const NOT_HERE: &[&str] = &["Key"];

pub(super) const LISTS: [&[&str]; 6] = [INTERCEPTORS, CONFIGURED, DATA, LENT, ERRORS, NOT_HERE];
