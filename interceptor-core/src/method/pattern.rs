//! One method, or all methods of a service.

use std::{borrow::Cow, fmt};

use super::{Method, is_name};
use crate::error::{ConfigError, Kind};

/// Selects methods: `/package.Service/Method` for one, `/package.Service/*` for all of a service.
///
/// There is no other wildcard: what a rule covers can be read off it. A service's pattern covers paths of that service
/// that are not in the table, too, so that a forgotten entry does not get around a rule.
///
/// ```
/// use interceptor_core::Pattern;
///
/// const CREATE: Pattern = Pattern::method("shop.v1.Orders", "Create");
///
/// assert_eq!(Pattern::parse("/shop.v1.Orders/Create")?, CREATE);
/// assert_eq!(Pattern::service("shop.v1.Orders").to_string(), "/shop.v1.Orders/*");
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    service: Cow<'static, str>,
    /// All methods of the service, if there is none.
    name: Option<Cow<'static, str>>,
}

// === impl Pattern ===

impl Pattern {
    /// One method, by the full name of its service and its own name.
    #[must_use]
    pub const fn method(service: &'static str, name: &'static str) -> Self {
        let (service, name) = (Cow::Borrowed(service), Some(Cow::Borrowed(name)));
        Self { service, name }
    }

    /// All methods of the service of that full name.
    #[must_use]
    pub const fn service(service: &'static str) -> Self {
        let service = Cow::Borrowed(service);
        Self {
            service,
            name: None,
        }
    }

    /// Reads `/package.Service/Method` or `/package.Service/*`.
    ///
    /// # Errors
    ///
    /// If the text is of neither form.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let (service, name) = text
            .strip_prefix('/')
            .and_then(|text| text.split_once('/'))
            .filter(|(service, name)| is_name(service) && (*name == "*" || is_name(name)))
            .ok_or_else(|| Kind::NotAPattern {
                text: text.to_owned(),
            })?;
        let name = (name != "*").then(|| owned(name));
        Ok(Self {
            service: owned(service),
            name,
        })
    }

    /// Whether it selects that method. Two comparisons of length, then of bytes.
    #[inline]
    #[must_use]
    pub fn matches(&self, method: &Method) -> bool {
        self.service == method.service()
            && self
                .name
                .as_deref()
                .is_none_or(|name| name == method.name())
    }

    /// The service and the method, in a constant.
    pub(crate) const fn parts(&self) -> (&str, Option<&str>) {
        let service = match &self.service {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => text.as_str(),
        };
        let name = match &self.name {
            Some(Cow::Borrowed(text)) => Some(*text),
            Some(Cow::Owned(text)) => Some(text.as_str()),
            None => None,
        };
        (service, name)
    }

    /// The full name of the service.
    pub(super) fn service_name(&self) -> &str {
        &self.service
    }

    /// The name of the one method it selects.
    pub(super) fn method_name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "/{}/{}",
            self.service,
            self.name.as_deref().unwrap_or("*")
        )
    }
}

impl std::str::FromStr for Pattern {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}
