use super::*;

#[cfg(any(feature = "gzip", feature = "deflate", feature = "zstd"))]
mod compiled_in {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    const MEBIBYTE: usize = 1024 * 1024;

    /// Compresses with the settings that tonic uses.
    type Compress = fn(&[u8]) -> Vec<u8>;

    fn codecs() -> Vec<(Encoding, Compress)> {
        vec![
            #[cfg(feature = "gzip")]
            (Encoding::Gzip, |plain| {
                read(flate2::read::GzEncoder::new(
                    plain,
                    flate2::Compression::new(6),
                ))
            }),
            #[cfg(feature = "deflate")]
            (Encoding::Deflate, |plain| {
                read(flate2::read::ZlibEncoder::new(
                    plain,
                    flate2::Compression::new(6),
                ))
            }),
            #[cfg(feature = "zstd")]
            (Encoding::Zstd, |plain| {
                read(zstd::stream::read::Encoder::new(plain, 3).unwrap())
            }),
        ]
    }

    fn read(mut encoder: impl std::io::Read) -> Vec<u8> {
        let mut compressed = Vec::new();
        encoder.read_to_end(&mut compressed).unwrap();
        compressed
    }

    fn compressed(encoding: &Encoding, payload: &[u8], max_message_size: usize) -> Message {
        parse_one(
            format(Some(encoding.clone()), max_message_size),
            frame(1, payload),
        )
    }

    /// Bytes that compress somewhat, as text does.
    fn text(len: usize) -> Vec<u8> {
        (0..len)
            .map(|at| b"interceptor"[at % 11] ^ u8::from(at % 97 == 0))
            .collect()
    }

    #[test]
    fn each_encoding_is_seen_decompressed_and_leaves_as_it_came() {
        for (encoding, compress) in codecs() {
            for len in [0, 1, 31, 32, 33, 1023, 1024, 1025, 100_000] {
                let plain = text(len);
                let payload = compress(&plain);
                let message = compressed(&encoding, &payload, MEBIBYTE);
                assert!(message.is_compressed());
                assert_eq!(message.bytes().unwrap(), plain, "{len} bytes in {encoding}");
                assert_eq!(message.wire_len(), 5 + payload.len());
                let stream = format(Some(encoding.clone()), MEBIBYTE);
                assert_eq!(message.into_wire(&stream).unwrap(), frame(1, &payload));
            }
        }
    }

    #[test]
    fn in_a_stream_of_another_encoding_it_leaves_decompressed() {
        for (encoding, compress) in codecs() {
            let message = compressed(&encoding, &compress(b"plain"), 100);
            for out in [plain(), format(Some(Encoding::Other("br".into())), 100)] {
                assert_eq!(message.clone().into_wire(&out).unwrap(), frame(0, b"plain"));
            }
        }
    }

    #[test]
    fn it_is_decompressed_once_however_many_look() {
        for (encoding, compress) in codecs() {
            let message = compressed(&encoding, &compress(b"plain"), 100);
            let clone = message.clone();
            let first = message.bytes().unwrap();
            assert_eq!(first.as_ptr(), message.bytes().unwrap().as_ptr());
            assert_eq!(first.as_ptr(), clone.bytes().unwrap().as_ptr());
        }
    }

