//! Which format a request prefers.

use http::{HeaderMap, header::ACCEPT};
use interceptor_kit::metrics::Format;

/// OpenMetrics if it is accepted, and preferred to the text format.
pub(super) fn preferred(headers: &HeaderMap) -> Format {
    let lines = headers.get_all(ACCEPT).iter();
    let ranges = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    let (mut open, mut text) = (0.0_f32, 0.0_f32);
    for (range, weight) in ranges.filter_map(weighed) {
        match range {
            "application/openmetrics-text" => open = open.max(weight),
            "text/plain" => text = text.max(weight),
            _ => {}
        }
    }
    if open > 0.0 && open >= text {
        Format::OpenMetrics
    } else {
        Format::Text
    }
}

/// The media type of a range, and how much it is wanted; not a range of a version that we do not write.
fn weighed(range: &str) -> Option<(&str, f32)> {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next()?;
    let mut weight = 1.0;
    for part in parts {
        match part.split_once('=')? {
            ("q", number) => weight = number.parse().ok()?,
            ("version", version) if media == "application/openmetrics-text" => {
                matches!(version, "0.0.1" | "1.0.0").then_some(())?;
            }
            _ => {}
        }
    }
    Some((media, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &str) -> Format {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        preferred(&headers)
    }

    #[test]
    fn what_is_preferred_is_given() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        assert_eq!(of(prometheus), Format::OpenMetrics);
        let old =
            "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(of(old), Format::OpenMetrics);
        assert_eq!(
            of("application/openmetrics-text;q=0.1, text/plain;q=0.9"),
            Format::Text
        );
    }

    #[test]
    fn who_does_not_ask_gets_the_text_format() {
        assert_eq!(preferred(&HeaderMap::new()), Format::Text);
        for accept in [
            "*/*",
            "text/html,application/xhtml+xml",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;version=9.9.9",
            "application/openmetrics-text;q=x",
            ";;,,=",
        ] {
            assert_eq!(of(accept), Format::Text, "{accept}");
        }
    }
}
