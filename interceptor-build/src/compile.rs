//! The builder, and the order of the work.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use prost::Message;
use prost_types::FileDescriptorSet;
use tonic_prost_build::Builder;

use crate::{
    constants::packages,
    source::{Protoc, Source},
    write,
};

/// Starts with the defaults of `tonic_prost_build`.
pub fn configure() -> Compiler {
    with(tonic_prost_build::configure())
}

/// Starts with a builder of your own, and all that it is configured to.
///
/// What it does about `protoc` it cannot hand on: `out_dir`, `protoc_arg`, `file_descriptor_set_path` and
/// `emit_rerun_if_changed` are to be said to [`Compiler`], not to the builder.
pub fn with(builder: Builder) -> Compiler {
    Compiler {
        builder,
        source: Source::default(),
        protoc: Protoc::default(),
        library: "::grpc_interceptor".to_owned(),
        out_dir: None,
        descriptor_set: None,
    }
}

/// Compiles `.proto` files to tonic's code with tables beside it; made by [`configure`] and [`with`].
#[derive(Debug, Clone)]
#[must_use = "nothing is written until `compile_protos` is called"]
pub struct Compiler {
    builder: Builder,
    source: Source,
    protoc: Protoc,
    library: String,
    out_dir: Option<PathBuf>,
    descriptor_set: Option<PathBuf>,
}

// === impl Compiler ===

impl Compiler {
    /// Compiles `.proto` files with protox, so that nobody needs a `protoc`. The default.
    #[cfg(feature = "protox")]
    pub fn protox(mut self) -> Self {
        self.source = Source::Protox;
        self
    }

    /// Compiles `.proto` files with `protoc`: that of the environment variable `PROTOC`, or of the `PATH`. The default if the
    /// feature `protox` is off.
    pub fn protoc(mut self) -> Self {
        self.source = Source::Protoc;
        self
    }

    /// Compiles `.proto` files with `protoc` and these arguments, such as `--experimental_allow_proto3_optional`.
    pub fn protoc_with_args(mut self, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.source = Source::Protoc;
        self.protoc.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// Compiles `.proto` files with this `protoc`, such as one that a crate brings along.
    pub fn protoc_executable(mut self, path: impl Into<PathBuf>) -> Self {
        self.source = Source::Protoc;
        self.protoc.executable = Some(path.into());
        self
    }

    /// Where the library is, as the written code names it. Default: `::grpc_interceptor`. Whoever depends on the core alone
    /// writes `::interceptor_core`.
    pub fn library(mut self, path: impl Into<String>) -> Self {
        self.library = path.into();
        self
    }

    /// Where the code is written. Default: the environment variable `OUT_DIR`, which cargo sets.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Writes the `FileDescriptorSet` to that file, too: server reflection needs it, and the feature `reflect`.
    pub fn file_descriptor_set_path(mut self, file: impl Into<PathBuf>) -> Self {
        self.descriptor_set = Some(file.into());
        self
    }

    /// Compiles the files and what they import from the folders `includes`, and tells cargo to do so again when one of both
    /// has changed.
    ///
    /// # Errors
    ///
    /// What is wrong with the files, with `protoc`, or with writing.
    pub fn compile_protos(
        self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> io::Result<()> {
        let files = protos.iter().map(AsRef::as_ref);
        for path in files.chain(includes.iter().map(AsRef::as_ref)) {
            tell_cargo(&format!("rerun-if-changed={}", path.display()));
        }
        let set = self.source.compile(&self.protoc, protos, includes)?;
        self.compile_fds(set)
    }

    /// The same with descriptors that something else has made.
    ///
    /// # Errors
    ///
    /// What is wrong with writing.
    pub fn compile_fds(self, set: FileDescriptorSet) -> io::Result<()> {
        let out_dir = match self.out_dir {
            Some(folder) => folder,
            None => env::var_os("OUT_DIR")
                .map(PathBuf::from)
                .ok_or_else(no_out_dir)?,
        };
        if let Some(path) = self.descriptor_set {
            fs::write(path, set.encode_to_vec())?;
        }
        let packages = packages(&set);
        self.builder.out_dir(&out_dir).compile_fds(set)?;
        for package in packages {
            for omitted in &package.omitted {
                tell_cargo(&format!("warning={omitted}"));
            }
            write::beside(&out_dir.join(&package.file), &package, &self.library)?;
        }
        Ok(())
    }
}

fn no_out_dir() -> io::Error {
    io::Error::other("OUT_DIR is not set: call this in build.rs, or say where with `out_dir(…)`")
}

#[expect(
    clippy::print_stdout,
    reason = "it is how a build script talks to cargo"
)]
fn tell_cargo(line: &str) {
    println!("cargo::{line}");
}

const _: () = {
    const fn assert_value<T: std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Compiler>();
};
