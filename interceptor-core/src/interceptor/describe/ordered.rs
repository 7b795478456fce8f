//! A [`Description`] as one method's calls run through it, for the rules of order.

use super::{Description, Entry};
use crate::{Method, Order, Rules, Side, order::Node};

/// One interceptor that runs for a method.
#[derive(Debug)]
pub(crate) struct Ordered {
    pub(crate) name: &'static str,
    pub(crate) rules: Option<Rules>,
    /// The conditions in words under which it runs, by their number.
    pub(crate) conditions: Vec<usize>,
    /// Nothing around it says `allow_order`.
    pub(crate) is_checked: bool,
}

struct Walk<'a> {
    side: Side,
    method: &'a Method,
    conditions: Vec<usize>,
    next_condition: usize,
    is_checked: bool,
    steps: &'a mut Vec<Ordered>,
}

// === impl Description ===

impl Description {
    /// Says what the interceptor that was added last says about its place in a chain. Who writes
    /// [`Interceptor::ORDER`](crate::Interceptor::ORDER) and `describe` by hand says it here too, or a layer does not know of it.
    pub fn order(&mut self, order: &Order) {
        if let (Node::One(said), Some(Entry::Interceptor { rules, .. })) =
            (&order.node, self.entries.last_mut())
        {
            *rules = Some(*said);
        }
    }

    /// Adds what is left aside by the rules of order; what `inside` adds stands within it.
    pub fn unchecked(&mut self, inside: impl FnOnce(&mut Self)) {
        self.entries.push(Entry::Unchecked(Self::of(inside)));
    }

    /// Whether it is no chain but one interceptor.
    pub(crate) fn is_one_interceptor(&self) -> bool {
        matches!(&self.entries[..], [Entry::Interceptor { .. }])
    }

    /// All rules, of whatever runs when.
    pub(crate) fn all_rules(&self, all: &mut Vec<Rules>) {
        for entry in &self.entries {
            match entry {
                Entry::Interceptor { rules, .. } => all.extend(rules),
                Entry::Absent(_) => {}
                Entry::Chain(_, inside)
                | Entry::OnlyIf(_, inside)
                | Entry::Select(_, inside)
                | Entry::Unchecked(inside) => inside.all_rules(all),
            }
        }
    }

    /// What runs for that method on that side, the outermost first.
    pub(crate) fn ordered(&self, side: Side, method: &Method, steps: &mut Vec<Ordered>) {
        let mut walk = Walk {
            side,
            method,
            conditions: Vec::new(),
            next_condition: 0,
            is_checked: true,
            steps,
        };
        walk.enter(self);
    }
}

// === impl Walk ===

impl Walk<'_> {
    fn enter(&mut self, description: &Description) {
        description.entries.iter().for_each(|it| self.entry(it));
    }

    fn entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Interceptor { name, rules, .. } => self.steps.push(Ordered {
                name,
                rules: *rules,
                conditions: self.conditions.clone(),
                is_checked: self.is_checked,
            }),
            Entry::Chain(_, inside) => self.enter(inside),
            Entry::OnlyIf(_, inside) => {
                self.conditions.push(self.next_condition);
                self.next_condition += 1;
                self.enter(inside);
                self.conditions.pop();
            }
            Entry::Select(selection, inside) if selection.matches(self.side, self.method) => {
                self.enter(inside);
            }
            Entry::Unchecked(inside) => {
                let was_checked = std::mem::replace(&mut self.is_checked, false);
                self.enter(inside);
                self.is_checked = was_checked;
            }
            Entry::Absent(_) | Entry::Select(..) => {}
        }
    }
}
