//! Compiles `../proto` with protox, so that nobody needs a `protoc`.

use std::{env, error::Error, fs, path::PathBuf};

const PROTOS: [&str; 2] = ["echo.proto", "helloworld.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../proto");
    let mut compiler = protox::Compiler::new(["../proto"])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(PROTOS)?;

    let set = PathBuf::from(env::var("OUT_DIR")?).join("descriptors.bin");
    fs::write(set, compiler.encode_file_descriptor_set())?;
    tonic_prost_build::configure().compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
