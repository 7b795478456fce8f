//! The messages of a body, in whatever chunks it comes, and what is in the compressed ones.

use std::io::Read as _;

use ::bytes::Bytes;
use tonic::{Code, Status};

use crate::{
    by_path::message::{Encoding, Format, Message, Parser, Walk, count_messages},
    bytes::Input,
};

/// What one call may take beyond what it keeps: the states of the codecs, and texts of errors.
const SLACK: usize = 256 * 1024;
/// What a partial message gets on its prefix' word alone.
const ADVANCE: usize = 16 * 1024;

/// A format, places to cut at, and the bytes of a body.
///
/// Whole, in pieces, and by a reading of its own: the same messages and the same error. What a compressed message comes
/// to is what the codec's own reader says, as long as that is within the limit. The memory stays bounded.
pub fn frames(data: &[u8]) {
    let mut input = Input::new(data);
    let format = format(input.byte(), limit(input.byte()));
    let cuts: Vec<usize> = (0..input.byte() % 8).map(|_| input.short()).collect();
    let body = Bytes::copy_from_slice(input.rest());
    let chunks = split(&body, cuts);

    let (whole, parts) = (
        Read::of(&format, [body.clone()]),
        Read::of(&format, chunks.clone()),
    );
    assert_eq!(whole.lines(), parts.lines(), "the cuts are seen");
    whole.compare(&body, &format);
    lengths(&body, &chunks, &whole);
    for message in &whole.messages {
        look_into(message, &format);
    }
    bounded(&format, &body, &chunks);
    round_trip(&body, &format);
}

fn format(byte: u8, limit: usize) -> Format {
    let name = ["identity", "gzip", "deflate", "zstd", "other"][usize::from(byte % 5)];
    let mut headers = http::HeaderMap::new();
    headers.insert("grpc-encoding", http::HeaderValue::from_static(name));
    let format = Format::from_headers(&headers, limit);
    let encoding = format.encoding.as_ref();
    assert_eq!(encoding.map_or("identity", Encoding::as_str), name);
    format
}

fn limit(byte: u8) -> usize {
    [0, 1, 5, 100, 1000, 5000, 70_000, 4 * 1024 * 1024][usize::from(byte % 8)]
}

fn split(body: &Bytes, mut cuts: Vec<usize>) -> Vec<Bytes> {
    cuts.extend([0, body.len()]);
    for cut in &mut cuts {
        *cut = (*cut).min(body.len());
    }
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|ends| body.slice(ends[0]..ends[1]))
        .collect()
}

/// What came out of a parser.
struct Read {
    messages: Vec<Message>,
    error: Option<Status>,
}

impl Read {
    /// As a body is read: each chunk is fed, and then all that is in it is taken out.
    fn of(format: &Format, chunks: impl IntoIterator<Item = Bytes>) -> Self {
        let (mut parser, mut messages) = (Parser::new(format.clone()), Vec::new());
        let read = || {
            for chunk in chunks {
                let mut next = parser.feed(chunk)?;
                while let Some(message) = next {
                    messages.push(message);
                    next = parser.next()?;
                }
            }
            parser.finish()
        };
        let error = read().err();
        if error
            .as_ref()
            .is_some_and(|error| error.code() != Code::Internal || !is_truncated(error))
        {
            assert!(
                parser.is_empty() && parser.next().is_ok_and(|next| next.is_none()),
                "told once"
            );
        }
        Self { messages, error }
    }

    fn lines(&self) -> Vec<String> {
        let messages = self.messages.iter().map(|message| format!("{message:?}"));
        messages
            .chain(self.error.iter().map(Status::to_string))
            .collect()
    }

