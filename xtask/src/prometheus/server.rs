//! A Prometheus of our own: its port, its configuration and its data are in nobody's way.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use super::{http, install::Tools, until};
use crate::step::root;

/// Killed when it is dropped.
pub(super) struct Prometheus {
    process: Child,
    address: String,
}

/// A series of an answer: its labels, and its values with their times in seconds.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) labels: Value,
    pub(super) values: Vec<(f64, f64)>,
}

// === impl Prometheus ===

impl Prometheus {
    /// It reads the metrics at `target` twice a second.
    pub(super) fn start(tools: &Tools, target: &str) -> Result<Self, String> {
        let folder = root().join("target/prometheus");
        let config =
            configure(&folder, target).map_err(|error| format!("{}: {error}", folder.display()))?;
        let address = free_address().map_err(|error| format!("no port for Prometheus: {error}"))?;
        let log =
            fs::File::create(folder.join("log")).map_err(|error| format!("its log: {error}"))?;
        let process = Command::new(&tools.prometheus)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.join("data").display()
            ))
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        let process =
            process.map_err(|error| format!("{}: {error}", tools.prometheus.display()))?;
        let prometheus = Self { process, address };
        until("Prometheus", || http::get(&prometheus.address, "/-/ready"))?;
        Ok(prometheus)
    }

    /// What a query comes to at that time, or now, if it comes to one number.
    pub(super) fn number(&self, query: &str, at: Option<f64>) -> Result<f64, String> {
        let at = at.map_or(String::new(), |at| format!("&time={at}"));
        let series = self.ask(&format!("/api/v1/query?query={}{at}", http::escaped(query)))?;
        match &series[..] {
            [one] if one.values[0].1.is_finite() => Ok(one.values[0].1),
            other => Err(format!("`{query}` comes to {other:?}")),
        }
    }

    /// What it came to, from then to then, in steps of half a second.
    pub(super) fn range(&self, query: &str, from: f64, to: f64) -> Result<Vec<Series>, String> {
        let query = http::escaped(query);
        self.ask(&format!(
            "/api/v1/query_range?query={query}&start={from}&end={to}&step=0.5"
        ))
    }

    fn ask(&self, path: &str) -> Result<Vec<Series>, String> {
        let text = http::get(&self.address, path)?;
        let answer: Value =
            serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        let result = answer["data"]["result"].as_array();
        let result = result.ok_or_else(|| format!("no result in {text}"))?;
        result
            .iter()
            .map(|series| Series::read(series).ok_or_else(|| series.to_string()))
            .collect()
    }
}

fn configure(folder: &Path, target: &str) -> std::io::Result<std::path::PathBuf> {
    let data = folder.join("data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(folder)?;
    let config = folder.join("prometheus.yml");
    let scrape = format!(
        "global:\n  scrape_interval: 500ms\nscrape_configs:\n- job_name: example\n  static_configs:\n  - targets: ['{target}']\n"
    );
    fs::write(&config, scrape)?;
    Ok(config)
}

/// Free now; nobody else asks for it before Prometheus does.
fn free_address() -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.to_string())
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

// === impl Series ===

impl Series {
    fn read(series: &Value) -> Option<Self> {
        let values = match series.get("values") {
            Some(values) => values
                .as_array()?
                .iter()
                .map(read_value)
                .collect::<Option<_>>()?,
            None => vec![read_value(&series["value"])?],
        };
        let labels = series["metric"].clone();
        Some(Self { labels, values })
    }
}

/// `[seconds, "number"]`
fn read_value(value: &Value) -> Option<(f64, f64)> {
    Some((value[0].as_f64()?, value[1].as_str()?.parse().ok()?))
}
