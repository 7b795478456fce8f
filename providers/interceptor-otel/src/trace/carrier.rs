//! The metadata of a call as what carries a context. Binary metadata carry none.

use http::{HeaderName, HeaderValue};
use interceptor_core::tonic::metadata::{KeyRef, MetadataMap};
use opentelemetry::propagation::{Extractor, Injector};

pub(super) struct Came<'a>(pub(super) &'a MetadataMap);

pub(super) struct Goes<'a>(pub(super) &'a mut MetadataMap);

impl Extractor for Came<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        let keys = self.0.keys().filter_map(|key| match key {
            KeyRef::Ascii(key) => Some(key.as_str()),
            KeyRef::Binary(_) => None,
        });
        keys.collect()
    }
}

impl Injector for Goes<'_> {
    fn set(&mut self, key: &str, value: String) {
        let name = HeaderName::from_bytes(key.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value))
            && !name.as_str().ends_with("-bin")
        {
            self.0.as_mut().insert(name, value);
        }
    }
}
