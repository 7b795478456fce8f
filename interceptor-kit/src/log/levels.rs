//! How loud an end is: go-grpc-middleware's tables, and what a program says otherwise.

use interceptor_core::{Side, tonic::Code};
use tracing::Level;

/// The level of each code.
#[derive(Debug, Clone, Default)]
pub(super) struct Levels {
    said: Vec<(Code, Level)>,
}

// === impl Levels ===

impl Levels {
    pub(super) fn set(&mut self, code: Code, level: Level) {
        self.said.retain(|(said, _)| *said != code);
        self.said.push((code, level));
    }

    pub(super) fn of(&self, side: Side, code: Code) -> Level {
        let said = self.said.iter().find(|(said, _)| *said == code);
        said.map_or_else(|| default(side, code), |(_, level)| *level)
    }
}

/// The level that go-grpc-middleware gives an end with this code.
fn default(side: Side, code: Code) -> Level {
    match side {
        Side::Server => on_server(code),
        Side::Client => on_client(code),
    }
}

fn on_server(code: Code) -> Level {
    match code {
        Code::Ok
        | Code::NotFound
        | Code::Cancelled
        | Code::AlreadyExists
        | Code::InvalidArgument
        | Code::Unauthenticated => Level::INFO,
        Code::DeadlineExceeded
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable => Level::WARN,
        Code::Unknown | Code::Unimplemented | Code::Internal | Code::DataLoss => Level::ERROR,
    }
}

fn on_client(code: Code) -> Level {
    match code {
        Code::Ok
        | Code::Cancelled
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange => Level::DEBUG,
        Code::Unknown | Code::DeadlineExceeded | Code::PermissionDenied | Code::Unauthenticated => {
            Level::INFO
        }
        Code::Unimplemented | Code::Internal | Code::Unavailable | Code::DataLoss => Level::WARN,
    }
}
