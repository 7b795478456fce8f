//! The one definition of all metrics: which families there are, and what they are called in which dialect.

use std::{borrow::Cow, sync::Arc};

use interceptor_core::Side;

use super::{Dialect, Family, FamilyKind};

/// What of the definition can be chosen.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) dialect: Dialect,
    pub(super) buckets: Option<Vec<f64>>,
    pub(super) handling_seconds: bool,
    pub(super) message_seconds: bool,
    pub(super) in_flight: bool,
}

/// The families of both sides.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) client: Families,
    pub(super) server: Families,
}

/// The families of one side.
#[derive(Debug)]
pub(super) struct Families {
    pub(super) started: Arc<Family>,
    pub(super) handled: Arc<Family>,
    pub(super) received: Arc<Family>,
    pub(super) sent: Arc<Family>,
    pub(super) handling: Option<Arc<Family>>,
    pub(super) receiving: Option<Arc<Family>>,
    pub(super) sending: Option<Arc<Family>>,
    pub(super) in_flight: Option<Arc<Family>>,
}

/// Makes families that have the extra labels of a user.
struct Maker<'a> {
    choice: &'a Choice,
    extra: &'a [Cow<'static, str>],
}

type Text = (&'static str, &'static str);

// === impl Definition ===

impl Definition {
    pub(super) fn new(choice: &Choice, extra: &[Cow<'static, str>]) -> Self {
        let maker = Maker { choice, extra };
        Self {
            client: maker.families(Side::Client),
            server: maker.families(Side::Server),
        }
    }

    pub(super) fn of(&self, side: Side) -> &Families {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }
}

// === impl Families ===

impl Families {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Family>> {
        let always = [&self.started, &self.handled, &self.received, &self.sent];
        let chosen = [
            &self.handling,
            &self.receiving,
            &self.sending,
            &self.in_flight,
        ];
        always.into_iter().chain(chosen.into_iter().flatten())
    }
}

// === impl Maker ===

impl Maker<'_> {
    fn families(&self, side: Side) -> Families {
        let dialect = self.choice.dialect;
        let is_client = side == Side::Client;
        let messages = self.choice.message_seconds && is_client;
        Families {
            started: self.counter(started(dialect, side)),
            handled: self.handled(handled(dialect, side)),
            received: self.counter(received(dialect, side)),
            sent: self.counter(sent(dialect, side)),
            handling: self.histogram_if(self.choice.handling_seconds, handling(dialect, side)),
            receiving: self.histogram_if(messages, RECEIVING),
            sending: self.histogram_if(messages, SENDING),
            in_flight: (self.choice.in_flight)
                .then(|| self.family(in_flight(side), FamilyKind::Gauge, &[])),
        }
    }

    fn counter(&self, text: Text) -> Arc<Family> {
        self.family(text, FamilyKind::Counter, &[])
    }

    fn handled(&self, text: Text) -> Arc<Family> {
        let codes = self.choice.dialect.code_labels();
        self.family(text, FamilyKind::Counter, codes)
    }

    fn histogram_if(&self, wanted: bool, text: Text) -> Option<Arc<Family>> {
        wanted.then(|| self.family(text, FamilyKind::Histogram, &[]))
    }

    /// The values of the labels come in this order: those of the method, the code, those of the user.
    fn family(&self, (name, help): Text, kind: FamilyKind, codes: &'static [&str]) -> Arc<Family> {
        let method = ["grpc_type", "grpc_service", "grpc_method"];
        let own = method
            .iter()
            .chain(codes)
            .map(|label| Cow::Borrowed(*label));
        let buckets = match (kind, &self.choice.buckets) {
            (FamilyKind::Histogram, Some(buckets)) => buckets.clone(),
            (FamilyKind::Histogram, None) => self.choice.dialect.buckets().to_vec(),
            _ => Vec::new(),
        };
        Arc::new(Family {
            name,
            help,
            kind,
            labels: own.chain(self.extra.iter().cloned()).collect(),
            buckets,
            floats: self.choice.dialect.writes_floats(),
        })
    }
}

