//! The panels as a picture.

use std::fmt::Write;

use super::dashboard::Panel;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 230.0;
const COLUMNS: usize = 2;

/// The place of the lines within a panel: left, top, width, height.
const PLOT: (f64, f64, f64, f64) = (52.0, 36.0, 412.0, 140.0);

const COLOURS: [&str; 6] = [
    "#3274d9", "#56a64b", "#e0b400", "#e02f44", "#8f3bb8", "#ff780a",
];

const STYLE: &str = "text{font:11px sans-serif;fill:#444}.title{font-weight:bold;font-size:12px;fill:#222}\
.line{fill:none;stroke-width:1.6}.grid{stroke:#ddd;stroke-width:1}";

/// The scales of a panel.
struct Scale {
    from: f64,
    to: f64,
    most: f64,
}

pub(super) fn draw(panels: &[Panel]) -> String {
    let rows = panels.len().div_ceil(COLUMNS);
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    let (width, height) = (WIDTH * COLUMNS as f64, HEIGHT * rows as f64);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <style>{STYLE}</style>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#f4f5f5\"/>\n"
    );
    for (at, panel) in panels.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "there are few")]
        let (x, y) = (
            (at % COLUMNS) as f64 * WIDTH,
            (at / COLUMNS) as f64 * HEIGHT,
        );
        let _ = writeln!(out, "<g transform=\"translate({x} {y})\">");
        draw_panel(&mut out, panel);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

fn draw_panel(out: &mut String, panel: &Panel) {
    let scale = Scale::of(panel);
    let (width, height) = (WIDTH - 8.0, HEIGHT - 8.0);
    let _ = writeln!(
        out,
        "<rect x=\"4\" y=\"4\" width=\"{width}\" height=\"{height}\" rx=\"3\" fill=\"#fff\"/>"
    );
    let _ = writeln!(
        out,
        "<text class=\"title\" x=\"14\" y=\"23\">{}</text>",
        escaped(&panel.title)
    );
    scale.draw(out, &panel.unit);
    for ((_, values), colour) in panel.lines.iter().zip(COLOURS.iter().cycle()) {
        let points: Vec<String> = values.iter().map(|point| scale.point(*point)).collect();
        let points = points.join(" ");
        let _ = writeln!(
            out,
            "<polyline class=\"line\" stroke=\"{colour}\" points=\"{points}\"/>"
        );
    }
    legend(out, panel);
}

fn legend(out: &mut String, panel: &Panel) {
    let mut x = 14.0;
    for ((name, _), colour) in panel.lines.iter().zip(COLOURS.iter().cycle()) {
        let y = HEIGHT - 18.0;
        let top = y - 5.0;
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{top}\" width=\"12\" height=\"3\" fill=\"{colour}\"/>"
        );
        let text = x + 16.0;
        let _ = writeln!(out, "<text x=\"{text}\" y=\"{y}\">{}</text>", escaped(name));
        #[expect(clippy::cast_precision_loss, reason = "names are short")]
        let width = name.chars().count() as f64 * 6.2;
        x += 32.0 + width;
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

// === impl Scale ===

impl Scale {
    fn of(panel: &Panel) -> Self {
        let points = panel.lines.iter().flat_map(|(_, values)| values);
        let start = (f64::INFINITY, f64::NEG_INFINITY, 0.0_f64);
        let (from, to, most) = points.fold(start, |(from, to, most), (at, value)| {
            (from.min(*at), to.max(*at), most.max(*value))
        });
        let most = round_up(most);
        Self { from, to, most }
    }

    fn point(&self, (at, value): (f64, f64)) -> String {
        let (left, top, width, height) = PLOT;
        let x = left + (at - self.from) / (self.to - self.from).max(1.0) * width;
        let y = top + (1.0 - value / self.most) * height;
        format!("{x:.1},{y:.1}")
    }

    /// Lines at the quarters, and the time below.
    fn draw(&self, out: &mut String, unit: &str) {
        let (left, top, width, height) = PLOT;
        for quarter in 0..=4 {
            let share = f64::from(quarter) / 4.0;
            let y = top + (1.0 - share) * height;
            let (right, text, below) = (left + width, label(self.most * share, unit), y + 4.0);
            let _ = writeln!(
                out,
                "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{y}\" y2=\"{y}\"/>"
            );
            let x = left - 6.0;
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{below}\" text-anchor=\"end\">{text}</text>"
            );
        }
        let (right, below) = (left + width, top + height + 16.0);
        let seconds = self.to - self.from;
        let _ = writeln!(out, "<text x=\"{left}\" y=\"{below}\">0 s</text>");
        let _ = writeln!(
            out,
            "<text x=\"{right}\" y=\"{below}\" text-anchor=\"end\">{seconds:.0} s</text>"
        );
    }
}

/// The next of 1, 2, 4, 8 times a power of ten.
fn round_up(most: f64) -> f64 {
    let mut bound = 0.001;
    while bound < most {
        let digits = [2.0, 4.0, 8.0, 10.0];
        let found = digits.iter().find(|digit| bound * **digit >= most);
        bound *= found.copied().unwrap_or(10.0);
    }
    bound
}

fn label(value: f64, unit: &str) -> String {
    match unit {
        "percentunit" => format!("{:.0} %", value * 100.0),
        "s" => format!("{:.0} ms", value * 1000.0),
        "reqps" | "ops" => format!("{value:.0}/s"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_is_drawn_within_its_bounds() {
        let lines = vec![("a < b".to_owned(), vec![(10.0, 0.0), (20.0, 4.0)])];
        let (title, unit) = ("One".to_owned(), "reqps".to_owned());
        let picture = draw(&[Panel { title, unit, lines }]);
        assert!(
            picture.contains("points=\"52.0,176.0 464.0,36.0\""),
            "{picture}"
        );
        assert!(picture.contains("a &lt; b"), "{picture}");
        assert!(picture.contains("10 s"), "{picture}");
    }

    #[test]
    fn bounds_are_round() {
        for (most, bound) in [
            (0.0, 0.001),
            (0.03, 0.04),
            (1.0, 1.0),
            (5.0, 8.0),
            (61.0, 80.0),
        ] {
            assert!((round_up(most) - bound).abs() < 1e-9, "{most}");
        }
    }
}
