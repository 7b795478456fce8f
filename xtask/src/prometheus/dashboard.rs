//! The queries of `docs/grafana.json`, asked one by one.

use std::fs;

use serde_json::Value;

use super::{
    Load,
    server::{Prometheus, Series},
};
use crate::step::root;

const DASHBOARD: &str = "docs/grafana.json";

/// What Grafana puts in for the variables of a query.
const VARIABLES: [(&str, &str); 2] = [("$service", ".*"), ("$__rate_interval", "5s")];

/// A panel with its data.
#[derive(Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    /// As Grafana names it, such as `reqps`.
    pub(super) unit: String,
    /// Each with its name in the legend.
    pub(super) lines: Vec<(String, Vec<(f64, f64)>)>,
}

/// All panels, each query of which has data in the time of the load.
pub(super) fn ask(prometheus: &Prometheus, load: &Load) -> Result<Vec<Panel>, String> {
    let text = fs::read_to_string(root().join(DASHBOARD));
    let text = text.map_err(|error| format!("{DASHBOARD}: {error}"))?;
    let dashboard: Value =
        serde_json::from_str(&text).map_err(|error| format!("{DASHBOARD}: {error}"))?;
    let panels = dashboard["panels"].as_array().ok_or("no panels")?;
    panels
        .iter()
        .map(|panel| Panel::ask(panel, prometheus, load))
        .collect()
}

// === impl Panel ===

impl Panel {
    fn ask(panel: &Value, prometheus: &Prometheus, load: &Load) -> Result<Self, String> {
        let title = text(&panel["title"]).ok_or("a panel without a title")?;
        let targets = panel["targets"]
            .as_array()
            .filter(|targets| !targets.is_empty());
        let mut lines = Vec::new();
        for target in targets.ok_or_else(|| format!("panel `{title}` asks nothing"))? {
            let query = text(&target["expr"])
                .ok_or_else(|| format!("a target of `{title}` has no query"))?;
            let query = VARIABLES
                .iter()
                .fold(query, |query, (name, value)| query.replace(name, value));
            let series = prometheus.range(&query, load.from, load.to)?;
            let legend = text(&target["legendFormat"]).unwrap_or_default();
            let found = series
                .into_iter()
                .filter_map(|series| line(&legend, series));
            let before = lines.len();
            lines.extend(found);
            if lines.len() == before {
                return Err(format!("panel `{title}` has no data: {query}"));
            }
        }
        let unit = text(&panel["fieldConfig"]["defaults"]["unit"]).unwrap_or_default();
        Ok(Self { title, unit, lines })
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Its name, and its numbers; nothing if it has none.
fn line(legend: &str, series: Series) -> Option<(String, Vec<(f64, f64)>)> {
    let labels = series.labels.as_object()?;
    let name = labels
        .iter()
        .fold(legend.to_owned(), |legend, (label, value)| {
            legend.replace(
                &format!("{{{{{label}}}}}"),
                value.as_str().unwrap_or_default(),
            )
        });
    let values = series
        .values
        .into_iter()
        .filter(|(_, value)| value.is_finite());
    let values: Vec<_> = values.collect();
    (!values.is_empty()).then_some((name, values))
}
