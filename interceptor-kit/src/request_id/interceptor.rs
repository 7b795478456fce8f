use http::{HeaderMap, HeaderName};
use interceptor_core::{Call, CallType, ConfigError, Next, Reply, Side, tonic::Status};
use interceptor_macros::grpc_interceptor;

use super::{RequestId, scope::Scope};
use crate::policy::{is_of_one_hop, order};

/// Gives each call an id: see the [module](super).
#[grpc_interceptor(provides(RequestId), role = order::IDENTIFYING, outside(order::LOGGING, order::RETRYING, order::HEDGING), crate = interceptor_core)]
#[derive(Debug, Clone)]
pub struct RequestIds {
    name: HeaderName,
    takes: bool,
}

// === impl RequestIds ===

impl RequestIds {
    /// Ids in the metadata `x-request-id`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: HeaderName::from_static("x-request-id"),
            takes: true,
        }
    }

    /// In which metadata the id is, by default `x-request-id`.
    ///
    /// # Errors
    ///
    /// A text that is no header's name, that gRPC or HTTP/2 keep for themselves (`grpc-…`, `content-type`, `te` and the like),
    /// or that ends in `-bin`.
    pub fn name(mut self, name: &str) -> Result<Self, ConfigError> {
        let refused = || {
            ConfigError::new(format!(
                "`{name}` cannot hold a request id: use the name of text metadata, such as `x-request-id`"
            ))
        };
        let parsed = HeaderName::try_from(name).map_err(|_| refused())?;
        if is_of_one_hop(&parsed) || parsed.as_str().ends_with("-bin") {
            return Err(refused());
        }
        self.name = parsed;
        Ok(self)
    }

    /// Whether an id that comes with a call is taken, by default yes. A server that anybody may call can say no, so that
    /// nobody chooses what is in its log; on a client it is about what the application has set.
    #[must_use]
    pub fn takes(mut self, takes: bool) -> Self {
        self.takes = takes;
        self
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let side = call.side();
        let id = self.id(side, call.metadata().as_ref());
        let headers = call.metadata_mut().as_mut();
        headers.insert(&self.name, id.value());
        call.extensions_mut().insert(id.clone());

        let scope = Scope::new(&id, side);
        match scope.run(next.run(call)).await {
            Ok(mut reply) => {
                self.tell(side, &mut reply, id);
                if reply.trailers().is_none() {
                    reply.guard(scope)?;
                }
                Ok(reply)
            }
            Err(mut status) => {
                let headers = status.metadata_mut().as_mut();
                if side == Side::Server || !headers.contains_key(&self.name) {
                    headers.insert(&self.name, id.value());
                }
                Err(status)
            }
        }
    }

    fn id(&self, side: Side, headers: &HeaderMap) -> RequestId {
        let came = headers.get(&self.name).filter(|_| self.takes);
        let came = came.and_then(RequestId::of);
        let serves = || match side {
            Side::Client => RequestId::current(),
            Side::Server => None,
        };
        came.or_else(serves).unwrap_or_else(RequestId::made)
    }

    fn tell<T: CallType>(&self, side: Side, reply: &mut Reply<T>, id: RequestId) {
        match side {
            Side::Server => {
                let headers = reply.metadata_mut().as_mut();
                headers.insert(&self.name, id.value());
            }
            Side::Client => {
                reply.extensions_mut().insert(id);
            }
        }
    }
}

impl Default for RequestIds {
    fn default() -> Self {
        Self::new()
    }
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<RequestIds>();
    assert_value::<RequestId>();
};
