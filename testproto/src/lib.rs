//! The generated code of `proto/`: the services of the examples, tests and benches.
//!
//! Made by tonic-prost-build just as a user's own, so whatever works here works for unmodified generated code.

/// What `file_descriptor_set_path` of a user's `build.rs` writes: the files above, encoded as a `FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// The code of [`echo`], for a crate that is to be built without a build script.
pub const ECHO_CODE: &str = include_str!(concat!(env!("OUT_DIR"), "/echo.v1.rs"));

/// The service `echo.v1.Echo`: one method for each call type.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod echo {
    tonic::include_proto!("echo.v1");
}

/// The service `helloworld.Greeter`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod helloworld {
    tonic::include_proto!("helloworld");
}

/// The service `links.v1.Links`: names that are not spelled as is usual.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod links {
    tonic::include_proto!("links.v1");
}

/// The service `echo.v1.Echo` again, generated with default stubs and `Arc<Self>` receivers.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod stubs {
    include!(concat!(env!("OUT_DIR"), "/stubs/echo.v1.rs"));
}

/// What interceptor-build writes: services with a `METHODS` and a constant for each method.
#[cfg(feature = "tables")]
#[allow(
    missing_docs,
    clippy::pedantic,
    nonstandard_style,
    reason = "generated"
)]
pub mod tables {
    /// All of the packages here.
    pub const FILE_DESCRIPTOR_SET: &[u8] =
        include_bytes!(concat!(env!("OUT_DIR"), "/tables/descriptors.bin"));

    /// The service `echo.v1.Echo`.
    pub mod echo {
        include!(concat!(env!("OUT_DIR"), "/tables/echo.v1.rs"));
    }

    /// The services of `odd.type.v1`: names that are odd in Rust.
    pub mod odd {
        include!(concat!(env!("OUT_DIR"), "/tables/odd.r#type.v1.rs"));

        /// The service of `odd.type.v1.inner`.
        pub mod inner {
            include!(concat!(env!("OUT_DIR"), "/tables/odd.r#type.v1.inner.rs"));
        }
    }
}
