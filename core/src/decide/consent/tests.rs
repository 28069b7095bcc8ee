use proptest::prelude::*;

use super::{Answer, BrokenChain, NoConsent, PolicyTerms, Standing, ToAsk, chain, consequences, verify};
use crate::model::{
    BootId, ConsentAction as A, ConsentScreen, LedgerEntry, PolicyLanguage, Purpose as P, Sha256Hash, UtcMs,
};

fn entry(purpose: P, action: A, policy_version: u32) -> LedgerEntry {
    LedgerEntry {
        sequence: 0,
        previous: Sha256Hash::default(),
        purpose,
        action,
        policy_version,
        policy_sha256: Sha256Hash::of(b"text"),
        language: PolicyLanguage::English,
        utc: UtcMs(1_795_577_586_476),
        monotonic_ms: 7_000,
        boot_id: BootId(0xbeef),
        app_version: "0.1.0".to_owned(),
        screen: ConsentScreen::FirstRun,
        hash: Sha256Hash::default(),
    }
}

fn chained(lines: &[(P, A, u32)]) -> Vec<LedgerEntry> {
    let mut all: Vec<LedgerEntry> = Vec::new();
    for (purpose, action, version) in lines {
        let next = chain(all.last(), entry(*purpose, *action, *version));
        all.push(next);
    }
    all
}

const T: UtcMs = UtcMs(1_000);
const ONE: PolicyTerms = PolicyTerms { version: 1, effective: UtcMs(0), material: true };
const TWO: PolicyTerms = PolicyTerms { version: 2, effective: UtcMs(2_000), material: true };
const TWO_SMALL: PolicyTerms = PolicyTerms { version: 2, effective: UtcMs(0), material: false };

#[test]
fn nothing_is_permitted_before_it_is_given_and_each_purpose_stands_alone() {
    use NoConsent::{NotAsked, PolicyChanged, Refused, Withdrawn};
    type Case<'a> = (&'a str, &'a [(P, A, u32)], &'a [PolicyTerms], i64, P, Option<(P, NoConsent)>);
    let table: [Case; 14] = [
        ("nothing said", &[], &[ONE], 0, P::Account, Some((P::Account, NotAsked))),
        ("given", &[(P::Account, A::Given, 1)], &[ONE], 0, P::Account, None),
        (
            "another purpose is not given with it",
            &[(P::Account, A::Given, 1)],
            &[ONE],
            0,
            P::Reporting,
            Some((P::Reporting, NotAsked)),
        ),
        (
            "refused",
            &[(P::Account, A::Given, 1), (P::Push, A::Refused, 1)],
            &[ONE],
            0,
            P::Push,
            Some((P::Push, Refused)),
        ),
        (
            "refusing one leaves the others",
            &[(P::Account, A::Given, 1), (P::Push, A::Refused, 1), (P::Reporting, A::Given, 1)],
            &[ONE],
            0,
            P::Reporting,
            None,
        ),
        (
            "withdrawn",
            &[(P::Account, A::Given, 1), (P::Account, A::Withdrawn, 1)],
            &[ONE],
            0,
            P::Account,
            Some((P::Account, Withdrawn)),
        ),
        (
            "given again",
            &[(P::Account, A::Given, 1), (P::Account, A::Withdrawn, 1), (P::Account, A::Given, 1)],
            &[ONE],
            0,
            P::Account,
            None,
        ),
        (
            "what it rests on is missing",
            &[(P::Reporting, A::Given, 1)],
            &[ONE],
            0,
            P::Reporting,
            Some((P::Account, NotAsked)),
        ),
        (
            "JPush's collection rests on push",
            &[(P::Account, A::Given, 1), (P::Push, A::Withdrawn, 1), (P::PushCollection, A::Given, 1)],
            &[ONE],
            0,
            P::PushCollection,
            Some((P::Push, Withdrawn)),
        ),
        (
            "location on the screen needs no account",
            &[(P::LocationOnScreen, A::Given, 1)],
            &[ONE],
            0,
            P::LocationOnScreen,
            None,
        ),
        (
            "a change of substance counts from its day",
            &[(P::Account, A::Given, 1)],
            &[ONE, TWO],
            1_999,
            P::Account,
            None,
        ),
        (
            "and then stops",
            &[(P::Account, A::Given, 1)],
            &[ONE, TWO],
            2_000,
            P::Account,
            Some((P::Account, PolicyChanged)),
        ),
        (
            "until it is agreed to",
            &[(P::Account, A::Given, 1), (P::Account, A::Given, 2)],
            &[ONE, TWO],
            2_000,
            P::Account,
            None,
        ),
        (
            "a small change stops nothing",
            &[(P::Account, A::Given, 1)],
            &[ONE, TWO_SMALL],
            2_000,
            P::Account,
            None,
        ),
    ];
    for (what, lines, policies, now, purpose, refused) in table {
        let answer = Standing::of(&chained(lines)).permits(purpose, policies, UtcMs(now));
        assert_eq!(answer.err().map(|e| (e.purpose, e.why)), refused, "{what}");
    }
    for purpose in P::ALL {
        let why = Standing::damaged().permits(purpose, &[ONE], T).unwrap_err().why;
        assert_eq!(why, NoConsent::RecordDamaged, "{purpose:?}");
    }
}

