//! Whose record is whose.
//!
//! ```text
//!   nobody signed in          signed in as A             signed out
//!   pending.jsonl  ──sign-in──►  A.jsonl  ──sign-out──►  (nothing pending: asked again)
//! ```
//! Decides that what is agreed to before a sign-in belongs to whoever signs in then, and that one person's decisions
//! never count for the next one on the same phone. Each account's record stays and goes on when that account returns.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::decide::consent::{ConsentRequired, Standing, consequences};
use crate::lock::lock;
use crate::model::{
    AccountKey, ConsentAction, ConsentScreen, DeviceTime, LedgerEntry, PolicyLanguage, Purpose, Sha256Hash,
    UtcMs,
};
use crate::privacy::ConsentError;
use crate::privacy::ledger::{Found, Ledger, Stamp};
use crate::privacy::policy;

/// The record of whoever signs in next.
pub(crate) const PENDING: &str = "pending";

/// What a person decided, and how it was put to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// About what.
    pub purpose: Purpose,
    /// What.
    pub action: ConsentAction,
    /// The version of the policy that could be read there.
    pub policy_version: u32,
    /// In which language.
    pub language: PolicyLanguage,
    /// Where.
    pub screen: ConsentScreen,
}

/// A record with what was moved aside of it.
pub(crate) struct Everything {
    /// Its lines; of a damaged one the file as it was found.
    pub(crate) lines: Vec<u8>,
    /// Whether it can be believed.
    pub(crate) whole: bool,
    /// Those that were damaged before it, oldest first, as they were found.
    pub(crate) aside: Vec<Vec<u8>>,
}

/// The records of this phone.
pub struct Consents {
    folder: PathBuf,
    state: Mutex<State>,
}

struct State {
    account: Option<AccountKey>,
    standing: Standing,
    stamp: Stamp,
    /// Withdrawn, but the disk did not take it: counts until the program ends.
    unwritten: Vec<Purpose>,
}

impl Consents {
    /// The records in `folder`, of whoever is signed in. Reads; writes nothing.
    pub fn open(folder: &Path, account: Option<AccountKey>) -> Self {
        let consents = Self {
            folder: folder.join("consents"),
            state: Mutex::new(State {
                account,
                standing: Standing::of(&[]),
                stamp: None,
                unwritten: Vec::new(),
            }),
        };
        consents.load(&mut lock(&consents.state));
        consents
    }

    /// What the record of whoever is signed in (or is about to) says now.
    pub fn standing(&self) -> Standing {
        let mut state = lock(&self.state);
        // Another program of this phone may have written: a withdrawal there counts here at once.
        if self.ledger(state.account.as_ref()).stamp() != state.stamp {
            self.load(&mut state);
        }
        state.standing.clone()
    }

    /// Whether something may be done for `purpose`.
    pub fn permits(&self, purpose: Purpose, now: UtcMs) -> Result<(), ConsentRequired> {
        self.standing().permits(purpose, policy::terms(), now)
    }

    /// Whether somebody may sign in: either the person at the sign-in screen has agreed, or whoever is signed in.
    pub fn permits_sign_in(&self, now: UtcMs) -> Result<(), ConsentRequired> {
        let pending = account_by(&self.pending(), now);
        if lock(&self.state).account.is_none() {
            return pending;
        }
        pending.or_else(|_| self.permits(Purpose::Account, now))
    }

    /// Whether `account` may be signed in with what was agreed to here, before or now.
    pub fn permits_account(&self, account: &AccountKey, now: UtcMs) -> Result<(), ConsentRequired> {
        account_by(&self.pending(), now).or_else(|_| account_by(&self.of(account), now))
    }

    /// Writes a decision with what follows from it, durable when this returns. Made on the first screen or at the sign-in
    /// it belongs to whoever signs in next, elsewhere to whoever is signed in. Answers with what was written.
    pub fn decide(&self, decision: Decision, at: &DeviceTime) -> Result<Vec<LedgerEntry>, ConsentError> {
        let policy = policy::version(decision.policy_version).ok_or(ConsentError::UnknownPolicy)?;
        let mut state = lock(&self.state);
        let before_sign_in = matches!(decision.screen, ConsentScreen::FirstRun | ConsentScreen::SignIn);
        let ledger = match &state.account {
            Some(account) if !before_sign_in => self.of(account),
            _ => self.pending(),
        };
        let entry = |purpose, action| LedgerEntry {
            sequence: 0,
            previous: Sha256Hash::default(),
            purpose,
            action,
            policy_version: decision.policy_version,
            policy_sha256: policy.sha256(decision.language),
            language: decision.language,
            utc: at.wall,
            monotonic_ms: at.since_boot_ms,
            boot_id: at.boot,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            screen: decision.screen,
            hash: Sha256Hash::default(),
        };
        let written = ledger.append(|all| {
            consequences(&Standing::of(all), decision.purpose, decision.action, decision.policy_version)
                .into_iter()
                .map(|(purpose, action)| entry(purpose, action))
                .collect()
        });
        match (&written, decision.action) {
            (Err(_), ConsentAction::Withdrawn | ConsentAction::Refused) => {
                state.unwritten.push(decision.purpose);
            }
            (Ok(_), _) => state.unwritten.retain(|p| *p != decision.purpose),
            _ => {}
        }
        self.load(&mut state);
        written
    }

