//! As much of an HTTP client as it takes to ask a program on the same machine.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// The body of a page.
pub(super) fn get(address: &str, path: &str) -> Result<String, String> {
    let whole =
        exchange(address, path).map_err(|error| format!("http://{address}{path}: {error}"))?;
    let (head, body) = whole
        .split_once("\r\n\r\n")
        .ok_or("an answer without a body")?;
    let status = head.lines().next().unwrap_or_default();
    if status.contains(" 200 ") {
        return Ok(body.to_owned());
    }
    Err(format!("http://{address}{path}: {status}: {body}"))
}

/// HTTP/1.0: the answer comes in one piece, and ends with the connection.
fn exchange(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Text as it can stand in a query.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => out.push(byte.into()),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
