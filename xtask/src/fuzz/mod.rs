//! `cargo xtask fuzz`: builds the fuzzer with the stable compiler, and runs each target for a while.
//!
//! No nightly and no cargo-fuzz: what libFuzzer needs of the compiler are passes of LLVM, which stable takes too. The
//! layout is that of cargo-fuzz all the same, so `cargo +nightly fuzz run frames` adds the address sanitizer.

mod coverage;

use std::{
    env, fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use crate::{Outcome, step::root};

pub(crate) use coverage::is_compiler_call;

const TARGETS: [&str; 6] = [
    "arguments",
    "descriptors",
    "frames",
    "patterns",
    "peer",
    "status",
];

/// What each target gets when nobody says otherwise; two run at a time.
const SECONDS: u32 = 12;

/// libFuzzer's counters, and what is compared with what.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// `fuzz`, `fuzz <target> <seconds>`, `fuzz minimise`, or `fuzz coverage`.
pub(crate) fn run() -> Outcome {
    let words: Vec<String> = env::args().skip(2).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => all(),
        ["coverage"] => coverage::run(),
        ["minimise"] => minimise(),
        [target, seconds] if TARGETS.contains(&target) => one(target, seconds),
        _ => Err(format!(
            "cargo xtask fuzz [coverage | minimise | <target> <seconds>]; the targets are {TARGETS:?}"
        )),
    }
}

/// All targets, for about a minute.
pub(crate) fn ci() -> Outcome {
    all()
}

fn all() -> Outcome {
    let fuzzer = Fuzzer::build()?;
    for pair in TARGETS.chunks(2) {
        // A seed: what fails here fails there.
        let options = ["-seed=1".to_owned(), format!("-max_total_time={SECONDS}")];
        let running: Vec<_> = pair
            .iter()
            .map(|target| fuzzer.fuzz(target, &options))
            .collect::<Result<_, _>>()?;
        running.into_iter().try_for_each(Run::wait)?;
    }
    Ok(())
}

fn one(target: &str, seconds: &str) -> Outcome {
    let options = [format!("-max_total_time={seconds}")];
    Fuzzer::build()?.fuzz(target, &options)?.wait()
}

/// Makes the corpus anew out of itself and of what was found since: as few and as small inputs as reach the same.
fn minimise() -> Outcome {
    let fuzzer = Fuzzer::build()?;
    for target in TARGETS {
        fuzzer.minimise(target)?;
    }
    Ok(())
}

struct Fuzzer {
    binaries: PathBuf,
}

/// A target that runs.
struct Run {
    target: String,
    log: PathBuf,
    child: Child,
}

fn work() -> PathBuf {
    root().join("target/fuzz")
}

// === impl Fuzzer ===

impl Fuzzer {
    fn build() -> Result<Self, String> {
        // With a target named, the flags are not for build scripts.
        let host = host()?;
        let line = format!(
            "build --release --manifest-path fuzz/Cargo.toml --target {host} --target-dir target/fuzz"
        );
        println!("\n$ RUSTFLAGS={FLAGS:?} cargo {line}");
        let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build
            .args(line.split_whitespace())
            .current_dir(root())
            .env("RUSTFLAGS", FLAGS);
        succeed(&mut build, "the fuzzer does not build")?;
        Ok(Self {
            binaries: work().join(host).join("release"),
        })
    }

    /// New inputs go to a folder of their own, so that the checked-in ones change only when somebody says so.
    fn fuzz(&self, target: &str, options: &[String]) -> Result<Run, String> {
        let mut command = self.command(target)?;
        let dictionary = root().join(format!("fuzz/dictionaries/{target}.txt"));
        let log = work().join(format!("{target}.log"));
        let output = fs::File::create(&log).map_err(|error| error.to_string())?;
        command
            .args(options)
            .arg(format!("-dict={}", dictionary.display()))
            .args(["-timeout=20", "-rss_limit_mb=2048", "-max_len=4096"])
            .args([found(target)?, corpus(target)])
            .stdout(Stdio::null())
            .stderr(output);
        println!("$ {target} {}", options.join(" "));
        let child = command.spawn().map_err(|error| error.to_string())?;
        Ok(Run {
            target: target.to_owned(),
            log,
            child,
        })
    }

    fn command(&self, target: &str) -> Result<Command, String> {
        let artifacts = folder("artifacts", target)?;
        let mut command = Command::new(self.binaries.join(target));
        command
            .current_dir(root())
            .arg(format!("-artifact_prefix={}/", artifacts.display()));
        Ok(command)
    }

    fn minimise(&self, target: &str) -> Outcome {
        let (small, corpus) = (work().join("minimised").join(target), corpus(target));
        let _ = fs::remove_dir_all(&small);
        fs::create_dir_all(&small).map_err(|error| error.to_string())?;
        let mut merge = self.command(target)?;
        merge
            .args(["-set_cover_merge=1", "-max_len=400"])
            .args([&small, &corpus, &found(target)?])
            .stderr(Stdio::null());
        succeed(&mut merge, target)?;
        fs::remove_dir_all(&corpus).map_err(|error| error.to_string())?;
        fs::create_dir_all(&corpus).map_err(|error| error.to_string())?;
        for input in fs::read_dir(&small)
            .map_err(|error| error.to_string())?
            .flatten()
        {
            fs::copy(input.path(), corpus.join(input.file_name()))
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

// === impl Run ===

impl Run {
    fn wait(mut self) -> Outcome {
        let status = self.child.wait().map_err(|error| error.to_string())?;
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        if status.success() {
            println!("  ok   {}: {}", self.target, lines.last().unwrap_or(&""));
            return Ok(());
        }
        let end = lines[lines.len().saturating_sub(40)..].join("\n");
        Err(format!(
            "{} found something; put the input into fuzz/corpus once it is mended\n{end}",
            self.target
        ))
    }
}

fn corpus(target: &str) -> PathBuf {
    root().join("fuzz/corpus").join(target)
}

/// Where inputs go that reach something new.
fn found(target: &str) -> Result<PathBuf, String> {
    folder("found", target)
}

fn folder(kind: &str, target: &str) -> Result<PathBuf, String> {
    let folder = work().join(kind).join(target);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok(folder)
}

fn host() -> Result<String, String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc does not say what it runs on".to_owned())
}

fn succeed(command: &mut Command, why: &str) -> Outcome {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{why}: {status}"))
    }
}
