//! The reader of `instagram`.
#![no_main]

use farlight_fuzz::formats::instagram;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&instagram::IMPORTER, data));
