use interceptor_core::{ConfigError, Observe, Pattern, tonic::Code};
use tracing::Level;

use super::{Log, Payloads, When, levels::Levels, logging::Logging, metadata, when::Choice};

/// Makes a [`Log`]. Each setter says its default.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct LogBuilder {
    rules: Vec<(String, When)>,
    otherwise: When,
    one_in: u64,
    levels: Levels,
    started: bool,
    payloads: Option<Payloads>,
    metadata: Vec<String>,
}

// === impl LogBuilder ===

impl LogBuilder {
    pub(super) fn new() -> Self {
        Self {
            rules: Vec::new(),
            otherwise: When::Always,
            one_in: 1,
            levels: Levels::default(),
            started: true,
            payloads: None,
            metadata: Vec::new(),
        }
    }

    /// When calls of a method, `/package.Service/Method`, or of all methods of a service, `/package.Service/*`, are logged.
    /// A method's own entry counts before its service's. Default: as [`otherwise`](Self::otherwise) says.
    ///
    /// ```
    /// use interceptor_kit::log::{Log, When};
    ///
    /// let log = Log::builder().method("/grpc.health.v1.Health/*", When::Fails).build()?;
    /// # Ok::<(), interceptor_core::ConfigError>(())
    /// ```
    pub fn method(mut self, pattern: &str, when: When) -> Self {
        self.rules.push((pattern.to_owned(), when));
        self
    }

    /// When calls of all other methods are logged. Default: [`When::Always`].
    pub fn otherwise(mut self, when: When) -> Self {
        self.otherwise = when;
        self
    }

    /// Of how many calls one is logged: the first, and each `count`th after it. The others are logged if they fail, by
    /// their end. Default: 1, which is each.
    pub fn one_in(mut self, count: u64) -> Self {
        self.one_in = count;
        self
    }

    /// The level of calls that end with this code. Default: go-grpc-middleware's; see the [module](super).
    pub fn level(mut self, code: Code, level: Level) -> Self {
        self.levels.set(code, level);
        self
    }

    /// Whether there is a line when a call starts. Default: yes.
    pub fn started(mut self, wanted: bool) -> Self {
        self.started = wanted;
        self
    }

    /// A line for each message, with its contents. Default: none.
    pub fn payloads(mut self, payloads: Payloads) -> Self {
        self.payloads = Some(payloads);
        self
    }

    /// Metadata of the request that lines have, in the field `grpc.request.metadata`. Default: none.
    ///
    /// Binary metadata, and what may be a credential by its name (`authorization`, `cookie`, `x-api-key` and the like), are
    /// errors of [`build`](Self::build).
    pub fn metadata(mut self, name: &str) -> Self {
        self.metadata.push(name.to_owned());
        self
    }

    /// The log.
    ///
    /// # Errors
    ///
    /// A pattern that is none; metadata that no log may have; one in no calls. A pattern that fits no method and a field
    /// to redact that no message has are errors when a layer is made.
    pub fn build(self) -> Result<Log, ConfigError> {
        if self.one_in == 0 {
            return Err(ConfigError::new(
                "`one_in` is 1 at least; to log nothing there is `When::Never`",
            ));
        }
        let rules = self.rules.iter();
        let rules = rules.map(|(pattern, when)| Ok((Pattern::parse(pattern)?, *when)));
        let rules = rules.collect::<Result<_, ConfigError>>()?;
        let metadata = self.metadata.iter().map(|name| metadata::checked(name));
        Ok(Log {
            observe: Observe::new(Logging {
                choice: Choice::new(rules, self.otherwise, self.one_in),
                levels: self.levels,
                started: self.started,
                payloads: self.payloads,
                metadata: metadata.collect::<Result<_, _>>()?,
            }),
        })
    }
}
