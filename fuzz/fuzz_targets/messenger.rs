//! The reader of `messenger`.
#![no_main]

use farlight_fuzz::formats::messenger;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&messenger::IMPORTER, data));
