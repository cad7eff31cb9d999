//! The reader of `telegram_json`.
#![no_main]

use farlight_fuzz::formats::telegram_json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&telegram_json::IMPORTER, data));
