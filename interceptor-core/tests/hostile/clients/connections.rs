//! GOAWAY, and connections that drop at each point.

use super::*;

fn go_away(last_stream: u32, code: u32) -> Step {
    write(http2::go_away(last_stream, code))
}

fn rest() -> [Step; 3] {
    [response_headers(), message("a"), trailers(FINE)]
}

/// Taken by nobody, whatever the reason.
#[tokio::test(start_paused = true)]
async fn go_away_below_our_stream() {
    let expected = Expected::on_the_way(TransportKind::GoAway, false);
    let row = |code| row(format!("{code}"), vec![go_away(0, code)], expected);
    run((0..=13).map(row).collect()).await;
}

/// Our stream goes on: to its end, or to that of the connection.
#[tokio::test(start_paused = true)]
async fn go_away_above_our_stream() {
    let mut rows = Vec::new();
    for last in [1, 3, 0x7fff_ffff] {
        let answered = [
            vec![go_away(last, 0), Step::Settle],
            rest().to_vec(),
            vec![Step::Settle, Step::Close],
        ];
        rows.push(row(
            format!("{last}, and the answer"),
            answered.concat(),
            Expected::OK,
        ));
        let dropped = vec![go_away(last, 0), Step::Settle, Step::Close];
        rows.push(row(
            format!("{last}, and a drop"),
            dropped,
            Expected::lost(false),
        ));
        let half = vec![
            go_away(last, 0),
            response_headers(),
            Step::Settle,
            Step::Close,
        ];
        rows.push(row(
            format!("{last}, and a drop behind headers"),
            half,
            Expected::lost(true),
        ));
    }
    run(rows).await;
}

#[tokio::test(start_paused = true)]
async fn go_away_within_a_response() {
    let steps = |last| {
        vec![
            response_headers(),
            go_away(last, 0),
            message("a"),
            trailers(FINE),
            Step::Settle,
            Step::Close,
        ]
    };
    run(vec![row("its last stream is ours", steps(1), Expected::OK)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_drop_at_each_point() {
    let (headers, settle, close) = (response_headers, Step::Settle, Step::Close);
    let half = || data(&frame("abc")[..7]);
    let dropped = |steps: &[Step]| [steps, &[settle.clone(), close.clone()]].concat();
    // Still in hyper's queue, or already on its way.
    let never_sent = Expected::on_the_way(TransportKind::NeverSent, false);
    let before =
        |moment, expected| row(format!("{moment:?}"), vec![close.clone()], expected).at(moment);
    run(vec![
        before(Moment::Connected, never_sent),
        before(Moment::Preface, never_sent),
        before(Moment::Settings, never_sent),
        before(Moment::Call, Expected::lost(false)),
        row("later", dropped(&[]), Expected::lost(false)),
        row(
            "behind the headers",
            dropped(&[headers()]),
            Expected::lost(true),
        ),
        row(
            "within a prefix",
            dropped(&[headers(), data(&[0, 0])]),
            Expected::lost(true),
        ),
        row(
            "within a message",
            dropped(&[headers(), half()]),
            Expected::lost(true),
        ),
        row(
            "before the trailers",
            dropped(&[headers(), message("a")]),
            Expected::lost(true),
        ),
        row(
            "within a frame",
            dropped(&[
                headers(),
                write(http2::data(STREAM, false, &frame("abc"))[..12].to_vec()),
            ]),
            Expected::lost(true),
        ),
        row(
            "behind the trailers",
            dropped(&[headers(), message("a"), trailers(FINE)]),
            Expected::OK,
        ),
    ])
    .await;
}

/// Mistakes for which the client gives the whole connection up.
#[tokio::test(start_paused = true)]
async fn a_connection_that_makes_no_sense() {
    let lost = |name, bytes| row(name, vec![write(bytes)], Expected::lost(false));
    run(vec![
        row(
            "no frames at all",
            vec![write(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())],
            Expected::on_the_way(TransportKind::NeverSent, false),
        )
        .at(Moment::Preface),
        lost(
            "a frame that is too large",
            http2::frame(http2::DATA, 0, STREAM, &vec![0; 1 << 15]),
        ),
        lost("DATA of no stream", http2::data(0, false, b"a")),
        lost(
            "settings of half an entry",
            http2::frame(http2::SETTINGS, 0, 0, &[0, 3, 0]),
        ),
        lost(
            "a window that overflows",
            http2::window_update(0, 0x7fff_ffff),
        ),
        lost(
            "an index that HPACK does not have",
            http2::frame(
                http2::HEADERS,
                http2::END_HEADERS,
                STREAM,
                &[0xff, 0xff, 0x7f],
            ),
        ),
        lost(
            "a block that is never ended",
            [
                http2::frame(http2::HEADERS, 0, STREAM, &[0x88]),
                http2::data(STREAM, false, b"a"),
            ]
            .concat(),
        ),
    ])
    .await;
}

/// One call is on its way, and one waits for its turn when the connection drops. Almost surely the second was not sent,
/// but tonic and hyper do not say so each time.
#[tokio::test(start_paused = true)]
async fn one_call_at_a_time_and_a_drop() {
    note_panics();
    for kind in CallKind::ALL {
        for looks in [false, true] {
            let ends = Ends::default();
            let steps = vec![Step::Settle, Step::Close];
            let scenario = Scenario {
                moment: Moment::Call,
                settings: vec![(http2::MAX_CONCURRENT_STREAMS, 1)],
                steps,
            };
            let client = client(scenario.channel(&endpoint()), &ends, looks);
            tokio::join!(ask(client.clone(), kind), ask(client.clone(), kind));
            settle().await;
            assert_eq!(ends.started(), 2);
            let ended = ends.take();
            assert_eq!(ended.len(), 2, "{kind}: {ended:?}");
            let likely = [TransportKind::ConnectionLost, TransportKind::NeverSent]
                .map(|kind| Some(transport(kind, false)));
            for end in &ended {
                assert!(
                    end.code == Code::Unavailable && likely.contains(&end.origin),
                    "{kind}: {end:?}"
                );
            }
            next_call(client, kind, &ends).await.unwrap();
            assert_no_panic(kind.as_str());
        }
    }
}
