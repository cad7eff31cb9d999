//! The reader of `line`.
#![no_main]

use farlight_fuzz::formats::line;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&line::IMPORTER, data));
