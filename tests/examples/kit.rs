//! The ready-made interceptors.

use std::{
    error::Error,
    io::{Read as _, Write as _},
    net::TcpStream,
};

use super::{Outcome, Server, run};

#[test]
fn deadline_holds_from_server_to_server() -> Outcome {
    let output = run("deadline", [""; 0])?;
    let expected = "
100 ms in all
  back has 80 ms left
  back is done
  back is gone
  front is gone
  Ok after 60 ms

50 ms in all
  back has 30 ms left
  back is gone
  front is gone
  DeadlineExceeded after 50 ms
";
    assert_eq!(output, expected, "{output}");
    Ok(())
}

#[test]
fn header_changes_and_hands_on_metadata() -> Outcome {
    let output = run("header", [""; 0])?;
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(
        lines,
        [
            r#"the reply is for: Some("blue")"#,
            "the back server got: x-tenant: blue, x-region: eu-north, no x-internal",
        ]
    );
    Ok(())
}

#[test]
fn hedging_shows_attempts_on_a_timeline() -> Outcome {
    let output = run("hedging", [""; 0])?;
    let expected = "
fast enough: no hedge
   0 ms  hedge 1: came to its end
  20 ms  Ok

a slow one: the second is faster
   0 ms  hedge 1: cancelled
  50 ms  hedge 2: came to its end
  70 ms  Ok

two slow ones
   0 ms  hedge 1: cancelled
  50 ms  hedge 2: cancelled
 100 ms  hedge 3: came to its end
 120 ms  Ok

one fails: the next begins at once
   0 ms  hedge 1: came to its end
  10 ms  hedge 2: came to its end
  30 ms  Ok

a fatal one ends the call
   0 ms  hedge 1: cancelled
  50 ms  hedge 2: came to its end
  60 ms  NotFound
";
    assert_eq!(output, expected, "{output}");
    Ok(())
}

