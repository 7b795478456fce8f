//! Which name was meant by one that does not exist.

/// The names, the nearest to `wanted` first.
pub(super) fn nearest(wanted: &str, mut names: Vec<&str>) -> Vec<String> {
    // Stable: names that are equally far stay sorted.
    names.sort_by_cached_key(|name| distance(wanted, name));
    names.into_iter().map(str::to_owned).collect()
}

/// How many bytes have to be put in, taken out or replaced; upper and lower case are one.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (taken, a) in from.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], taken + 1);
        for (column, b) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(!a.eq_ignore_ascii_case(&b));
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (from, to, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("ab", "AB", 0),
        ] {
            assert_eq!(distance(from, to), edits, "{from} {to}");
        }
    }

    #[test]
    fn the_nearest_comes_first_and_ties_stay_in_order() {
        let names = nearest("shop.v1.Order", vec!["a", "b", "shop.v1.Orders"]);
        assert_eq!(names, ["shop.v1.Orders", "a", "b"]);
    }
}
