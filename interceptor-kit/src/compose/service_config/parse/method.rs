//! The entries of `methodConfig`, and the names they are for.

use std::{collections::HashMap, sync::Arc};

use super::{Result, node::Node, policy};
use crate::{
    compose::service_config::{MethodConfig, MethodPolicy},
    policy::PolicyTable,
};

/// The entries so far.
#[derive(Default)]
pub(super) struct Entries {
    table: PolicyTable<MethodConfig>,
    /// Where each name stands.
    places: HashMap<Name, String>,
}

/// What an entry is for: a method, all methods of a service, or all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Name {
    service: String,
    method: String,
}

// === impl Entries ===

impl Entries {
    /// One entry, for all its names. One without a name is for nobody, but may be no less right.
    pub(super) fn add(&mut self, node: &Node<'_>) -> Result<()> {
        let entry = Arc::new(entry(node)?);
        let Some(names) = node.field("name")? else {
            return Ok(());
        };
        for node in names.items()? {
            let name = Name::read(&node)?;
            if let Some(place) = self.places.get(&name) {
                return Err(node.error(format!(
                    "{} has an entry at {place} already",
                    name.pattern()
                )));
            }
            let table = std::mem::take(&mut self.table);
            self.table = if name.is_all() {
                table.all(Arc::clone(&entry))
            } else {
                table
                    .policy(&name.pattern(), Arc::clone(&entry))
                    .map_err(|_| node.error("it is not the name of a service or of a method"))?
            };
            self.places.insert(name, node.path().to_owned());
        }
        Ok(())
    }

    pub(super) fn into_table(self) -> PolicyTable<MethodConfig> {
        self.table
    }
}

// === impl Name ===

impl Name {
    fn read(node: &Node<'_>) -> Result<Self> {
        let text = |field: Option<Node<'_>>| match field {
            Some(node) => node.text().map(str::to_owned),
            None => Ok(String::new()),
        };
        let (service, method) = (text(node.field("service")?)?, text(node.field("method")?)?);
        if service.is_empty() && !method.is_empty() {
            return Err(
                node.error("it has a method and no service; give both, or none for all calls")
            );
        }
        if method == "*" {
            return Err(node.error("`*` is not the name of a method; leave it out for all of them"));
        }
        Ok(Self { service, method })
    }

    fn is_all(&self) -> bool {
        self.service.is_empty()
    }

    /// As patterns are written.
    fn pattern(&self) -> String {
        match (self.service.as_str(), self.method.as_str()) {
            ("", _) => "the default".to_owned(),
            (service, "") => format!("/{service}/*"),
            (service, method) => format!("/{service}/{method}"),
        }
    }
}

fn entry(node: &Node<'_>) -> Result<MethodConfig> {
    let retry = node.field("retryPolicy")?;
    let hedging = node.field("hedgingPolicy")?;
    let policy = match (retry, hedging) {
        (Some(_), Some(_)) => {
            return Err(node.error("it has a retryPolicy and a hedgingPolicy; leave one out"));
        }
        (Some(node), None) => MethodPolicy::Retry(Arc::new(policy::retry(&node)?)),
        (None, Some(node)) => MethodPolicy::Hedging(Arc::new(policy::hedging(&node)?)),
        (None, None) => MethodPolicy::None,
    };
    let size = |name: &str| match node.field(name)? {
        Some(node) => Ok(Some(usize::try_from(node.integer()?).unwrap_or(usize::MAX))),
        None => Ok(None),
    };
    let timeout = node.field("timeout")?.map(|node| node.duration());
    let wait_for_ready = node.field("waitForReady")?.map(|node| node.boolean());
    Ok(MethodConfig {
        timeout: timeout.transpose()?,
        wait_for_ready: wait_for_ready.transpose()?,
        max_request_message_bytes: size("maxRequestMessageBytes")?,
        max_response_message_bytes: size("maxResponseMessageBytes")?,
        policy,
    })
}
