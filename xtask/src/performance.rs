//! The tables of `docs/performance.md`, from the figures that `cargo xtask bench` has left in `benches/figures.tsv`.
//!
//! In the page a table stands between `<!-- table: name -->` and `<!-- end -->`, and all else is the page's own.

use std::{collections::HashMap, fmt::Write, fs};

use crate::{Outcome, step::root};

/// The page, relative to the root.
pub(crate) const PAGE: &str = "docs/performance.md";

const FIGURES: &str = "benches/figures.tsv";

/// One table of the page.
struct Table {
    name: &'static str,
    shows: Shows,
    /// The id in the figures, and what it is in the page's words.
    rows: &'static [(&'static str, &'static str)],
}

/// What the three figures of a row are.
#[derive(Clone, Copy)]
enum Shows {
    /// Instructions, allocations and bytes.
    Cost,
    /// A median and its interval.
    Ratio,
}

const TABLES: &[Table] = &[
    Table {
        name: "call",
        shows: Shows::Cost,
        rows: &[
            ("layer/bare", "tonic alone"),
            ("layer/server", "a server's layer with one interceptor adds"),
            ("layer/server-ten", "with ten"),
            ("layer/client", "a client's layer with one interceptor adds"),
            ("layer/client-ten", "with ten"),
        ],
    },
    Table {
        name: "further",
        shows: Shows::Cost,
        rows: &[
            ("further/server-derived", "in a derived chain"),
            ("further/server", "in a tuple"),
            ("further/server-some", "an `Option` that is `Some`"),
            ("further/server-none", "an `Option` that is `None`"),
            ("further/server-selected", "selected by `only`"),
            ("further/server-passed-by", "selected for another method"),
            ("boxed/vec", "in a `Vec<BoxInterceptor>`"),
        ],
    },
    Table {
        name: "messages",
        shows: Shows::Cost,
        rows: &[
            ("messages/replies-bare", "a reply, tonic alone"),
            ("messages/replies-server", "nobody looks at it"),
            ("messages/full-server", "nobody looks at it, in full frames"),
            ("messages/replies-server-look", "one looks at it"),
            ("messages/replies-server-five-look", "five look at it"),
            ("messages/requests-bare", "a request, tonic alone"),
            ("messages/requests-server", "nobody looks at it"),
            ("messages/requests-server-five-look", "five look at it"),
        ],
    },
    Table {
        name: "kit",
        shows: Shows::Cost,
        rows: &[
            ("metrics/server", "`metrics`, on a server"),
            ("retry/client", "`retry`, a call that succeeds at once"),
            ("hedge/client", "`hedge`, a call that has no policy"),
            ("deadline/client", "`deadline`, a client's call without one"),
            (
                "deadline/server-max",
                "`deadline`, a server's call of a second",
            ),
            ("recovery/server", "`recovery`, a call that does not panic"),
            (
                "auth/jwt",
                "`auth`, a JSON Web Token, beside its verification",
            ),
        ],
    },
    Table {
        name: "peers",
        shows: Shows::Cost,
        rows: &[
            ("peers/bare", "tonic alone"),
            (
                "peers/ours",
                "this crate, one (headers, messages, final status)",
            ),
            ("peers/ours-ten", "this crate, ten"),
            (
                "peers/ours-end-ten",
                "this crate, ten that are told the end",
            ),
            (
                "peers/tonic",
                "tonic's `Interceptor`, one (request headers)",
            ),
            ("peers/tonic-ten", "tonic's `Interceptor`, ten"),
            (
                "peers/async",
                "tonic-async-interceptor, one (request headers)",
            ),
            ("peers/async-ten", "tonic-async-interceptor, ten"),
            (
                "peers/middleware",
                "tonic-middleware's `Middleware`, one (request, response headers)",
            ),
            (
                "peers/middleware-ten",
                "tonic-middleware's `Middleware`, ten",
            ),
            (
                "peers/tower",
                "a tower layer by hand, one (request, response headers)",
            ),
            ("peers/tower-ten", "a tower layer by hand, ten"),
            (
                "peers/tower-end",
                "a tower layer by hand that reads the final status, one",
            ),
            ("peers/tower-end-ten", "such layers, ten"),
        ],
    },
    Table {
        name: "throughput",
        shows: Shows::Ratio,
        rows: &[
            (
                "loopback/unary",
                "unary calls, ten interceptors on each side",
            ),
            (
                "loopback/replies",
                "streamed replies, ten interceptors on each side",
            ),
            (
                "loopback/tonic",
                "unary calls, ten of tonic's `Interceptor` on each side",
            ),
            (
                "loopback/tower",
                "unary calls, ten tower layers by hand on each side, which read the final status",
            ),
            ("loopback/nothing", "tonic alone: what chance does"),
        ],
    },
    Table {
        name: "build",
        shows: Shows::Ratio,
        rows: &[
            (
                "compiler/build",
                "CPU of a clean build, over tonic, tonic-prost and prost alone",
            ),
            (
                "compiler/macros",
                "milliseconds for a hundred attributes and twenty derives",
            ),
        ],
    },
];

