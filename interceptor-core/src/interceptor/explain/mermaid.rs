//! [`Explanation`] as a diagram.

use std::fmt::{self, Write};

use super::{ExplainedMethod, ExplainedStep, Explanation};
use crate::Side;

impl Explanation {
    /// A flowchart in the language of [Mermaid](https://mermaid.js.org), which GitHub, GitLab and mdBook's plug-in draw: one
    /// row for all methods that meet the same interceptors, calls from left to right.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut chart = String::new();
        // Writing to a string does not fail.
        let _ = self.write_mermaid(&mut chart);
        chart
    }

    fn write_mermaid(&self, chart: &mut String) -> fmt::Result {
        writeln!(chart, "flowchart LR")?;
        if let Some(settled) = self.settled() {
            writeln!(chart, "    %% {settled}")?;
        }
        let below = match self.side {
            Side::Client => "channel",
            Side::Server => "handler",
        };
        for (row, group) in self.groups().iter().enumerate() {
            row_of(chart, row, group, below)?;
        }
        Ok(())
    }
}

fn row_of(chart: &mut String, row: usize, group: &[&ExplainedMethod], below: &str) -> fmt::Result {
    let methods: Vec<_> = group.iter().map(|it| escaped(it.method.path())).collect();
    write!(chart, "    m{row}([\"{}\"])", methods.join("<br/>"))?;
    let there = group[0].steps.iter().filter(|step| step.is_there);
    for (at, step) in there.enumerate() {
        write!(chart, " --> m{row}s{at}[\"{}\"]", label(step))?;
    }
    writeln!(chart, " --> m{row}e([\"{below}\"])")
}

fn label(step: &ExplainedStep) -> String {
    let buffers = step.buffers.iter().map(|what| format!("may buffer {what}"));
    let lines = [step.to_string()].into_iter().chain(buffers);
    let lines: Vec<_> = lines.map(|line| escaped(&line)).collect();
    lines.join("<br/>")
}

/// What would end the label, or be taken for HTML, as Mermaid's entities.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => safe.push_str("#35;"),
            '"' => safe.push_str("#quot;"),
            '<' => safe.push_str("#lt;"),
            '>' => safe.push_str("#gt;"),
            c => safe.push(c),
        }
    }
    safe
}
