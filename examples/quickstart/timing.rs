//! The interceptor: prints a line for each attempt when it is over.

use std::{
    env,
    io::{IsTerminal, Write, stdout},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use grpc_interceptor::prelude::*;

/// The header in which gRPC clients tell servers that they have tried before.
const PREVIOUS_ATTEMPTS: &str = "grpc-previous-rpc-attempts";

/// Prints each call that passes when it is over: any call type, client or server.
#[grpc_interceptor]
#[derive(Debug, Clone)]
pub(crate) struct Timing {
    started: Instant,
    colours: bool,
}

/// What is known of a call when it comes, and what is counted while it lasts.
#[derive(Debug)]
struct Row {
    timing: Timing,
    began: Instant,
    side: Side,
    method: Method,
    kind: CallKind,
    attempt: u32,
    requests: Arc<AtomicU32>,
    replies: Arc<AtomicU32>,
}

// === impl Timing ===

impl Timing {
    /// The timeline begins now.
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            colours: stdout().is_terminal() && env::var_os("NO_COLOR").is_none(),
        }
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let row = Row::new(self, &mut call);
        call.payload_mut().inspect(count(&row.requests))?;
        let replies = count(&row.replies);

        let mut reply = next
            .run(call)
            .on_end(move |end| row.print(end.code()))
            .await?;
        if T::KIND.server_streaming() {
            reply.payload_mut().inspect(replies)?;
        }
        Ok(reply)
    }

    /// Of a fixed width.
    fn paint(&self, code: Code) -> String {
        let text = format!("{code:?}");
        let colour = if code == Code::Ok { 32 } else { 31 };
        if self.colours {
            format!("\x1b[{colour}m{text:<11}\x1b[0m")
        } else {
            format!("{text:<11}")
        }
    }
}

// === impl Row ===

impl Row {
    fn new<T: CallType>(timing: &Timing, call: &mut Call<T>) -> Self {
        Self {
            timing: timing.clone(),
            began: Instant::now(),
            side: call.side(),
            method: call.method().clone(),
            kind: call.kind(),
            attempt: attempt(call),
            requests: Arc::default(),
            replies: Arc::default(),
        }
    }

    fn print(&self, code: Code) {
        let (side, method, kind, attempt) =
            (self.side, self.method.to_string(), self.kind, self.attempt);
        let at = self.timing.started.elapsed().as_millis();
        let elapsed = self.began.elapsed().as_secs_f64() * 1e3;
        let status = self.timing.paint(code);
        let requests = self.requests.load(Ordering::Relaxed);
        // A unary response is over before it is handed on: its message is there if all went well.
        let replies = if kind.server_streaming() {
            self.replies.load(Ordering::Relaxed)
        } else {
            u32::from(code == Code::Ok)
        };
        // Not `println!`, which panics when the reader has gone, as with `| head`.
        let _ = writeln!(
            stdout(),
            "{at:>5} ms  {side:<6}  {method:<26}  {kind:<13}  {attempt:>7}  {status}  {elapsed:>6.1} ms  {requests} in, {replies} out"
        );
    }
}

/// The titles of the columns.
pub(crate) fn print_header() {
    let _ = writeln!(
        stdout(),
        "      at  side    method                      call type      attempt  status         elapsed  messages"
    );
}

/// Counts attempts from 1. The client knows; it tells the server by a header.
fn attempt<T: CallType>(call: &mut Call<T>) -> u32 {
    if call.side() == Side::Client {
        let previous = call.attempt();
        if previous > 0 {
            call.metadata_mut()
                .insert(PREVIOUS_ATTEMPTS, previous.into());
        }
        return previous + 1;
    }
    let previous = call.metadata().get(PREVIOUS_ATTEMPTS);
    let previous = previous.and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    previous.unwrap_or_default() + 1
}

fn count(counter: &Arc<AtomicU32>) -> impl FnMut(&Message) + Send + 'static {
    let counter = counter.clone();
    move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
