use std::{fmt, sync::Arc};

use super::{AuthError, Authenticate, Caller};
use crate::policy::{PeerIdentity, Transport};

/// Knows callers by the certificate that they showed: its SANs, its SPIFFE id, its subject.
///
/// The transport verifies certificates; this reads the one of a connection whose transport is tonic's own over TCP or a Unix
/// socket, or which another transport has put into the extensions as [`PeerCertificates`](crate::policy::PeerCertificates).
/// It is read for each call; a connection's calls share nothing here.
#[derive(Clone)]
pub struct Mtls<C = PeerIdentity> {
    claims: Arc<dyn Fn(PeerIdentity) -> Option<C> + Send + Sync>,
}

// === impl Mtls ===

impl Mtls {
    /// Any certificate will do; the claims are a [`PeerIdentity`].
    #[must_use]
    pub fn any() -> Self {
        Self::new(Some)
    }
}

impl<C: Clone + Send + Sync + 'static> Mtls<C> {
    /// The claims of whom a certificate names; None for those who may not call.
    pub fn new(claims: impl Fn(PeerIdentity) -> Option<C> + Send + Sync + 'static) -> Self {
        let claims = Arc::new(claims);
        Self { claims }
    }
}

impl<C: Clone + Send + Sync + 'static> Authenticate for Mtls<C> {
    type Claims = C;

    async fn authenticate(&self, caller: &Caller<'_>) -> Result<C, AuthError> {
        let reason = match Transport::of(caller.extensions()) {
            Transport::Identified(identity) => match (self.claims)(*identity) {
                Some(claims) => return Ok(claims),
                None => "whom the certificate names may not call",
            },
            Transport::Anonymous => "there is no client certificate",
            Transport::Unreadable => "the client certificate cannot be read",
            Transport::Plain => "the connection has no TLS",
        };
        Err(AuthError::unauthenticated(reason))
    }
}

impl<C> fmt::Debug for Mtls<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mtls")
    }
}