/// The figures by their ids, and with what each section was measured.
#[derive(Default)]
struct Figures {
    rows: HashMap<String, [f64; 3]>,
    about: HashMap<String, String>,
}

/// Writes the page's tables anew.
pub(crate) fn run() -> Outcome {
    let page = render()?;
    fs::write(root().join(PAGE), page).map_err(|error| format!("{PAGE}: {error}"))?;
    println!("  {PAGE}");
    Ok(())
}

/// Whether the page is what [`run`] would write.
pub(crate) fn is_current() -> Result<bool, String> {
    Ok(read(PAGE)? == render()?)
}

fn render() -> Result<String, String> {
    let figures = Figures::parse(&read(FIGURES)?)?;
    let mut page = read(PAGE)?;
    for table in TABLES {
        page = replaced(&page, table.name, &table.markdown(&figures)?)?;
    }
    let about = figures.about.get("counted");
    let about = about.ok_or_else(|| format!("{FIGURES}: nothing was counted"))?;
    replaced(&page, "about", &format!("Counted: {about}.\n"))
}

/// The page with `text` between the markers of that name.
fn replaced(page: &str, name: &str, text: &str) -> Result<String, String> {
    let (begin, end) = (format!("<!-- table: {name} -->\n"), "<!-- end -->");
    let parts = page.split_once(&begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(end)?;
        Some((before, after))
    });
    let (before, after) =
        parts.ok_or_else(|| format!("{PAGE}: no place for the table `{name}`"))?;
    Ok(format!("{before}{begin}\n{text}\n{end}{after}"))
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))
}

// === impl Table ===

impl Table {
    fn markdown(&self, figures: &Figures) -> Result<String, String> {
        let mut text = self.shows.head().to_owned();
        for (id, what) in self.rows {
            let cells = match figures.rows.get(*id) {
                Some(row) => self.shows.cells(*row),
                None if *id == "compiler/build" => "not measured yet | |".to_owned(),
                None => return Err(format!("{FIGURES} has no `{id}`, which {PAGE} shows")),
            };
            let _ = writeln!(text, "| {what} | {cells}");
        }
        Ok(text)
    }
}

// === impl Shows ===

impl Shows {
    fn head(self) -> &'static str {
        match self {
            Self::Cost => "| | instructions | allocations | bytes |\n|---|--:|--:|--:|\n",
            Self::Ratio => "| | median | 95 % interval |\n|---|--:|--:|\n",
        }
    }

    fn cells(self, [a, b, c]: [f64; 3]) -> String {
        match self {
            Self::Cost => format!("{} | {} | {} |", whole(a), short(b), whole(c)),
            Self::Ratio => {
                let places = if a < 10.0 { 2 } else { 0 };
                format!("{a:.places$} | {b:.places$} to {c:.places$} |")
            }
        }
    }
}

// === impl Figures ===

impl Figures {
    fn parse(text: &str) -> Result<Self, String> {
        let mut figures = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            figures
                .line(line)
                .ok_or_else(|| format!("{FIGURES}: not a line of figures: {line}"))?;
        }
        Ok(figures)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells[..] {
            ["about", section, about] => {
                self.about.insert(section.to_owned(), about.to_owned());
            }
            [_, id, a, b, c] => {
                let row = [a.parse().ok()?, b.parse().ok()?, c.parse().ok()?];
                self.rows.insert(id.to_owned(), row);
            }
            _ => return None,
        }
        Some(())
    }
}

/// Without places, thousands apart.
fn whole(number: f64) -> String {
    let text = format!("{:.0}", number.abs());
    let sign = if number <= -0.5 { "-" } else { "" };
    match text.len() {
        4.. => {
            let (thousands, rest) = text.split_at(text.len() - 3);
            format!("{sign}{thousands},{rest}")
        }
        _ => format!("{sign}{text}"),
    }
}

/// With one place, if it is not nought.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_stands_between_its_markers() {
        let page = "a\n<!-- table: one -->\nold\n<!-- end -->\nb\n";
        let written = replaced(page, "one", "new\n");
        let expected = "a\n<!-- table: one -->\n\nnew\n\n<!-- end -->\nb\n";
        assert_eq!(written.as_deref(), Ok(expected));
        assert_eq!(replaced(expected, "one", "new\n").as_deref(), Ok(expected));
        assert!(replaced(page, "two", "").is_err());
    }

    #[test]
    fn figures_are_as_in_results() {
        let cells = Shows::Cost.cells([17_090.73, 2.1, -261.0]);
        assert_eq!(cells, "17,091 | 2.1 | -261 |");
        assert_eq!(
            Shows::Ratio.cells([0.915, 0.87, 1.0]),
            "0.92 | 0.87 to 1.00 |"
        );
        assert_eq!(
            Shows::Ratio.cells([517.4, 492.6, 586.4]),
            "517 | 493 to 586 |"
        );
        assert_eq!((whole(-0.2), short(2.0)), ("0".to_owned(), "2".to_owned()));
    }

    #[test]
    fn a_row_without_figures_is_an_error() {
        let figures = Figures::parse("counted\tlayer/bare\t1\t2\t3\n").unwrap_or_default();
        assert!(TABLES[0].markdown(&figures).is_err());
    }
}
