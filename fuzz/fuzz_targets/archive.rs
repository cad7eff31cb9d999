//! An export as it was uploaded, zips most of all.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::archive::check(data));
