//! The examples do what they say: each is run as a user would run it.

use std::{
    env,
    error::Error,
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};

mod kit;
mod start;

type Outcome = Result<(), Box<dyn Error>>;

/// A server example, killed when the test is over however it ends.
struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
}

// === impl Server ===

impl Server {
    fn start() -> Result<Self, Box<dyn Error>> {
        Self::of("greeter_server", &["127.0.0.1:0"])
    }

    fn of(name: &str, args: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut process = example(name).args(args).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().ok_or("no output")?;
        Ok(Self {
            process,
            output: BufReader::new(output),
        })
    }

    /// From the server's first line.
    fn address(&mut self) -> Result<String, Box<dyn Error>> {
        let line = self.rows(1)?.remove(0);
        Ok(line
            .strip_prefix("listening on ")
            .ok_or("no address")?
            .to_owned())
    }

    /// The next lines of its output.
    fn rows(&mut self, count: usize) -> Result<Vec<String>, Box<dyn Error>> {
        let lines = (&mut self.output).lines().take(count);
        Ok(lines.collect::<Result<_, _>>()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs an example to its end, and gives back what it printed.
fn run<A: AsRef<OsStr>>(
    name: &str,
    args: impl IntoIterator<Item = A>,
) -> Result<String, Box<dyn Error>> {
    let output = example(name).args(args).stderr(Stdio::inherit()).output()?;
    assert!(
        output.status.success(),
        "{name} ended with {}",
        output.status
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// Cargo builds the examples with the tests, beside the folder that this test is in.
fn example(name: &str) -> Command {
    let mut path: PathBuf = env::current_exe().unwrap_or_default();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is missing: `cargo test` builds it, or `cargo build --examples`",
        path.display()
    );
    let mut command = Command::new(path);
    command.stdin(Stdio::null());
    command
}

/// The rows of the timeline that are of this side and call type, split at blanks.
fn rows<'a>(output: &'a str, side: &str, kind: &str) -> Vec<Vec<&'a str>> {
    let rows = output
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row.get(2) == Some(&side) && row.get(4) == Some(&kind))
        .collect()
}
