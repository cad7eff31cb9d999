//! The reader of `sms`.
#![no_main]

use farlight_fuzz::formats::sms;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&sms::IMPORTER, data));