#[test]
fn log_has_calls_and_no_secrets() -> Outcome {
    let output = run("log", [""; 0])?;
    let lines: Vec<&str> = output.lines().collect();
    let texts = [
        "started call",
        "request received",
        "response sent",
        "finished call",
        "started call",
        "request received",
        "finished call",
        "finished call", // of the second log, which has only what fails
    ];
    assert_eq!(lines.len(), texts.len(), "{output}");
    for (line, text) in lines.iter().zip(texts) {
        assert!(line.contains(&format!("grpc: {text} ")), "{line}");
        assert!(line.contains("grpc.method=\"SayHello\""), "{line}");
    }
    assert!(
        lines[0].contains(r#"grpc.request.metadata="x-tenant=blue""#),
        "{output}"
    );
    assert!(lines[1].contains("[REDACTED]"), "{output}");
    assert!(lines[2].contains("Hello Ada"), "{output}");
    assert!(
        lines[7].contains(r#"grpc.code="PermissionDenied""#),
        "{output}"
    );
    assert!(lines[7].contains("WARN"), "{output}");
    assert!(
        !output.contains("secret") && !output.contains("Bob"),
        "{output}"
    );
    Ok(())
}

#[test]
fn recovery_answers_for_handlers_that_panic() -> Outcome {
    let output = run("recovery", [""; 0])?;
    let told =
        |method| format!("log: /echo.v1.Echo/{method} panicked: an empty text, and a secret");
    let (mut logged, said): (Vec<_>, Vec<_>) =
        output.lines().partition(|line| line.starts_with("log: "));
    logged.sort_unstable(); // by the server's tasks
    assert_eq!(
        logged,
        ["BidiStream", "ClientStream", "ServerStream", "UnaryEcho"].map(told)
    );
    assert_eq!(
        said,
        [
            "unary_echo: Internal, internal error",
            "server_stream: one",
            "server_stream: two",
            "server_stream: Internal, internal error",
            "client_stream: Internal, internal error",
            "bidi_stream: tea",
            "bidi_stream: Internal, internal error",
            "unary_echo: still here",
        ]
    );
    Ok(())
}

#[test]
fn request_id_is_in_the_log_and_in_the_reply() -> Outcome {
    let output = run("request_id", [""; 0])?;
    let ids: Vec<&str> = output
        .lines()
        .filter_map(|line| {
            line.strip_prefix("new: ")
                .or(line.strip_prefix("refused: "))
        })
        .collect();
    let [made, refused] = ids[..] else {
        return Err(output.into());
    };
    assert!(
        made.len() == 36 && refused.len() == 36 && made != refused,
        "{output}"
    );
    assert!(
        output.contains("kept: Hello Ada, this is call from-the-caller"),
        "{output}"
    );
    for id in [made, "from-the-caller", refused] {
        assert!(
            output.contains(&format!("request{{request_id={id}}}")),
            "{id} in\n{output}"
        );
    }
    Ok(())
}

#[test]
fn retry_on_error_tries_until_it_is_answered() -> Outcome {
    let output = run("retry_on_error", [""; 0])?;
    let lines: Vec<&str> = output.lines().collect();
    let firsts: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split(" after").next())
        .collect();
    assert_eq!(
        firsts,
        ["attempt 1", "attempt 2", "attempt 3", "Hello patience!"]
    );
    Ok(())
}

#[test]
fn retry_shows_attempts_on_a_timeline() -> Outcome {
    let output = run("retry", [""; 0])?;
    let expected = "
two failures, each wait twice as long
    0 ms  attempt 1, 0 before it
  100 ms  attempt 2, 1 before it
  300 ms  attempt 3, 2 before it
  300 ms  Ok

the server says when
    0 ms  attempt 1, 0 before it
 1500 ms  attempt 2, 1 before it
 1500 ms  Ok

the server says never
    0 ms  attempt 1, 0 before it
    0 ms  Unavailable

refused: at once, and it does not count
    0 ms  attempt 1, 0 before it
    0 ms  attempt 2, 0 before it
    0 ms  Ok

until more than half of the tokens are gone
    0 ms  attempt 1, 0 before it
  100 ms  attempt 2, 1 before it
  300 ms  attempt 3, 2 before it
  300 ms  Unavailable

4.5 of 10 tokens are left

too few of them for another attempt
    0 ms  attempt 1, 0 before it
    0 ms  Unavailable
";
    assert_eq!(output, expected, "{output}");
    Ok(())
}

#[test]
fn service_config_changes_what_calls_do() -> Outcome {
    let output = run("service_config", [""; 0])?;
    let expected = "\
with retries: 3 attempts, Ok
refused: methodConfig[0].retryPolicy.maxAttempts: 1 stands here; give at least 2: the first attempt counts
as before: 3 attempts, Ok
without retries: 1 attempts, Unavailable
a short timeout: 1 attempts, DeadlineExceeded
";
    assert_eq!(output, expected, "{output}");
    Ok(())
}

#[test]
fn status_lets_a_stream_be_made_again() -> Outcome {
    let output = run("status", [""; 0])?;
    let expected = "\
without it: 1 calls, Unavailable, 0 messages
with it: 3 calls, Ok, 2 messages
";
    assert_eq!(output, expected, "{output}");
    Ok(())
}

#[test]
fn metrics_serves_what_it_counts() -> Outcome {
    for (dialect, sample) in [
        ("go", "grpc_code=\"NotFound\""),
        ("java", "code=\"NOT_FOUND\""),
    ] {
        let mut server = Server::of("metrics", &["127.0.0.1:0", dialect, "2"])?;
        let line = server.rows(1)?.remove(0);
        let address = line
            .strip_prefix("metrics are at http://")
            .ok_or("no address")?;
        assert_eq!(server.rows(1)?, ["2 rounds are done"]);
        let text = get(address.strip_suffix("/metrics").ok_or("no path")?)?;
        let ends = text
            .lines()
            .filter(|line| line.starts_with("grpc_server_handled_total{"));
        let ends: Vec<_> = ends.filter(|line| line.contains(sample)).collect();
        let counted = ends
            .iter()
            .filter(|line| line.contains("UnaryEcho"))
            .map(|line| line.rsplit(' ').next());
        let counted: Vec<_> = counted
            .flatten()
            .map(|count| count.parse::<f64>().unwrap_or_default())
            .collect();
        assert_eq!(counted, [2.0], "{text}");
    }
    Ok(())
}

#[test]
fn otel_prints_the_spans_and_the_metrics_of_one_call() -> Outcome {
    let output = run("otel", [""; 0])?;
    let expected = "\
Hello Ada

spans
  Client helloworld.Greeter/SayHello OK, messages: 0
    Client helloworld.Greeter/SayHello UNAVAILABLE, messages: 1
      Server helloworld.Greeter/SayHello UNAVAILABLE, messages: 1
    Client helloworld.Greeter/SayHello OK, messages: 2
      Server helloworld.Greeter/SayHello OK, messages: 2

metrics
  grpc.client.attempt.started helloworld.Greeter/SayHello in-process:hello: 2
  grpc.client.attempt.sent_total_compressed_message_size OK helloworld.Greeter/SayHello in-process:hello: 1
  grpc.client.attempt.sent_total_compressed_message_size UNAVAILABLE helloworld.Greeter/SayHello in-process:hello: 1
  grpc.client.attempt.rcvd_total_compressed_message_size OK helloworld.Greeter/SayHello in-process:hello: 1
  grpc.client.attempt.rcvd_total_compressed_message_size UNAVAILABLE helloworld.Greeter/SayHello in-process:hello: 1
  grpc.client.attempt.duration OK helloworld.Greeter/SayHello in-process:hello: 1
  grpc.client.attempt.duration UNAVAILABLE helloworld.Greeter/SayHello in-process:hello: 1
  grpc.server.call.started helloworld.Greeter/SayHello: 2
  grpc.server.call.sent_total_compressed_message_size OK helloworld.Greeter/SayHello: 1
  grpc.server.call.sent_total_compressed_message_size UNAVAILABLE helloworld.Greeter/SayHello: 1
  grpc.server.call.rcvd_total_compressed_message_size OK helloworld.Greeter/SayHello: 1
  grpc.server.call.rcvd_total_compressed_message_size UNAVAILABLE helloworld.Greeter/SayHello: 1
  grpc.server.call.duration OK helloworld.Greeter/SayHello: 1
  grpc.server.call.duration UNAVAILABLE helloworld.Greeter/SayHello: 1
  grpc.client.call.duration OK helloworld.Greeter/SayHello in-process:hello: 1
  grpc.client.call.retries helloworld.Greeter/SayHello in-process:hello: 1
  grpc.client.call.retry_delay helloworld.Greeter/SayHello in-process:hello: 1
";
    assert_eq!(output, expected, "{output}");
    Ok(())
}

/// The page `/metrics` of a server.
fn get(address: &str) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /metrics HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn auth_allows_denies_and_fetches_a_fresh_token() -> Outcome {
    let output = run("auth", [""; 0])?;
    let expected = "\
allowed, unary: Ok with 1 token(s)
allowed, stream: Ok with 1 token(s)
denied, unary: PermissionDenied with 1 token(s)
denied, stream: PermissionDenied with 1 token(s)
expired, unary: Unauthenticated with 1 token(s)
expired, stream: Unauthenticated with 1 token(s)
refreshed, unary: Ok with 2 token(s)
refreshed, stream: Ok with 2 token(s)
";
    assert_eq!(output, expected, "{output}");
    Ok(())
}

#[test]
fn authz_takes_a_new_policy_while_it_runs() -> Outcome {
    let output = run("authz", [""; 0])?;
    let first = r#"  audit: /echo.v1.Echo/UnaryEcho rule="echo_beta" authorized=true
unary by beta: Ok
  audit: /echo.v1.Echo/ServerStream rule="" authorized=false
stream by beta: PermissionDenied
  audit: /echo.v1.Echo/UnaryEcho rule="" authorized=false
unary by stable: PermissionDenied
"#;
    let next = r#"  audit: /echo.v1.Echo/UnaryEcho rule="echo_beta" authorized=true
unary by beta: Ok
  audit: /echo.v1.Echo/ServerStream rule="echo_beta" authorized=true
stream by beta: Ok
  audit: /echo.v1.Echo/UnaryEcho rule="" authorized=false
unary by stable: PermissionDenied
"#;
    let expected = format!(
        "the first policy\n{first}a broken one changes nothing\n{first}the next one\n{next}"
    );
    assert_eq!(output, expected, "{output}");
    Ok(())
}

#[test]
fn error_gives_the_caller_values_and_ids() -> Outcome {
    let output = run("error", [""; 0])?;
    let expected = r#"NotFound: Unknown { name: "ann" }
FailedPrecondition: Asleep
Internal: internal error (<id>)
"#;
    assert_eq!(output, expected, "{output}");
    Ok(())
}
