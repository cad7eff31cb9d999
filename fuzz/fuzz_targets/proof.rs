//! Proofs of possession, as strangers send them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| farlight_fuzz::proof::check(data));
