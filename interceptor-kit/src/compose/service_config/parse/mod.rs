//! JSON → [`ServiceConfig`], or the first mistake in it.

mod duration;
mod method;
mod node;
mod policy;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::{ServiceConfig, ServiceConfigError};
use method::Entries;
use node::Node;

type Result<T> = std::result::Result<T, ServiceConfigError>;

pub(super) fn config(json: &str) -> Result<ServiceConfig> {
    let value: Value = serde_json::from_str(json)
        .map_err(|error| ServiceConfigError::new("", format!("this is not JSON: {error}")))?;
    let root = Node::root(&value);
    let mut entries = Entries::default();
    if let Some(list) = root.field("methodConfig")? {
        for node in list.items()? {
            entries.add(&node)?;
        }
    }
    let throttling = root.field("retryThrottling")?;
    Ok(ServiceConfig {
        methods: entries.into_table(),
        throttling: throttling
            .map(|node| policy::throttling(&node))
            .transpose()?,
    })
}
