//! Expected and seen, side by side; timelines and attempts as text; faults by a seed; a caller with a script.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use interceptor_core::{Identity, tonic::Code};
use interceptor_test::{
    CallerScript, Case, Ending, Failure, Harness, Outcome, Peer, Recorder, RequestEnd, Script,
    SideBySide,
};

/// What an assertion says.
fn failure(assertion: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

async fn outcome() -> Outcome {
    let peer = Peer::fail_after(2, Code::Aborted).after(Duration::from_millis(5));
    let harness = Harness::unary_stream(Recorder::new("log").without_messages());
    harness.peer(peer).call().await
}

/// Blanks at the ends of lines are nobody's business.
fn is(text: &str, expected: &str) {
    assert_eq!(text.trim(), expected.trim());
}

const TIMELINE: &str = r#"
      0ns  caller    call
      0ns  log       call
      0ns  peer 1    call
      5ms  peer 1    request "one"
      5ms  peer 1    request ended cleanly
      5ms  peer 1    headers
      5ms  log       reply
      5ms  caller    headers
      5ms  peer 1    response "1"
      5ms  caller    response "1"
      5ms  peer 1    response "2"
      5ms  caller    response "2"
      5ms  peer 1    end Aborted
      5ms  log       end Aborted
      5ms  caller    end Aborted
"#;

#[tokio::test(start_paused = true)]
async fn a_timeline_is_the_same_text_in_each_run() {
    for _ in 0..3 {
        let outcome = outcome().await;
        outcome.timeline().assert(TIMELINE);
        is(
            &outcome.to_string(),
            &format!(
                "unary_stream on the client: Aborted \"as the script says\" (Trailers)\n{}",
                &TIMELINE[1..]
            ),
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_assertion_shows_both_sides() {
    let outcome = outcome().await;
    let timeline = outcome.timeline().clone();
    let expected = TIMELINE
        .replace("      5ms  log       reply\n", "")
        .replace("end Aborted", "end Ok");
    let said = failure(move || timeline.assert(&expected));
    is(
        &said,
        r#"
it went another way
  expected                              | seen
  0ns  caller    call                   | 0ns  caller    call
  0ns  log       call                   | 0ns  log       call
  0ns  peer 1    call                   | 0ns  peer 1    call
  5ms  peer 1    request "one"          | 5ms  peer 1    request "one"
  5ms  peer 1    request ended cleanly  | 5ms  peer 1    request ended cleanly
  5ms  peer 1    headers                | 5ms  peer 1    headers
>                                       | 5ms  log       reply
  5ms  caller    headers                | 5ms  caller    headers
  5ms  peer 1    response "1"           | 5ms  peer 1    response "1"
  5ms  caller    response "1"           | 5ms  caller    response "1"
  5ms  peer 1    response "2"           | 5ms  peer 1    response "2"
  5ms  caller    response "2"           | 5ms  caller    response "2"
> 5ms  peer 1    end Ok                 | 5ms  peer 1    end Aborted
> 5ms  log       end Ok                 | 5ms  log       end Aborted
> 5ms  caller    end Ok                 | 5ms  caller    end Aborted
"#
        .replace("  | ", " | ")
        .trim(),
    );
}

#[tokio::test(start_paused = true)]
async fn an_outcome_says_what_it_is_beside_what_it_should_be() {
    let seen = outcome().await;
    seen.assert_code(Code::Aborted);
    seen.assert_messages(["1", "2"]);
    seen.assert_attempts(
        r#"0ns /interceptor.test.Test/UnaryStream: request "one" ended cleanly, response complete"#,
    );
    let outcome = seen.clone();
    let said = failure(move || outcome.assert_code(Code::Ok));
    let sides = "  expected | seen\n> Ok       | Aborted \"as the script says\"\n";
    assert!(
        said.ends_with(sides) && said.starts_with("unary_stream"),
        "{said}"
    );
    let outcome = seen.clone();
    let said = failure(move || outcome.assert_messages(["1", "3", "2"]));
    let sides = "  expected | seen\n  \"1\"      | \"1\"\n> \"3\"      |\n  \"2\"      | \"2\"\n";
    assert!(said.ends_with(sides), "{said}");
    let said = failure(move || seen.assert_attempts(""));
    assert!(said.contains("> "), "{said}");
}

#[test]
fn the_same_lines_stand_beside_each_other() {
    let sides = SideBySide::new("a\nb\nc\nd", "a\nx\nc\ne\nd");
    is(
        &sides.to_string(),
        "expected | seen\n  a        | a\n> b        | x\n  c        | c\n>          | e\n  d        | d",
    );
    assert!(SideBySide::new("  a\n  b\n", "a\nb").are_same());
    assert!(!SideBySide::new("", "a").are_same());
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_has_the_same_go_wrong() {
    let (mut texts, mut endings) = (std::collections::HashSet::new(), Vec::new());
    for seed in 0..40 {
        for case in Case::all() {
            let call = async || {
                Harness::new(case, Recorder::new("a"))
                    .faults(seed)
                    .call()
                    .await
            };
            let (first, second) = (call().await, call().await);
            assert_eq!(first.to_string(), second.to_string(), "seed {seed}");
            texts.insert(first.to_string());
            endings.push(first.ending());
        }
    }
    assert!(texts.len() > 200, "{}", texts.len());
    for ending in [
        Ending::Trailers,
        Ending::Cancelled,
        Ending::CallFailed,
        Ending::BodyFailed,
    ] {
        assert!(endings.contains(&ending), "{ending:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_seed_is_run_in_each_case() {
    let mut runs = 0;
    Harness::for_seeds(
        3..6,
        || Identity,
        async |harness| {
            runs += 1;
            harness.call().await;
        },
    )
    .await;
    assert_eq!(runs, 3 * 8);
}

#[tokio::test(start_paused = true)]
async fn a_caller_sends_when_it_has_read() {
    let second = Duration::from_secs(1);
    let caller = CallerScript::new()
        .send("a")
        .read(1)
        .wait(second)
        .send("b")
        .read(1)
        .finish();
    for split in [None, Some(7)] {
        let mut harness = Harness::stream_stream(Recorder::new("log")).caller(caller.clone());
        if let Some(seed) = split {
            harness = harness.split_frames(seed);
        }
        for harness in [
            harness,
            Harness::stream_stream(Recorder::new("log"))
                .caller(caller.clone())
                .on_server(),
        ] {
            let outcome = harness.call().await;
            outcome.assert_code(Code::Ok);
            outcome.assert_messages(["a", "b"]);
            assert_eq!(outcome.elapsed(), second, "{outcome}");
            assert_eq!(outcome.attempts()[0].request_end(), RequestEnd::Clean);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_does_the_same_in_each_case() {
    Harness::for_every_call_type(
        || Recorder::new("log"),
        async |harness| {
            let caller = CallerScript::new().send("a");
            let outcome = harness.caller(caller).call().await;
            outcome.assert_code(Code::Ok);
            outcome.assert_messages(["a"]);
        },
    )
    .await;
    Harness::for_every_call_type(
        || Recorder::new("log"),
        async |harness| {
            let caller = CallerScript::new().send("a").fail(Failure::Reset(8));
            let outcome = harness.caller(caller).call().await;
            assert_ne!(outcome.code(), Code::Ok, "{outcome}");
            assert!(matches!(
                outcome.attempts()[0].request_end(),
                RequestEnd::Failed(_)
            ));
        },
    )
    .await;
    Harness::for_every_call_type(
        || Recorder::new("log"),
        async |harness| {
            let caller = CallerScript::new().send("a").leave();
            let harness = harness
                .caller(caller)
                .peer(Peer::script(Script::new().read(1).hang()));
            let outcome = harness.call().await;
            assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
            assert_eq!(outcome.attempts()[0].messages(), ["a"]);
            assert!(outcome.attempts()[0].is_dropped());
            assert_eq!(harness.interceptor().ends(), [Code::Cancelled]);
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_may_leave_its_request_open() {
    let caller = CallerScript::new().send("a").hang();
    let peer = Peer::script(Script::new().read(1).send("early").end(Code::Ok));
    for case in Case::all() {
        let harness = Harness::new(case, Identity).caller(caller.clone());
        let outcome = harness.peer(peer.clone()).call().await;
        outcome.assert_messages(["early"]);
        assert_eq!(outcome.attempts()[0].request_end(), RequestEnd::Unread);
    }
}
