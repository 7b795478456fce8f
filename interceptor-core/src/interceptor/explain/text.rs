//! [`Explanation`] as text.

use std::fmt;

use super::{ExplainedMethod, ExplainedStep, Explanation};
use crate::ExtensionType;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "on the {}, the outermost first:", self.side)?;
        if let Some(settled) = self.settled() {
            writeln!(f, "({settled})")?;
        }
        for group in self.groups() {
            writeln!(f)?;
            for explained in &group {
                let method = &explained.method;
                writeln!(f, "{method} ({})", method.kind())?;
            }
            steps(f, group[0])?;
        }
        Ok(())
    }
}

fn steps(f: &mut fmt::Formatter<'_>, method: &ExplainedMethod) -> fmt::Result {
    let mut number = 0;
    for step in &method.steps {
        if step.is_there {
            number += 1;
            writeln!(f, "  {number}. {step}")?;
        } else {
            writeln!(f, "  -  {step}")?;
        }
        for what in &step.buffers {
            writeln!(f, "     may buffer {what}")?;
        }
        types(f, "requires", step.requires)?;
        types(f, "provides", step.provides)?;
    }
    if number == 0 {
        writeln!(f, "  no interceptor")?;
    }
    Ok(())
}

fn types(f: &mut fmt::Formatter<'_>, what: &str, types: &[ExtensionType]) -> fmt::Result {
    types
        .iter()
        .try_for_each(|it| writeln!(f, "     {what} {it}"))
}

impl fmt::Display for ExplainedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if !self.within.is_empty() {
            write!(f, " in {}", self.within.join(", "))?;
        }
        for condition in &self.conditions {
            write!(f, ", if {condition}")?;
        }
        f.write_str(if self.is_there {
            ""
        } else {
            ": none, passed by"
        })
    }
}
