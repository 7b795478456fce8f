//! A clean build of a user's crate: a server and a client, with a chain around each and without.

use std::fs;

use super::{
    super::Outcome,
    crates::{Crate, clean},
};

/// What both crates depend on. What comes from `tonic-prost-build` is there as a file, so neither has a build script.
const TONIC: &str = "\
prost = \"0.14\"
tokio = { version = \"1\", features = [\"rt-multi-thread\"] }
tonic = \"0.14\"
tonic-prost = \"0.14\"
";

const FACADE: &str = concat!(
    "grpc-interceptor = { path = \"",
    env!("CARGO_MANIFEST_DIR"),
    "/..\" }\n"
);

/// CPU with the facade over CPU without, each of a build from nothing.
pub(super) fn samples(pairs: u32) -> Outcome<Vec<f64>> {
    let alone = user("user-alone", "", include_str!("../../../user/alone.rs"))?;
    let facade = user(
        "user-facade",
        FACADE,
        include_str!("../../../user/facade.rs"),
    )?;
    (0..pairs)
        .map(|pair| {
            let (first, second) = if pair % 2 == 0 {
                (&alone, &facade)
            } else {
                (&facade, &alone)
            };
            let (first, second) = (cpu(first)?, cpu(second)?);
            eprintln!("  built, seconds of CPU: {first:.1}, {second:.1}");
            Ok(if pair % 2 == 0 {
                second / first
            } else {
                first / second
            })
        })
        .collect()
}

fn user(name: &str, facade: &str, code: &str) -> Outcome<Crate> {
    Crate::write(name, &format!("{facade}{TONIC}"), "main.rs", code)?
        .with("echo.rs", testproto::ECHO_CODE)
}

/// Seconds of CPU of a build from nothing.
fn cpu(user: &Crate) -> Outcome<f64> {
    clean()?;
    let before = of_children()?;
    user.cargo(&["build"], &[])?;
    Ok(of_children()? - before)
}

/// The time of all children that have ended, and of theirs, in the kernel and out of it; `/proc` counts in hundredths.
fn of_children() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| error.to_string())?;
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let mut times = fields.split_whitespace().skip(13).map(str::parse::<f64>);
    match (times.next(), times.next()) {
        (Some(Ok(user)), Some(Ok(system))) => Ok((user + system) / 100.0),
        _ => Err(format!("not the fields of /proc/self/stat: {stat}")),
    }
}
