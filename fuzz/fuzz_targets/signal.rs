//! The reader of `signal`.
#![no_main]

use farlight_fuzz::formats::signal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&signal::IMPORTER, data));
