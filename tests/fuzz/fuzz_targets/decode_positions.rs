//! See `checks::decode_positions`.
#![no_main]

#[allow(dead_code)] // each target uses its own part
#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::decode_positions(bytes));
