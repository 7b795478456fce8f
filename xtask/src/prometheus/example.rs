//! The example `metrics`, as a process.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use super::http;
use crate::step::root;

/// Killed when it is dropped.
pub(super) struct Example {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
    address: String,
}

// === impl Example ===

impl Example {
    pub(super) fn start(dialect: &str, rounds: u64) -> Result<Self, String> {
        let program = root().join("target/debug/examples/metrics");
        let process = Command::new(&program)
            .args(["127.0.0.1:0", dialect, &rounds.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut process = process.map_err(|error| format!("{}: {error}", program.display()))?;
        let output = process.stdout.take().ok_or("the example has no output")?;
        let mut example = Self {
            process,
            output: BufReader::new(output).lines(),
            address: String::new(),
        };
        example.address = example.line("metrics are at http://", "/metrics")?;
        Ok(example)
    }

    /// Host and port of its metrics.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn wait_for_rounds(&mut self) -> Result<(), String> {
        self.line("", " rounds are done").map(drop)
    }

    pub(super) fn metrics(&self) -> Result<String, String> {
        http::get(&self.address, "/metrics")
    }

    fn line(&mut self, start: &str, end: &str) -> Result<String, String> {
        let line = self.output.next().ok_or("the example ended")?;
        let line = line.map_err(|error| format!("the example: {error}"))?;
        let inner = line
            .strip_prefix(start)
            .and_then(|line| line.strip_suffix(end));
        inner
            .map(str::to_owned)
            .ok_or_else(|| format!("the example says `{line}`"))
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
