//! Law 3. Every call that starts ends once, with the code of the table of DESIGN section 4.

use http::Response;
use tonic::{Code, body::Body};

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        Svc,
        body::{Log, Step, answer, body, data, failed, next, ok, refuse},
        service,
    },
    world::{self, World},
};

/// What the caller does.
#[derive(Clone, Copy)]
enum Caller {
    ReadsAll,
    LeavesBeforeHeaders,
    /// With one message read, if there is one.
    LeavesMidway,
}

struct Scenario {
    name: &'static str,
    handler: fn() -> Option<Response<Body>>,
    caller: Caller,
    code: Code,
}

const SCENARIOS: [Scenario; 7] = [
    Scenario {
        name: "trailers with OK",
        handler: || Some(answer([data("x"), ok()])),
        caller: Caller::ReadsAll,
        code: Code::Ok,
    },
    Scenario {
        name: "an error in the place of headers",
        handler: || Some(refuse(Code::NotFound, "no")),
        caller: Caller::ReadsAll,
        code: Code::NotFound,
    },
    Scenario {
        name: "an error after a message",
        handler: || Some(answer([data("x"), failed(Code::DataLoss, "bad")])),
        caller: Caller::ReadsAll,
        code: Code::DataLoss,
    },
    Scenario {
        name: "no trailers",
        handler: || Some(answer([data("x")])),
        caller: Caller::ReadsAll,
        code: Code::Unknown,
    },
    Scenario {
        name: "a caller who leaves before the headers",
        handler: || None,
        caller: Caller::LeavesBeforeHeaders,
        code: Code::Cancelled,
    },
    Scenario {
        name: "a caller who leaves midway",
        handler: || Some(answer([data("x"), Step::Hang])),
        caller: Caller::LeavesMidway,
        code: Code::Cancelled,
    },
    Scenario {
        name: "a caller who leaves before he has read",
        handler: || Some(answer([data("x"), data("y"), Step::Hang])),
        caller: Caller::LeavesBeforeHeaders,
        code: Code::Cancelled,
    },
];

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    for scenario in SCENARIOS {
        let log = Log::new();
        let ends = subject.ends(&log);
        let world = World::new(cell, subject, vec![ends], handler(scenario.handler)).await;
        let name = scenario.name;
        play(&world, scenario.caller).await;
        world.events.wait_for("above over").await;
        let told = log.take();
        let code = scenario.code;
        ensure(told == [code], || {
            format!("{name}: told of {told:?}, and not once of {code:?}")
        })?;
    }
    Ok(())
}

fn handler(response: fn() -> Option<Response<Body>>) -> Svc {
    service(move |_| async move {
        match response() {
            Some(response) => Ok(response),
            None => std::future::pending().await,
        }
    })
}

async fn play(world: &World, caller: Caller) {
    let call = world.open(body([data("x")]));
    match caller {
        Caller::ReadsAll => {
            if let Ok(response) = call.await {
                world::read(response).await;
            }
        }
        Caller::LeavesMidway if world.cell.streams_responses() => {
            let mut response = call.await.unwrap().into_body();
            next(&mut response).await.unwrap().unwrap();
        }
        // Midway of a unary response its layer reads ahead, and its caller waits for headers.
        Caller::LeavesBeforeHeaders | Caller::LeavesMidway => leave_at(world, call).await,
    }
}

/// Drops the call when what is below the layer has it.
async fn leave_at<T>(world: &World, call: impl Future<Output = T>) {
    tokio::select! {
        biased;
        () = world.events.wait_for("below called") => {}
        _ = call => {}
    }
}
