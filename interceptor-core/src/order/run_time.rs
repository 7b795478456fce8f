//! The rules once more, when a layer is made: what is boxed is known now, and types by their ids.

use super::{ExtensionType, Rules, providers};
use crate::{ConfigError, Description, Method, Methods, Side, interceptor::Ordered};

/// Checks a chain for each method of the table, as its calls would run through it.
///
/// # Errors
///
/// The first rule that is broken, with both ends.
pub(crate) fn check(
    description: &Description,
    side: Side,
    methods: &Methods,
) -> Result<(), ConfigError> {
    let mut rules = Vec::new();
    description.all_rules(&mut rules);
    rules.iter().for_each(providers::remember);
    if rules.iter().all(is_silent) {
        return Ok(());
    }
    // Of a method that is not in the table, too.
    let unknown = Method::unknown("/*/*");
    for method in methods.iter().chain([&unknown]) {
        let mut steps = Vec::new();
        description.ordered(side, method, &mut steps);
        check_steps(&steps, side, description.is_one_interceptor())
            .map_err(|text| error(text, method, methods))?;
    }
    Ok(())
}

fn is_silent(rules: &Rules) -> bool {
    rules.requires.is_empty()
        && rules.side.is_none()
        && rules.outside.is_empty()
        && rules.inside.is_empty()
}

fn error(text: String, method: &Method, methods: &Methods) -> ConfigError {
    if methods.is_unknown() || !method.is_known() {
        ConfigError::new(text)
    } else {
        ConfigError::new(text).at(format!("calls of {}", method.path()))
    }
}

fn check_steps(steps: &[Ordered], side: Side, alone: bool) -> Result<(), String> {
    for (at, step) in steps.iter().enumerate() {
        let Some(rules) = &step.rules else { continue };
        if let Some(only) = rules.side.filter(|it| *it != side) {
            return Err(format!(
                "`{}` is for the {only} only, and this is the chain of a {side}",
                step.name
            ));
        }
        if step.is_checked && !alone {
            let (before, after) = (&steps[..at], &steps[at + 1..]);
            for wanted in rules.requires {
                provided(step, wanted, before)?;
            }
            nobody(step, before, |it| rules.outside.contains(it), "outside")?;
            nobody(step, after, |it| rules.inside.contains(it), "inside")?;
        }
    }
    Ok(())
}

fn provided(step: &Ordered, wanted: &ExtensionType, before: &[Ordered]) -> Result<(), String> {
    let providers = before.iter().filter(|it| it.provides(wanted));
    let mut somewhere = None;
    for provider in providers {
        if provider
            .conditions
            .iter()
            .all(|it| step.conditions.contains(it))
        {
            return Ok(());
        }
        somewhere = Some(provider.name);
    }
    let (name, wanted_name) = (step.name, wanted.name());
    if let Some(provider) = somewhere {
        return Err(format!(
            "`{name}` needs `{wanted_name}`, and `{provider}` provides it under a condition that `{name}` does not stand under"
        ));
    }
    let namesake = before.iter().find(|it| it.provides_namesake(wanted));
    Err(match namesake {
        Some(other) => format!(
            "`{name}` needs `{wanted_name}`, and the type of that name which `{}` provides is another one",
            other.name
        ),
        None => {
            format!(
                "`{name}` needs `{wanted_name}`, and nothing before it in the chain provides it"
            )
        }
    })
}

fn nobody(
    step: &Ordered,
    others: &[Ordered],
    is_one: impl Fn(&super::Role) -> bool,
    place: &str,
) -> Result<(), String> {
    let role = |other: &Ordered| other.rules.and_then(|it| it.role).filter(&is_one);
    let found = others.iter().find_map(|other| Some((other, role(other)?)));
    match found {
        None => Ok(()),
        Some((other, role)) => Err(format!(
            "`{}` has to stand {place} of what is `{role}`, as `{}` is",
            step.name, other.name
        )),
    }
}

// === impl Ordered ===

impl Ordered {
    fn provides(&self, wanted: &ExtensionType) -> bool {
        self.rules.is_some_and(|it| it.provides.contains(wanted))
    }

    fn provides_namesake(&self, wanted: &ExtensionType) -> bool {
        let is_namesake = |it: &ExtensionType| it.is_named_like(wanted) && it != wanted;
        self.rules
            .is_some_and(|it| it.provides.iter().any(is_namesake))
    }
}
