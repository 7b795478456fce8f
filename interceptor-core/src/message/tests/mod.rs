mod compression;
mod count;
mod message;
mod parser;
mod splits;
mod walk;

use bytes::{BufMut, Bytes, BytesMut};
use tonic::{Code, Status};

use super::{Encoding, Format, Message, Parser};

/// A frame by hand: nothing of what is tested stands behind it.
fn frame(flag: u8, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(flag);
    frame.put_u32(u32::try_from(payload.len()).unwrap());
    frame.put_slice(payload);
    frame.freeze()
}

fn format(encoding: Option<Encoding>, max_message_size: usize) -> Format {
    Format {
        encoding,
        max_message_size,
    }
}

fn plain() -> Format {
    Format::default()
}

/// All messages of `chunks`, or the first error.
fn parse(format: Format, chunks: impl IntoIterator<Item = Bytes>) -> Result<Vec<Message>, Status> {
    let mut parser = Parser::new(format);
    let mut messages = Vec::new();
    for chunk in chunks {
        parser.push(chunk);
        while let Some(message) = parser.next()? {
            messages.push(message);
        }
    }
    parser.finish()?;
    Ok(messages)
}

/// The one message of `frame`.
fn parse_one(format: Format, frame: Bytes) -> Message {
    let mut messages = parse(format, [frame]).unwrap();
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

#[track_caller]
fn assert_status(status: &Status, code: Code, parts: &[&str]) {
    assert_eq!(status.code(), code, "{status}");
    for part in parts {
        assert!(
            status.message().contains(part),
            "{part:?} is not in {:?}",
            status.message()
        );
    }
}
