//! The reader of `farlight`.
#![no_main]

use farlight_fuzz::formats::farlight;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&farlight::IMPORTER, data));