    /// With what the specification says of these bytes.
    fn compare(&self, body: &[u8], format: &Format) {
        let (frames, error) = by_hand(body, format);
        assert_eq!(self.error.as_ref().map(Status::code), error);
        assert_eq!(self.messages.len(), frames.len());
        for (message, frame) in self.messages.iter().zip(frames) {
            assert_eq!(message.is_compressed(), frame[0] == 1);
            assert_eq!(message.wire_len(), frame.len());
            let wire = message.clone().into_wire(format);
            assert_eq!(wire.ok().as_deref(), Some(frame), "it goes out as it came");
        }
    }
}

fn is_truncated(status: &Status) -> bool {
    status.message() == "Unexpected EOF decoding stream."
}

/// The frames, prefix and all, and the code that the bytes end with.
fn by_hand<'a>(mut body: &'a [u8], format: &Format) -> (Vec<&'a [u8]>, Option<Code>) {
    let mut frames = Vec::new();
    while !body.is_empty() {
        let &[flag, a, b, c, d, ..] = body else {
            return (frames, Some(Code::Internal));
        };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if flag > 1 || (flag == 1 && format.encoding.is_none()) {
            return (frames, Some(Code::Internal));
        }
        if length > format.max_message_size {
            return (frames, Some(Code::OutOfRange));
        }
        if body.len() < length + 5 {
            return (frames, Some(Code::Internal));
        }
        let (frame, rest) = body.split_at(length + 5);
        frames.push(frame);
        body = rest;
    }
    (frames, None)
}

/// Who wants lengths alone sees the same messages: all those before an error, and no judgement.
fn lengths(body: &Bytes, chunks: &[Bytes], read: &Read) {
    let whole = count_messages([body]);
    assert_eq!(count_messages(chunks), whole);
    assert!(whole.messages >= read.messages.len());
    if read.error.is_none() {
        assert_eq!(
            (whole.messages, whole.truncated),
            (read.messages.len(), false)
        );
    }
    let (mut walk, mut found, mut rest) = (Walk::default(), Vec::new(), &body[..]);
    if let Some(extent) = walk.whole(rest) {
        assert_eq!(extent.wire_len, rest.len());
    }
    while !rest.is_empty() {
        let (length, end) = walk.step(rest);
        found.extend(end);
        rest = &rest[length..];
    }
    assert_eq!(found.len(), whole.messages);
    for (extent, message) in found.iter().zip(&read.messages) {
        assert_eq!(extent.wire_len, message.wire_len());
        assert_eq!(extent.flag == 1, message.is_compressed());
    }
}

/// A message is taken whole, and leaves as it came for a stream of any compression if it has none itself.
fn take_out(message: &Message) {
    let mut left = message.clone();
    let taken = left.take();
    assert_eq!((left.wire_len(), taken.wire()), (0, message.wire()));
    let plain = taken.into_plain_wire();
    assert_eq!(plain.is_ok(), !message.is_compressed());
    let wire = plain.unwrap_or_else(|compressed| compressed.wire().clone());
    assert_eq!(&wire, message.wire());
}

/// What a message decompresses to, here and by the codec's own reader.
fn look_into(message: &Message, format: &Format) {
    take_out(message);
    let wire = message.clone().into_wire(format).unwrap_or_default();
    let payload = &wire[5..];
    let (plain, again) = (message.bytes(), message.clone().bytes());
    assert_eq!(format!("{plain:?}"), format!("{again:?}"));
    let Some(encoding) = format.encoding.as_ref().filter(|_| message.is_compressed()) else {
        assert_eq!(plain.ok().as_deref(), Some(payload));
        return;
    };
    let expected = decompressed(encoding, payload, format.max_message_size);
    match (plain, expected) {
        (Ok(plain), Some(expected)) => {
            assert!(plain.len() <= format.max_message_size);
            assert_eq!(plain, expected, "{encoding}");
            let out = message
                .clone()
                .into_wire(&Format::default())
                .unwrap_or_default();
            assert_eq!(
                (out[0], &out[5..]),
                (0, &plain[..]),
                "for a reader of plain messages"
            );
        }
        (Err(status), None) => {
            let codes = [Code::ResourceExhausted, Code::Internal, Code::Unimplemented];
            assert!(codes.contains(&status.code()), "{status}");
            assert!(message.clone().into_wire(&Format::default()).is_err());
        }
        // A streaming reader wants a window in memory, and refuses large ones.
        (Ok(plain), None) if *encoding == Encoding::Zstd => {
            assert!(plain.len() <= format.max_message_size);
        }
        (plain, expected) => panic!(
            "{encoding}: {plain:?} but {:?}",
            expected.map(|it| it.len())
        ),
    }
}

