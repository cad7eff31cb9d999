//! The reader of `wechat`.
#![no_main]

use farlight_fuzz::formats::wechat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::reader::check(&wechat::IMPORTER, data));
