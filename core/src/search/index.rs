//! One folded buffer over all units.
//!
//! The buffer is cut into blocks, each with a signature of the bytes and pairs of bytes that occur in it, so that a query
//! that occurs nowhere, or only at the end, skips nearly everything. Replaced texts leave holes; when half of the
//! buffer is holes it is rewritten.

use memchr::memmem::Finder;

use crate::search::{fold, fold_digits};

/// Ends a field: no query contains it (folding turns control characters into spaces).
const FIELD_END: u8 = 0x1f;
/// Texts go to one block until it has this many bytes.
const BLOCK_BYTES: usize = 1_024;
/// Words of a block's signature: four that say exactly which bytes occur, twelve for hashed pairs, sixteen for hashed runs of three.
const SIGNATURE_WORDS: usize = 4 + 12 + 16;

type Signature = [u64; SIGNATURE_WORDS];

#[derive(Default)]
struct Block {
    text: Vec<u8>,
    /// Where each unit's text starts, in order, with its slot; `DEAD` where it was replaced.
    units: Vec<(u32, u32)>,
    signature: Signature,
    holes: usize,
}

const DEAD: u32 = u32::MAX;

/// Finds slots by text.
#[derive(Default)]
pub struct Index {
    blocks: Vec<Block>,
    /// For each slot its block, or `DEAD`.
    home: Vec<u32>,
    /// The block that new texts go to.
    filling: usize,
    /// Blocks that became empty.
    spare: Vec<usize>,
}

impl Index {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a slot its texts, replacing what it had.
    pub fn set(&mut self, slot: u32, fields: &[&str]) {
        let mut text = Vec::new();
        for field in fields {
            let folded = fold(field);
            if folded.is_empty() {
                continue;
            }
            if let Some(digits) = fold_digits(&folded) {
                text.extend(digits.as_bytes());
                text.push(FIELD_END);
            }
            text.extend(folded.as_bytes());
            text.push(FIELD_END);
        }
        if self.current(slot).is_some_and(|current| current == text.as_slice()) {
            return;
        }
        self.remove(slot);
        self.put(slot, &text);
    }

    /// Forgets a slot's texts.
    pub fn remove(&mut self, slot: u32) {
        let Some(home) = self.home.get_mut(slot as usize) else { return };
        let at_block = core::mem::replace(home, DEAD) as usize;
        let Some(block) = self.blocks.get_mut(at_block) else { return };
        if let Some(at) = block.units.iter().position(|(_, owner)| *owner == slot) {
            block.holes += span(block, at).len();
            if let Some(unit) = block.units.get_mut(at) {
                unit.1 = DEAD;
            }
        }
        if block.holes * 2 > block.text.len() {
            block.rewrite();
            if block.text.is_empty() && at_block != self.filling {
                self.spare.push(at_block);
            }
        }
    }

    fn current(&self, slot: u32) -> Option<&[u8]> {
        let block = self.blocks.get(*self.home.get(slot as usize)? as usize)?;
        let at = block.units.iter().position(|(_, owner)| *owner == slot)?;
        Some(span(block, at))
    }

    fn put(&mut self, slot: u32, text: &[u8]) {
        let full = |block: &Block| !block.text.is_empty() && block.text.len() + text.len() > BLOCK_BYTES;
        if self.blocks.get(self.filling).is_none_or(full) {
            // A block that became empty is used before a new one is made.
            self.filling = self.spare.pop().unwrap_or_else(|| {
                self.blocks.push(Block::default());
                self.blocks.len() - 1
            });
        }
        let home = self.filling as u32;
        if let Some(block) = self.blocks.get_mut(self.filling) {
            block.push(slot, text);
        }
        if self.home.len() <= slot as usize {
            self.home.resize(slot as usize + 1, DEAD);
        }
        if let Some(place) = self.home.get_mut(slot as usize) {
            *place = home;
        }
    }

