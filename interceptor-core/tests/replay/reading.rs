//! What attempts read: the request, whole and in order, and never ahead of the fastest of them.

use interceptor_core::{CallKind, Side};
use proptest::prelude::*;
use tonic::Code;

use super::{Reader, orders::Stage};
use crate::support::{
    body::{Step, Watch, answer, body, data, frame, ok, refuse, watched},
    everywhere,
};

const LIMIT: usize = 1 << 20;

fn texts(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("message {number}"))
        .collect()
}

fn steps(texts: &[String]) -> Vec<Step> {
    texts.iter().map(|text| data(text)).collect()
}

/// The same, from a producer that is slower than its reader.
fn slow(texts: &[String]) -> Vec<Step> {
    let slow = texts
        .iter()
        .flat_map(|text| [Step::Wait, data(text), Step::Wait]);
    slow.collect()
}

fn bytes(texts: &[String]) -> Vec<u8> {
    let frames: Vec<_> = texts.iter().map(|text| frame(text)).collect();
    frames.concat()
}

/// Reads that many frames.
fn read(reader: &mut Reader, frames: usize) {
    while reader.read.len() < frames {
        reader.poll();
    }
}

fn read_to_end(reader: &mut Reader) {
    while reader.end.is_none() {
        reader.poll();
    }
}

/// Each attempt gives up after more of it, down to the last, which reads all.
#[tokio::test]
async fn one_after_the_other() {
    for (kind, side) in everywhere() {
        let texts = texts(5);
        for request in [steps(&texts), slow(&texts)] {
            let mut stage = Stage::new(kind, side, LIMIT, body(request));
            for frames in [0, 1, 0, 3, 2, 5, 4] {
                let mut reader = stage.reader().await;
                read(&mut reader, frames);
                assert_eq!(reader.bytes(), bytes(&texts[..frames]), "{kind} {side}");
            }
            let mut last = stage.reader().await;
            read_to_end(&mut last);
            assert!(last.is_whole(), "{kind} {side}");
            assert_eq!(last.bytes(), bytes(&texts), "{kind} {side}");
        }
    }
}

#[tokio::test]
async fn requests_of_any_length() {
    for (kind, side) in everywhere() {
        for count in [0, 1, 1000] {
            let texts = texts(count);
            let mut stage = Stage::new(kind, side, LIMIT, body(slow(&texts)));
            for _ in 0..3 {
                let mut reader = stage.reader().await;
                read_to_end(&mut reader);
                assert!(reader.is_whole(), "{kind} {side} {count}");
                assert_eq!(reader.bytes(), bytes(&texts), "{kind} {side} {count}");
            }
            assert_eq!(stage.bytes().await, bytes(&texts).len());
        }
    }
}

/// In each order in which two can take four turns, the caller is never asked for more than the fastest has taken.
#[tokio::test]
async fn two_at_once() {
    for (kind, side) in everywhere() {
        for order in 0_u32..256 {
            let (texts, watch) = (texts(3), Watch::default());
            let request = watched(steps(&texts), &watch);
            let mut stage = Stage::new(kind, side, LIMIT, request);
            let mut readers = [stage.reader().await, stage.reader().await];
            for turn in 0..8 {
                let reader = &mut readers[(order >> turn & 1) as usize];
                if reader.end.is_none() {
                    assert!(reader.poll());
                }
                let taken = |reader: &Reader| reader.read.len() + usize::from(reader.end.is_some());
                let fastest = readers.iter().map(taken).max().unwrap();
                assert_eq!(watch.polls(), fastest, "{kind} {side} {order:b}");
            }
            for reader in &mut readers {
                read_to_end(reader);
                assert!(reader.is_whole(), "{kind} {side} {order:b}");
                assert_eq!(reader.bytes(), bytes(&texts), "{kind} {side} {order:b}");
            }
            assert_eq!(watch.polls(), 4, "{kind} {side} {order:b}: once each");
        }
    }
}

