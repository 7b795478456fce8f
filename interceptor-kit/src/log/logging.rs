//! The observer that logs.

use interceptor_core::{
    ConfigError, End, Methods, Observer, Passing, Side, Start, Wants,
    tonic::{Code, Status},
};

use super::{
    Payloads, bound,
    levels::Levels,
    line,
    record::Record,
    when::{Choice, When},
};

/// How much of a status' message is logged.
const MOST_OF_A_MESSAGE: usize = 1024;

#[derive(Debug)]
pub(super) struct Logging {
    pub(super) choice: Choice,
    pub(super) levels: Levels,
    pub(super) started: bool,
    pub(super) payloads: Option<Payloads>,
    pub(super) metadata: Box<[Box<str>]>,
}

// === impl Logging ===

impl Default for Logging {
    fn default() -> Self {
        Self {
            choice: Choice::new(Vec::new(), When::Always, 1),
            levels: Levels::default(),
            started: true,
            payloads: None,
            metadata: Box::default(),
        }
    }
}

impl Logging {
    /// The payloads of this call, if they are logged.
    fn payloads(&self, record: &Record) -> Option<&Payloads> {
        self.payloads
            .as_ref()
            .filter(|_| record.when == When::Always)
    }

    fn wants(&self, record: &Record) -> Wants {
        match (record.when, self.payloads(record)) {
            (When::Never, _) => Wants::Nothing,
            (_, None) => Wants::Lengths,
            (_, Some(_)) => Wants::Messages,
        }
    }

    fn is_wanted(record: &Record, code: Code) -> bool {
        match record.when {
            When::Always => true,
            When::Fails => code != Code::Ok,
            When::Never => false,
        }
    }
}

impl Observer for Logging {
    /// None for a call that is not logged.
    type Call = Option<Box<Record>>;

    fn start(&self, start: &mut Start<'_>) -> Self::Call {
        let when = self.choice.when(start.method());
        if when == When::Never {
            return None;
        }
        let record = Record::new(start, when, &self.metadata);
        if self.started && when == When::Always {
            line::started(self.levels.of(record.side, Code::Ok), &record);
        }
        Some(Box::new(record))
    }

    fn wants_requests(&self, call: &Self::Call) -> Wants {
        call.as_deref()
            .map_or(Wants::Nothing, |record| self.wants(record))
    }

    fn wants_responses(&self, call: &Self::Call) -> Wants {
        self.wants_requests(call)
    }

    fn request_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        let Some(record) = call else { return };
        record.requests.add(message);
        if let Some(payloads) = self.payloads(record) {
            let content = payloads.text(record.method.input(), message);
            line::request(self.levels.of(record.side, Code::Ok), record, &content);
        }
    }

    fn response_message(&self, call: &mut Self::Call, message: &Passing<'_>) {
        let Some(record) = call else { return };
        record.responses.add(message);
        if let Some(payloads) = self.payloads(record) {
            let content = payloads.text(record.method.output(), message);
            line::response(self.levels.of(record.side, Code::Ok), record, &content);
        }
    }

    fn end(&self, call: Self::Call, end: &End<'_>) {
        let Some(record) = call else { return };
        if Self::is_wanted(&record, end.code()) {
            let error = end.status().map(message);
            let level = self.levels.of(record.side, end.code());
            line::finished(level, &record, end.code(), error.as_deref());
        }
    }

    fn check(&self, methods: &Methods, _: Side) -> Result<(), ConfigError> {
        self.choice.check(methods)?;
        let payloads = self.payloads.as_ref();
        payloads.map_or(Ok(()), |payloads| payloads.check(methods))
    }
}

/// What a status says, and nothing of its metadata or details.
fn message(status: &Status) -> String {
    let mut text = status.message().to_owned();
    bound::cut(&mut text, MOST_OF_A_MESSAGE);
    text
}