    /// Everything that was decided by whoever is signed in or about to, oldest first; `None` where the record is damaged.
    pub fn record(&self) -> Result<Option<Vec<LedgerEntry>>, ConsentError> {
        let account = lock(&self.state).account.clone();
        whole(&self.ledger(account.as_ref()))
    }

    /// The record of `account`, whoever is signed in: what is told to the server is told of the one whom it knows.
    pub fn record_of(&self, account: &AccountKey) -> Result<Option<Vec<LedgerEntry>>, ConsentError> {
        whole(&self.of(account))
    }

    /// The record of whoever is signed in or about to as a file: its lines as they are hashed. `None` where it is damaged.
    pub fn file(&self) -> Result<Option<Vec<u8>>, ConsentError> {
        let account = lock(&self.state).account.clone();
        let (lines, whole) = self.ledger(account.as_ref()).lines()?;
        Ok(whole.then_some(lines))
    }

    /// All that is kept of the record of whoever is signed in or about to.
    pub(crate) fn everything(&self) -> Result<Everything, ConsentError> {
        let ledger = self.ledger(lock(&self.state).account.as_ref());
        let (lines, whole) = ledger.lines()?;
        Ok(Everything { lines, whole, aside: ledger.aside()? })
    }

    /// `account` has signed in: what was agreed to before belongs to it from now on.
    pub fn adopt(&self, account: &AccountKey) -> Result<(), ConsentError> {
        let mut state = lock(&self.state);
        let pending = self.pending();
        if let Found::Whole(waiting) = pending.read()?
            && !waiting.is_empty()
        {
            // An entry that is there already was adopted by a program that was killed before it could remove the file.
            self.of(account).append(|all| {
                let known = |entry: &LedgerEntry| {
                    all.iter().any(|kept| {
                        (kept.utc, kept.monotonic_ms, kept.boot_id, kept.purpose, kept.action)
                            == (entry.utc, entry.monotonic_ms, entry.boot_id, entry.purpose, entry.action)
                    })
                };
                waiting.iter().filter(|entry| !known(entry)).cloned().collect()
            })?;
            pending.remove()?;
        }
        state.account = Some(account.clone());
        state.unwritten.clear();
        self.load(&mut state);
        Ok(())
    }

    /// Nobody is signed in any more: the next person is asked anew.
    pub fn leave(&self) {
        let mut state = lock(&self.state);
        state.account = None;
        state.unwritten.clear();
        self.load(&mut state);
    }

    /// Erases the record named `name` in `folder`, of an account or [`PENDING`], with what was moved aside of it; with the
    /// folder of records when no other is there.
    pub(crate) fn erase(folder: &Path, name: &AccountKey) -> io::Result<()> {
        let folder = folder.join("consents");
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        let ours = format!("{}.", name.0);
        let mut others = false;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(&ours) {
                std::fs::remove_file(entry.path())?;
            } else if name != "lock" {
                others = true;
            }
        }
        if others { Ok(()) } else { std::fs::remove_dir_all(&folder) }
    }

    fn load(&self, state: &mut State) {
        let ledger = self.ledger(state.account.as_ref());
        state.stamp = ledger.stamp();
        state.standing =
            state.unwritten.iter().fold(standing(&ledger), |standing, purpose| standing.without(*purpose));
    }

    fn ledger(&self, account: Option<&AccountKey>) -> Ledger {
        account.map_or_else(|| self.pending(), |account| self.of(account))
    }

    fn pending(&self) -> Ledger {
        Ledger::at(self.folder.join(format!("{PENDING}.jsonl")))
    }

    fn of(&self, account: &AccountKey) -> Ledger {
        Ledger::at(self.folder.join(format!("{}.jsonl", account.0)))
    }
}

/// Its entries; `None` where it is damaged.
fn whole(ledger: &Ledger) -> Result<Option<Vec<LedgerEntry>>, ConsentError> {
    Ok(match ledger.read()? {
        Found::Whole(entries) => Some(entries),
        Found::Damaged => None,
    })
}

/// Whether a record alone permits to use the account.
fn account_by(ledger: &Ledger, now: UtcMs) -> Result<(), ConsentRequired> {
    standing(ledger).permits(Purpose::Account, policy::terms(), now)
}

/// What a record says; one that cannot be read permits nothing.
fn standing(ledger: &Ledger) -> Standing {
    match ledger.read() {
        Ok(Found::Whole(entries)) => Standing::of(&entries),
        Ok(Found::Damaged) | Err(_) => Standing::damaged(),
    }
}

#[cfg(test)]
mod tests;
