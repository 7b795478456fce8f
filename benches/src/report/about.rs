//! Where and with what a run was made.

use std::{
    fs,
    process::Command,
    thread::available_parallelism,
    time::{SystemTime, UNIX_EPOCH},
};

/// The day, machine, compiler, valgrind and the crates' versions, in one line.
pub(super) fn this_run() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    [
        today(),
        format!("{}, {cores} cores", processor()),
        said_by("uname", "-sr"),
        said_by("rustc", "--version"),
        said_by("valgrind", "--version"),
        versions(),
    ]
    .join("; ")
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": "));
    model
        .map_or("unknown processor", |(_, name)| name)
        .to_owned()
}

fn said_by(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let output = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    output.unwrap_or_else(|_| format!("no {program}"))
}

/// What the figures depend on, as Cargo.lock has it.
const CRATES: [&str; 10] = [
    "tonic",
    "prost",
    "hyper",
    "h2",
    "mimalloc",
    "tonic-async-interceptor",
    "tonic-middleware",
    "tower-http",
    "opentelemetry_sdk",
    "tonic-tracing-opentelemetry",
];

fn versions() -> String {
    let lock = include_str!("../../../Cargo.lock");
    let version = |name: &str| {
        let (_, entry) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        let (version, _) = entry.split_once('"')?;
        Some(format!("{name} {version}"))
    };
    let versions = CRATES.into_iter().filter_map(version);
    versions.collect::<Vec<_>>().join(", ")
}

/// The day in UTC, as year, month and day.
fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = since.map_or(0, |since| since.as_secs() / 86_400);
    let (year, month, day) = civil(days);
    format!("{year}-{month:02}-{day:02}")
}

/// Days since 1970 as a date of the Gregorian calendar; years begin in March, so that leap days come last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{CRATES, civil, versions};

    #[test]
    fn each_crate_has_its_version() {
        assert_eq!(
            versions().split(", ").count(),
            CRATES.len(),
            "{}",
            versions()
        );
    }

    #[test]
    fn days_are_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_453), (2025, 12, 31));
    }
}
