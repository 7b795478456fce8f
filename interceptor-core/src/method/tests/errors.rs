//! The texts: lower case, no full stop, places in front.

use super::*;

fn each_kind() -> Vec<ConfigError> {
    let text = || "/a.B/C".to_owned();
    let candidates = Candidates::Services(vec![text()]);
    let kinds = [
        Kind::NotADescriptorSet { reason: text() },
        Kind::NoServices,
        Kind::Conflict {
            path: text(),
            first: text(),
            second: text(),
        },
        Kind::MergeUnknown,
        Kind::PatternOnUnknown { pattern: text() },
        Kind::MatchesNothing {
            pattern: text(),
            candidates,
        },
    ];
    kinds.into_iter().map(ConfigError::from).collect()
}

#[test]
fn each_is_in_lower_case_and_without_a_full_stop() {
    for error in each_kind() {
        let text = error.to_string();
        assert!(!text.ends_with('.'), "{text}");
        assert!(
            text.starts_with(|c: char| c.is_lowercase() || c == '`'),
            "{text}"
        );
        assert!(!text.contains("  ") || text.contains("\n    "), "{text}");
    }
}

#[test]
fn says_where_it_is() {
    let error = ConfigError::new("max_attempts is 0; give at least 1")
        .at("field `retry`")
        .at("chain `Edge`");
    assert_eq!(
        error.to_string(),
        "chain `Edge`: field `retry`: max_attempts is 0; give at least 1"
    );
    assert_eq!(format!("{error:?}"), format!("ConfigError({error})"));
}

#[test]
fn a_long_list_is_cut() {
    let names = (0..11).map(|n| n.to_string()).collect();
    let text = Candidates::Services(names).to_string();
    assert!(text.ends_with("`6`, `7` and 3 more"), "{text}");
}