fn started(dialect: Dialect, side: Side) -> Text {
    match (side, dialect) {
        (Side::Server, _) => (
            "grpc_server_started_total",
            "Total number of RPCs started on the server.",
        ),
        (Side::Client, Dialect::Python | Dialect::PythonLegacy) => (
            "grpc_client_started_total",
            "Total number of RPCs started on the client",
        ),
        (Side::Client, _) => (
            "grpc_client_started_total",
            "Total number of RPCs started on the client.",
        ),
    }
}

fn handled(dialect: Dialect, side: Side) -> Text {
    const ON_CLIENT: &str =
        "Total number of RPCs completed on the client, regardless of success or failure.";
    match (side, dialect) {
        (Side::Server, _) => (
            "grpc_server_handled_total",
            "Total number of RPCs completed on the server, regardless of success or failure.",
        ),
        (Side::Client, Dialect::Go | Dialect::GoV1) => (
            "grpc_client_handled_total",
            "Total number of RPCs completed by the client, regardless of success or failure.",
        ),
        (Side::Client, Dialect::Python) => ("grpc_client_handled_total", ON_CLIENT),
        (Side::Client, _) => ("grpc_client_completed_total", ON_CLIENT),
    }
}

fn received(dialect: Dialect, side: Side) -> Text {
    match (side, dialect) {
        (Side::Server, Dialect::Java) => (
            "grpc_server_msg_received_total",
            "Total number of stream messages received from the client.",
        ),
        (Side::Server, _) => (
            "grpc_server_msg_received_total",
            "Total number of RPC stream messages received on the server.",
        ),
        (Side::Client, Dialect::Java) => (
            "grpc_client_msg_received_total",
            "Total number of stream messages received from the server.",
        ),
        (Side::Client, _) => (
            "grpc_client_msg_received_total",
            "Total number of RPC stream messages received by the client.",
        ),
    }
}

fn sent(dialect: Dialect, side: Side) -> Text {
    match (side, dialect) {
        (Side::Server, Dialect::Java) => (
            "grpc_server_msg_sent_total",
            "Total number of stream messages sent by the server.",
        ),
        (Side::Server, _) => (
            "grpc_server_msg_sent_total",
            "Total number of gRPC stream messages sent by the server.",
        ),
        (Side::Client, Dialect::Java) => (
            "grpc_client_msg_sent_total",
            "Total number of stream messages sent by the client.",
        ),
        (Side::Client, _) => (
            "grpc_client_msg_sent_total",
            "Total number of gRPC stream messages sent by the client.",
        ),
    }
}

fn handling(dialect: Dialect, side: Side) -> Text {
    const ON_SERVER: &str = "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.";
    match (side, dialect) {
        (Side::Server, Dialect::PythonLegacy) => (
            "grpc_server_handled_latency_seconds",
            "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server",
        ),
        (Side::Server, Dialect::Java) => ("grpc_server_handled_latency_seconds", ON_SERVER),
        (Side::Server, _) => ("grpc_server_handling_seconds", ON_SERVER),
        (Side::Client, Dialect::PythonLegacy | Dialect::Java) => (
            "grpc_client_completed_latency_seconds",
            "Histogram of rpc response latency (in seconds) for completed rpcs.",
        ),
        (Side::Client, Dialect::Python) => (
            "grpc_client_handling_seconds",
            // The missing blank is the original's.
            "Histogram of response latency (seconds) of the gRPC untilit is finished by the application.",
        ),
        (Side::Client, _) => (
            "grpc_client_handling_seconds",
            "Histogram of response latency (seconds) of the gRPC until it is finished by the application.",
        ),
    }
}

const RECEIVING: Text = (
    "grpc_client_msg_recv_handling_seconds",
    "Histogram of response latency (seconds) of the gRPC single message receive.",
);

const SENDING: Text = (
    "grpc_client_msg_send_handling_seconds",
    "Histogram of response latency (seconds) of the gRPC single message send.",
);

/// None of the originals has it.
fn in_flight(side: Side) -> Text {
    match side {
        Side::Server => (
            "grpc_server_in_flight",
            "Number of RPCs under way on the server.",
        ),
        Side::Client => (
            "grpc_client_in_flight",
            "Number of RPCs under way on the client.",
        ),
    }
}
