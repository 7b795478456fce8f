//! A place in the JSON: its value, and how to name it.

use std::time::Duration;

use serde_json::Value;

use super::{Result, duration};
use crate::compose::service_config::ServiceConfigError;

/// A value, and its path from the top.
pub(super) struct Node<'a> {
    value: &'a Value,
    path: String,
}

// === impl Node ===

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        let path = String::new();
        Self { value, path }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn error(&self, message: impl Into<String>) -> ServiceConfigError {
        ServiceConfigError::new(self.path.clone(), message)
    }

    /// A member of an object. One that is null is not there, as in all JSON of protobuf.
    pub(super) fn field(&self, name: &str) -> Result<Option<Self>> {
        let Value::Object(members) = self.value else {
            return Err(self.wrong("an object"));
        };
        let value = members.get(name).filter(|value| !value.is_null());
        Ok(value.map(|value| Self {
            value,
            path: self.path_of(name),
        }))
    }

    /// A member that has to be there.
    pub(super) fn required(&self, name: &str) -> Result<Self> {
        let missing = || ServiceConfigError::new(self.path_of(name), "it is missing");
        self.field(name)?.ok_or_else(missing)
    }

    fn path_of(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Result<impl Iterator<Item = Self> + use<'a>> {
        let Value::Array(items) = self.value else {
            return Err(self.wrong("a list"));
        };
        let path = self.path.clone();
        let item = move |(index, value)| Self {
            value,
            path: format!("{path}[{index}]"),
        };
        Ok(items.iter().enumerate().map(item))
    }

    pub(super) fn text(&self) -> Result<&'a str> {
        self.value.as_str().ok_or_else(|| self.wrong("a string"))
    }

    pub(super) fn boolean(&self) -> Result<bool> {
        self.value
            .as_bool()
            .ok_or_else(|| self.wrong("true or false"))
    }

    /// A number without a fraction, 0 or more.
    pub(super) fn integer(&self) -> Result<u64> {
        let wrong = || self.wrong("a whole number, 0 or more, without quotes");
        self.value.as_u64().ok_or_else(wrong)
    }

    pub(super) fn number(&self) -> Result<f64> {
        let wrong = || self.wrong("a number, without quotes");
        self.value.as_f64().ok_or_else(wrong)
    }

    /// A duration, 0 or more.
    pub(super) fn duration(&self) -> Result<Duration> {
        let text = match self.value {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        };
        match text.and_then(duration::parse) {
            Some(duration) if duration.is_negative => Err(self.wrong("no negative duration")),
            Some(duration) => Ok(duration.time),
            None => Err(self.wrong("a duration in seconds, such as \"1.5s\"")),
        }
    }

    /// A duration of more than 0.
    pub(super) fn positive_duration(&self) -> Result<Duration> {
        match self.duration()? {
            Duration::ZERO => Err(self.wrong("a duration of more than 0")),
            duration => Ok(duration),
        }
    }

    /// This is something else than what is to stand here.
    pub(super) fn wrong(&self, expected: &str) -> ServiceConfigError {
        let found = match self.value {
            Value::Object(_) => "an object".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            value => value.to_string(),
        };
        self.error(format!("{found} stands here; give {expected}"))
    }
}
