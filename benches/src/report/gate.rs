//! What counts as a regression.

use super::{
    count::Cost,
    figures::{Figures, Section},
};
use crate::{Budget, Family, Row};

/// How much more instructions there may be: a part of what there were,
const GROWTH: f64 = 0.10;
/// or this many, for rows of a handful: another version of a C library moves a copy of bytes by as much.
const SLACK: f64 = 5.0;
/// Allocations are whole numbers; what a growing buffer does among hundreds of calls is not one.
const ROUNDING: f64 = 0.01;

/// One line for each row that costs more than it did, or cannot be compared.
#[must_use]
pub fn judge(families: &[Family], was: &Figures, now: &[(String, [f64; 3])]) -> Vec<String> {
    let rows = families.iter().flat_map(|family| family.rows);
    let measured = rows.filter_map(|row| {
        let (_, now) = now.iter().find(|(id, _)| id == row.id)?;
        let was = was.get(Section::Counted, row.id).map(Cost::from);
        finding(row, was, Cost::from(*now))
    });
    let gone = was
        .ids(Section::Counted)
        .filter(|id| !now.iter().any(|(now, _)| now == id));
    let gone = gone.map(|id| format!("{id}: is in figures.tsv, but there is no such row"));
    measured.chain(gone).collect()
}

fn finding(row: &Row, was: Option<Cost>, now: Cost) -> Option<String> {
    let Some(was) = was else {
        return Some(format!("{}: has no figure in figures.tsv", row.id));
    };
    let allowed = (was.instructions.abs() * GROWTH).max(SLACK);
    if now.instructions > was.instructions + allowed {
        let (was, now) = (was.instructions, now.instructions);
        return Some(format!("{}: {now:.0} instructions, was {was:.0}", row.id));
    }
    if now.allocations > was.allocations + ROUNDING {
        let (was, now) = (was.allocations, now.allocations);
        return Some(format!("{}: {now:.2} allocations, was {was:.2}", row.id));
    }
    let broken = is_met(row.budget, was) && !is_met(row.budget, now);
    broken.then(|| {
        format!(
            "{}: was within its budget: {was}\n    and is not: {now}",
            row.id
        )
    })
}

/// Whether a cost is within its budget, in whole numbers.
#[must_use]
pub fn is_met(budget: Budget, cost: Cost) -> bool {
    let within =
        |most: Option<u32>, cost: f64| most.is_none_or(|most| cost < f64::from(most) + 0.5);
    within(budget.instructions, cost.instructions)
        && budget
            .allocations
            .is_none_or(|most| cost.allocations < f64::from(most) + ROUNDING)
        && within(budget.bytes, cost.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    const SCENARIO: Scenario = Scenario::new("none", |_| {});
    const ROW: Row = Row::new("row", "a row", SCENARIO)
        .instructions(1_000)
        .allocations(2);

    fn found(was: [f64; 3], now: [f64; 3]) -> Option<String> {
        finding(&ROW, Some(was.into()), now.into())
    }

    #[test]
    fn the_same_and_less_are_fine() {
        assert_eq!(found([900.0, 2.0, 10.0], [900.0, 2.0, 10.0]), None);
        assert_eq!(found([900.0, 2.0, 10.0], [100.0, 0.0, 90.0]), None);
    }

    #[test]
    fn a_tenth_more_instructions_is_the_most() {
        assert_eq!(found([500.0, 2.0, 0.0], [549.0, 2.0, 0.0]), None);
        let finding = found([500.0, 2.0, 0.0], [551.0, 2.0, 0.0]);
        assert_eq!(finding.unwrap(), "row: 551 instructions, was 500");
    }

    #[test]
    fn rows_of_a_handful_may_move_by_a_few() {
        assert_eq!(found([3.0, 0.0, 0.0], [7.9, 0.0, 0.0]), None);
        assert!(found([3.0, 0.0, 0.0], [8.1, 0.0, 0.0]).is_some());
        assert!(found([-3.0, 0.0, 0.0], [2.1, 0.0, 0.0]).is_some());
    }

    #[test]
    fn one_more_allocation_is_too_many() {
        let finding = found([500.0, 0.0, 0.0], [500.0, 1.0, 0.0]);
        assert_eq!(finding.unwrap(), "row: 1.00 allocations, was 0.00");
    }

    #[test]
    fn a_budget_once_met_stays_met() {
        assert!(found([990.0, 2.0, 0.0], [1_001.0, 2.0, 0.0]).is_some());
        assert_eq!(found([1_010.0, 2.0, 0.0], [1_020.0, 2.0, 0.0]), None);
    }

    #[test]
    fn a_row_without_a_figure_and_a_figure_without_a_row_are_findings() {
        const FAMILY: Family = Family {
            title: "",
            about: "",
            rows: &[ROW],
        };
        let mut was = Figures::default();
        was.replace(
            Section::Counted,
            String::new(),
            vec![("gone".into(), [0.0; 3])],
        );
        let findings = judge(&[FAMILY], &was, &[("row".into(), [0.0; 3])]);
        assert_eq!(findings.len(), 2, "{findings:?}");
    }
}
