//! Errors of an application cross the wire as themselves; what went wrong inside stays in the log, under an id that the caller
//! has, too.
//!
//! Run it: `cargo run --example error`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{collections::HashMap, error::Error};

use grpc_interceptor::error::{ERROR_ID, MapStatus, Redact, TypedError};
use grpc_interceptor::prelude::*;
use testproto::helloworld::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tonic::{Request, Response};

/// Why there is no greeting.
#[derive(Debug, PartialEq)]
enum GreetError {
    Unknown { name: String },
    Asleep,
}

impl TypedError for GreetError {
    const DOMAIN: &str = "greeter.example.com";

    fn code(&self) -> Code {
        match self {
            Self::Unknown { .. } => Code::NotFound,
            Self::Asleep => Code::FailedPrecondition,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Unknown { .. } => "UNKNOWN_NAME",
            Self::Asleep => "ASLEEP",
        }
    }

    fn metadata(&self) -> HashMap<String, String> {
        match self {
            Self::Unknown { name } => [("name".to_owned(), name.clone())].into(),
            Self::Asleep => HashMap::new(),
        }
    }

    fn message(&self) -> String {
        "there is no greeting".to_owned()
    }

    fn from_reason(reason: &str, metadata: &HashMap<String, String>) -> Option<Self> {
        match reason {
            "UNKNOWN_NAME" => Some(Self::Unknown {
                name: metadata.get("name")?.clone(),
            }),
            "ASLEEP" => Some(Self::Asleep),
            _ => None,
        }
    }
}

struct Moody;

#[tonic::async_trait]
impl Greeter for Moody {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let name = request.into_inner().name;
        match &*name {
            "bug" => Err(Status::unknown("no route to db-7.internal")),
            "night" => Err(GreetError::Asleep.to_status()),
            _ => Err(GreetError::Unknown { name }.to_status()),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let chain = (
        Redact::new(),
        MapStatus::new().code(Code::Unknown, Code::Internal),
    );
    let server = ServerLayer::new(chain, &methods)?.layer(GreeterServer::new(Moody));
    let mut client = GreeterClient::new(server);
    for name in ["ann", "night", "bug"] {
        let name = name.to_owned();
        let Err(status) = client.say_hello(HelloRequest { name }).await else {
            continue;
        };
        match (
            GreetError::from_status(&status),
            status.metadata().get(ERROR_ID),
        ) {
            (Some(error), _) => println!("{:?}: {error:?}", status.code()),
            (None, Some(id)) => {
                let text = status.message().replace(id.to_str()?, "<id>");
                println!("{:?}: {text}", status.code());
            }
            (None, None) => println!("{:?}: {}", status.code(), status.message()),
        }
    }
    Ok(())
}
