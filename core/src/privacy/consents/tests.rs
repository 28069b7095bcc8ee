use super::{Consents, Decision};
use crate::decide::consent::{Answer, NoConsent, ToAsk};
use crate::model::{
    AccountKey, BootId, ConsentAction, ConsentScreen, DeviceTime, PolicyLanguage, Purpose, UtcMs,
};
use crate::privacy::policy;

const NOW: UtcMs = UtcMs(1_795_577_586_476);

fn at(ms: u64) -> DeviceTime {
    DeviceTime { wall: NOW.plus_ms(ms as i64), since_boot_ms: ms, boot: BootId(1) }
}

fn said(purpose: Purpose, action: ConsentAction, screen: ConsentScreen) -> Decision {
    Decision { purpose, action, policy_version: 2, language: PolicyLanguage::SimplifiedChinese, screen }
}

fn agreed(screen: ConsentScreen) -> Decision {
    said(Purpose::Account, ConsentAction::Given, screen)
}

fn key(name: &str) -> AccountKey {
    AccountKey(name.repeat(32))
}

fn why(consents: &Consents, purpose: Purpose) -> Option<NoConsent> {
    consents.permits(purpose, NOW).err().map(|refused| refused.why)
}

#[test]
fn reading_writes_nothing_and_a_decision_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let consents = Consents::open(folder.path(), None);
    assert_eq!(why(&consents, Purpose::Account), Some(NoConsent::NotAsked));
    assert_eq!(consents.standing().to_ask(policy::terms()), ToAsk::FirstRun);
    assert_eq!(consents.record().unwrap(), Some(vec![]));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "not even a folder");

    let written = consents.decide(agreed(ConsentScreen::FirstRun), &at(5)).unwrap();
    let entry = written.first().unwrap();
    assert_eq!((entry.sequence, entry.utc, entry.monotonic_ms), (1, NOW.plus_ms(5), 5));
    let chinese = policy::newest().sha256(PolicyLanguage::SimplifiedChinese);
    assert_eq!((entry.policy_version, entry.policy_sha256), (2, chinese));
    for consents in [&consents, &Consents::open(folder.path(), None)] {
        assert_eq!(why(consents, Purpose::Account), None);
        assert_eq!(why(consents, Purpose::Reporting), Some(NoConsent::NotAsked));
        assert_eq!(consents.record().unwrap(), Some(written.clone()));
    }
    assert!(
        consents.decide(Decision { policy_version: 9, ..agreed(ConsentScreen::FirstRun) }, &at(6)).is_err()
    );
}

#[test]
fn one_persons_consent_never_counts_for_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let consents = Consents::open(folder.path(), None);
    assert!(consents.permits_sign_in(NOW).is_err());
    consents.decide(agreed(ConsentScreen::FirstRun), &at(0)).unwrap();
    assert!(consents.permits_sign_in(NOW).is_ok() && consents.permits_account(&key("a"), NOW).is_ok());
    consents.adopt(&key("a")).unwrap();
    let reporting = said(Purpose::Reporting, ConsentAction::Given, ConsentScreen::Feature);
    consents.decide(reporting, &at(1)).unwrap();
    assert_eq!(why(&consents, Purpose::Reporting), None);
    // The same person may sign in again, another may not on this word.
    assert!(consents.permits_sign_in(NOW).is_ok() && consents.permits_account(&key("a"), NOW).is_ok());
    assert!(consents.permits_account(&key("b"), NOW).is_err());

    consents.leave();
    assert!(consents.permits_sign_in(NOW).is_err());
    assert_eq!(consents.standing().to_ask(policy::terms()), ToAsk::FirstRun);
    consents.decide(agreed(ConsentScreen::SignIn), &at(2)).unwrap();
    consents.adopt(&key("b")).unwrap();
    assert_eq!(why(&consents, Purpose::Reporting), Some(NoConsent::NotAsked));
    assert_eq!(consents.record().unwrap().unwrap().len(), 1);

    // The first one returns: the record goes on, what was given then stands.
    consents.leave();
    consents.decide(agreed(ConsentScreen::SignIn), &at(3)).unwrap();
    consents.adopt(&key("a")).unwrap();
    assert_eq!(why(&consents, Purpose::Reporting), None);
    let sequence: Vec<u64> = consents.record().unwrap().unwrap().iter().map(|e| e.sequence).collect();
    assert_eq!(sequence, [1, 2, 3]);
}

#[test]
fn adopting_cut_short_writes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let consents = Consents::open(folder.path(), None);
    consents.decide(agreed(ConsentScreen::FirstRun), &at(0)).unwrap();
    let pending = folder.path().join("consents/pending.jsonl");
    let kept = std::fs::read(&pending).unwrap();
    consents.adopt(&key("a")).unwrap();
    std::fs::write(&pending, kept).unwrap(); // killed before it was removed
    consents.adopt(&key("a")).unwrap();
    assert_eq!(consents.record().unwrap().unwrap().len(), 1);
    assert!(!pending.exists());
}

