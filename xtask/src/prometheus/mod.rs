//! `cargo xtask prometheus`: the metrics as Prometheus sees them. `cargo xtask dashboard`: the same, as a picture.
//!
//! `promtool` checks the text of each dialect. Then the example runs under a known load, a Prometheus of Debian's package
//! reads it, and is asked: for the counts, which have to be exact, for rates and quantiles, and for each query of the
//! dashboard.

mod check;
mod dashboard;
mod example;
mod http;
mod install;
mod server;
mod svg;

use std::{
    fs,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use self::{dashboard::Panel, example::Example, install::Tools, server::Prometheus};
use crate::{
    Outcome,
    step::{Step, root},
};

/// The dialects' names, as the example takes them.
const DIALECTS: [&str; 5] = ["go", "go_v1", "python", "python_legacy", "java"];

const PICTURE: &str = "docs/dashboard.svg";

/// How many rounds of nine calls each. Prometheus takes five seconds to begin, and then has to see them as rates.
const ROUNDS: u64 = 200;
const ROUNDS_OF_A_PICTURE: u64 = 400;

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(90);

pub(crate) fn run() -> Outcome {
    let tools = prepare()?;
    for dialect in DIALECTS {
        let mut example = Example::start(dialect, 2)?;
        example.wait_for_rounds()?;
        tools.check_metrics(&example.metrics()?)?;
        println!("promtool finds nothing wrong with dialect {dialect}");
    }
    let panels = under_load(&tools, ROUNDS)?;
    println!("{} panels of the dashboard have data", panels.len());
    Ok(())
}

/// Writes the picture.
pub(crate) fn draw() -> Outcome {
    let panels = under_load(&prepare()?, ROUNDS_OF_A_PICTURE)?;
    let path = root().join(PICTURE);
    fs::write(&path, svg::draw(&panels)).map_err(|error| format!("{PICTURE}: {error}"))
}

/// Calls that were made, and when: in seconds since 1970.
struct Load {
    rounds: u64,
    from: f64,
    to: f64,
}

impl Load {
    fn watch(rounds: u64, make: impl FnOnce() -> Outcome) -> Result<Self, String> {
        let now = || {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
        };
        let from = now().as_secs_f64();
        make()?;
        let to = now().as_secs_f64();
        Ok(Self { rounds, from, to })
    }
}

fn prepare() -> Result<Tools, String> {
    let tools = Tools::find_or_install()?;
    Step::cargo("build --quiet --example metrics").run()?;
    Ok(tools)
}

/// Makes the calls, checks what Prometheus knows of them, and gives back the data of the dashboard.
fn under_load(tools: &Tools, rounds: u64) -> Result<Vec<Panel>, String> {
    let mut example = Example::start("go", rounds)?;
    let prometheus = Prometheus::start(tools, example.address())?;
    let load = Load::watch(rounds, || example.wait_for_rounds())?;
    check::all(&prometheus, &load)?;
    dashboard::ask(&prometheus, &load)
}

/// Asks again until there is an answer, or too much time has passed.
fn until<T>(what: &str, mut ask: impl FnMut() -> Result<T, String>) -> Result<T, String> {
    let started = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(why) if started.elapsed() > PATIENCE => {
                return Err(format!("waited for {what}, in vain: {why}"));
            }
            Err(_) => pause(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a task on one thread, that waits for other processes"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(100));
}
