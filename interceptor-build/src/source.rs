//! What turns `.proto` files into descriptors.

use std::{
    io,
    path::{Path, PathBuf},
};

use prost_types::FileDescriptorSet;

/// `.proto` files are compiled by that.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    #[cfg(feature = "protox")]
    Protox,
    Protoc,
}

/// Which `protoc`, and what it is told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Protoc {
    /// Or that of the environment.
    pub(crate) executable: Option<PathBuf>,
    pub(crate) args: Vec<String>,
}

// === impl Source ===

impl Source {
    pub(crate) fn compile(
        self,
        by: &Protoc,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> io::Result<FileDescriptorSet> {
        match self {
            #[cfg(feature = "protox")]
            Self::Protox => protox(protos, includes),
            Self::Protoc => by.compile(protos, includes),
        }
    }
}

impl Default for Source {
    fn default() -> Self {
        #[cfg(feature = "protox")]
        return Self::Protox;
        #[cfg(not(feature = "protox"))]
        return Self::Protoc;
    }
}

// === impl Protoc ===

impl Protoc {
    fn compile(
        &self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> io::Result<FileDescriptorSet> {
        let mut config = prost_build::Config::new();
        if let Some(executable) = &self.executable {
            config.protoc_executable(executable);
        }
        for arg in &self.args {
            config.protoc_arg(arg);
        }
        config.load_fds(protos, includes)
    }
}

/// With comments, which become docs, and with all that is imported.
#[cfg(feature = "protox")]
fn protox(
    protos: &[impl AsRef<Path>],
    includes: &[impl AsRef<Path>],
) -> io::Result<FileDescriptorSet> {
    let mut compiler = protox::Compiler::new(includes).map_err(io::Error::other)?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(protos)
        .map_err(|error| io::Error::other(format!("{error:?}")))?;
    Ok(compiler.file_descriptor_set())
}