#[test]
fn a_withdrawal_in_one_program_counts_in_the_other_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = Consents::open(folder.path(), None);
    first.decide(agreed(ConsentScreen::FirstRun), &at(0)).unwrap();
    first.adopt(&key("a")).unwrap();
    first.decide(said(Purpose::Reporting, ConsentAction::Given, ConsentScreen::Feature), &at(1)).unwrap();
    let other = Consents::open(folder.path(), Some(key("a")));
    assert_eq!(why(&other, Purpose::Reporting), None);
    first
        .decide(said(Purpose::Reporting, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre), &at(2))
        .unwrap();
    assert_eq!(why(&other, Purpose::Reporting), Some(NoConsent::Withdrawn));
}

#[test]
fn a_write_cut_short_anywhere_loses_only_what_was_not_answered_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("consents/pending.jsonl");
    let consents = Consents::open(folder.path(), None);
    consents.decide(agreed(ConsentScreen::FirstRun), &at(0)).unwrap();
    let one = std::fs::read(&file).unwrap().len();
    consents.decide(said(Purpose::Push, ConsentAction::Refused, ConsentScreen::FirstRun), &at(1)).unwrap();
    let whole = std::fs::read(&file).unwrap();
    for cut in 0..whole.len() {
        std::fs::write(&file, &whole[..cut]).unwrap();
        let again = Consents::open(folder.path(), None);
        let expected = usize::from(cut >= one);
        assert_eq!(again.record().unwrap().map(|all| all.len()), Some(expected), "cut at {cut}");
        again.decide(said(Purpose::Push, ConsentAction::Refused, ConsentScreen::FirstRun), &at(2)).unwrap();
        assert_eq!(again.record().unwrap().map(|all| all.len()), Some(expected + 1), "cut at {cut}");
    }
}

#[test]
fn a_changed_record_permits_nothing_is_kept_aside_and_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("consents/pending.jsonl");
    let consents = Consents::open(folder.path(), None);
    consents.decide(agreed(ConsentScreen::FirstRun), &at(0)).unwrap();
    let whole = std::fs::read_to_string(&file).unwrap();
    for forged in [
        whole.replace("\"given\"", "\"refused\""),
        whole.replace("\"account\"", "\"reporting\""),
        whole.replace("\"sequence\":1", "\"sequence\":2"),
        whole.replace("\"sequence\"", "\"extra\":1,\"sequence\""),
        format!("{whole}{whole}"),
        "garbage\n".to_owned(),
        "\u{0}\u{0}\n".to_owned(),
    ] {
        std::fs::write(&file, &forged).unwrap();
        let again = Consents::open(folder.path(), None);
        assert_eq!(why(&again, Purpose::Account), Some(NoConsent::RecordDamaged), "{forged}");
        assert_eq!(again.record().unwrap(), None);
        assert_eq!(again.standing().to_ask(policy::terms()), ToAsk::FirstRun);
        again.decide(agreed(ConsentScreen::FirstRun), &at(1)).unwrap();
        assert_eq!(again.standing().answer(Purpose::Account), Answer::Given { policy_version: 2 });
        let aside = std::fs::read_dir(folder.path().join("consents")).unwrap().filter(|entry| {
            let path = entry.as_ref().unwrap().path();
            std::fs::read(&path).unwrap() == forged.as_bytes() && path != file
        });
        assert_eq!(aside.count(), 1, "kept as it was found");
    }
}

#[test]
fn a_withdrawal_counts_even_when_the_disk_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let consents = Consents::open(folder.path(), None);
    consents.decide(agreed(ConsentScreen::FirstRun), &at(0)).unwrap();
    // The lock cannot be taken: stands for any trouble of the disk.
    std::fs::remove_file(folder.path().join("consents/lock")).unwrap();
    std::fs::create_dir(folder.path().join("consents/lock")).unwrap();
    let withdrawn = said(Purpose::Account, ConsentAction::Withdrawn, ConsentScreen::PrivacyCentre);
    assert!(consents.decide(withdrawn, &at(1)).is_err());
    assert_eq!(why(&consents, Purpose::Account), Some(NoConsent::Withdrawn));
    assert_eq!(why(&consents, Purpose::Push), Some(NoConsent::Withdrawn), "it rests on the account");
    std::fs::remove_dir(folder.path().join("consents/lock")).unwrap();
    consents.decide(withdrawn, &at(2)).unwrap();
    assert_eq!(why(&Consents::open(folder.path(), None), Purpose::Account), Some(NoConsent::Withdrawn));
}
