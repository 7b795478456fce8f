use std::fmt::Write as _;

use super::Row;

/// The rows as a table in Markdown.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut out =
        String::from("| with | p50 | p99 | p99.9 | calls sent |\n|---|--:|--:|--:|--:|\n");
    for row in rows {
        let [p50, p99, p999] = [50_000, 99_000, 99_900].map(|p| row.within(p).as_millis());
        let (more, sent) = (row.more(), row.sent);
        let _ = writeln!(
            out,
            "| {} | {p50} ms | {p99} ms | {p999} ms | {sent} (+{}.{:02} %) |",
            row.name,
            more / 1_000,
            more % 1_000 / 10
        );
    }
    out
}
