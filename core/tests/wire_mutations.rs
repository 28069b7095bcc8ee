//! The seeds of the fuzz targets (`tests/fuzz`), changed at random: readers never panic and what they read holds together.
//! `TRAK_FUZZ_SECONDS` makes each of them run longer than the moment an ordinary test may take.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../tests/fuzz/checks.rs"]
mod checks;

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const ORDINARY: u32 = 400;
const WORDS: [&str; 16] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "1e999", "-0", "NaN", "\\ud800", "\u{feff}", "},{", "<",
];

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/seeds/").to_owned() + target;
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn change(text: &mut Vec<u8>, other: &[u8], random: &mut ChaCha8Rng) {
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=text.len());
        let end = (at + random.random_range(0..24_usize)).min(text.len());
        match random.random_range(0..7) {
            0 => text.insert(at, random.random()),
            1 => drop(text.drain(at..end)),
            2 => {
                let word = WORDS[random.random_range(0..WORDS.len())].bytes();
                text.splice(at..at, word);
            }
            3 => text.truncate(at),
            4 => {
                let part = text[at..end].to_vec();
                text.splice(at..at, part);
            }
            5 => {
                let from = random.random_range(0..=other.len());
                let to = (from + random.random_range(0..64_usize)).min(other.len());
                text.splice(at..end, other[from..to].iter().copied());
            }
            _ => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << random.random_range(0..8);
                }
            }
        }
    }
}

fn feed(target: &str, check: fn(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        check(seed);
    }
    let longer = std::env::var("TRAK_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let (started, mut runs) = (Instant::now(), 0_u32);
    let mut random = ChaCha8Rng::seed_from_u64(longer.map_or(7, |_| rand::rng().random()));
    let over = |runs| longer.map_or(runs >= ORDINARY, |s| started.elapsed() >= Duration::from_secs(s));
    while !over(runs) {
        runs += 1;
        let mut text = seeds[random.random_range(0..seeds.len())].clone();
        let other = &seeds[random.random_range(0..seeds.len())];
        change(&mut text, other, &mut random);
        let shown = text.clone();
        let held = std::panic::catch_unwind(move || check(&text));
        assert!(held.is_ok(), "{target}: {:?}", String::from_utf8_lossy(&shown));
    }
    println!("{target}: {runs} runs in {:?}", started.elapsed());
}

#[test]
fn frames() {
    feed("decode_frame", checks::decode_frame);
}

#[test]
fn lists() {
    feed("decode_positions", checks::decode_positions);
}

#[test]
fn snapshots() {
    feed("snapshot", checks::snapshot);
}

#[test]
fn addresses() {
    feed("address", checks::address);
}

#[test]
fn tracks() {
    feed("replay", checks::replay);
}