    #[test]
    fn many_threads_can_look_at_once() {
        for (encoding, compress) in codecs() {
            let message = compressed(&encoding, &compress(&text(10_000)), MEBIBYTE);
            let together = Barrier::new(4);
            let look = || {
                together.wait();
                message.bytes().unwrap().as_ptr() as usize
            };
            let seen: Vec<_> = thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(look)).collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .collect()
            });
            assert!(seen.iter().all(|at| *at == seen[0]), "{encoding}");
        }
    }

    #[test]
    fn a_bomb_is_resource_exhausted_and_names_the_setting() {
        for (encoding, compress) in codecs() {
            let bomb = compress(&vec![0; 10 * MEBIBYTE]);
            assert!(bomb.len() < 16 * 1024, "{} bytes of {encoding}", bomb.len());
            let status = compressed(&encoding, &bomb, MEBIBYTE).bytes().unwrap_err();
            assert_status(
                &status,
                Code::ResourceExhausted,
                &[
                    "Error decompressing: size limit, of 1048576 bytes, exceeded",
                    "`max_message_size`",
                ],
            );
        }
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        for (encoding, compress) in codecs() {
            for limit in [500, 1024, 5000, 100_000] {
                let exact = compressed(&encoding, &compress(&text(limit)), limit);
                assert_eq!(exact.bytes().unwrap().len(), limit, "{encoding}");
                let over = compressed(&encoding, &compress(&text(limit + 1)), limit);
                assert_eq!(
                    over.bytes().unwrap_err().code(),
                    Code::ResourceExhausted,
                    "{encoding}"
                );
            }
        }
    }

    #[test]
    fn damaged_bytes_are_internal() {
        for (encoding, compress) in codecs() {
            let whole = compress(&text(3000));
            let mut torn = whole.clone();
            torn.truncate(whole.len() / 2);
            for damaged in [&torn[..], b"this was never compressed"] {
                let status = compressed(&encoding, damaged, MEBIBYTE)
                    .bytes()
                    .unwrap_err();
                assert_status(
                    &status,
                    Code::Internal,
                    &["Error decompressing: ", encoding.as_str()],
                );
            }
        }
    }

    #[cfg(feature = "zstd")]
    mod zstd_only {
        use super::*;

        #[test]
        fn a_declared_size_is_believed_only_within_the_limit() {
            let bomb = zstd::bulk::compress(&vec![0; 10 * MEBIBYTE], 3).unwrap();
            assert!(bomb.len() < 2048);
            let status = compressed(&Encoding::Zstd, &bomb, MEBIBYTE)
                .bytes()
                .unwrap_err();
            assert_status(&status, Code::ResourceExhausted, &["`max_message_size`"]);

            let declared = zstd::bulk::compress(&text(5000), 3).unwrap();
            assert_eq!(
                compressed(&Encoding::Zstd, &declared, 5000)
                    .bytes()
                    .unwrap(),
                text(5000)
            );
        }

        #[test]
        fn a_second_frame_belongs_to_the_message() {
            let frames = [
                zstd::bulk::compress(b"one ", 3).unwrap(),
                zstd::bulk::compress(&text(9000), 3).unwrap(),
            ];
            let plain = [b"one ".to_vec(), text(9000)].concat();
            assert_eq!(
                compressed(&Encoding::Zstd, &frames.concat(), MEBIBYTE)
                    .bytes()
                    .unwrap(),
                plain
            );
        }

        #[test]
        fn a_window_larger_than_the_limit_costs_nothing_and_is_no_error() {
            let mut encoder = zstd::stream::read::Encoder::new(&b"small"[..], 3).unwrap();
            encoder.window_log(27).unwrap();
            let message = compressed(&Encoding::Zstd, &read(encoder), 100);
            assert_eq!(message.bytes().unwrap(), "small");
        }
    }
}

fn missing() -> Vec<Encoding> {
    vec![
        #[cfg(not(feature = "gzip"))]
        Encoding::Gzip,
        #[cfg(not(feature = "deflate"))]
        Encoding::Deflate,
        #[cfg(not(feature = "zstd"))]
        Encoding::Zstd,
    ]
}

#[test]
fn an_encoding_that_is_not_compiled_in_is_unimplemented_and_names_the_feature() {
    for encoding in missing() {
        let message = parse_one(format(Some(encoding.clone()), 100), frame(1, b"?"));
        let status = message.bytes().unwrap_err();
        let text = format!("Content is compressed with `{encoding}` which isn't supported");
        assert_status(
            &status,
            Code::Unimplemented,
            &[&text, &format!("feature `{encoding}`")],
        );
    }
}

#[test]
fn an_unknown_encoding_is_unimplemented_and_named() {
    let message = parse_one(
        format(Some(Encoding::Other("br".into())), 100),
        frame(1, b"?"),
    );
    let status = message.bytes().unwrap_err();
    assert_status(
        &status,
        Code::Unimplemented,
        &["Content is compressed with `br` which isn't supported"],
    );
}
