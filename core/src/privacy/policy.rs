//! The privacy policy, all versions in both languages, as part of the program: readable without a network, and what is
//! agreed to is what is shown, because both are this text.
//!
//! Decides which versions there are, what their blocks are and what differs between two. A published text never
//! changes: its hash stands in people's records.

use std::sync::LazyLock;

use jiff::civil::date;
use jiff::tz::TimeZone;
use similar::{Algorithm, ChangeTag, capture_diff_slices};

use crate::decide::consent::PolicyTerms;
use crate::model::{PolicyLanguage, Sha256Hash, UtcMs};

/// One version of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Counts from 1.
    pub version: u32,
    /// Year, month and day of publication.
    pub published: (i16, i8, i8),
    /// Year, month and day from which it applies, UTC.
    pub effective: (i16, i8, i8),
    /// Whether agreement has to be asked for again.
    pub material: bool,
    english: &'static str,
    simplified_chinese: &'static str,
}

/// Every version, oldest first.
static ALL: [Policy; 2] = [
    Policy {
        version: 1,
        published: (2023, 5, 16),
        effective: (2023, 5, 16),
        material: true,
        english: include_str!("../../policies/1.en.txt"),
        simplified_chinese: include_str!("../../policies/1.zh-Hans.txt"),
    },
    Policy {
        version: 2,
        published: (2026, 11, 25),
        effective: (2026, 12, 25),
        material: true,
        english: include_str!("../../policies/2.en.txt"),
        simplified_chinese: include_str!("../../policies/2.zh-Hans.txt"),
    },
];

/// What a block of a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// The title; only the first block is one.
    Title,
    /// Of a part.
    Heading,
    /// Of a section.
    Subheading,
    /// Running text.
    Paragraph,
    /// One item of a list.
    Item,
}

/// One block of a policy's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// How it is drawn.
    pub kind: BlockKind,
    /// Its text without any mark.
    pub text: &'static str,
}

/// What became of a block between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stands in both.
    Kept,
    /// Only in the later.
    Added,
    /// Only in the earlier.
    Removed,
}

impl Policy {
    /// The whole text as it is hashed.
    pub fn text(&self, language: PolicyLanguage) -> &'static str {
        match language {
            PolicyLanguage::English => self.english,
            PolicyLanguage::SimplifiedChinese => self.simplified_chinese,
        }
    }

    /// SHA-256 of the text.
    pub fn sha256(&self, language: PolicyLanguage) -> Sha256Hash {
        Sha256Hash::of(self.text(language).as_bytes())
    }

    /// The text as blocks, in order.
    pub fn blocks(&self, language: PolicyLanguage) -> Vec<Block> {
        self.text(language).lines().filter(|line| !line.is_empty()).map(block).collect()
    }

    /// From when it applies.
    pub fn effective_at(&self) -> UtcMs {
        start_of_day(self.effective)
    }

    /// When it was published.
    pub fn published_at(&self) -> UtcMs {
        start_of_day(self.published)
    }

    /// What the rules need to know of it.
    pub fn terms(&self) -> PolicyTerms {
        PolicyTerms { version: self.version, effective: self.effective_at(), material: self.material }
    }
}

/// Every version, oldest first.
pub fn all() -> &'static [Policy] {
    &ALL
}

/// The newest version.
pub fn newest() -> &'static Policy {
    let [.., newest] = &ALL;
    newest
}

/// One version.
pub fn version(version: u32) -> Option<&'static Policy> {
    ALL.iter().find(|policy| policy.version == version)
}

/// What the rules need to know of all versions, oldest first. Asked for before each request and each reading.
pub fn terms() -> &'static [PolicyTerms] {
    static TERMS: LazyLock<Vec<PolicyTerms>> = LazyLock::new(|| ALL.iter().map(Policy::terms).collect());
    &TERMS
}

/// How `to` differs from `from`, block by block in reading order.
pub fn changes(from: &Policy, to: &Policy, language: PolicyLanguage) -> Vec<(Fate, Block)> {
    let lines = |policy: &Policy| -> Vec<&'static str> {
        policy.text(language).lines().filter(|line| !line.is_empty()).collect()
    };
    let (old, new) = (lines(from), lines(to));
    capture_diff_slices(Algorithm::Patience, &old, &new)
        .iter()
        .flat_map(|op| op.iter_changes(&old, &new))
        .map(|change| {
            let fate = match change.tag() {
                ChangeTag::Equal => Fate::Kept,
                ChangeTag::Insert => Fate::Added,
                ChangeTag::Delete => Fate::Removed,
            };
            (fate, block(change.value()))
        })
        .collect()
}

