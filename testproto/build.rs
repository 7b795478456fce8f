//! Compiles `../proto` with protox, so that nobody needs a `protoc`.

use std::{env, error::Error, fs, path::PathBuf};

const PROTOS: [&str; 2] = ["echo.proto", "helloworld.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../proto");
    let mut compiler = compiler(&PROTOS)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(
        out.join("descriptors.bin"),
        compiler.encode_file_descriptor_set(),
    )?;
    tonic_prost_build::configure().compile_fds(compiler.file_descriptor_set())?;

    // apart, so that the set has none of it
    compiler = self::compiler(&["links.proto"])?;
    tonic_prost_build::configure().compile_fds(compiler.file_descriptor_set())?;
    compiler = self::compiler(&["echo.proto"])?;
    tonic_prost_build::configure()
        .generate_default_stubs(true)
        .use_arc_self(true)
        .out_dir(folder(&out, "stubs")?)
        .compile_fds(compiler.file_descriptor_set())?;
    tables(&folder(&out, "tables")?)
}

/// The same services as interceptor-build writes them, with their tables.
fn tables(out: &std::path::Path) -> Result<(), Box<dyn Error>> {
    interceptor_build::configure()
        .library("::interceptor_core")
        .out_dir(out)
        .file_descriptor_set_path(out.join("descriptors.bin"))
        .compile_protos(
            &["../proto/echo.proto", "../proto/odd/outer.proto"],
            &["../proto"],
        )?;
    Ok(())
}

fn compiler(protos: &[&str]) -> Result<protox::Compiler, Box<dyn Error>> {
    let mut compiler = protox::Compiler::new(["../proto"])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(protos)?;
    Ok(compiler)
}

fn folder(out: &std::path::Path, name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = out.join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
