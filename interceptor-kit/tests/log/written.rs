//! Keeps what is logged, in this thread.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    subscriber::DefaultGuard,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry};

/// A line of the log.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) level: Level,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

/// All lines, as long as it is there.
pub(crate) struct Written {
    lines: Arc<Mutex<Vec<Line>>>,
    _default: DefaultGuard,
}

struct Keep(Arc<Mutex<Vec<Line>>>);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

// === impl Written ===

impl Written {
    pub(crate) fn new() -> Self {
        let lines = Arc::default();
        let subscriber = registry().with(Keep(Arc::clone(&lines)));
        Self {
            lines,
            _default: tracing::subscriber::set_default(subscriber),
        }
    }

    /// The lines since the last time.
    pub(crate) fn take(&self) -> Vec<Line> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }
}

// === impl Line ===

impl Line {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(crate) fn text(&self) -> &str {
        self.get("message").unwrap()
    }
}

impl<S: Subscriber> Layer<S> for Keep {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        if event.metadata().target() == "grpc" {
            let mut fields = BTreeMap::new();
            event.record(&mut Fields(&mut fields));
            self.0.lock().unwrap().push(Line { level, fields });
        }
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}
