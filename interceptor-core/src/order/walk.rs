//! From one end of a chain to the other, in a constant.

use super::{
    Order,
    link::Node,
    path::{Above, Path},
    query::Query,
};

/// Shows the query all that stands in the chain, the outermost first. `id` counts links.
pub(super) const fn search(order: &Order, above: Above<'_>, id: &mut usize, query: &mut Query<'_>) {
    match &order.node {
        Node::None { is_boxed } => {
            if *is_boxed {
                query.see_box(*id);
            }
        }
        Node::One(rules) => query.see(rules, above, *id),
        Node::Chain { links, .. } => {
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
                search(&link.order, Some(&path), id, query);
                at += 1;
            }
        }
    }
}
