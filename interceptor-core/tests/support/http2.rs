//! HTTP/2 frames and HPACK blocks, written down byte by byte: no library would send all of what is made here.

pub(crate) const DATA: u8 = 0x0;
pub(crate) const HEADERS: u8 = 0x1;
pub(crate) const RST_STREAM: u8 = 0x3;
pub(crate) const SETTINGS: u8 = 0x4;
pub(crate) const GOAWAY: u8 = 0x7;
pub(crate) const WINDOW_UPDATE: u8 = 0x8;
pub(crate) const CONTINUATION: u8 = 0x9;

pub(crate) const END_STREAM: u8 = 0x1;
pub(crate) const ACK: u8 = 0x1;
pub(crate) const END_HEADERS: u8 = 0x4;

/// The first words of a client.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
pub(crate) const HEAD_LEN: usize = 9;
pub(crate) const MAX_CONCURRENT_STREAMS: u16 = 0x3;
/// What a frame carries at most, as long as nobody allowed more.
const MAX_FRAME_LEN: usize = 1 << 14;

/// A name and a value, neither of them checked.
pub(crate) type Field<'a> = (&'a str, &'a [u8]);

/// Any frame.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

pub(crate) fn settings(entries: &[(u16, u32)]) -> Vec<u8> {
    let entry = |&(id, value): &(u16, u32)| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat();
    let payload: Vec<u8> = entries.iter().flat_map(entry).collect();
    frame(SETTINGS, 0, 0, &payload)
}

pub(crate) fn settings_ack() -> Vec<u8> {
    frame(SETTINGS, ACK, 0, &[])
}

/// A header block, in as many frames as it takes.
pub(crate) fn headers(stream: u32, end_stream: bool, fields: &[Field<'_>]) -> Vec<u8> {
    let block = block(fields);
    let mut pieces = block.chunks(MAX_FRAME_LEN).peekable();
    let first = pieces.next().unwrap_or_default();
    let ends = |last: bool| if last { END_HEADERS } else { 0 };
    let end_stream = if end_stream { END_STREAM } else { 0 };
    let flags = end_stream | ends(pieces.peek().is_none());
    let mut frames = frame(HEADERS, flags, stream, first);
    while let Some(piece) = pieces.next() {
        let flags = ends(pieces.peek().is_none());
        frames.extend(frame(CONTINUATION, flags, stream, piece));
    }
    frames
}

/// DATA, in as many frames as it takes.
pub(crate) fn data(stream: u32, end_stream: bool, payload: &[u8]) -> Vec<u8> {
    let mut pieces: Vec<_> = payload.chunks(MAX_FRAME_LEN).collect();
    let last = pieces.pop().unwrap_or_default();
    let end_stream = if end_stream { END_STREAM } else { 0 };
    let before = pieces
        .iter()
        .flat_map(|piece| frame(DATA, 0, stream, piece));
    before
        .chain(frame(DATA, end_stream, stream, last))
        .collect()
}

pub(crate) fn reset(stream: u32, code: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &code.to_be_bytes())
}

pub(crate) fn go_away(last_stream: u32, code: u32) -> Vec<u8> {
    let payload = [last_stream.to_be_bytes(), code.to_be_bytes()].concat();
    frame(GOAWAY, 0, 0, &payload)
}

pub(crate) fn window_update(stream: u32, increment: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &increment.to_be_bytes())
}

/// One gRPC message: a flag, a length that may lie, and what follows it.
pub(crate) fn message(flag: u8, length: usize, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [&[flag], &length[..], payload].concat()
}

/// HPACK without its tables: each field a literal that is not to be kept (RFC 7541, 6.2.2).
pub(crate) fn block(fields: &[Field<'_>]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name.as_bytes(), value] {
            length(&mut block, text.len());
            block.extend_from_slice(text);
        }
    }
    block
}

/// An integer with a prefix of seven bits (RFC 7541, 5.1).
fn length(block: &mut Vec<u8>, length: usize) {
    const PREFIX: usize = 0x7f;
    if length < PREFIX {
        block.push(low_bits(length));
        return;
    }
    block.push(low_bits(PREFIX));
    let mut rest = length - PREFIX;
    while rest > PREFIX {
        block.push(low_bits(rest) | 0x80);
        rest >>= 7;
    }
    block.push(low_bits(rest));
}

fn low_bits(number: usize) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or_default()
}
