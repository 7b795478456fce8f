use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    time::Duration,
};

use arc_swap::ArcSwap;
use interceptor_core::ConfigError;
use tokio::{runtime::Handle, time::sleep};

use super::Policy;
use crate::authz::{Access, AuditLoggers, Authorize, Verdict};

/// A policy in a file, which is read again and again: a valid one takes the place of the one before, and a broken one is
/// told to the log and changes nothing.
///
/// Clones share the policy. The file is read until the last one is dropped.
#[derive(Clone)]
pub struct PolicyFile(Arc<Watched>);

struct Watched {
    path: PathBuf,
    loggers: AuditLoggers,
    policy: ArcSwap<Policy>,
}

// === impl PolicyFile ===

impl PolicyFile {
    /// Reads that file now, and then as often as `interval` says, on the blocking threads of the tokio runtime around.
    ///
    /// # Errors
    ///
    /// An empty path, an interval of 0, a file that cannot be read, or no policy in it; no runtime.
    pub fn watch(path: impl Into<PathBuf>, interval: Duration) -> Result<Self, ConfigError> {
        Self::watch_with(path, interval, AuditLoggers::new())
    }

    /// The same, for policies that may name these audit loggers.
    ///
    /// # Errors
    ///
    /// As of [`watch`](Self::watch).
    pub fn watch_with(
        path: impl Into<PathBuf>,
        interval: Duration,
        loggers: AuditLoggers,
    ) -> Result<Self, ConfigError> {
        let path = path.into();
        if path.as_os_str().is_empty() || interval.is_zero() {
            return Err(ConfigError::new(
                "a policy file has a path, and is read again after some time: one of them is empty",
            ));
        }
        let handle = Handle::try_current().map_err(|error| {
            ConfigError::new(format!(
                "the task that reads a policy file needs tokio: {error}"
            ))
        })?;
        let text = read(&path).map_err(ConfigError::new)?;
        let watched = Arc::new(Watched {
            policy: ArcSwap::from_pointee(Policy::from_json_with(&text, &loggers)?),
            path,
            loggers,
        });
        handle.spawn(watch(Arc::downgrade(&watched), interval, text));
        Ok(Self(watched))
    }

    /// The policy that decides at the moment.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        self.0.policy.load_full()
    }
}

impl Authorize for PolicyFile {
    fn authorize(&self, access: &Access<'_>) -> Verdict {
        self.0.policy.load().authorize(access)
    }
}

impl fmt::Debug for PolicyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PolicyFile({})", self.0.path.display())
    }
}

// === impl Watched ===

impl Watched {
    /// Looks at the file. Returns the text that it had, if it is another one.
    fn reload(&self, last: &str) -> Option<String> {
        let text = read(&self.path).map_err(|error| self.keep(&error)).ok()?;
        if text == last {
            return None;
        }
        match Policy::from_json_with(&text, &self.loggers) {
            Ok(policy) => {
                tracing::info!(path = %self.path.display(), policy = policy.name(), "a new policy");
                self.policy.store(Arc::new(policy));
            }
            Err(error) => self.keep(&error.to_string()),
        }
        Some(text)
    }

    fn keep(&self, error: &str) {
        tracing::error!(path = %self.path.display(), error, "the policy stays as it was");
    }
}

async fn watch(watched: Weak<Watched>, interval: Duration, mut text: String) {
    loop {
        sleep(interval).await;
        let Some(watched) = watched.upgrade() else {
            return;
        };
        let last = text.clone();
        match tokio::task::spawn_blocking(move || watched.reload(&last)).await {
            Ok(changed) => text = changed.unwrap_or(text),
            Err(error) if error.is_panic() => {
                tracing::error!(
                    "an audit logger's constructor panicked; the policy stays as it was"
                );
            }
            Err(_) => return, // the runtime is going down
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
