//! The reader of `email`.
#![no_main]

use farlight_fuzz::formats::email;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&email::IMPORTER, data));
