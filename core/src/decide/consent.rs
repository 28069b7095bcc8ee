//! What a person has agreed to, and what may be done therefore.
//!
//! Decides from the record and the policies what stands, what has to be asked and whether the record is whole. Leaves
//! keeping the record to `privacy` and stopping what is not permitted to the engine. What is not plainly agreed to is
//! not permitted: a damaged record permits nothing.

use thiserror::Error;
use uuid::Uuid;

use crate::model::{ConsentAction, LedgerEntry, Purpose, Sha256Hash, UtcMs};

/// What counts of a version of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyTerms {
    /// Counts from 1.
    pub version: u32,
    /// From when it applies.
    pub effective: UtcMs,
    /// It takes rights away or adds purposes, receivers or kinds of data: agreement has to be asked for again.
    pub material: bool,
}

/// Why something may not be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("consent is needed")]
pub struct ConsentRequired {
    /// For which purpose: the one asked about or one it rests on.
    pub purpose: Purpose,
    /// Why there is none.
    pub why: NoConsent,
}

/// Why there is no consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoConsent {
    /// The person was never asked.
    NotAsked,
    /// The person said no.
    Refused,
    /// The person ended it.
    Withdrawn,
    /// The policy has changed in substance since the person agreed.
    PolicyChanged,
    /// The record is damaged; what it said does not count.
    RecordDamaged,
}

impl NoConsent {
    /// Whether the person decided so. The others only wait for a decision.
    pub fn is_persons_own(self) -> bool {
        match self {
            Self::Refused | Self::Withdrawn => true,
            Self::NotAsked | Self::PolicyChanged | Self::RecordDamaged => false,
        }
    }
}

/// How one purpose stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Never asked.
    NotAsked,
    /// Agreed under this version of the policy.
    Given {
        /// The version.
        policy_version: u32,
    },
    /// Said no.
    Refused,
    /// Agreed once, ended it.
    Withdrawn,
}

/// What a record says, all purposes together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    answers: [(Purpose, Answer); 6],
    informed_of: u32,
    damaged: bool,
}

/// What a person has to be shown before the app goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToAsk {
    /// Nothing.
    Nothing,
    /// The first agreement.
    FirstRun,
    /// The policy changed in substance; what was agreed to counts until `effective`.
    MaterialChange {
        /// The version agreed to.
        from: u32,
        /// The version to decide about.
        to: u32,
        /// From when the app stops without agreement.
        effective: UtcMs,
    },
    /// The policy changed without taking anything away; telling is enough.
    Information {
        /// The version known.
        from: u32,
        /// The version to be told of.
        to: u32,
    },
}

/// Where a record broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the record of consents is damaged")]
pub struct BrokenChain {
    /// The place of the first entry that does not follow from those before, from 0.
    pub at: usize,
}

/// How a record compares with its copy at the server, as far as it was asked in this run of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerCopy {
    /// It was not asked yet, or there is none: nobody is signed in, or the server keeps none.
    #[default]
    Unknown,
    /// Both are the same.
    Same,
    /// The server keeps decisions that are not here any more: the end of the record was cut off.
    HoldsMore {
        /// How many.
        entries: u64,
    },
    /// The server keeps other decisions than the record says.
    Differs,
}

/// Compares a record with the number and the hash of the last entry that the server keeps of it.
pub fn compare(entries: &[LedgerEntry], kept: u64, hash: Sha256Hash) -> ServerCopy {
    let here = entries.len() as u64;
    if kept > here {
        return ServerCopy::HoldsMore { entries: kept - here };
    }
    match entries.iter().find(|entry| entry.sequence == kept) {
        Some(entry) if entry.hash == hash => ServerCopy::Same,
        _ => ServerCopy::Differs,
    }
}

impl Standing {
    /// What `entries` say, oldest first: the last word on each purpose counts.
    pub fn of(entries: &[LedgerEntry]) -> Self {
        let mut standing =
            Self { answers: Purpose::ALL.map(|p| (p, Answer::NotAsked)), informed_of: 0, damaged: false };
        for entry in entries {
            let version = entry.policy_version;
            standing.informed_of = standing.informed_of.max(version);
            let answer = match entry.action {
                ConsentAction::Given => Answer::Given { policy_version: version },
                ConsentAction::Refused => Answer::Refused,
                ConsentAction::Withdrawn => Answer::Withdrawn,
                ConsentAction::Informed => continue,
            };
            standing.set(entry.purpose, answer);
        }
        standing
    }

    /// The same after a withdrawal that could not be written down.
    #[must_use]
    pub fn without(mut self, purpose: Purpose) -> Self {
        self.set(purpose, Answer::Withdrawn);
        self
    }

    fn set(&mut self, purpose: Purpose, answer: Answer) {
        for (kept, old) in &mut self.answers {
            if *kept == purpose {
                *old = answer;
            }
        }
    }

    /// A record that cannot be believed.
    pub fn damaged() -> Self {
        Self { damaged: true, ..Self::of(&[]) }
    }

    /// What was answered about one purpose.
    pub fn answer(&self, purpose: Purpose) -> Answer {
        self.answers.iter().find(|(p, _)| *p == purpose).map_or(Answer::NotAsked, |(_, answer)| *answer)
    }

