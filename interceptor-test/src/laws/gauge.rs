//! Measures what passes a place, and changes nothing.
//!
//! One stands right above the layer and one right below it, so what is between their figures is the layer's doing, whatever
//! the transport does.

use std::{
    cell::Cell,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use interceptor_core::tonic::{Status, body::Body};
use tower::{Service as _, ServiceExt as _};

use super::{
    body::lock,
    events::Events,
    scene::{Ground, Svc},
    world::service,
};

/// Where a gauge stands.
#[derive(Debug, Clone)]
pub(super) struct Gauge {
    name: &'static str,
    events: Events,
    reading: Arc<Mutex<Reading>>,
    between: Between,
    ground: Arc<dyn Ground>,
}

/// The figures of a gauge.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) calls: usize,
    pub(super) request: Flow,
    pub(super) response: Flow,
}

/// What was read of a body.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    pub(super) polls: usize,
    /// Where in memory each frame of data is, and how long.
    pub(super) frames: Vec<(usize, usize)>,
    pub(super) end: Option<End>,
    /// What was allocated while frames of data were read here, and not further in.
    pub(super) allocations: u64,
    /// What the body said of itself that was not so.
    pub(super) lie: Option<String>,
    /// Where the stack was at the last poll.
    address: usize,
}

/// How a body ended for who read it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    Clean,
    Broken(String),
    /// Nobody read it to its end.
    Dropped,
}

/// What went into the layer and did not come out yet: each way, and the most that it ever was.
#[derive(Debug, Clone, Default)]
pub(super) struct Between(Arc<Mutex<[Held; 2]>>);

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    now: [isize; 2],
    pub(super) most_frames: isize,
    pub(super) most_bytes: isize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Request,
    Response,
}

struct GaugeBody {
    inner: Option<Body>,
    gauge: Gauge,
    way: Way,
    /// For the response: tells that the call is over when this goes.
    _over: Option<Over>,
}

/// Tells that a call is over at its drop.
struct Over(Gauge);

// === impl Gauge ===

impl Gauge {
    pub(super) fn new(
        name: &'static str,
        events: &Events,
        between: &Between,
        ground: &Arc<dyn Ground>,
    ) -> Self {
        Self {
            name,
            events: events.clone(),
            reading: Arc::default(),
            between: between.clone(),
            ground: Arc::clone(ground),
        }
    }

    pub(super) fn read(&self) -> Reading {
        lock(&self.reading).clone()
    }

    pub(super) fn around(&self, below: Svc) -> Svc {
        let gauge = self.clone();
        service(move |request| {
            let (gauge, mut below) = (gauge.clone(), below.clone());
            lock(&gauge.reading).calls += 1;
            gauge.events.push(format!("{} called", gauge.name));
            async move {
                let over = Over(gauge.clone());
                let request = request.map(|body| gauge.body(body, Way::Request, None));
                // In a block of its own, so that what is below is gone before it is told.
                let response = { below.ready().await?.call(request).await? };
                Ok(response.map(|body| gauge.body(body, Way::Response, Some(over))))
            }
        })
    }

    fn body(&self, inner: Body, way: Way, over: Option<Over>) -> Body {
        Body::new(GaugeBody {
            inner: Some(inner),
            gauge: self.clone(),
            way,
            _over: over,
        })
    }

    fn flow(&self, way: Way, change: impl FnOnce(&mut Flow)) {
        let mut reading = lock(&self.reading);
        change(match way {
            Way::Request => &mut reading.request,
            Way::Response => &mut reading.response,
        });
    }

    /// A request goes into the layer above it, and a response below it.
    fn is_entry(&self, way: Way) -> bool {
        (self.name == "above") == (way == Way::Request)
    }

    fn count(&self, way: Way, bytes: usize) {
        let mut held = lock(&self.between.0);
        let held = &mut held[usize::from(way == Way::Response)];
        let bytes = bytes.cast_signed();
        let sign = if self.is_entry(way) { 1 } else { -1 };
        held.now = [held.now[0] + sign, held.now[1] + sign * bytes];
        held.most_frames = held.most_frames.max(held.now[0]);
        held.most_bytes = held.most_bytes.max(held.now[1]);
    }

    fn end(&self, way: Way, end: End) {
        self.flow(way, |flow| {
            flow.end.get_or_insert(end);
        });
    }
}

