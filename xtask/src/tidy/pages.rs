//! The pages of the guide: those that a task writes, and that each is where readers and the compiler find it.

use std::{collections::BTreeSet, fs, path::Path};

use super::{Finding, tree::Tree};
use crate::{guide, performance, step::root};

/// The page that `cargo xtask start` follows: its blocks are files of another program.
const FOLLOWED: &str = "start.md";

/// Where pages are made a part of the docs, and their examples tests.
const WIRED: [&str; 2] = ["src/guide.rs", "src/lib.rs"];

/// The pages that a task writes are as it would write them.
pub(super) fn written(_: &Tree) -> Vec<Finding> {
    [
        (guide::PAGE, guide::is_current()),
        (performance::PAGE, performance::is_current()),
    ]
    .into_iter()
    .filter_map(|(page, is_current)| match is_current {
        Ok(true) => None,
        Ok(false) => Some(format!("{page}: `cargo xtask guide` writes it anew")),
        Err(why) => Some(why),
    })
    .collect()
}

/// Each page is in the book's summary, what the summary names exists, and examples are tests.
pub(super) fn listed(_: &Tree) -> Vec<Finding> {
    match guide() {
        Ok(guide) => guide.findings(),
        Err(why) => vec![why],
    }
}

/// The book: its summary, its pages by their names, and the files that make them a part of the docs.
#[derive(Debug)]
struct Guide {
    summary: String,
    pages: Vec<(String, String)>,
    wired: String,
}

fn guide() -> Result<Guide, String> {
    let read = |file: &str| {
        fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))
    };
    let entries = fs::read_dir(root().join("docs")).map_err(|error| format!("docs: {error}"))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let names: BTreeSet<String> = names.filter(|name| is_of(name, "md")).collect();
    let pages = names.iter().filter(|name| *name != "SUMMARY.md");
    let pages = pages.map(|name| Ok((name.clone(), read(&format!("docs/{name}"))?)));
    Ok(Guide {
        summary: read("docs/SUMMARY.md")?,
        pages: pages.collect::<Result<_, String>>()?,
        wired: WIRED.map(read).into_iter().collect::<Result<String, _>>()?,
    })
}

// === impl Guide ===

impl Guide {
    fn findings(&self) -> Vec<Finding> {
        let pages = self.pages.iter();
        let pages = pages.flat_map(|(name, text)| self.page(name, text));
        pages.chain(self.missing()).collect()
    }

    fn page(&self, name: &str, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !self.summary.contains(&format!("({name})")) {
            findings.push(format!("docs/{name}: docs/SUMMARY.md does not list it"));
        }
        let has_code = text.lines().any(|line| line.starts_with("```"));
        if has_code && !self.wired.contains(&format!("/docs/{name}\"")) {
            findings.push(format!(
                "docs/{name}: no `include_str!` in src/guide.rs or src/lib.rs, so its examples are no tests"
            ));
        }
        let ignored = |line: &&str| line.starts_with("```") && line.contains("ignore");
        if name != FOLLOWED && text.lines().any(|line| ignored(&line)) {
            findings.push(format!(
                "docs/{name}: an example is ignored; let it compile, with hidden lines if need be"
            ));
        }
        findings
    }

    /// What the summary and the pages link to, and is not there.
    fn missing(&self) -> Vec<Finding> {
        let is_there = |link: &str| {
            let file = link.split_once('#').map_or(link, |(file, _)| file);
            root().join("docs").join(file).is_file()
        };
        let summary = ("SUMMARY.md".to_owned(), self.summary.clone());
        let texts = self.pages.iter().chain([&summary]);
        let links = texts.flat_map(|(name, text)| links(text).map(move |link| (name, link)));
        links
            .filter(|(_, link)| !is_there(link))
            .map(|(name, link)| format!("docs/{name}: there is no docs/{link}"))
            .collect()
    }
}

/// Links to other files of the book: `(page.md)`, and `[words]: page.md`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let is_file = |link: &&str| {
        let file = link.split('#').next().unwrap_or_default();
        (is_of(file, "md") || is_of(file, "svg")) && !link.contains("://")
    };
    let inline = text.split("](").skip(1);
    let inline = inline.filter_map(|rest| rest.split_once(')').map(|(link, _)| link));
    let defined = text.lines().filter_map(|line| {
        let (words, link) = line.split_once("]: ")?;
        words.starts_with('[').then_some(link)
    });
    inline.chain(defined).filter(is_file)
}

fn is_of(file: &str, extension: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|it| it == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guide(summary: &str, page: &str, wired: &str) -> Vec<Finding> {
        let pages = vec![("faq.md".to_owned(), page.to_owned())];
        let (summary, wired) = (summary.to_owned(), wired.to_owned());
        Guide {
            summary,
            pages,
            wired,
        }
        .findings()
    }

    #[test]
    fn a_page_is_listed_and_its_examples_are_tests() {
        let wired = "#[doc = include_str!(\"../docs/faq.md\")]";
        assert_eq!(guide("[FAQ](faq.md)", "```\n```", wired), [""; 0]);
        assert_eq!(guide("", "", "").len(), 1, "it is not listed");
        assert_eq!(
            guide("[FAQ](faq.md)", "```\n```", "").len(),
            1,
            "it is not wired"
        );
        assert_eq!(
            guide("[FAQ](faq.md)", "```rust,ignore\n```", wired).len(),
            1
        );
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        let found = guide(
            "[FAQ](faq.md)",
            "[a](nowhere.md), [b]\n\n[b]: gone.svg\n",
            "",
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            guide("[FAQ](faq.md)", "[a](https://example.org/x.md)", ""),
            [""; 0]
        );
    }
}