fn block(line: &'static str) -> Block {
    let marks = [
        ("### ", BlockKind::Subheading),
        ("## ", BlockKind::Heading),
        ("# ", BlockKind::Title),
        ("- ", BlockKind::Item),
    ];
    marks
        .iter()
        .find_map(|(mark, kind)| Some(Block { kind: *kind, text: line.strip_prefix(mark)? }))
        .unwrap_or(Block { kind: BlockKind::Paragraph, text: line })
}

fn start_of_day((year, month, day): (i16, i8, i8)) -> UtcMs {
    let midnight = TimeZone::UTC.to_timestamp(date(year, month, day).at(0, 0, 0, 0));
    UtcMs(midnight.map_or(0, jiff::Timestamp::as_millisecond))
}

#[cfg(test)]
mod tests {
    use super::{BlockKind, Fate, all, changes, newest, version};
    use crate::model::PolicyLanguage::{English, SimplifiedChinese};
    use crate::model::UtcMs;

    /// A published text never changes: these are the hashes that stand in people's records.
    #[test]
    fn published_texts_are_what_they_were() {
        let hashes: Vec<String> = all()
            .iter()
            .flat_map(|policy| [English, SimplifiedChinese].map(|l| policy.sha256(l).to_hex()))
            .collect();
        insta::assert_json_snapshot!(hashes, @r#"
        [
          "5239df90f407d646465c274164a3481b1c0060381386f7d3e9867b772771c378",
          "1003aa50f9456cba98aac829458433f3e70027b4c18237f59062b19896149c7c",
          "285404f5a5f1ff68bb897fed3ca163d564ffb6452d147b3236feff6f0f26a829",
          "21972694d92e430f9261c61df98d21e31c96d0606c3e46c657164d32abf5dcf4"
        ]
        "#);
    }

    #[test]
    fn every_version_says_the_same_in_both_languages() {
        for (at, policy) in all().iter().enumerate() {
            assert_eq!(policy.version, at as u32 + 1);
            let (english, chinese) = (policy.blocks(English), policy.blocks(SimplifiedChinese));
            assert!(english.len() > 50, "{}", english.len());
            let kinds = |blocks: &[super::Block]| blocks.iter().map(|b| b.kind).collect::<Vec<_>>();
            assert_eq!(kinds(&english), kinds(&chinese), "version {}", policy.version);
            assert_eq!(english.iter().filter(|b| b.kind == BlockKind::Title).count(), 1);
            assert_eq!(english.first().map(|b| b.kind), Some(BlockKind::Title));
            for (language, wanted) in [(&english, false), (&chinese, true)] {
                let text: String = language.iter().map(|b| b.text).collect();
                let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
                assert_eq!(han * 2 > text.chars().count(), wanted);
                assert!(text.chars().all(|c| !c.is_control() && c != '\u{a0}'));
            }
        }
        assert_eq!(version(1).unwrap().effective_at(), UtcMs::parse("2023-05-16T00:00:00Z").unwrap());
        assert!(newest().published_at() < newest().effective_at(), "time to consider");
        assert!(version(0).is_none() && version(3).is_none());
    }

    #[test]
    fn what_changed_is_shown_block_by_block_and_rebuilds_both_texts() {
        let (one, two) = (version(1).unwrap(), version(2).unwrap());
        for language in [English, SimplifiedChinese] {
            let changed = changes(one, two, language);
            let side = |gone: Fate| -> Vec<_> {
                changed.iter().filter(|(fate, _)| *fate != gone).map(|(_, block)| *block).collect()
            };
            assert_eq!(side(Fate::Added), one.blocks(language));
            assert_eq!(side(Fate::Removed), two.blocks(language));
            let kept = changed.iter().filter(|(fate, _)| *fate == Fate::Kept).count();
            assert!(kept * 3 > one.blocks(language).len(), "{kept} kept: not readable as a change");
            assert!(changes(two, two, language).iter().all(|(fate, _)| *fate == Fate::Kept));
        }
    }
}
