//! Positions in a text: coordinates, grid references, links to maps, plus codes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::words::notation(data));
