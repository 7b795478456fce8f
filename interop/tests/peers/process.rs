//! Programs in other languages, and the lines of JSON that they tell.

use std::{env, ffi::OsString, path::PathBuf, process::Stdio};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{case::Case, certificate::Certificate, unique, within};

/// Which stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stack {
    /// grpcio with threads.
    Sync,
    /// grpcio with asyncio.
    Aio,
    /// `@grpc/grpc-js`.
    Node,
}

/// A program that runs, and ends with this at the latest.
pub(crate) struct Peer {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

// === impl Peer ===

impl Peer {
    /// A server of theirs, and its port.
    pub(crate) async fn server(stack: Stack, certificate: Option<&Certificate>) -> (Self, u16) {
        let script = match stack {
            Stack::Sync => "server.py",
            Stack::Aio => "server_aio.py",
            Stack::Node => unreachable!("Node is a client here"),
        };
        let files = certificate.map(|it| [it.certificate.as_path(), it.key.as_path()]);
        let mut peer = Self::start(python(script).args(files.into_iter().flatten()));
        let port = within(peer.told()).await.unwrap()["port"].as_u64().unwrap();
        (peer, port.try_into().unwrap())
    }

    /// A client of theirs, which makes these calls one after the other, or all together.
    pub(crate) fn client(
        stack: Stack,
        port: u16,
        certificate: Option<&Certificate>,
        cases: &[Case],
        together: bool,
    ) -> Self {
        Self::start(&mut client(stack, port, certificate, cases, together))
    }

    /// A client that retries as this service config says, with what its stack has for that.
    pub(crate) fn retrying(stack: Stack, port: u16, config: &str, cases: &[Case]) -> Self {
        let mut command = client(stack, port, None, cases, false);
        Self::start(command.env("SERVICE_CONFIG", config))
    }

    /// A client that shows this certificate when it connects.
    pub(crate) fn known(
        stack: Stack,
        port: u16,
        certificate: &Certificate,
        own: &Certificate,
        cases: &[Case],
    ) -> Self {
        let mut command = client(stack, port, Some(certificate), cases, false);
        command.env("CLIENT_CERTIFICATE", &own.certificate);
        Self::start(command.env("CLIENT_KEY", &own.key))
    }

    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = child.unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self {
            stdin: child.stdin.take().unwrap(),
            lines: stdout.lines(),
            child,
        }
    }

    /// The next line, if there is another.
    pub(crate) async fn told(&mut self) -> Option<Value> {
        let line = self.lines.next_line().await.unwrap()?;
        Some(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}")))
    }

    /// The next that is an event of this name.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let told = self.told().await;
            let told = told.unwrap_or_else(|| panic!("it ended without `{name}`"));
            if told["event"] == name {
                return told;
            }
        }
    }

    /// That the client of this case has left its call.
    pub(crate) async fn cancelled(&mut self, case: &Case) {
        while self.event("cancelled").await["case"] != *case.name {}
    }

    /// Writes an empty line, which a client waits for before it cancels a call without replies.
    pub(crate) async fn cancel(&mut self) {
        self.stdin.write_all(b"\n").await.unwrap();
    }

    /// Waits until it is done with its work, well.
    pub(crate) async fn done(mut self) {
        let status = self.child.wait().await.unwrap();
        assert!(status.success(), "{status}");
    }

    /// Ends it as no program can prepare for.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}

fn client(
    stack: Stack,
    port: u16,
    certificate: Option<&Certificate>,
    cases: &[Case],
    together: bool,
) -> Command {
    let mut command = match stack {
        Stack::Sync => python("client.py"),
        Stack::Aio => python("client_aio.py"),
        Stack::Node => node("client.mjs"),
    };
    let certificate = certificate.map_or("-".into(), |it| it.certificate.clone());
    let cases: Vec<_> = cases.iter().map(Case::to_json).collect();
    let file = folder().join(unique("cases"));
    std::fs::write(&file, Value::from(cases).to_string()).unwrap();
    command.arg(port.to_string()).arg(certificate).arg(file);
    command.args(together.then_some("together"));
    command
}

/// A script of `interop/python`.
pub(crate) fn python(script: &str) -> Command {
    let mut command = Command::new(from_env("INTEROP_PYTHON"));
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/python");
    let path = env::join_paths([from_env("INTEROP_STUBS"), scripts.into()]).unwrap();
    command.env("PYTHONPATH", path);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(PathBuf::from(scripts).join(script));
    command
}

fn node(script: &str) -> Command {
    let mut command = Command::new(from_env("INTEROP_NODE"));
    command.env("NODE_MODULES", from_env("INTEROP_NODE_MODULES"));
    command.env("PROTO", concat!(env!("CARGO_MANIFEST_DIR"), "/../proto"));
    command.arg(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/node")).join(script));
    command
}

fn from_env(name: &str) -> OsString {
    env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask interop`"))
}

/// Where files for peers can be written.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}
