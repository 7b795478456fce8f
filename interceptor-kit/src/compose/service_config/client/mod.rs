//! A client that does as its service config says.

mod chain;
mod ready;
mod size;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use interceptor_core::{
    Call, ConfigError, Description, Interceptor, Methods, Next, Order, Reply, Rules, Side,
    StreamStream, StreamUnary, UnaryStream, UnaryUnary, tonic::Status,
};

use super::{ServiceConfig, ServiceConfigError};
use crate::{hedge::Hedge, policy::order, retry::Retry};
use chain::{Chain, Snapshot, Templates};
pub use ready::WaitForReady;

/// Calls as a service config says: the chain for a client, and the place where its config is changed.
///
/// Clones are the same client: an [`update`](Self::update) of one is one of all. See the [module](super).
#[derive(Clone)]
pub struct Configured {
    shared: Arc<Shared>,
}

struct Shared {
    templates: Templates,
    current: ArcSwap<Snapshot>,
    /// Held while the config is changed: each change builds on the one before.
    changing: Mutex<()>,
}

// === impl Configured ===

impl Configured {
    /// Calls as this config says.
    #[must_use]
    pub fn new(config: ServiceConfig) -> Self {
        Self::with(config, Retry::new(), Hedge::new())
    }

    /// The same with the caps, bounds and jitter of that `Retry` and that `Hedge`. Their policies and their throttle are the
    /// config's.
    #[must_use]
    pub fn with(config: ServiceConfig, retry: Retry, hedge: Hedge) -> Self {
        let templates = Templates { retry, hedge };
        let snapshot = Snapshot::new(config, &templates, None);
        let shared = Shared {
            templates,
            current: ArcSwap::from_pointee(snapshot),
            changing: Mutex::new(()),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Puts the config of this JSON in the place of the one there is. Calls under way keep the one that they began with.
    ///
    /// # Errors
    ///
    /// The first mistake in it. Nothing has changed then.
    pub fn update(&self, json: &str) -> Result<(), ServiceConfigError> {
        self.replace(ServiceConfig::from_json(json)?);
        Ok(())
    }

    /// Puts that config in the place of the one there is. Calls under way keep the one that they began with.
    pub fn replace(&self, config: ServiceConfig) {
        let changing = self.shared.changing.lock();
        let _changing = changing.unwrap_or_else(PoisonError::into_inner);
        let before = self.shared.current.load();
        let snapshot = Snapshot::new(config, &self.shared.templates, before.throttle.as_ref());
        self.shared.current.store(Arc::new(snapshot));
    }

    /// The config of calls that begin now.
    #[must_use]
    pub fn config(&self) -> Arc<ServiceConfig> {
        Arc::clone(&self.shared.current.load().config)
    }
}

impl From<ServiceConfig> for Configured {
    fn from(config: ServiceConfig) -> Self {
        Self::new(config)
    }
}

impl fmt::Debug for Configured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Configured").field(&self.config()).finish()
    }
}

// === impl Snapshot ===

impl Snapshot {
    fn chain(&self, method: &interceptor_core::Method) -> &Chain {
        self.chains.get(method).map_or(&self.other, |chain| chain)
    }
}

/// Which chain it is depends on the moment, so that no chain is a field.
macro_rules! intercept {
    ($($method:ident $kind:ident),*) => {
        impl Interceptor for Configured {
            const ORDER: Order =
                Order::of(Rules::new("Configured").role(order::RETRYING).only_on(Side::Client));

            $(async fn $method<N: Next<$kind>>(
                &self,
                call: Call<$kind>,
                next: N,
            ) -> Result<Reply<$kind>, Status> {
                let snapshot = self.shared.current.load_full();
                let chain = snapshot.chain(call.method());
                chain.$method(call, next).await
            })*

            fn describe(&self, description: &mut Description) {
                let Templates { retry, hedge } = &self.shared.templates;
                description.interceptor("Configured");
                description.order(&Self::ORDER);
                description.buffers(format!("for a retry {}", retry.kept()));
                description.buffers(format!("for a hedge {}", hedge.kept()));
            }

            fn check(&self, _: &Methods, side: Side) -> Result<(), ConfigError> {
                match side {
                    Side::Client => Ok(()),
                    Side::Server => Err(ConfigError::new(
                        "a service config says how clients call; put `Configured` into a `ClientLayer`",
                    )),
                }
            }
        }
    };
}

intercept! {
    intercept_unary_unary UnaryUnary,
    intercept_unary_stream UnaryStream,
    intercept_stream_unary StreamUnary,
    intercept_stream_stream StreamStream
}

const _: () = {
    const fn assert_value<T: Clone + fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Configured>();
};
