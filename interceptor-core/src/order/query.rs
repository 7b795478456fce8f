//! One question about a chain: who provides a type to an interceptor, or who of a role stands on the wrong side of it.

use super::{
    ExtensionType, Role, Rules, names,
    path::{self, Above, Label},
};
use crate::Side;

/// The interceptor whose rules are checked.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) above: Above<'a>,
    pub(super) id: usize,
    /// Where it runs, if that is known.
    pub(super) side: Option<Side>,
}

pub(super) enum Wanted<'a> {
    /// Someone before it who provides this.
    Type(&'a ExtensionType),
    /// Someone of that role before it, who should not be there.
    Before(Role),
    /// Someone of that role after it, who should not be there.
    After(Role),
}

pub(super) struct Query<'a> {
    asker: Asker<'a>,
    wanted: Wanted<'a>,
    pub(super) found: Option<Label>,
    /// Of a type that is not found: who does provide it, and what is wrong with that.
    pub(super) nearly: Option<(Label, Nearly)>,
    /// Something boxed stands before it.
    pub(super) after_a_box: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Nearly {
    /// Under a condition that the asker does not stand under.
    OnCondition,
    /// After the asker.
    Later,
    /// The type has the same name only.
    Namesake,
}

// === impl Query ===

impl<'a> Query<'a> {
    pub(super) const fn new(asker: Asker<'a>, wanted: Wanted<'a>) -> Self {
        Self {
            asker,
            wanted,
            found: None,
            nearly: None,
            after_a_box: false,
        }
    }

    /// Something boxed.
    pub(super) const fn see_box(&mut self, id: usize) {
        if id < self.asker.id {
            self.after_a_box = true;
        }
    }

    pub(super) const fn see(&mut self, rules: &Rules, above: Above<'_>, id: usize) {
        if id == self.asker.id {
            return;
        }
        match self.wanted {
            Wanted::Type(wanted) => self.see_types(wanted, rules, above, id),
            Wanted::Before(role) if id < self.asker.id => self.see_role(role, rules, above),
            Wanted::After(role) if id > self.asker.id => self.see_role(role, rules, above),
            Wanted::Before(_) | Wanted::After(_) => {}
        }
    }

    const fn see_role(&mut self, wanted: Role, rules: &Rules, above: Above<'_>) {
        if let Some(role) = rules.role
            && names::same(role.name(), wanted.name())
            && !path::are_apart(self.asker.above, above)
            && self.found.is_none()
        {
            self.found = Some(path::label(above, rules.name));
        }
    }

    const fn see_types(
        &mut self,
        wanted: &ExtensionType,
        rules: &Rules,
        above: Above<'_>,
        id: usize,
    ) {
        let mut at = 0;
        while at < rules.provides.len() {
            let provided = &rules.provides[at];
            if provided.is_named_like(wanted) {
                let label = path::label(above, rules.name);
                match self.judge(provided.is_like(wanted), above, id) {
                    None => self.found = Some(label),
                    Some(nearly) => self.nearly = Some((label, nearly)),
                }
            }
            at += 1;
        }
    }

    /// What is wrong with who provides it.
    const fn judge(&self, is_like: bool, above: Above<'_>, id: usize) -> Option<Nearly> {
        if !is_like {
            Some(Nearly::Namesake)
        } else if id > self.asker.id {
            Some(Nearly::Later)
        } else if path::implies(self.asker.above, self.asker.side, above) {
            None
        } else {
            Some(Nearly::OnCondition)
        }
    }
}