    /// The first `limit` slots, in no particular order, that contain every word of `query` and that `accept` lets
    /// through. An empty query finds nothing here: it is no search.
    pub fn find(&self, query: &str, limit: usize, accept: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut found = Vec::new();
        let Some(query) = Query::new(query) else { return found };
        for block in &self.blocks {
            if found.len() >= limit {
                break;
            }
            query.search(block, limit, &accept, &mut found);
        }
        found.truncate(limit);
        found
    }

    /// All slots that contain every word of `query`.
    pub fn find_all(&self, query: &str) -> Vec<u32> {
        self.find(query, usize::MAX, |_| true)
    }
}

/// The text of the unit at `at` in its block.
fn span(block: &Block, at: usize) -> &[u8] {
    let start = block.units.get(at).map_or(0, |u| u.0 as usize);
    let end = block.units.get(at + 1).map_or(block.text.len(), |u| u.0 as usize);
    block.text.get(start..end).unwrap_or_default()
}

impl Block {
    fn push(&mut self, slot: u32, text: &[u8]) {
        self.units.push((self.text.len() as u32, slot));
        self.text.extend(text);
        mark(&mut self.signature, text);
    }

    /// Drops the holes. The block keeps its place, so no slot's home changes.
    fn rewrite(&mut self) {
        let mut fresh = Self::default();
        for (at, (_, slot)) in self.units.iter().enumerate() {
            if *slot != DEAD {
                fresh.push(*slot, span(self, at));
            }
        }
        *self = fresh;
    }
}

/// Notes in a signature which bytes and which pairs of neighbouring bytes a text has; one Chinese character has two
/// pairs, one Latin letter none.
fn mark(signature: &mut Signature, text: &[u8]) {
    let mut set = |bit: usize| {
        if let Some(word) = signature.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    };
    for byte in text.iter().filter(|b| **b != FIELD_END) {
        set(*byte as usize);
    }
    for pair in text.windows(2) {
        if let [a, b] = pair
            && *a != FIELD_END
            && *b != FIELD_END
        {
            let hash = (u32::from(*a) << 8 | u32::from(*b)).wrapping_mul(0x9E37_79B1) >> 16;
            set(256 + hash as usize % 768);
        }
    }
    // Any block has every pair of digits; three in a row tell one number from another.
    for run in text.windows(3).filter(|run| !run.contains(&FIELD_END)) {
        let joined = run.iter().fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        let hash = joined.wrapping_mul(0x85EB_CA6B) >> (32 - 10);
        set(1_024 + hash as usize);
    }
}

/// The words of a signature that a query needs, with the bits it needs in them.
type Wanted = Vec<(usize, u64)>;

fn wanted(text: &[u8]) -> Wanted {
    let mut signature = Signature::default();
    mark(&mut signature, text);
    let mut wanted: Wanted = signature.into_iter().enumerate().filter(|(_, bits)| *bits != 0).collect();
    wanted.reverse(); // longer runs rule out more
    wanted
}

/// One word of a query, in one or two forms.
struct Word<'q> {
    forms: Vec<(Finder<'q>, Wanted)>,
}

struct Query<'q> {
    words: Vec<Word<'q>>,
}

