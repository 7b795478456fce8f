//! Trailers and headers that say strange things, or too many.

use super::*;

const TEXT: (&str, &[u8]) = ("x-text", b"text");

fn in_trailers(fields: &[http2::Field<'_>]) -> Vec<Step> {
    vec![response_headers(), message("a"), trailers(fields)]
}

/// The same status in trailers and instead of a response.
fn both(name: &str, fields: &[http2::Field<'_>], code: Code) -> [Row; 2] {
    [
        row(
            format!("{name}, in trailers"),
            in_trailers(fields),
            Expected::peer(code, true),
        ),
        row(
            format!("{name}, instead of a response"),
            vec![instead_of_a_response(fields)],
            Expected::peer(code, false),
        ),
    ]
}

fn status<'a>(code: &'a [u8], more: http2::Field<'a>) -> [http2::Field<'a>; 2] {
    [("grpc-status", code), more]
}

#[tokio::test(start_paused = true)]
async fn none_at_all() {
    run(vec![
        no_status("other trailers", in_trailers(&[TEXT])),
        no_status("a text alone", in_trailers(&[("grpc-message", b"text")])),
        no_status(
            "no trailers",
            vec![
                response_headers(),
                message("a"),
                write(http2::data(STREAM, true, &[])),
            ],
        ),
        no_status(
            "instead of a response",
            vec![instead_of_a_response(&[TEXT])],
        ),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn codes_that_are_none() {
    let values: [&[u8]; 12] = [
        b"ok",
        b"17",
        b"99",
        b"-1",
        b"",
        b" ",
        b"0x0",
        b"1e1",
        b"4294967296",
        b"99999999999999999999999",
        b"\xc3\xbc",
        b"00",
    ];
    let rows = values
        .iter()
        .flat_map(|value| both(&format!("{value:?}"), &status(value, TEXT), Code::Unknown));
    run(rows.collect()).await;
}

#[tokio::test(start_paused = true)]
async fn texts_that_are_broken() {
    let values: [&[u8]; 9] = [
        b"%",
        b"%4",
        b"%zz",
        b"100%",
        b"%ff%fe",
        b"%E2%82",
        b"raw \xff\xfe",
        b"%00",
        b"\xc3\xbc",
    ];
    let text = |value| ("grpc-message", value);
    let rows = values.iter().flat_map(|value| {
        both(
            &format!("{value:?}"),
            &status(b"14", text(*value)),
            Code::Unavailable,
        )
    });
    // tonic rewrites the code where the text is not UTF-8.
    run(rows.map(Row::differs).collect()).await;
}

#[tokio::test(start_paused = true)]
async fn details_that_are_no_base64() {
    let values: [&[u8]; 6] = [
        b"this is not base64!",
        b"A",
        b"====",
        b"AAAA=",
        b"\xff",
        b"AB",
    ];
    let details = |value| ("grpc-status-details-bin", value);
    let rows = values.iter().flat_map(|value| {
        both(
            &format!("{value:?}"),
            &status(b"13", details(*value)),
            Code::Internal,
        )
    });
    let fine = values.iter().map(|value| {
        row(
            format!("OK with {value:?}"),
            in_trailers(&status(b"0", details(*value))),
            Expected::OK,
        )
    });
    run(rows.chain(fine).map(Row::differs).collect()).await;
}

#[tokio::test(start_paused = true)]
async fn duplicates() {
    let twice = |first: &'static str, second: &'static str| {
        [first, second].map(|code| ("grpc-status", code.as_bytes()))
    };
    let mut rows = vec![
        row("OK first", in_trailers(&twice("0", "13")), Expected::OK),
        row(
            "content-type",
            vec![
                headers_with(&[("content-type", b"text/plain")]),
                message("a"),
                trailers(FINE),
            ],
            Expected::OK,
        ),
        row(
            "headers and trailers",
            vec![headers_with(FINE), message("a"), trailers(FINE)],
            Expected::OK,
        ),
    ];
    rows.extend(both("an error first", &twice("13", "0"), Code::Internal));
    run(rows).await;
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("x-{number:04}")).collect()
}

/// As many as are asked for, and the size that HPACK has for them (RFC 9113, 6.5.2).
fn many(names: &[String]) -> (Vec<http2::Field<'_>>, usize) {
    let numbers = names.iter().map(|name| (&**name, &b"v"[..]));
    let fields: Vec<http2::Field<'_>> = FINE.iter().copied().chain(numbers).collect();
    let size = fields
        .iter()
        .map(|(name, value)| name.len() + value.len() + 32)
        .sum();
    (fields, size)
}

/// A block that is as long as the limit says is over it, for h2. Over the limit that the channel has, h2 drops those that are too many; the status may be among
/// them. Far over it, h2 gives the connection up.
#[tokio::test(start_paused = true)]
async fn a_thousand_trailers() {
    let names = numbered(1000);
    let (fields, size) = many(&names);
    let status_last: Vec<_> = fields.iter().rev().copied().collect();
    let limited =
        |bytes: usize| endpoint().http2_max_header_list_size(u32::try_from(bytes).unwrap());
    let row =
        |name, expected, limit| row(name, in_trailers(&fields), expected).endpoint(limited(limit));
    run(vec![
        row("far below the limit", Expected::OK, 1 << 20),
        row("at the limit", Expected::OK, size + 1),
        row("over it", Expected::OK, size),
        row("well over it", Expected::OK, size - 1000),
        no_status("over it, the status last", in_trailers(&status_last)).endpoint(limited(size)),
        row("far over it", Expected::lost(true), 1 << 10),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_headers() {
    let names = numbered(1000);
    let (fields, size) = many(&names);
    let (status, content_type) = (":status200".len(), "content-typeapplication/grpc".len());
    let size = size - "grpc-status0".len() + status + content_type + 32;
    let steps = || vec![headers_with(&fields[1..]), message("a"), trailers(FINE)];
    let refused = Expected::on_the_way(TransportKind::Reset { reason: 1 }, false);
    let limited =
        |bytes: usize| endpoint().http2_max_header_list_size(u32::try_from(bytes).unwrap());
    run(vec![
        row("far below the limit", steps(), Expected::OK).endpoint(limited(1 << 20)),
        row("at the limit", steps(), Expected::OK).endpoint(limited(size + 1)),
        row("over it", steps(), refused).endpoint(limited(size)),
        row("over the default", steps(), refused),
    ])
    .await;
}

/// What a proxy says, and not a server of gRPC: no response to the call has begun.
#[tokio::test(start_paused = true)]
async fn http_errors_with_text() {
    let mut rows = Vec::new();
    for (http, code) in [
        (&b"400"[..], Code::Internal),
        (b"401", Code::Unauthenticated),
        (b"403", Code::PermissionDenied),
        (b"404", Code::Unimplemented),
        (b"429", Code::Unavailable),
        (b"500", Code::Unknown),
        (b"502", Code::Unavailable),
        (b"503", Code::Unavailable),
        (b"504", Code::Unavailable),
    ] {
        let headers = |length: &'static [u8]| {
            let fields: [http2::Field<'_>; 3] = [
                (":status", http),
                ("content-type", b"text/plain"),
                ("content-length", length),
            ];
            write(http2::headers(STREAM, false, &fields))
        };
        let name = String::from_utf8_lossy(http).into_owned();
        let steps = vec![
            headers(b"10"),
            write(http2::data(STREAM, true, b"not today\n")),
        ];
        rows.push(
            row(
                format!("{name} with a text"),
                steps,
                Expected::peer(code, false),
            )
            .differs(),
        );
        let steps = vec![
            headers(b"10"),
            write(http2::data(STREAM, false, b"not")),
            Step::Settle,
            Step::Close,
        ];
        rows.push(
            row(
                format!("{name} and a drop"),
                steps,
                Expected::peer(code, false),
            )
            .differs(),
        );
    }
    run(rows).await;
}
