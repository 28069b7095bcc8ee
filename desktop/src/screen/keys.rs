//! The filter's keys: each press steps to the next choice.

use std::collections::HashSet;

use crossterm::event::{KeyCode, KeyEvent};
use trak_core::decide::freshness::Freshness;
use trak_core::decide::order::Filter;
use trak_core::model::{LinkState, UnitKind};

use super::state::{Mode, State};
use crate::safe::safe;
use crate::text::{Text, fill, freshness, kind, link, short_age};

const KINDS: [UnitKind; 17] = [
    UnitKind::Car,
    UnitKind::Van,
    UnitKind::Truck,
    UnitKind::Bus,
    UnitKind::Trailer,
    UnitKind::Crane,
    UnitKind::Excavator,
    UnitKind::Tractor,
    UnitKind::Motorcycle,
    UnitKind::Bicycle,
    UnitKind::Ship,
    UnitKind::Train,
    UnitKind::Plane,
    UnitKind::Helicopter,
    UnitKind::Person,
    UnitKind::Animal,
    UnitKind::Other,
];
const LEVELS: [Freshness; 4] = [Freshness::Live, Freshness::Recent, Freshness::Old, Freshness::Lost];
const LINKS: [LinkState; 3] = [LinkState::Online, LinkState::Offline, LinkState::Unknown];
const AGES_MS: [i64; 4] = [5 * 60_000, 60 * 60_000, 24 * 60 * 60_000, 7 * 24 * 60 * 60_000];

/// One key of the filter.
pub fn filter_key(state: &mut State, key: KeyEvent) {
    let filter = &mut state.query.filter;
    match key.code {
        KeyCode::Char('s') => next_state(filter),
        KeyCode::Char('k') => {
            let at = one(filter.kinds.as_ref()).and_then(|k| KINDS.iter().position(|x| *x == k));
            filter.kinds = next(&KINDS, at).map(only);
        }
        KeyCode::Char('g') => {
            state.mode = Mode::Groups(0);
            return;
        }
        KeyCode::Char('a') => {
            let at = filter.max_age_ms.and_then(|ms| AGES_MS.iter().position(|x| *x == ms));
            filter.max_age_ms = next(&AGES_MS, at);
        }
        KeyCode::Char('c') => *filter = Filter::default(),
        KeyCode::Esc | KeyCode::Enter | KeyCode::Char('f') => state.mode = Mode::Browse,
        _ => return,
    }
    if state.mode == Mode::Filter {
        state.back_to_top();
    }
}

/// Levels first, then links: both are what people call the state.
fn next_state(filter: &mut Filter) {
    let level = one(filter.freshness.as_ref()).and_then(|f| LEVELS.iter().position(|x| *x == f));
    let state = one(filter.link.as_ref()).and_then(|l| LINKS.iter().position(|x| *x == l));
    let step = match (level, state) {
        (None, None) => 0,
        (Some(at), _) => at + 1,
        (None, Some(at)) => LEVELS.len() + at + 1,
    };
    filter.freshness = LEVELS.get(step).copied().map(only);
    filter.link = step.checked_sub(LEVELS.len()).and_then(|at| LINKS.get(at)).copied().map(only);
}

/// Puts a value into a set, or takes it out; an empty set becomes none, which lets everything through.
pub fn toggle<T: core::hash::Hash + Eq>(set: &mut Option<HashSet<T>>, value: T) {
    let values = set.get_or_insert_default();
    if !values.remove(&value) {
        values.insert(value);
    }
    if values.is_empty() {
        *set = None;
    }
}

fn only<T: core::hash::Hash + Eq>(value: T) -> HashSet<T> {
    HashSet::from([value])
}

fn one<T: Copy>(set: Option<&HashSet<T>>) -> Option<T> {
    set.and_then(|set| set.iter().next().copied())
}

/// The choice after `at`; `None`, which means all, stands after the last.
fn next<T: Copy>(choices: &[T], at: Option<usize>) -> Option<T> {
    choices.get(at.map_or(0, |at| at + 1)).copied()
}

/// The filter in words.
pub fn filter_words(text: &Text, state: &State) -> String {
    let filter = &state.query.filter;
    let mut words: Vec<String> = Vec::new();
    words.extend(one(filter.freshness.as_ref()).map(|f| freshness(text, Some(f)).to_owned()));
    words.extend(one(filter.link.as_ref()).map(|l| link(text, l).to_owned()));
    words.extend(one(filter.kinds.as_ref()).map(|k| kind(text, k).to_owned()));
    if let Some(ids) = &filter.groups {
        let mut names: Vec<String> =
            state.groups.iter().filter(|g| ids.contains(&g.id)).map(|g| safe(&g.name)).collect();
        if names.len() > 2 {
            names = vec![fill(text.filter_groups, ids.len())];
        }
        words.push(names.join(" + "));
    }
    words.extend(filter.max_age_ms.map(|ms| fill(text.filter_under, short_age(text, ms))));
    if words.is_empty() { text.filter_all.to_owned() } else { words.join(", ") }
}
