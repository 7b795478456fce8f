use std::fmt;

use interceptor_core::{
    Call, CallType, ConfigError, ExtensionType, Method, Methods, Next, Pattern, Reply, Side,
    tonic::Status,
};

use super::{AuthError, Authenticate, Caller};
use crate::policy::{intercept_all, order};

/// Lets no call pass whose caller is not known: see the [module](crate::auth).
#[derive(Clone)]
pub struct Authentication<A> {
    authenticate: A,
    except: Vec<Pattern>,
}

// === impl Authentication ===

impl<A: Authenticate> Authentication<A> {
    /// Asks this for each call, whatever its method is.
    #[must_use]
    pub fn new(authenticate: A) -> Self {
        Self {
            authenticate,
            except: Vec::new(),
        }
    }

    /// Lets the calls of a method (`/pkg.Service/Method`) or of a service (`/pkg.Service/*`) pass without a look. Default:
    /// none, health and reflection included.
    ///
    /// # Errors
    ///
    /// A text of neither form. One that matches no method is an error when the layer is made.
    pub fn except(mut self, pattern: &str) -> Result<Self, ConfigError> {
        self.except.push(Pattern::parse(pattern)?);
        Ok(self)
    }

    #[inline]
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if !self.passes(call.method()) {
            let caller = Caller::of(&call);
            let claims = match self.authenticate.authenticate(&caller).await {
                Ok(claims) => claims,
                Err(error) => return Err(refused(&caller, &error)),
            };
            call.extensions_mut().insert(claims);
        }
        next.run(call).await
    }

    fn passes(&self, method: &Method) -> bool {
        self.except.iter().any(|pattern| pattern.matches(method))
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        if side == Side::Client {
            return Err(ConfigError::new(
                "it asks who calls a server; a client sends its token by `CallCredentials`",
            ));
        }
        let mut patterns = self.except.iter();
        patterns.try_for_each(|pattern| methods.check_pattern(pattern))
    }
}

intercept_all!(
    [A: Authenticate] Authentication [A] |this, methods, side| this.check(methods, side),
    order = [
        .provides(const { &[ExtensionType::of::<A::Claims>("Claims").known_as("")] })
        .only_on(Side::Server)
        .role(order::AUTHENTICATING)
    ]
);

impl<A> fmt::Debug for Authentication<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentication")
            .field("except", &self.except)
            .finish_non_exhaustive()
    }
}

/// Tells the log why, and the caller that.
#[cold]
fn refused(caller: &Caller<'_>, error: &AuthError) -> Status {
    let (method, peer) = (caller.method(), caller.peer().map(tracing::field::debug));
    match error {
        AuthError::Unauthenticated(reason) => {
            tracing::debug!(%method, peer, %reason, "a call was not authenticated");
        }
        AuthError::Unavailable(reason) => {
            tracing::warn!(%method, peer, %reason, "a call could not be authenticated");
        }
    }
    error.status()
}
