use std::{error::Error, fmt, sync::Arc};

use h2::Reason;
use tonic::{Code, ConnectError, Status, TimeoutExpired};

use crate::status::{BoxError, Origin, TransportKind, received, transport};

/// An error around another.
#[derive(Debug)]
struct Around(BoxError);

impl fmt::Display for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("around")
    }
}

impl Error for Around {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

fn around(error: impl Into<BoxError>) -> BoxError {
    Box::new(Around(error.into()))
}

fn of(kind: TransportKind, headers_received: bool) -> Origin {
    Origin::Transport {
        kind,
        headers_received,
    }
}

#[test]
fn what_a_handler_makes_is_local() {
    assert_eq!(Origin::of(&Status::unavailable("m")), Origin::Local);
    let mut status = Status::internal("m");
    status.set_source(Arc::new(std::io::Error::from(
        std::io::ErrorKind::ConnectionReset,
    )));
    assert_eq!(
        Origin::of(&status),
        Origin::Local,
        "a file or a database, not the call"
    );
}

#[test]
fn what_a_peer_sent_is_its_own() {
    for headers_received in [true, false] {
        let status = received(
            Status::with_details(Code::Aborted, "m", b"d"[..].into()),
            headers_received,
        );
        assert_eq!(Origin::of(&status), Origin::Peer { headers_received });
        assert_eq!(
            (status.code(), status.message(), status.details()),
            (Code::Aborted, "m", &b"d"[..])
        );
        assert_eq!(
            Origin::of(&status.clone()),
            Origin::Peer { headers_received }
        );
    }
}

#[test]
fn a_source_that_is_there_stays() {
    let mut status = Status::internal("m");
    status.set_source(Arc::new(Around("inner".into())));
    let status = received(status, true);
    assert!(status.source().unwrap().is::<Around>());
    assert_eq!(Origin::of(&status), Origin::Local);
}

#[test]
fn a_status_among_errors_is_returned_as_it_is() {
    let status = transport(Box::new(received(Status::aborted("m"), false)), true);
    assert_eq!(
        Origin::of(&status),
        Origin::Peer {
            headers_received: false
        }
    );
    let status = transport(Box::new(Status::aborted("m")), true);
    assert!(status.source().is_none());
}

#[test]
fn an_error_of_the_connection_that_comes_as_a_status_is_known_to_come_after_the_headers() {
    let with_source = || {
        let mut status = Status::cancelled("m");
        status.set_source(Arc::new(h2::Error::from(Reason::CANCEL)));
        status
    };
    let kind = TransportKind::Reset { reason: 8 };
    let status = transport(Box::new(with_source()), true);
    assert_eq!(Origin::of(&status), of(kind, true));
    assert_eq!(status.to_string(), with_source().to_string());
    assert!(status.source().unwrap().source().unwrap().is::<h2::Error>());
    let again = transport(Box::new(transport(Box::new(with_source()), false)), true);
    assert_eq!(Origin::of(&again), of(kind, true));
    let before = transport(Box::new(with_source()), false);
    assert!(before.source().unwrap().is::<h2::Error>(), "as it came");
}

#[test]
fn a_mark_is_not_laid_over_another() {
    let before = transport(Box::new(TimeoutExpired(())), false);
    let status = transport(Box::new(before), true);
    assert_eq!(Origin::of(&status), of(TransportKind::Timeout, false));
}

#[test]
fn a_status_within_an_error_keeps_its_origin() {
    let status = transport(around(received(Status::aborted("m"), true)), false);
    assert_eq!((status.code(), status.message()), (Code::Aborted, "m"));
    assert_eq!(
        Origin::of(&status),
        Origin::Peer {
            headers_received: true
        }
    );
    let status = transport(around(Status::aborted("m")), false);
    assert_eq!(
        (status.code(), Origin::of(&status)),
        (Code::Aborted, Origin::Local)
    );
}

#[test]
fn code_and_text_are_those_of_tonic_and_the_sources_survive() {
    let errors: [fn() -> BoxError; 5] = [
        || around(TimeoutExpired(())),
        || around(ConnectError("refused".into())),
        || around("something"),
        || "something".into(),
        || Box::new(h2::Error::from(Reason::CANCEL)),
    ];
    for error in errors {
        let (ours, tonics) = (transport(error(), false), Status::from_error(error()));
        assert_eq!(
            (ours.code(), ours.message()),
            (tonics.code(), tonics.message())
        );
        assert_eq!(ours.to_string(), tonics.to_string());
        let original = ours.source().unwrap().source().unwrap();
        assert_eq!(original.to_string(), error().to_string());
        assert_eq!(ours.source().unwrap().to_string(), error().to_string());
    }
    let status = transport(around("something"), false);
    assert!(status.source().unwrap().source().unwrap().is::<Around>());
}

#[test]
fn tells_errors_of_tonic_and_h2_apart_however_deep() {
    let errors: [(fn() -> BoxError, TransportKind); 4] = [
        (|| Box::new(TimeoutExpired(())), TransportKind::Timeout),
        (
            || Box::new(ConnectError("refused".into())),
            TransportKind::Connect,
        ),
        (
            || Box::new(h2::Error::from(Reason::CANCEL)),
            TransportKind::Reset { reason: 8 },
        ),
        (|| "something".into(), TransportKind::Other),
    ];
    for (error, kind) in errors {
        for headers_received in [true, false] {
            assert_eq!(
                Origin::of(&transport(error(), headers_received)),
                of(kind, headers_received)
            );
            assert_eq!(
                Origin::of(&transport(around(around(error())), headers_received)),
                of(kind, headers_received)
            );
        }
    }
}

#[test]
fn the_outermost_error_that_says_something_counts() {
    let status = transport(
        around(ConnectError(around(h2::Error::from(
            Reason::REFUSED_STREAM,
        )))),
        false,
    );
    assert_eq!(Origin::of(&status), of(TransportKind::Connect, false));
}

#[test]
fn reads_a_status_that_passed_none_of_our_layers() {
    let status = Status::from_error(around(TimeoutExpired(())));
    assert_eq!(Origin::of(&status), of(TransportKind::Timeout, false));
}

#[test]
fn has_the_code_of_the_specification() {
    for (kind, code) in [
        (TransportKind::NeverSent, Code::Unavailable),
        (TransportKind::Refused, Code::Unavailable),
        (TransportKind::GoAway, Code::Unavailable),
        (TransportKind::ConnectionLost, Code::Unavailable),
        (TransportKind::Connect, Code::Unavailable),
        (TransportKind::Timeout, Code::DeadlineExceeded),
    ] {
        assert_eq!(kind.code(), Some(code));
    }
    assert_eq!(TransportKind::Other.code(), None);
    let codes = [13, 13, 13, 13, 13, 2, 13, 14, 1, 13, 13, 8, 7, 2, 2];
    for (reason, code) in (0..).zip(codes) {
        assert_eq!(
            TransportKind::Reset { reason }.code(),
            Some(Code::from(code)),
            "{reason}"
        );
    }
}

#[test]
fn what_may_be_sent_again_is_what_nobody_has_seen() {
    let all = [
        (TransportKind::NeverSent, true, false),
        (TransportKind::Refused, false, true),
        (TransportKind::GoAway, false, true),
        (TransportKind::ConnectionLost, false, false),
        (TransportKind::Connect, false, false),
        (TransportKind::Timeout, false, false),
        (TransportKind::Reset { reason: 7 }, false, false),
        (TransportKind::Other, false, false),
    ];
    for (kind, never_sent, refused) in all {
        let origin = of(kind, false);
        assert_eq!(
            (origin.is_never_sent(), origin.is_refused()),
            (never_sent, refused),
            "{origin:?}"
        );
        let origin = of(kind, true);
        assert!(
            !origin.is_never_sent() && !origin.is_refused(),
            "{origin:?}"
        );
    }
    for origin in [
        Origin::Local,
        Origin::Peer {
            headers_received: false,
        },
    ] {
        assert!(!origin.is_never_sent() && !origin.is_refused() && origin.transport().is_none());
    }
}
