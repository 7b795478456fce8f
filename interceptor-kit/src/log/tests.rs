use interceptor_core::{Side, tonic::Code};
use tracing::Level;

use super::{Log, Payloads, bound, levels::Levels, metadata};

#[test]
fn a_text_is_cut_between_characters() {
    let mut text = "grüß".to_owned();
    bound::cut(&mut text, 6);
    assert_eq!(text, "grüß");
    bound::cut(&mut text, 3);
    assert_eq!(text, "gr… (6 bytes)");
}

#[test]
fn what_may_be_a_credential_is_refused() {
    for name in [
        "authorization",
        "Proxy-Authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "X-Auth-Token",
        "x-amz-security-token",
        "x-forwarded-client-secret",
        "x-goog-iam-authorization-token",
        "password",
        "trace-bin",
        "with blank",
        "",
    ] {
        assert!(metadata::checked(name).is_err(), "{name}");
        assert!(Log::builder().metadata(name).build().is_err(), "{name}");
    }
    for name in ["x-tenant", "user-agent", "X-Request-Id", "traceparent"] {
        assert!(metadata::checked(name).is_ok(), "{name}");
    }
}

#[test]
fn what_is_built_wrongly_is_said() {
    assert!(Log::builder().one_in(0).build().is_err());
    let not_a_pattern = Log::builder().method("Create", super::When::Never);
    assert!(not_a_pattern.build().is_err());
    assert_eq!(Payloads::new(), Payloads::default());
}

#[test]
fn a_level_can_be_changed() {
    let mut levels = Levels::default();
    levels.set(Code::NotFound, Level::TRACE);
    levels.set(Code::NotFound, Level::ERROR);
    assert_eq!(levels.of(Side::Server, Code::NotFound), Level::ERROR);
    assert_eq!(levels.of(Side::Server, Code::Aborted), Level::WARN);
}
