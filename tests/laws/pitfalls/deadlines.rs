//! What ends a call when its time is over: `Deadline`, and what has fallen into a pitfall of deadlines.

use std::time::Duration;

use grpc_interceptor::deadline::Deadline;
use http::{Request, Response};
use tokio::time::{Instant, timeout};
use tonic::{Code, Status, body::Body};
use tower::ServiceExt as _;

use interceptor_test::laws::scene::{Chain, Scene};
use interceptor_test::laws::world::World;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        BoxError, Svc,
        body::{Log, Step, answer, body, data},
        caller::call,
        path, service,
    },
};

/// What each call gets.
pub(crate) const TIME: Duration = Duration::from_secs(5);

const TIMEOUT: &str = "grpc-timeout";

/// Ends each call after that time.
pub(super) fn limiting() -> Vec<Subject> {
    vec![Subject::outside("deadline", Deadline::new().max(TIME))]
}

/// Ends calls when their callers say.
pub(super) fn as_told() -> Vec<Subject> {
    vec![Subject::outside("deadline", Deadline::new())]
}

/// P25: the time of a call is over wherever it stands, and the code says so.
pub(super) async fn whole(cell: Cell, scene: &Scene) -> Verdict {
    let stalls = service(|_| async { Ok(answer([data("x"), Step::Hang])) });
    let says_nothing = service(|_| std::future::pending());
    for (what, handler) in [
        ("says nothing", says_nothing),
        ("stalls behind its headers", stalls),
    ] {
        scene.visit();
        let world = World::new(scene, Chain::default(), handler).await;
        let began = Instant::now();
        let ended = timeout(TIME * 2, call(&world.caller, cell.kind, &["a"])).await;
        let ended = ended.map_err(|_| format!("nothing ends a call that {what}"))?;
        let (code, took) = (ended.code(), began.elapsed());
        let is_so = code == Code::DeadlineExceeded && (TIME..TIME * 2).contains(&took);
        ensure(is_so, || {
            format!("a call that {what} comes to {code:?} after {took:?}")
        })?;
    }
    Ok(())
}

/// How long nothing must end a call that has no deadline, or a later one.
const LONG: Duration = Duration::from_millis(1_500);

/// What ends in so many milliseconds; what ends later, or is no deadline.
const TIMEOUTS: [(&str, Option<u64>); 17] = [
    ("1S", Some(1_000)),
    ("00000001S", Some(1_000)),
    ("000000001S", None),
    ("100m", Some(100)),
    ("1000000u", Some(1_000)),
    ("99999999n", Some(100)),
    ("1M", None),
    ("1H", None),
    ("99999999H", None),
    ("100000000n", None),
    ("", None),
    ("1", None),
    ("S", None),
    ("1s", None),
    ("5x", None),
    ("-1S", None),
    ("+1S", None),
];

/// P26: `grpc-timeout` has at most eight digits and a unit, both ways, and what is none is ignored.
pub(super) async fn format(cell: Cell, scene: &Scene) -> Verdict {
    scene.visit();
    let told = Log::new();
    let service = scene
        .way
        .layer(cell.side, Chain::default(), never_answers(&told));
    for (value, ends) in TIMEOUTS {
        let (ended, took) = ask(cell, &service, value).await;
        let expected = ends.map(|_| Code::DeadlineExceeded);
        ensure(ended == expected, || {
            format!("{value:?} comes to {ended:?} after {took:?}")
        })?;
        let millis = ends.map_or(LONG, Duration::from_millis);
        ensure(took.abs_diff(millis) <= Duration::from_millis(1), || {
            format!("{value:?} is taken for {took:?}")
        })?;
        let told = told.take().pop().unwrap_or_default();
        ensure(ends.is_none() || is_timeout(&told), || {
            format!("{value:?} is told as {told:?}")
        })?;
    }
    for value in ["0S", "0n", "00000000H"] {
        let (ended, _) = ask(cell, &service, value).await;
        ensure(ended == Some(Code::DeadlineExceeded), || {
            format!("{value:?} comes to {ended:?}")
        })?;
        ensure(told.take().is_empty(), || {
            format!("with {value:?}, something is sent")
        })?;
    }
    Ok(())
}

/// Writes down what it is told.
fn never_answers(told: &Log<String>) -> Svc {
    let told = told.clone();
    service(move |request: Request<Body>| {
        let timeout = request.headers().get(TIMEOUT);
        let timeout = timeout.map_or("", |value| value.to_str().unwrap());
        told.push(timeout.to_owned());
        std::future::pending()
    })
}

async fn ask(cell: Cell, service: &Svc, value: &str) -> (Option<Code>, Duration) {
    let request = Request::post(path(cell.kind)).header(TIMEOUT, value);
    let request = request.body(body([data("a")])).unwrap();
    let began = Instant::now();
    let ended = timeout(LONG, service.clone().oneshot(request)).await;
    (ended.ok().map(code), began.elapsed())
}

/// A server answers with a status, a client fails with it.
fn code(ended: Result<Response<Body>, BoxError>) -> Code {
    match ended {
        Ok(response) => {
            let code = response.headers().get("grpc-status");
            code.map_or(Code::Unknown, |code| Code::from_bytes(code.as_bytes()))
        }
        Err(error) => Status::from_error(error).code(),
    }
}

fn is_timeout(text: &str) -> bool {
    let digits = text.trim_end_matches(['H', 'M', 'S', 'm', 'u', 'n']);
    let is_unit = text.len() == digits.len() + 1;
    is_unit && (1..=8).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
}
