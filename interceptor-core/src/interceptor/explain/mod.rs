//! What of a chain runs for each method: from a [`Description`] and a table, to be read.

mod mermaid;
mod text;

use std::borrow::Cow;

use super::{Description, Interceptor, describe::Entry};
use crate::{ExtensionType, Method, Methods, Rules, Side};

/// Says for each method of the table which interceptors of `chain` run on that side, in which order, and what each may
/// buffer. For people: nothing of it is read by a layer.
///
/// [`Display`](std::fmt::Display) is text, [`mermaid`](Explanation::mermaid) a diagram. `ServerLayer::explain` and
/// `ClientLayer::explain` are this function over what the layer has.
///
/// ```
/// use interceptor_core::{CallKind, Description, Identity, Methods, Side, explain};
///
/// let methods = Methods::builder().method("/shop.v1.Orders/Create", CallKind::UnaryUnary).build()?;
/// let explanation = explain(&Identity, Side::Server, &methods);
/// assert!(explanation.to_string().starts_with("on the server"));
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
///
/// An interceptor that lets calls of some types pass (`otherwise = pass`) is listed for them too: it sees them. What
/// a layer itself keeps of a unary response, `max_settled_bytes`, is said by the layer's own `explain`.
#[must_use]
pub fn explain<C: Interceptor>(chain: &C, side: Side, methods: &Methods) -> Explanation {
    let description = Description::of(|it| chain.describe(it));
    // Of `Methods::unknown()` there is nothing to list, and no pattern to tell its methods apart.
    let unknown = methods.is_unknown().then(|| Method::unknown("/*/*"));
    let all = methods.iter().cloned().chain(unknown);
    let methods = all.map(|method| ExplainedMethod::new(method, side, &description));
    Explanation {
        side,
        max_settled_bytes: None,
        methods: methods.collect(),
    }
}

/// What of a chain runs for each method, on one side; made by [`explain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    side: Side,
    max_settled_bytes: Option<usize>,
    methods: Vec<ExplainedMethod>,
}

/// What of a chain runs for one method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedMethod {
    method: Method,
    steps: Vec<ExplainedStep>,
}

/// One interceptor of a chain, as a method meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedStep {
    name: &'static str,
    within: Vec<&'static str>,
    conditions: Vec<String>,
    buffers: Vec<Cow<'static, str>>,
    provides: &'static [ExtensionType],
    requires: &'static [ExtensionType],
    is_there: bool,
}

// === impl Explanation ===

impl Explanation {
    /// The side that it is about.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// How many bytes of a response with one message a layer reads ahead of the chain at most; none if a chain was explained
    /// without its layer.
    #[must_use]
    pub fn max_settled_bytes(&self) -> Option<usize> {
        self.max_settled_bytes
    }

    /// The same, of a layer with that bound.
    pub(crate) fn settling(mut self, max_settled_bytes: usize) -> Self {
        self.max_settled_bytes = Some(max_settled_bytes);
        self
    }

    /// What the layer keeps, in words.
    fn settled(&self) -> Option<String> {
        let bytes = self.max_settled_bytes?;
        Some(format!(
            "the layer may buffer a response with one message, up to {bytes} bytes"
        ))
    }

    /// Each method of the table, sorted by path. Of `Methods::unknown()` one that stands for all, `/*/*`.
    pub fn methods(&self) -> impl Iterator<Item = &ExplainedMethod> {
        self.methods.iter()
    }

    /// Methods that meet the same steps, together, in the order of the first of each.
    fn groups(&self) -> Vec<Vec<&ExplainedMethod>> {
        let mut groups: Vec<Vec<&ExplainedMethod>> = Vec::new();
        for method in &self.methods {
            match groups.iter_mut().find(|it| it[0].steps == method.steps) {
                Some(group) => group.push(method),
                None => groups.push(vec![method]),
            }
        }
        groups
    }
}

// === impl ExplainedMethod ===

impl ExplainedMethod {
    fn new(method: Method, side: Side, description: &Description) -> Self {
        let mut walk = Walk {
            method: &method,
            side,
            within: Vec::new(),
            conditions: Vec::new(),
            steps: Vec::new(),
        };
        walk.enter(description);
        let steps = walk.steps;
        Self { method, steps }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The interceptors that see its calls, the outermost first; also those that are `None`.
    #[must_use]
    pub fn steps(&self) -> &[ExplainedStep] {
        &self.steps
    }
}

// === impl ExplainedStep ===

impl ExplainedStep {
    /// The interceptor's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The chains that it stands in, the outermost first.
    #[must_use]
    pub fn within(&self) -> &[&'static str] {
        &self.within
    }

    /// What has to hold besides, in words: conditions that are not about methods and sides.
    #[must_use]
    pub fn conditions(&self) -> &[String] {
        &self.conditions
    }

    /// What it may keep in memory for one call.
    #[must_use]
    pub fn buffers(&self) -> &[Cow<'static, str>] {
        &self.buffers
    }

    /// What it needs in the extensions of each call.
    #[must_use]
    pub fn requires(&self) -> &[ExtensionType] {
        self.requires
    }

    /// What it puts into the extensions of each call that it hands on.
    #[must_use]
    pub fn provides(&self) -> &[ExtensionType] {
        self.provides
    }

    /// Whether it runs; not if it is an `Option` that is `None`.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.is_there
    }
}

/// A walk through a description on behalf of one method.
struct Walk<'a> {
    method: &'a Method,
    side: Side,
    within: Vec<&'static str>,
    conditions: Vec<String>,
    steps: Vec<ExplainedStep>,
}

// === impl Walk ===

impl Walk<'_> {
    fn enter(&mut self, description: &Description) {
        description.entries.iter().for_each(|it| self.entry(it));
    }

    fn entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Interceptor {
                name,
                buffers,
                rules,
            } => self.step(name, buffers, rules.as_ref(), true),
            Entry::Absent(name) => self.step(name, &[], None, false),
            Entry::Unchecked(inside) => self.enter(inside),
            Entry::Chain(name, inside) => {
                self.within.push(name);
                self.enter(inside);
                self.within.pop();
            }
            Entry::OnlyIf(condition, inside) => {
                self.conditions.push(condition.clone());
                self.enter(inside);
                self.conditions.pop();
            }
            Entry::Select(selection, inside) if selection.matches(self.side, self.method) => {
                self.enter(inside);
            }
            Entry::Select(..) => {}
        }
    }

    fn step(
        &mut self,
        name: &'static str,
        buffers: &[Cow<'static, str>],
        rules: Option<&Rules>,
        is_there: bool,
    ) {
        self.steps.push(ExplainedStep {
            name,
            within: self.within.clone(),
            conditions: self.conditions.clone(),
            buffers: buffers.to_vec(),
            provides: rules.map_or(&[][..], Rules::provided),
            requires: rules.map_or(&[][..], Rules::required),
            is_there,
        });
    }
}