impl Query<'_> {
    fn new(text: &str) -> Option<Self> {
        let folded = fold(text);
        // "138 0000" is one number with a separator, not two words.
        let words: Vec<Vec<String>> = match fold_digits(&folded) {
            Some(digits) => vec![vec![digits, folded]],
            None => folded.split(' ').map(|word| vec![word.to_owned()]).collect(),
        };
        let words: Vec<Word<'_>> = words
            .into_iter()
            .map(|forms| Word {
                forms: forms
                    .into_iter()
                    .filter(|form| !form.is_empty())
                    .map(|form| (Finder::new(form.as_bytes()).into_owned(), wanted(form.as_bytes())))
                    .collect(),
            })
            .filter(|word| !word.forms.is_empty())
            .collect();
        (!words.is_empty()).then_some(Self { words })
    }

    fn search(&self, block: &Block, limit: usize, accept: &impl Fn(u32) -> bool, found: &mut Vec<u32>) {
        let has = |at: usize| block.signature.get(at).copied().unwrap_or_default();
        let may = |wanted: &Wanted| wanted.iter().all(|(at, bits)| bits & !has(*at) == 0);
        if !self.words.iter().all(|word| word.forms.iter().any(|(_, signature)| may(signature))) {
            return;
        }
        let Some((first, rest)) = self.words.split_first() else { return };
        let before = found.len();
        for (finder, signature) in &first.forms {
            if !may(signature) {
                continue;
            }
            let mut from = 0;
            while let Some(hit) = block.text.get(from..).and_then(|text| finder.find(text)) {
                let at = block.units.partition_point(|(start, _)| *start as usize <= from + hit) - 1;
                from = block.units.get(at + 1).map_or(block.text.len(), |u| u.0 as usize);
                let Some((_, slot)) = block.units.get(at) else { break };
                let text = span(block, at);
                let all = rest.iter().all(|word| word.forms.iter().any(|(f, _)| f.find(text).is_some()));
                let again = found.get(before..).is_some_and(|new| new.contains(slot));
                if *slot != DEAD && all && !again && accept(*slot) {
                    found.push(*slot);
                    if found.len() >= limit {
                        return;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Index;
    use crate::search::{fold, fold_digits};
    use proptest::prelude::*;

    /// What a person would call a match, the slow way.
    fn naive(units: &[(u32, Vec<String>)], query: &str) -> Vec<u32> {
        let folded = fold(query);
        let digits = fold_digits(&folded);
        let words: Vec<String> = if digits.is_some() {
            vec![folded.clone()]
        } else {
            folded.split(' ').map(str::to_owned).collect()
        };
        if folded.is_empty() {
            return Vec::new();
        }
        let matches = |fields: &[String], word: &str| {
            fields.iter().any(|field| {
                let field = fold(field);
                let plain = fold_digits(&field);
                field.contains(word)
                    || plain.as_ref().is_some_and(|p| p.contains(word))
                    || digits.as_ref().is_some_and(|d| {
                        field.contains(d.as_str()) || plain.as_ref().is_some_and(|p| p.contains(d.as_str()))
                    })
            })
        };
        let mut found: Vec<u32> = units
            .iter()
            .filter(|(_, fields)| words.iter().all(|w| matches(fields, w)))
            .map(|(slot, _)| *slot)
            .collect();
        found.sort_unstable();
        found
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-cA-C0-2 -]{0,6}",
            "[冷链车吊号한국]{0,4}",
            "[ıİßéＡ１＋]{0,4}",
            r"\+?[0-9]{2,4}[ -][0-9]{2,4}",
            ".{0,8}",
        ]
    }

    proptest! {
        #[test]
        fn finds_exactly_what_looking_at_every_unit_finds(
            changes in proptest::collection::vec((0_u32..40, proptest::collection::vec(text(), 0..4), any::<bool>()), 0..120),
            queries in proptest::collection::vec(text(), 1..8),
        ) {
            let mut index = Index::new();
            let mut units: std::collections::BTreeMap<u32, Vec<String>> = std::collections::BTreeMap::default();
            for (slot, fields, remove) in changes {
                if remove {
                    index.remove(slot);
                    units.remove(&slot);
                } else {
                    index.set(slot, &fields.iter().map(String::as_str).collect::<Vec<_>>());
                    units.insert(slot, fields);
                }
            }
            let units: Vec<_> = units.into_iter().collect();
            for query in queries {
                let mut found = index.find_all(&query);
                found.sort_unstable();
                prop_assert_eq!(found, naive(&units, &query), "{}", query);
            }
        }
    }

    #[test]
    fn one_character_and_many_replacements() {
        let mut index = Index::new();
        for round in 0..50 {
            for slot in 0..200 {
                let name = format!("冷链车 {slot}号 {round}");
                index.set(slot, &[&name, "+86 138-0000"]);
            }
        }
        assert_eq!(index.find_all("链").len(), 200);
        assert_eq!(index.find_all("1380000").len(), 200);
        assert_eq!(index.find("车", 50, |slot| slot % 2 == 0).len(), 50);
        assert!(index.find_all("").is_empty());
        assert!(index.blocks.len() < 100, "replaced texts do not pile up: {}", index.blocks.len());
    }
}
