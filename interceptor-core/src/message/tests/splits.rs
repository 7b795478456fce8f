use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::message::count_messages;

/// Flags and payloads of some messages. No encoding is looked into, so any bytes will do.
fn messages() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    vec((0..=1u8, vec(any::<u8>(), 0..200)), 0..8)
}

/// Cuts `bytes` at any places, also twice at the same.
fn split(bytes: &Bytes, cuts: &[prop::sample::Index]) -> Vec<Bytes> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|ends| bytes.slice(ends[0]..ends[1]))
        .collect()
}

proptest! {
    #[test]
    fn any_split_gives_the_same_messages_untouched(
        messages in messages(),
        cuts: Vec<prop::sample::Index>,
    ) {
        let frames: Vec<_> = messages.iter().map(|(flag, payload)| frame(*flag, payload)).collect();
        let stream = format(Some(Encoding::Other("any".into())), 200);

        let chunks = split(&frames.concat().into(), &cuts);
        let parsed = parse(stream.clone(), chunks).unwrap();

        prop_assert_eq!(parsed.len(), frames.len());
        for ((message, (flag, _)), frame) in parsed.into_iter().zip(&messages).zip(frames) {
            prop_assert_eq!(message.is_compressed(), *flag == 1);
            prop_assert_eq!(message.into_wire(&stream).unwrap(), frame);
        }
    }

    #[test]
    fn the_count_is_that_of_the_messages(
        messages in messages(),
        cuts: Vec<prop::sample::Index>,
        end: prop::sample::Index,
    ) {
        let frames = messages.iter().flat_map(|(flag, payload)| frame(*flag, payload));
        let bytes: Bytes = frames.collect();
        let bytes = bytes.slice(..end.index(bytes.len() + 1));
        let parsed = parse(format(Some(Encoding::Gzip), 200), [bytes.clone()]);
        let count = count_messages(&split(&bytes, &cuts));
        prop_assert_eq!(count.truncated, parsed.is_err());
        if let Ok(parsed) = parsed {
            prop_assert_eq!(count.messages, parsed.len());
        }
    }

    #[test]
    fn any_bytes_are_messages_or_an_error(bytes: Vec<u8>, cuts: Vec<prop::sample::Index>) {
        let bytes = Bytes::from(bytes);
        let stream = format(Some(Encoding::Gzip), 1000);
        let whole = parse(stream.clone(), [bytes.clone()]).map_err(|status| status.to_string());
        let parts = parse(stream, split(&bytes, &cuts)).map_err(|status| status.to_string());
        prop_assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
    }

    #[test]
    fn no_bytes_make_a_codec_panic_or_exceed_the_limit(bytes: Vec<u8>, limit in 0..100usize) {
        for encoding in [Encoding::Gzip, Encoding::Deflate, Encoding::Zstd] {
            let message = Message::from_wire(frame(1, &bytes), Some(&encoding), limit);
            prop_assert!(message.bytes().map_or(0, |plain| plain.len()) <= limit);
        }
    }

    #[test]
    fn decode_undoes_encode(text: String) {
        prop_assert_eq!(Message::encode(&text).decode::<String>().unwrap(), text);
    }
}
