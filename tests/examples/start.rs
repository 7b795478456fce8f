//! The first steps: a server, a client, and an interceptor of one's own.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use super::{Outcome, Server, rows, run};

#[test]
fn quickstart_shows_all_call_types_on_both_sides_within_five_seconds() -> Outcome {
    let started = Instant::now();
    let output = run("quickstart", [""; 0])?;
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "took {:?}",
        started.elapsed()
    );

    for kind in [
        "unary_unary",
        "unary_stream",
        "stream_unary",
        "stream_stream",
    ] {
        for side in ["client", "server"] {
            let rows = rows(&output, side, kind);
            let ends: Vec<_> = rows.iter().map(|row| (row[5], row[6])).collect();
            assert_eq!(
                ends,
                [("1", "Unavailable"), ("2", "Ok")],
                "{side} {kind} in\n{output}"
            );
        }
    }
    assert!(
        !output.contains('\x1b'),
        "colours are for terminals:\n{output}"
    );
    Ok(())
}

#[test]
fn quickstart_counts_messages() -> Outcome {
    let output = run("quickstart", [""; 0])?;
    let counts = |kind| {
        rows(&output, "server", kind)
            .last()
            .map(|row| row[9..].join(" "))
    };
    assert_eq!(
        counts("unary_unary").as_deref(),
        Some("1 in, 1 out"),
        "{output}"
    );
    assert_eq!(
        counts("unary_stream").as_deref(),
        Some("1 in, 3 out"),
        "{output}"
    );
    assert_eq!(
        counts("stream_unary").as_deref(),
        Some("4 in, 1 out"),
        "{output}"
    );
    assert_eq!(
        counts("stream_stream").as_deref(),
        Some("4 in, 4 out"),
        "{output}"
    );
    Ok(())
}

#[test]
fn greeter_client_talks_to_greeter_server() -> Outcome {
    let mut server = Server::start()?;
    let address = server.address()?;
    let output = run("greeter_client", [format!("http://{address}")])?;
    assert!(output.contains("Hello interceptor!"), "{output}");
    assert!(output.contains("four in one out"), "{output}");
    for kind in [
        "unary_unary",
        "unary_stream",
        "stream_unary",
        "stream_stream",
    ] {
        assert!(
            output.contains(&format!("client  {kind}")),
            "{kind} in\n{output}"
        );
    }
    assert_eq!(server.rows(5)?.len(), 5);
    Ok(())
}

#[cfg(unix)]
#[test]
fn greeter_server_ends_cleanly_on_ctrl_c() -> Outcome {
    let mut server = Server::start()?;
    server.address()?;
    let interrupt = Command::new("kill")
        .args(["-INT", &server.process.id().to_string()])
        .status()?;
    assert!(interrupt.success());
    assert_eq!(server.rows(1)?, ["bye"]);
    assert!(server.process.wait()?.success());
    Ok(())
}

#[test]
fn custom_changes_messages_and_answers_by_itself() -> Outcome {
    let output = run("custom", [""; 0])?;
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(
        lines,
        [
            "HELLO, please",
            "answered without the server",
            "HELLO, please",
            "TEA, please",
            "CAKE, please",
            "Err(InvalidArgument)",
        ]
    );
    Ok(())
}

#[test]
fn mounting_intercepts_in_all_three_places() -> Outcome {
    let output = run("mounting", [""; 0])?;
    let seen = output
        .lines()
        .filter(|line| line.starts_with("server  unary_unary"));
    assert_eq!(seen.count(), 3, "{output}");
    Ok(())
}

#[test]
fn blocking_runs_at_both_ends() -> Outcome {
    let output = run("blocking", [""; 0])?;
    for line in [
        "unary_unary: one",
        "unary_stream: 3 replies",
        "stream_unary: a b c",
        "stream_stream: x",
        "stream_stream: y",
    ] {
        assert!(output.lines().any(|it| it == line), "{line} in\n{output}");
    }
    for kind in [
        "unary_unary",
        "unary_stream",
        "stream_unary",
        "stream_stream",
    ] {
        for side in ["client", "server"] {
            let seen = format!("{side} {kind} Ok, seen on grpc-blocking-");
            assert!(output.contains(&seen), "{seen} in\n{output}");
        }
    }
    assert!(output.contains("handled on grpc-blocking-"), "{output}");
    Ok(())
}
