//! Chains that are built out of several interceptors of the kit.

#[cfg(feature = "service-config")]
pub mod service_config;
