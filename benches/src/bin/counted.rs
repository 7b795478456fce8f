//! Runs one scenario a number of times, for callgrind to count: `counted <scenario> <times>`.

use std::{env, process::ExitCode};

use grpc_interceptor_benches::families;

/// glibc's allocator moves the figures by a thousand, from one version to the next.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let [name, times] = [1, 2].map(|place| env::args().nth(place).unwrap_or_default());
    if let (Some(scenario), Ok(times)) = (families::scenario(&name), times.parse()) {
        (scenario.run)(times);
        ExitCode::SUCCESS
    } else {
        eprintln!("counted <scenario> <times>, but it is `{name}` `{times}`");
        ExitCode::FAILURE
    }
}
