use http::{HeaderMap, HeaderName, HeaderValue};
use interceptor_core::{Call, CallType, ConfigError, Next, Reply, Side, tonic::Status};
use interceptor_macros::grpc_interceptor;

use super::{
    carried::Carried,
    names,
    rules::{Rule, chosen, replace},
};

/// Sets, copies, removes and hands on metadata: see the [module](super).
#[grpc_interceptor(crate = interceptor_core)]
#[derive(Debug, Clone, Default)]
pub struct Header {
    request: Vec<Rule>,
    reply: Vec<Rule>,
    echo: Vec<HeaderName>,
    propagate: Vec<HeaderName>,
}

/// What the reply gets of the request.
type Echoed = Vec<(HeaderName, Vec<HeaderValue>)>;

// === impl Header ===

impl Header {
    /// Changes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value of the request's metadata, in the place of those that it had.
    ///
    /// # Errors
    ///
    /// A name that is no header's, that gRPC or HTTP/2 keep for themselves (`grpc-…`, `content-type`, `te` and the like), or
    /// that ends in `-bin`; a value that is not visible ASCII.
    pub fn set(self, name: &str, value: &str) -> Result<Self, ConfigError> {
        let (name, value) = names::ascii(name, value)?;
        Ok(self.on_request(Rule::Set(name, value)))
    }

    /// Sets a binary value of the request's metadata, in the place of those that it had.
    ///
    /// # Errors
    ///
    /// As of [`set`](Self::set), and a name that does not end in `-bin`.
    pub fn set_bin(self, name: &str, value: &[u8]) -> Result<Self, ConfigError> {
        let (name, value) = names::binary(name, value)?;
        Ok(self.on_request(Rule::Set(name, value)))
    }

    /// Sets a value of the request's metadata if it has none of that name.
    ///
    /// # Errors
    ///
    /// As of [`set`](Self::set).
    pub fn set_if_absent(self, name: &str, value: &str) -> Result<Self, ConfigError> {
        let (name, value) = names::ascii(name, value)?;
        Ok(self.on_request(Rule::SetIfAbsent(name, value)))
    }

    /// Adds a value to those that the request's metadata have of that name.
    ///
    /// # Errors
    ///
    /// As of [`set`](Self::set).
    pub fn append(self, name: &str, value: &str) -> Result<Self, ConfigError> {
        let (name, value) = names::ascii(name, value)?;
        Ok(self.on_request(Rule::Append(name, value)))
    }

    /// Removes metadata from the request: on a server, what no client is to set.
    ///
    /// # Errors
    ///
    /// As of [`set`](Self::set); a name may end in `-bin`.
    pub fn remove(self, name: &str) -> Result<Self, ConfigError> {
        let name = names::any(name)?;
        Ok(self.on_request(Rule::Remove(name)))
    }

    /// Gives the request's metadata another name, too. Without any nothing happens.
    ///
    /// # Errors
    ///
    /// As of [`set`](Self::set); and two names of which only one ends in `-bin`.
    pub fn copy(self, from: &str, to: &str) -> Result<Self, ConfigError> {
        if names::is_binary(from) != names::is_binary(to) {
            return Err(ConfigError::new(format!(
                "metadata `{from}` cannot become `{to}`: one of them is binary"
            )));
        }
        let (from, to) = (names::any(from)?, names::any(to)?);
        Ok(self.on_request(Rule::Copy(from, to)))
    }

    /// Sets a value of the reply's initial metadata, or of the status that came instead.
    ///
    /// # Errors
    ///
    /// As of [`set`](Self::set).
    pub fn reply_set(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        let (name, value) = names::ascii(name, value)?;
        self.reply.push(Rule::Set(name, value));
        Ok(self)
    }

    /// Removes metadata from the reply's initial metadata, or from the status that came instead.
    ///
    /// # Errors
    ///
    /// As of [`remove`](Self::remove).
    pub fn reply_remove(mut self, name: &str) -> Result<Self, ConfigError> {
        self.reply.push(Rule::Remove(names::any(name)?));
        Ok(self)
    }

    /// Gives the reply the metadata of that name that the request came with.
    ///
    /// # Errors
    ///
    /// As of [`remove`](Self::remove).
    pub fn echo(mut self, name: &str) -> Result<Self, ConfigError> {
        self.echo.push(names::any(name)?);
        Ok(self)
    }

    /// Hands metadata on from a call that is served to the calls that are made for it: see the [module](super).
    ///
    /// # Errors
    ///
    /// As of [`remove`](Self::remove).
    pub fn propagate(mut self, name: &str) -> Result<Self, ConfigError> {
        self.propagate.push(names::any(name)?);
        Ok(self)
    }

    fn on_request(mut self, rule: Rule) -> Self {
        self.request.push(rule);
        self
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (side, headers) = (call.side(), call.metadata_mut().as_mut());
        let echoed = self.echoed(headers);
        if side == Side::Client
            && !self.propagate.is_empty()
            && let Some(carried) = Carried::current()
        {
            carried.hand_on(&self.propagate, headers);
        }
        let carried = self
            .carries(side)
            .then(|| Carried::of(headers, &self.propagate));
        for rule in &self.request {
            rule.apply(headers);
        }
        let run = next.run(call);
        let mut result = match carried {
            Some(carried) => serve(carried, run).await,
            None => run.await,
        };
        self.change(&mut result, echoed);
        result
    }

    fn carries(&self, side: Side) -> bool {
        side == Side::Server && !self.propagate.is_empty()
    }

    fn echoed(&self, headers: &HeaderMap) -> Echoed {
        let names = self.echo.iter();
        names
            .map(|name| (name.clone(), chosen(headers, name)))
            .collect()
    }

    /// Changes what leaves: the initial metadata, or those of the status.
    fn change<T: CallType>(&self, result: &mut Result<Reply<T>, Status>, echoed: Echoed) {
        if self.reply.is_empty() && echoed.is_empty() {
            return;
        }
        let headers = match result {
            Ok(reply) => reply.metadata_mut().as_mut(),
            Err(status) => status.metadata_mut().as_mut(),
        };
        for (name, values) in echoed {
            replace(headers, &name, values);
        }
        for rule in &self.reply {
            rule.apply(headers);
        }
    }
}

/// Runs the handler, and what it returned, where its calls find what is handed on.
async fn serve<T: CallType>(
    carried: Carried,
    run: impl Future<Output = Result<Reply<T>, Status>>,
) -> Result<Reply<T>, Status> {
    let mut reply = carried.clone().scope(run).await?;
    if reply.trailers().is_none() {
        reply.guard(carried)?;
    }
    Ok(reply)
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Header>();
};