/// What a schedule of attempts does next.
#[derive(Debug, Clone)]
enum Act {
    Join,
    Read(usize),
    Leave(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        1 => Just(Act::Join),
        6 => (0_usize..4).prop_map(Act::Read),
        1 => (0_usize..4).prop_map(Act::Leave),
    ];
    proptest::collection::vec(act, 0..60)
}

proptest! {
    /// Attempts that begin, read and end in any order all read the same request.
    #[test]
    fn any_number_in_any_order(acts in acts(), count in 0_usize..6, is_slow: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let texts = texts(count);
            let request = if is_slow { slow(&texts) } else { steps(&texts) };
            let mut stage = Stage::new(CallKind::StreamStream, Side::Client, LIMIT, body(request));
            let mut readers: Vec<Reader> = Vec::new();
            for act in acts {
                match act {
                    Act::Join => readers.push(stage.reader().await),
                    Act::Read(number) => {
                        if let Some(reader) = readers.get_mut(number).filter(|it| it.end.is_none()) {
                            reader.poll();
                        }
                    }
                    Act::Leave(number) if number < readers.len() => drop(readers.remove(number)),
                    Act::Leave(_) => {}
                }
            }
            readers.push(stage.reader().await);
            for reader in &mut readers {
                read_to_end(reader);
                assert_eq!(reader.bytes(), bytes(&texts));
            }
        });
    }
}

/// Each begins with what the caller said; nothing that was written into one is in the next.
///
/// Pitfall P8.
#[tokio::test]
async fn metadata_and_extensions_are_the_callers() {
    for (kind, side) in everywhere() {
        let mut stage = Stage::new(kind, side, LIMIT, body([data("a")]));
        for number in 0_u32..3 {
            let arrived = stage.attempt().await.unwrap();
            let headers = &arrived.parts.headers;
            let numbers: Vec<_> = headers.get_all("x-attempt").iter().collect();
            assert_eq!(numbers, [&*number.to_string()], "{kind} {side}");
            assert_eq!(headers["x-original"], "yes", "{kind} {side}");
            let extensions = &arrived.parts.extensions;
            assert_eq!(extensions.get(), Some(&"original"), "{kind} {side}");
            assert_eq!(extensions.get(), Some(&number), "{kind} {side}");
            arrived.into_reader();
        }
    }
}

/// The first one fails half-way, and the second is answered.
#[tokio::test]
async fn an_attempt_that_dies_half_way() {
    for (kind, side) in everywhere() {
        let texts = texts(4);
        let mut stage = Stage::new(kind, side, LIMIT, body(slow(&texts)));
        let mut first = stage.attempt().await.unwrap();
        read(&mut first.reader, 2);
        first
            .answer
            .send(Ok(refuse(Code::Unavailable, "died")))
            .unwrap();
        drop(first.reader);

        let mut second = stage.attempt().await.unwrap();
        read_to_end(&mut second.reader);
        assert_eq!(second.reader.bytes(), bytes(&texts), "{kind} {side}");
        second
            .answer
            .send(Ok(answer([data("done"), ok()])))
            .unwrap();
        let response = stage.outcome().await.unwrap();
        let read = crate::support::body::Read::to_end(response.into_body()).await;
        assert_eq!(read.texts(), ["done"], "{kind} {side}");
    }
}

/// The last to come takes the place of those before it, who do not see that as an end.
#[tokio::test]
async fn a_restart_cuts_off_those_before_it() {
    for (kind, side) in everywhere() {
        let texts = texts(4);
        let mut stage = Stage::new(kind, side, LIMIT, body(slow(&texts)));
        let mut first = stage.reader().await;
        read(&mut first, 2);
        let mut second = stage.restart().await.unwrap().into_reader();
        read_to_end(&mut first);
        assert!(first.failure().is_some(), "{kind} {side}");
        read_to_end(&mut second);
        assert!(second.is_whole(), "{kind} {side}");
        assert_eq!(second.bytes(), bytes(&texts), "{kind} {side}");
    }
}
