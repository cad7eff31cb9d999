//! The reader of `telegram_html`.
#![no_main]

use farlight_fuzz::formats::telegram_html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&telegram_html::IMPORTER, data));
