//! The reader of `whatsapp`.
#![no_main]

use farlight_fuzz::formats::whatsapp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&whatsapp::IMPORTER, data));
