//! Law 3. Every call that starts ends once, with the code of the table of DESIGN section 4.

use http::Response;
use interceptor_core::tonic::{Code, body::Body};

use crate::laws::{
    body::{Log, answer, next, refuse, say},
    scene::{Chain, Scene, Svc, Verdict, ensure},
    world::{self, World, service},
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
        handler: || Some(answer(say("x").ok())),
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
        handler: || Some(answer(say("x").ends(Code::DataLoss, "bad"))),
        caller: Caller::ReadsAll,
        code: Code::DataLoss,
    },
    Scenario {
        name: "no trailers",
        handler: || Some(answer(say("x"))),
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
        handler: || Some(answer(say("x").hang())),
        caller: Caller::LeavesMidway,
        code: Code::Cancelled,
    },
    Scenario {
        name: "a caller who leaves before he has read",
        handler: || Some(answer(say("x").text("y").hang())),
        caller: Caller::LeavesBeforeHeaders,
        code: Code::Cancelled,
    },
];

pub(super) async fn holds(scene: &Scene) -> Verdict {
    for scenario in SCENARIOS {
        let log = Log::new();
        let ends = Chain::outside(scene.way.ends(&log));
        let world = World::new(scene, ends, handler(scenario.handler)).await;
        let name = scenario.name;
        let came = play(&world, scenario.caller).await;
        world.events.wait_for("above over").await;
        let told = log.take();
        // Who changes codes has the end told as the caller was told it.
        let code = match came {
            Some(code) if !scene.promises.passes_through => code,
            None if world.is_answered() => told.first().copied().unwrap_or(Code::Cancelled),
            _ => scenario.code,
        };
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

/// The code that the caller was told, if he stayed until the end.
async fn play(world: &World<'_>, caller: Caller) -> Option<Code> {
    let call = world.open(say("x"));
    match caller {
        Caller::ReadsAll => Some(match call.await {
            Ok(response) => world::read(response).await.0,
            Err(status) => status.code(),
        }),
        Caller::LeavesMidway if world.scene.streams_responses() => match call.await {
            Ok(response) => {
                let _ = next(&mut response.into_body()).await;
                None
            }
            Err(status) => Some(status.code()),
        },
        // Midway of a unary response its layer reads ahead, and its caller waits for headers.
        Caller::LeavesBeforeHeaders | Caller::LeavesMidway => leave_at(world, call).await,
    }
}

/// Drops the call when what is below the layer has it; or what came of it before, as an error.
async fn leave_at(
    world: &World<'_>,
    call: impl Future<Output = Result<Response<Body>, interceptor_core::tonic::Status>>,
) -> Option<Code> {
    tokio::select! {
        biased;
        () = world.events.wait_for("below called") => None,
        came = call => came.err().map(|status| status.code()),
    }
}
