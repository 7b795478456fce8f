//! Through a server that we did not write: grpcio, with OpenTelemetry's own instrumentation.

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use futures_util::TryStreamExt as _;
use interceptor_otel::trace::{AttemptSpans, Spans};

use crate::{
    collector::Collector,
    servers::{Back, Client, Front, client, request, serve},
};

/// `xtask/otel/server.py`.
struct Python {
    process: Child,
    address: SocketAddr,
}

// === impl Python ===

impl Python {
    fn start(collector: SocketAddr, back: SocketAddr) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../xtask/otel/server.py");
        let python = env::var_os("OTEL_PYTHON").expect("`cargo xtask otel` sets it");
        let mut process = Command::new(python)
            .args([script, &collector.to_string(), &back.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut port).unwrap();
        let address = format!("127.0.0.1:{}", port.trim()).parse().unwrap();
        Self { process, address }
    }

    /// When it has ended, its spans are with the collector.
    fn end(mut self) {
        drop(self.process.stdin.take());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.process.kill(); // of a test that has failed
        let _ = self.process.wait();
    }
}

/// A client, a server, its client, Python, and a server that fails once.
fn in_a_row(collector: &Collector) -> (Python, Client) {
    let back = serve(Back::default(), Spans::new());
    let python = Python::start(collector.address(), back);
    let between = client(python.address, Spans::new(), AttemptSpans::new());
    let front = serve(Front(between), Spans::new());
    (python, client(front, Spans::new(), AttemptSpans::new()))
}

/// Kind and name of what lies around what Python makes; its attributes are its own.
fn shape(lines: &[String]) -> Vec<String> {
    let words = |line: &String| {
        let blanks = line.len() - line.trim_start().len();
        let words: Vec<_> = line.split_whitespace().take(2).collect();
        format!("{}{}", " ".repeat(blanks), words.join(" "))
    };
    let lines = lines.iter().filter(|line| !line.contains("internal"));
    lines.map(words).collect()
}

fn expected(method: &str) -> [String; 12] {
    let (ours, theirs) = (
        format!("echo.v1.Echo/{method}"),
        format!("/echo.v1.Echo/{method}"),
    );
    [
        format!("client {ours}"),
        format!("  client {ours}"),
        format!("    server {ours}"),
        format!("      client {ours}"),
        format!("        client {ours}"),
        format!("          server {theirs}"),
        format!("            client {theirs}"),
        format!("              server {ours}"),
        format!("        client {ours}"),
        format!("          server {theirs}"),
        format!("            client {theirs}"),
        format!("              server {ours}"),
    ]
}

#[tokio::test]
#[ignore = "needs Python: `cargo xtask otel`"]
async fn a_trace_goes_through_python_and_on() {
    let collector = Collector::new();
    let (python, mut client) = in_a_row(&collector);
    client.unary_echo(request("hello", 0)).await.unwrap();
    python.end();
    let tree = collector.tree();
    tree.check_times();
    assert_eq!(
        shape(&tree.lines()),
        expected("UnaryEcho"),
        "{:#?}",
        tree.lines()
    );

    let (python, mut client) = in_a_row(&collector);
    let replies = client.server_stream(request("hello", 3)).await.unwrap();
    let replies: Vec<_> = replies.into_inner().try_collect().await.unwrap();
    assert_eq!(replies.len(), 3);
    python.end();
    let tree = collector.tree();
    tree.check_times();
    assert_eq!(
        shape(&tree.lines()),
        expected("ServerStream"),
        "{:#?}",
        tree.lines()
    );
}
