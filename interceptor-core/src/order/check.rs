//! The rules, checked by the compiler: a function that panics in a constant is an error where it was called.

use super::{
    ExtensionType, Order, Rules,
    link::Node,
    path::{self, Above, Path, same_side},
    query::{Asker, Nearly, Query, Wanted},
    text::Text,
    walk::search,
};
use crate::Side;

/// What is checked of a chain.
struct Scope<'a> {
    chain: &'a Order,
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    /// What stands in one of its links. The chain may stand in another, which may be on either side.
    Link(usize),
    /// All of it, as a layer of that side has it.
    Whole(Side),
}

// === impl Order ===

impl Order {
    /// Checks what stands in one link of a chain.
    #[track_caller]
    pub(super) const fn check_link(&self, at: usize) {
        let scope = Scope {
            chain: self,
            part: Part::Link(at),
        };
        ask(self, None, &mut 0, &scope);
    }

    /// Checks the chain that a layer of that side is made of. One interceptor alone may need what another layer provides.
    #[track_caller]
    pub(crate) const fn check_layer(&self, side: Side) {
        let scope = Scope {
            chain: self,
            part: Part::Whole(side),
        };
        ask(self, None, &mut 0, &scope);
    }
}

/// Checks what stands in one link of a chain: generated code calls this in a constant, at the type of the field.
///
/// # Panics
///
/// If a rule is broken. The text is the compiler's message.
#[track_caller]
pub const fn check_link(chain: &Order, at: usize) {
    chain.check_link(at);
}

/// Checks the rules of all that are in the scope.
#[track_caller]
const fn ask(order: &Order, above: Above<'_>, id: &mut usize, scope: &Scope<'_>) {
    match &order.node {
        Node::None { .. } => {}
        Node::One(rules) => scope.ask(rules, above, *id),
        Node::Chain {
            name,
            requires,
            links,
        } => {
            if above.is_some() {
                scope.ask(&Rules::new(name).requires(requires), above, *id);
            }
            let mut at = 0;
            while at < links.len() {
                *id += 1;
                let link = &links[at];
                let path = Path {
                    link,
                    id: *id,
                    at,
                    above,
                };
                ask(&link.order, Some(&path), id, scope);
                at += 1;
            }
        }
    }
}

// === impl Scope ===

impl Scope<'_> {
    #[track_caller]
    const fn ask(&self, rules: &Rules, above: Above<'_>, id: usize) {
        if !self.has(above) {
            return;
        }
        self.side(rules, above);
        if above.is_none() || !path::is_checked(above) {
            return;
        }
        let asker = Asker {
            above,
            id,
            side: self.runs_on(rules, above),
        };
        self.types(rules, &asker);
        self.roles(rules, &asker);
    }

    /// Whether it is a part of what is checked.
    const fn has(&self, above: Above<'_>) -> bool {
        match (self.part, path::top(above), path::side(above)) {
            (Part::Link(at), Some(top), _) => top.at == at,
            (Part::Whole(side), _, Some(only)) => same_side(side, only),
            _ => true,
        }
    }

    /// The side that it runs on, if that is known.
    const fn runs_on(&self, rules: &Rules, above: Above<'_>) -> Option<Side> {
        match (self.part, path::side(above)) {
            (Part::Whole(side), _) | (Part::Link(_), Some(side)) => Some(side),
            (Part::Link(_), None) => rules.side,
        }
    }

    #[track_caller]
    const fn side(&self, rules: &Rules, above: Above<'_>) {
        let Some(only) = rules.side else { return };
        let text = Text::new().subject(path::label(above, rules.name));
        let text = text.add(match only {
            Side::Client => " is for clients only, and ",
            Side::Server => " is for servers only, and ",
        });
        match (self.part, path::side(above)) {
            (Part::Whole(side), _) if !same_side(side, only) => text
                .add(match side {
                    Side::Client => "this is a `ClientLayer`: put `#[chain(server)]` on its field, or leave it out",
                    Side::Server => "this is a `ServerLayer`: put `#[chain(client)]` on its field, or leave it out",
                })
                .fail(),
            (Part::Link(_), Some(side)) if !same_side(side, only) => text
                .add("is part of this chain on the ")
                .add(side.as_str())
                .add(" only: it would never run")
                .fail(),
            _ => {}
        }
    }

    #[track_caller]
    const fn types(&self, rules: &Rules, asker: &Asker<'_>) {
        let mut at = 0;
        while at < rules.requires.len() {
            let wanted = &rules.requires[at];
            let mut query = Query::new(*asker, Wanted::Type(wanted));
            search(self.chain, None, &mut 0, &mut query);
            if query.found.is_none() && !self.is_required_as_a_whole(wanted) {
                missing(rules, asker, wanted, &query);
            }
            at += 1;
        }
    }

    /// `#[chain(requires(…))]` on the struct: what the chain stands in sees to it.
    const fn is_required_as_a_whole(&self, wanted: &ExtensionType) -> bool {
        let (Part::Link(_), Node::Chain { requires, .. }) = (self.part, &self.chain.node) else {
            return false;
        };
        let mut at = 0;
        while at < requires.len() {
            if requires[at].is_like(wanted) {
                return true;
            }
            at += 1;
        }
        false
    }

    #[track_caller]
    const fn roles(&self, rules: &Rules, asker: &Asker<'_>) {
        let mut at = 0;
        while at < rules.outside.len() {
            let role = rules.outside[at];
            self.nobody(rules, asker, Wanted::Before(role), role.name());
            at += 1;
        }
        at = 0;
        while at < rules.inside.len() {
            let role = rules.inside[at];
            self.nobody(rules, asker, Wanted::After(role), role.name());
            at += 1;
        }
    }

    /// Nobody of that role stands on the wrong side.
    #[track_caller]
    const fn nobody(&self, rules: &Rules, asker: &Asker<'_>, wanted: Wanted<'_>, role: &str) {
        let (place, side) = match wanted {
            Wanted::After(_) => (" has to stand inside of what is `", "after it"),
            _ => (" has to stand outside of what is `", "before it"),
        };
        let mut query = Query::new(*asker, wanted);
        search(self.chain, None, &mut 0, &mut query);
        if let Some(found) = query.found {
            Text::new()
                .subject(path::label(asker.above, rules.name))
                .add(place)
                .add(role)
                .add("`, and ")
                .object(found)
                .add(", which is that, stands ")
                .add(side)
                .fail();
        }
    }
}

#[track_caller]
const fn missing(rules: &Rules, asker: &Asker<'_>, wanted: &ExtensionType, query: &Query<'_>) -> ! {
    let text = Text::new()
        .subject(path::label(asker.above, rules.name))
        .add(" needs ")
        .quoted(wanted.name());
    match query.nearly {
        Some((other, Nearly::OnCondition)) => text
            .add(", and ")
            .object(other)
            .add(" provides it under a condition that it does not stand under itself"),
        Some((other, Nearly::Later)) => text
            .add(", and nothing before it in the chain provides it: ")
            .object(other)
            .add(" does, and stands after it"),
        Some((other, Nearly::Namesake)) => text
            .add(", and nothing before it in the chain provides it: what ")
            .object(other)
            .add(" provides is another type of that name"),
        None if query.after_a_box => text.add(
            ", and nothing before it in the chain is known to provide it: what is boxed says so only at run time",
        ),
        None => text.add(", and nothing before it in the chain provides it"),
    }
    .fail()
}
