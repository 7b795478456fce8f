//! A peer that sends HTTP/2 frames as they are written down: h2's own server cannot send all of these sequences.

use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tonic::transport::{Channel, Endpoint};

const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const RST_STREAM: u8 = 0x3;
const SETTINGS: u8 = 0x4;
const GOAWAY: u8 = 0x7;
const ACK: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
/// A whole header block: `:status: 200`, by its place in HPACK's static table.
const STATUS_200: &[u8] = &[0x88];
const MAX_CONCURRENT_STREAMS: u8 = 0x3;

/// What the peer does once the headers of the first call are there. The connection ends after the last step, unless that
/// is [`Step::Hang`].
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Resets the stream, with that error code.
    Reset(u32),
    /// Says that it has taken the streams up to this one, and takes no more.
    GoAway { last_stream: u32 },
    /// Response headers.
    Headers,
    /// Keeps the connection as it is.
    Hang,
}

/// A channel to a peer that takes these steps.
pub(super) fn channel(steps: &'static [Step]) -> Channel {
    channel_with(&[], steps)
}

/// A channel to a peer that takes one call at a time.
pub(super) fn one_call_at_a_time(steps: &'static [Step]) -> Channel {
    channel_with(&[0, MAX_CONCURRENT_STREAMS, 0, 0, 0, 1], steps)
}

fn channel_with(settings: &'static [u8], steps: &'static [Step]) -> Channel {
    let connect = move |_: Uri| async move {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        tokio::spawn(serve(theirs, settings, steps));
        Ok::<_, std::io::Error>(TokioIo::new(ours))
    };
    Endpoint::from_static("http://peer.test")
        .connect_with_connector_lazy(tower::service_fn(connect))
}

async fn serve(mut io: DuplexStream, settings: &[u8], steps: &[Step]) -> std::io::Result<()> {
    io.read_exact(&mut [0; b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()])
        .await?;
    write(&mut io, SETTINGS, 0, 0, settings).await?;
    while read(&mut io).await? != HEADERS {}
    write(&mut io, SETTINGS, ACK, 0, &[]).await?;
    for step in steps {
        match step {
            Step::Reset(reason) => write(&mut io, RST_STREAM, 0, 1, &reason.to_be_bytes()).await?,
            Step::GoAway { last_stream } => {
                let payload = [last_stream.to_be_bytes(), [0; 4]].concat();
                write(&mut io, GOAWAY, 0, 0, &payload).await?;
            }
            Step::Headers => {
                write(&mut io, HEADERS, END_HEADERS, 1, STATUS_200).await?;
                write(&mut io, DATA, 0, 1, &[0; 5]).await?;
                // Under paused time: until everybody waits. What comes along with the headers takes their place.
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Step::Hang => while read(&mut io).await.is_ok() {},
        }
    }
    Ok(())
}

/// Reads a frame and returns its type.
async fn read(io: &mut DuplexStream) -> std::io::Result<u8> {
    let mut head = [0; 9];
    io.read_exact(&mut head).await?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    io.read_exact(&mut vec![0; length as usize]).await?;
    Ok(head[3])
}

async fn write(
    io: &mut DuplexStream,
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &[u8],
) -> std::io::Result<()> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    io.write_all(&[&head, payload].concat()).await
}
