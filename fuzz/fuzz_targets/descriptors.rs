#![no_main]

use std::{panic, process};

// prost-reflect panics at some sets, and the core catches that; every other panic ends the fuzzer.
libfuzzer_sys::fuzz_target!(
    init: {
        panic::set_hook(Box::new(|info| {
            let file = info.location().map_or("", |place| place.file());
            if !file.contains("prost-reflect") {
                eprintln!("{info}");
                process::abort();
            }
        }));
    },
    |data: &[u8]| fuzz_targets::descriptors(data)
);
