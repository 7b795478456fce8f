use interceptor_core::{CallKind, Methods, Side};
use interceptor_kit::log::{Log, Payloads};
use interceptor_test::{Case, Harness, WireMessage};
use testproto::echo::EchoRequest;

use crate::written::Written;

fn request() -> WireMessage {
    WireMessage::encode(&EchoRequest {
        text: "hello".to_owned(),
        count: 2,
        payload: b"SECRET".to_vec(),
    })
}

fn harness(case: Case, payloads: Payloads) -> Harness<Log> {
    let log = Log::builder().payloads(payloads).build().unwrap();
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let name = match case.kind() {
        CallKind::UnaryUnary => "UnaryEcho",
        CallKind::UnaryStream => "ServerStream",
        CallKind::StreamUnary => "ClientStream",
        CallKind::StreamStream => "BidiStream",
    };
    let path = format!("/echo.v1.Echo/{name}");
    let harness = Harness::new(case, log).methods(methods).path(&path);
    if case.kind().client_streaming() {
        harness.requests([request(), request()])
    } else {
        harness.request(request())
    }
}

#[tokio::test(start_paused = true)]
async fn messages_are_logged_as_json_without_what_is_redacted() {
    let written = Written::new();
    for case in Case::all() {
        let harness = harness(case, Payloads::new().redact("payload"));
        let outcome = harness.call().await;
        let lines = written.take();
        let (request, response) = match case.side() {
            Side::Client => ("request sent", "response received"),
            Side::Server => ("request received", "response sent"),
        };
        let requests: Vec<_> = lines.iter().filter(|line| line.text() == request).collect();
        assert_eq!(requests.len(), harness.sends().len(), "{case:?}: {lines:?}");
        for line in requests {
            let json = r#"{"count":2,"payload":"[REDACTED]","text":"hello"}"#;
            assert_eq!(line.get("grpc.request.content"), Some(json));
        }
        let responses = lines.iter().filter(|line| line.text() == response);
        assert_eq!(
            responses.count(),
            outcome.messages().len(),
            "{case:?}: {lines:?}"
        );
        let all = format!("{lines:?}");
        assert!(
            !all.contains("U0VDUkVU") && !all.contains("SECRET"),
            "{all}"
        ); // in base64
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_cut_or_left_out() {
    let written = Written::new();
    for case in Case::all() {
        harness(case, Payloads::new().max_bytes(12)).call().await;
        let lines = written.take();
        let contents = lines
            .iter()
            .find_map(|line| line.get("grpc.request.content"));
        assert_eq!(contents, Some(r#"{"count":2,"… (47 bytes)"#), "{case:?}");

        harness(case, Payloads::new().max_message_bytes(10))
            .call()
            .await;
        let lines = written.take();
        let contents = lines
            .iter()
            .find_map(|line| line.get("grpc.request.content"));
        let length = request().to_frame().len();
        assert_eq!(contents, Some(&*format!("({length} bytes)")), "{case:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_descriptors_there_is_the_length() {
    let written = Written::new();
    for case in Case::all() {
        let log = Log::builder().payloads(Payloads::new()).build().unwrap();
        Harness::new(case, log).call().await;
        let lines = written.take();
        let content = lines
            .iter()
            .find_map(|line| line.get("grpc.request.content"))
            .unwrap();
        assert!(content.ends_with("no descriptors)"), "{content}");
    }
}

/// The same service, of which a field has the option.
const DISCREET: &str = r#"
syntax = "proto3";
package echo.v1;
message EchoRequest {
  string text = 1 [debug_redact = true];
  uint32 count = 2;
  bytes payload = 3 [debug_redact = true];
}
service Echo {
  rpc UnaryEcho(EchoRequest) returns (EchoRequest);
  rpc ServerStream(EchoRequest) returns (stream EchoRequest);
  rpc ClientStream(stream EchoRequest) returns (EchoRequest);
  rpc BidiStream(stream EchoRequest) returns (stream EchoRequest);
}
"#;

fn discreet() -> Methods {
    let folder = std::env::temp_dir().join(format!("log-payloads-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("discreet.proto"), DISCREET).unwrap();
    let mut compiler = protox::Compiler::new([&folder]).unwrap();
    compiler.open_file("discreet.proto").unwrap();
    let set = compiler.encode_file_descriptor_set();
    std::fs::remove_dir_all(&folder).unwrap();
    Methods::from_file_descriptor_set(&set).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_the_proto_file_says_is_secret_is_never_logged() {
    let (written, methods) = (Written::new(), discreet());
    for case in Case::all() {
        let harness = harness(case, Payloads::new()).methods(methods.clone());
        harness.call().await;
        let lines = written.take();
        let contents = lines.iter().filter_map(|line| {
            line.get("grpc.request.content")
                .or(line.get("grpc.response.content"))
        });
        let contents: Vec<_> = contents.collect();
        assert!(contents.len() > 1, "{case:?}: {lines:?}");
        for json in contents {
            assert!(json.contains(r#""text":"[REDACTED]""#), "{case:?}: {json}");
        }
        let all = format!("{lines:?}");
        let secrets = ["hello", "SECRET", "U0VDUkVU"];
        assert!(!secrets.iter().any(|secret| all.contains(secret)), "{all}");
    }
}