// === impl Between ===

impl Between {
    pub(super) fn held(&self, way: Way) -> Held {
        lock(&self.0)[usize::from(way == Way::Response)]
    }
}

/// How far down the stack a body is read below, seen from above: a wrapper around it would be a step further.
pub(super) fn distance(above: &Reading, below: &Reading) -> usize {
    below.request.address.abs_diff(above.request.address)
}

thread_local! {
    /// Whether a gauge further out polls: each poll of one that the layer sees to is within a poll of the other.
    static IS_IN_ANOTHER: Cell<bool> = const { Cell::new(false) };
}

// === impl GaugeBody ===

impl GaugeBody {
    fn poll_inner(&mut self, cx: &mut Context<'_>) -> (Polled, u64) {
        let mut polled = Poll::Ready(None);
        let Some(inner) = &mut self.inner else {
            return (polled, 0);
        };
        let allocations = self.gauge.ground.allocations(&mut || {
            polled = Pin::new(&mut *inner).poll_frame(cx);
        });
        (polled, allocations)
    }

    /// Never inlined, so that it has a frame of its own on the stack, with and without a layer.
    #[inline(never)]
    fn poll_noted(&mut self, cx: &mut Context<'_>) -> Polled {
        let here = 0_u8;
        self.gauge.flow(self.way, |flow| {
            flow.polls += 1;
            flow.address = std::ptr::from_ref(&here).addr();
        });
        let said = (self.is_end_stream(), self.size_hint().upper());
        let (polled, allocations) = self.poll_inner(cx);
        self.note(&polled, allocations);
        self.compare(said, &polled);
        polled
    }

    /// What it said of itself, with what came.
    fn compare(&self, (is_at_end, most): (bool, Option<u64>), polled: &Polled) {
        let Poll::Ready(Some(Ok(frame))) = polled else {
            return;
        };
        let length = frame.data_ref().map_or(0, Bytes::len) as u64;
        let lie = if is_at_end {
            Some("that it is at its end, and gives a frame".to_owned())
        } else {
            let most = most.filter(|most| *most < length);
            most.map(|most| format!("that {most} bytes are left, and gives {length}"))
        };
        self.gauge
            .flow(self.way, |flow| flow.lie = flow.lie.take().or(lie));
    }

    fn note(&self, polled: &Polled, allocations: u64) {
        let (gauge, way) = (&self.gauge, self.way);
        match polled {
            Poll::Pending => {}
            Poll::Ready(None) => gauge.end(way, End::Clean),
            Poll::Ready(Some(Err(status))) => gauge.end(way, End::Broken(status.to_string())),
            Poll::Ready(Some(Ok(frame))) => {
                // hyper sends an empty one at the end.
                if let Some(data) = frame.data_ref().filter(|data| !data.is_empty()) {
                    gauge.count(way, data.len());
                    if way == Way::Response {
                        gauge.events.push(format!("{} read", gauge.name));
                    }
                    let place = (data.as_ptr().addr(), data.len());
                    gauge.flow(way, |flow| {
                        flow.frames.push(place);
                        flow.allocations += allocations;
                    });
                }
            }
        }
    }
}

type Polled = Poll<Option<Result<Frame<Bytes>, Status>>>;

impl http_body::Body for GaugeBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        if !IS_IN_ANOTHER.replace(true) {
            let polled = self.poll_noted(cx);
            IS_IN_ANOTHER.set(false);
            return polled;
        }
        // What is done from here on is not the layer's doing.
        let mut polled = Poll::Ready(None);
        let ground = Arc::clone(&self.gauge.ground);
        ground.uncounted(&mut || polled = self.poll_noted(cx));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner
            .as_ref()
            .map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for GaugeBody {
    fn drop(&mut self) {
        let is_at_end = self.is_end_stream();
        self.inner = None; // what is further in goes first
        let end = if is_at_end { End::Clean } else { End::Dropped };
        self.gauge.end(self.way, end);
        if self.way == Way::Request {
            self.gauge
                .events
                .push(format!("{} request gone", self.gauge.name));
        }
    }
}

impl Drop for Over {
    fn drop(&mut self) {
        self.0.events.push(format!("{} over", self.0.name));
    }
}