    /// The record is damaged and counts for nothing.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Whether something may be done for `purpose` at `now` under `policies` (oldest first).
    pub fn permits(
        &self,
        purpose: Purpose,
        policies: &[PolicyTerms],
        now: UtcMs,
    ) -> Result<(), ConsentRequired> {
        if let Some(base) = purpose.rests_on() {
            self.permits(base, policies, now)?;
        }
        let refuse = |why| Err(ConsentRequired { purpose, why });
        if self.damaged {
            return refuse(NoConsent::RecordDamaged);
        }
        match self.answer(purpose) {
            Answer::NotAsked => refuse(NoConsent::NotAsked),
            Answer::Refused => refuse(NoConsent::Refused),
            Answer::Withdrawn => refuse(NoConsent::Withdrawn),
            Answer::Given { policy_version } => {
                let outgrown =
                    |p: &&PolicyTerms| p.version > policy_version && p.material && p.effective <= now;
                if policies.iter().any(|p| outgrown(&p)) {
                    return refuse(NoConsent::PolicyChanged);
                }
                Ok(())
            }
        }
    }

    /// What has to be shown first. A refusal or a withdrawal is not asked about again: only the person's own tap does.
    pub fn to_ask(&self, policies: &[PolicyTerms]) -> ToAsk {
        let Some(newest) = policies.iter().map(|p| p.version).max() else { return ToAsk::Nothing };
        let agreed = match self.answer(Purpose::Account) {
            Answer::Given { policy_version } if !self.damaged => policy_version,
            Answer::NotAsked => return ToAsk::FirstRun,
            _ if self.damaged => return ToAsk::FirstRun,
            _ => return ToAsk::Nothing,
        };
        // The first change that counts ends what was agreed to; the newest text is what is decided about.
        let change = policies.iter().filter(|p| p.version > agreed && p.material).min_by_key(|p| p.version);
        if let Some(first) = change {
            return ToAsk::MaterialChange { from: agreed, to: newest, effective: first.effective };
        }
        let known = self.informed_of.max(agreed);
        if newest > known { ToAsk::Information { from: known, to: newest } } else { ToAsk::Nothing }
    }
}

/// The hash that an entry has to carry: SHA-256 of its fields' texts, one a line, in the order of the struct.
pub fn entry_hash(entry: &LedgerEntry) -> Sha256Hash {
    // The words of the wire; a struct of plain enums and numbers always has them.
    let word = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let lines = [
        entry.sequence.to_string(),
        entry.previous.to_hex(),
        word(serde_json::to_value(entry.purpose)),
        word(serde_json::to_value(entry.action)),
        entry.policy_version.to_string(),
        entry.policy_sha256.to_hex(),
        word(serde_json::to_value(entry.language)),
        entry.utc.0.to_string(),
        entry.monotonic_ms.to_string(),
        format!("{:x}", entry.boot_id.0),
        entry.app_version.clone(),
        word(serde_json::to_value(entry.screen)),
    ];
    Sha256Hash::of(lines.join("\n").as_bytes())
}

/// The name of a record, for its copy at the server: made from its first entry, so that a record begun anew has another.
/// `None` for an empty one.
pub fn record_id(entries: &[LedgerEntry]) -> Option<Uuid> {
    let first = entries.first()?.hash.0;
    let bytes = first.first_chunk::<16>()?;
    Some(uuid::Builder::from_custom_bytes(*bytes).into_uuid())
}

/// Gives an entry its place behind `last` and its hash.
pub fn chain(last: Option<&LedgerEntry>, mut entry: LedgerEntry) -> LedgerEntry {
    entry.sequence = last.map_or(1, |l| l.sequence + 1);
    entry.previous = last.map_or_else(Sha256Hash::default, |l| l.hash);
    entry.hash = entry_hash(&entry);
    entry
}

/// Whether `entries` follow from `last` (the start of the record where it is `None`): nothing changed, left out, put in
/// or in another order. What is cut off the end cannot be seen from within; the copy at the server shows it.
pub fn verify(last: Option<&LedgerEntry>, entries: &[LedgerEntry]) -> Result<(), BrokenChain> {
    let mut before = last;
    for (at, entry) in entries.iter().enumerate() {
        if *entry != chain(before, entry.clone()) {
            return Err(BrokenChain { at });
        }
        before = Some(entry);
    }
    Ok(())
}

/// What a person's decision about `purpose` writes: the decision itself, and with a withdrawal that of everything given
/// that rests on it, first. Giving what stands given under the same version and ending what is not given write nothing.
pub fn consequences(
    standing: &Standing,
    purpose: Purpose,
    action: ConsentAction,
    policy_version: u32,
) -> Vec<(Purpose, ConsentAction)> {
    let given = |p: Purpose| matches!(standing.answer(p), Answer::Given { .. });
    match action {
        ConsentAction::Given if standing.answer(purpose) == (Answer::Given { policy_version }) => Vec::new(),
        ConsentAction::Refused if given(purpose) => {
            consequences(standing, purpose, ConsentAction::Withdrawn, policy_version)
        }
        ConsentAction::Refused if standing.answer(purpose) == Answer::Refused => Vec::new(),
        ConsentAction::Given | ConsentAction::Informed | ConsentAction::Refused => vec![(purpose, action)],
        ConsentAction::Withdrawn if !given(purpose) => Vec::new(),
        ConsentAction::Withdrawn => {
            let rests = |mut p: Purpose| loop {
                match p.rests_on() {
                    Some(base) if base == purpose => return true,
                    Some(base) => p = base,
                    None => return false,
                }
            };
            let mut all: Vec<_> = Purpose::ALL
                .into_iter()
                .rev()
                .filter(|p| given(*p) && rests(*p))
                .map(|p| (p, action))
                .collect();
            all.push((purpose, action));
            all
        }
    }
}

#[cfg(test)]
mod tests;