#[test]
fn a_person_is_asked_once_and_told_of_changes() {
    type Case<'a> = (&'a [(P, A, u32)], &'a [PolicyTerms], ToAsk);
    let table: [Case; 9] = [
        (&[], &[ONE], ToAsk::FirstRun),
        (&[(P::Account, A::Given, 1)], &[ONE], ToAsk::Nothing),
        (&[(P::Account, A::Refused, 1)], &[ONE], ToAsk::Nothing),
        (&[(P::Account, A::Given, 1), (P::Account, A::Withdrawn, 1)], &[ONE, TWO], ToAsk::Nothing),
        (
            &[(P::Account, A::Given, 1)],
            &[ONE, TWO],
            ToAsk::MaterialChange { from: 1, to: 2, effective: UtcMs(2_000) },
        ),
        (&[(P::Account, A::Given, 1)], &[ONE, TWO_SMALL], ToAsk::Information { from: 1, to: 2 }),
        (&[(P::Account, A::Given, 1), (P::Account, A::Informed, 2)], &[ONE, TWO_SMALL], ToAsk::Nothing),
        (&[(P::Account, A::Given, 2)], &[ONE, TWO], ToAsk::Nothing),
        // Told of a change of substance is not agreed to it.
        (
            &[(P::Account, A::Given, 1), (P::Account, A::Informed, 2)],
            &[ONE, TWO],
            ToAsk::MaterialChange { from: 1, to: 2, effective: UtcMs(2_000) },
        ),
    ];
    for (lines, policies, wanted) in table {
        assert_eq!(Standing::of(&chained(lines)).to_ask(policies), wanted, "{lines:?}");
    }
    assert_eq!(Standing::damaged().to_ask(&[ONE]), ToAsk::FirstRun);
}

#[test]
fn a_withdrawal_takes_along_what_rests_on_it_and_nothing_is_written_twice() {
    let all_given: Vec<_> = P::ALL.map(|p| (p, A::Given, 1)).to_vec();
    let standing = Standing::of(&chained(&all_given));
    let withdrawn = |purpose| consequences(&standing, purpose, A::Withdrawn, 1);
    assert_eq!(
        withdrawn(P::Account),
        [P::Diagnostics, P::PushCollection, P::Push, P::Reporting, P::Account].map(|p| (p, A::Withdrawn))
    );
    assert_eq!(withdrawn(P::Push), [(P::PushCollection, A::Withdrawn), (P::Push, A::Withdrawn)]);
    assert_eq!(withdrawn(P::LocationOnScreen), [(P::LocationOnScreen, A::Withdrawn)]);
    assert_eq!(consequences(&standing, P::Push, A::Given, 1), []);
    assert_eq!(consequences(&standing, P::Push, A::Given, 2), [(P::Push, A::Given)]);
    assert_eq!(consequences(&standing, P::Reporting, A::Refused, 1), [(P::Reporting, A::Withdrawn)]);
    let nobody = Standing::of(&[]);
    assert_eq!(consequences(&nobody, P::Push, A::Withdrawn, 1), []);
    assert_eq!(consequences(&nobody, P::Push, A::Refused, 1), [(P::Push, A::Refused)]);
    assert_eq!(nobody.answer(P::Push), Answer::NotAsked);
}

#[test]
fn the_wire_form_and_the_hash_are_fixed() {
    let first = chain(None, entry(P::LocationOnScreen, A::Given, 1));
    insta::assert_json_snapshot!(first, @r#"
    {
      "sequence": 1,
      "previous": "0000000000000000000000000000000000000000000000000000000000000000",
      "purpose": "locationOnScreen",
      "action": "given",
      "policyVersion": 1,
      "policySha256": "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1",
      "language": "en",
      "utcMs": 1795577586476,
      "monotonicMs": 7000,
      "bootId": "beef",
      "appVersion": "0.1.0",
      "screen": "firstRun",
      "hash": "af62ba5216c846f42ffb26421fe107a95c6f59e0f890c769ba1312cf233855de"
    }
    "#);
    let text = serde_json::to_string(&first).unwrap();
    assert_eq!(serde_json::from_str::<LedgerEntry>(&text).unwrap(), first);
}

proptest! {
    #[test]
    fn any_change_of_any_entry_is_seen(
        lines in prop::collection::vec((0usize..6, 0usize..4, 1u32..4), 1..12),
        pick in any::<prop::sample::Index>(),
        what in 0usize..12,
    ) {
        let actions = [A::Given, A::Refused, A::Withdrawn, A::Informed];
        let lines: Vec<_> = lines.iter().map(|(p, a, v)| (P::ALL[*p], actions[*a], *v)).collect();
        let whole = chained(&lines);
        prop_assert_eq!(verify(None, &whole), Ok(()));
        let at = pick.index(whole.len());
        let mut changed = whole.clone();
        let e = &mut changed[at];
        match what {
            0 => e.sequence += 1,
            1 => e.previous.0[0] ^= 1,
            2 => e.purpose = P::ALL[(P::ALL.iter().position(|p| *p == e.purpose).unwrap() + 1) % 6],
            3 => e.action = actions[(actions.iter().position(|a| *a == e.action).unwrap() + 1) % 4],
            4 => e.policy_version += 1,
            5 => e.policy_sha256.0[31] ^= 1,
            6 => e.language = PolicyLanguage::SimplifiedChinese,
            7 => e.utc.0 += 1,
            8 => e.monotonic_ms += 1,
            9 => e.boot_id.0 += 1,
            10 => e.app_version.push('1'),
            _ => e.screen = ConsentScreen::Terminal,
        }
        prop_assert_eq!(verify(None, &changed), Err(BrokenChain { at }));
        // Rehashed, the next entry does not follow any more.
        if at + 1 < whole.len() {
            changed[at] = chain(at.checked_sub(1).map(|i| &whole[i]), changed[at].clone());
            prop_assert!(verify(None, &changed).is_err() || changed == whole);
            let mut without = whole.clone();
            without.remove(at);
            prop_assert_eq!(verify(None, &without), Err(BrokenChain { at }));
        }
    }
}