/// None if it is broken, or more than `limit`.
fn decompressed(encoding: &Encoding, payload: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut read =
        |reader: &mut dyn std::io::Read| reader.take(limit as u64 + 1).read_to_end(&mut plain);
    match encoding {
        Encoding::Gzip => read(&mut flate2::read::GzDecoder::new(payload)).ok()?,
        Encoding::Deflate => read(&mut flate2::read::ZlibDecoder::new(payload)).ok()?,
        Encoding::Zstd => read(&mut zstd::stream::read::Decoder::new(payload).ok()?).ok()?,
        _ => return None,
    };
    (plain.len() <= limit).then_some(plain)
}

/// In pieces, each message that is looked into: what is held, what it comes to and no more.
fn bounded(format: &Format, body: &Bytes, chunks: &[Bytes]) {
    let (format, chunks) = (format.clone(), chunks.to_vec());
    let info = allocation_counter::measure(|| {
        let (mut parser, mut most) = (Parser::new(format.clone()), 0);
        for chunk in chunks {
            parser.push(chunk);
            while let Ok(Some(message)) = parser.next() {
                most = most.max(message.bytes().map_or(0, |plain| plain.len()));
            }
        }
        assert!(most <= format.max_message_size);
    });
    // A buffer that grows has the old one beside it.
    let bound = 2 * (format.max_message_size + body.len() + ADVANCE) + SLACK;
    let peak = usize::try_from(info.bytes_max).unwrap_or(usize::MAX);
    assert!(
        peak <= bound,
        "{peak} bytes, for {} with {format:?}",
        body.len()
    );
}

/// The bytes as a message of their own, compressed as the format says by the codec's own writer.
fn round_trip(body: &Bytes, format: &Format) {
    let plain = Message::from_bytes(body.clone());
    assert_eq!(plain.bytes().ok().as_ref(), Some(body));
    if let Ok(text) = plain.decode::<String>() {
        let again = Message::encode(&text);
        assert_eq!(again.decode::<String>().ok(), Some(text));
        assert!(!again.is_same(&plain) && plain.is_same(&plain.clone()));
    }
    let Some(payload) = format
        .encoding
        .as_ref()
        .and_then(|encoding| compressed(encoding, body))
    else {
        return;
    };
    let frame = crate::http2::message(1, payload.len(), &payload);
    let read = Read::of(format, [frame.into()]);
    if payload.len() > format.max_message_size {
        assert_eq!(read.error.map(|it| it.code()), Some(Code::OutOfRange));
        return;
    }
    match read.messages[0].bytes() {
        Ok(bytes) => assert_eq!(&bytes, body),
        Err(status) => {
            assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
            assert!(body.len() > format.max_message_size);
        }
    }
}

fn compressed(encoding: &Encoding, plain: &[u8]) -> Option<Vec<u8>> {
    let mut compressed = Vec::new();
    let level = flate2::Compression::fast();
    let done = match encoding {
        Encoding::Gzip => flate2::read::GzEncoder::new(plain, level).read_to_end(&mut compressed),
        Encoding::Deflate => {
            flate2::read::ZlibEncoder::new(plain, level).read_to_end(&mut compressed)
        }
        Encoding::Zstd => return zstd::bulk::compress(plain, 1).ok(),
        _ => return None,
    };
    done.ok().map(|_| compressed)
}
