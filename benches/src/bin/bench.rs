//! The runner behind `cargo xtask bench`: `bench <section>…` measures and writes, `bench --check` compares.

use std::{env, process::ExitCode};

use grpc_interceptor_benches::report::{self, Outcome};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    if arguments == ["--check"] {
        return report::check();
    }
    let sections = arguments.iter().map(|word| word.parse());
    report::update(&sections.collect::<Outcome<Vec<_>>>()?)
}
