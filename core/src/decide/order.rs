//! Which units a list shows and in what order.

use std::collections::HashSet;

use crate::decide::freshness::Freshness;
use crate::model::{GroupId, LinkState, UnitKind};

/// Order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name, numbers inside names by value: "Van 2" before "Van 10".
    #[default]
    Name,
    /// Newest fix first; units without a position last.
    Freshest,
    /// Nearest to the query's origin first; units without a position last.
    Nearest,
}

/// Which units are let through; `None` lets all through, an empty set none. The default lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Levels of freshness. A unit without a position has none and passes only `None`.
    pub freshness: Option<HashSet<Freshness>>,
    /// States of the link.
    pub link: Option<HashSet<LinkState>>,
    /// Groups; the caller expands them to the groups below.
    pub groups: Option<HashSet<GroupId>>,
    /// Kinds.
    pub kinds: Option<HashSet<UnitKind>>,
    /// Greatest age of the fix in milliseconds.
    pub max_age_ms: Option<i64>,
}

/// What a filter looks at.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Level of freshness, `None` without a position.
    pub freshness: Option<Freshness>,
    /// Link.
    pub link: LinkState,
    /// Group.
    pub group_id: GroupId,
    /// Kind.
    pub kind: UnitKind,
    /// Age of the fix in milliseconds.
    pub age_ms: Option<i64>,
}

impl Filter {
    /// Whether a unit is let through.
    pub fn accepts(&self, unit: &Candidate) -> bool {
        fn within<T: Eq + std::hash::Hash>(wanted: Option<&HashSet<T>>, has: Option<T>) -> bool {
            wanted.is_none_or(|set| has.is_some_and(|value| set.contains(&value)))
        }
        within(self.freshness.as_ref(), unit.freshness)
            && within(self.link.as_ref(), Some(unit.link))
            && within(self.groups.as_ref(), Some(unit.group_id))
            && within(self.kinds.as_ref(), Some(unit.kind))
            && self.max_age_ms.is_none_or(|max| unit.age_ms.is_some_and(|age| age <= max))
    }
}

/// A name's place in the order, computed once per unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameKey(Box<[u8]>);

/// The key of `name`: folded as search folds it, each run of digits replaced by its length and value, so that
/// plain byte order is natural order. Chinese sorts by code point; a pinyin order needs tables that a phone's
/// system has and the core has not.
pub fn name_key(name: &str) -> NameKey {
    let folded = crate::search::fold(name);
    let mut key = Vec::with_capacity(folded.len() + 8);
    let mut digits = String::new();
    let flush = |digits: &mut String, key: &mut Vec<u8>| {
        if !digits.is_empty() {
            let significant = digits.trim_start_matches('0');
            key.push(b'0'); // numbers stand where digits stand among letters
            key.extend(u16::try_from(significant.len()).unwrap_or(u16::MAX).to_be_bytes());
            key.extend(significant.as_bytes());
            digits.clear();
        }
    };
    for c in folded.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else {
            flush(&mut digits, &mut key);
            key.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    flush(&mut digits, &mut key);
    NameKey(key.into())
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Filter, name_key};
    use crate::decide::freshness::Freshness;
    use crate::model::{GroupId, LinkState, UnitKind};

    #[test]
    fn numbers_inside_names_count() {
        let mut names =
            ["Van 10", "van 9", "Van 2", "吊车 12号", "吊车 7号", "Van", "VAN 002", "Crane 7", "3 Van"];
        names.sort_by_key(|name| name_key(name));
        assert_eq!(
            names,
            ["3 Van", "Crane 7", "Van", "Van 2", "VAN 002", "van 9", "Van 10", "吊车 7号", "吊车 12号"]
        );
    }

    #[test]
    fn a_unit_without_a_position_passes_only_where_position_does_not_matter() {
        let unit = Candidate {
            freshness: None,
            link: LinkState::Offline,
            group_id: GroupId(3),
            kind: UnitKind::Crane,
            age_ms: None,
        };
        assert!(Filter::default().accepts(&unit));
        assert!(Filter { kinds: Some([UnitKind::Crane].into()), ..Filter::default() }.accepts(&unit));
        assert!(!Filter { kinds: Some([].into()), ..Filter::default() }.accepts(&unit));
        assert!(!Filter { max_age_ms: Some(i64::MAX), ..Filter::default() }.accepts(&unit));
        assert!(!Filter { freshness: Some([Freshness::Lost].into()), ..Filter::default() }.accepts(&unit));
        assert!(!Filter { groups: Some([GroupId(4)].into()), ..Filter::default() }.accepts(&unit));
    }
}
