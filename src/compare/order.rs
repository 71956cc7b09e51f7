//! Pairs the items of two lists, and finds those whose order changed.

use std::collections::VecDeque;

use crate::collections::{HashMap, HashSet};

/// The maximum number of comparisons of each item of one list with each of another. No template or pipeline that AWS
/// accepts comes close.
const MOST_COMPARISONS: usize = 1 << 22;

/// Returns whether lists of these lengths are too long to compare each item with each.
pub(super) fn is_too_much(before: usize, after: usize) -> bool {
    before.saturating_mul(after) > MOST_COMPARISONS
}

/// Pairs from two lists of names, and the rest of each list. Repeated names pair in their order.
pub(super) struct Pairs {
    /// Indices into both lists, in the order of the first.
    pub(super) both: Vec<(usize, usize)>,
    /// Indices into the first list.
    pub(super) only_before: Vec<usize>,
    /// Indices into the second list.
    pub(super) only_after: Vec<usize>,
}

impl Pairs {
    /// Pairs items by name.
    pub(super) fn by_name(before: &[String], after: &[String]) -> Self {
        let mut places: HashMap<&str, VecDeque<usize>> = HashMap::default();
        for (index, name) in after.iter().enumerate() {
            places.entry(name).or_default().push_back(index);
        }
        let (mut both, mut only_before) = (Vec::new(), Vec::new());
        for (index, name) in before.iter().enumerate() {
            match places.get_mut(name.as_str()).and_then(VecDeque::pop_front) {
                Some(other) => both.push((index, other)),
                None => only_before.push(index),
            }
        }
        let mut only_after: Vec<usize> = places.into_values().flatten().collect();
        only_after.sort_unstable();
        Self { both, only_before, only_after }
    }

    /// Creates the result for two lists of these lengths without any pairs.
    pub(super) fn none(before: usize, after: usize) -> Self {
        Self { both: Vec::new(), only_before: (0..before).collect(), only_after: (0..after).collect() }
    }

    /// Pairs more of the remaining items, if two indices fit.
    pub(super) fn also(&mut self, fits: impl Fn(usize, usize) -> bool) {
        if is_too_much(self.only_before.len(), self.only_after.len()) {
            return;
        }
        let only_after = &mut self.only_after;
        let both = &mut self.both;
        self.only_before.retain(|before| match only_after.iter().position(|after| fits(*before, *after)) {
            Some(at) => {
                both.push((*before, only_after.remove(at)));
                false
            }
            None => true,
        });
        both.sort_unstable();
    }

    /// Returns the pairs that are no longer in order: as few as possible.
    pub(super) fn moved(&self) -> Vec<(usize, usize)> {
        let after: Vec<usize> = self.both.iter().map(|(_, after)| *after).collect();
        let kept: HashSet<usize> = longest_ascent(&after).into_iter().collect();
        self.both.iter().enumerate().filter(|(index, _)| !kept.contains(index)).map(|(_, pair)| *pair).collect()
    }
}

/// Returns the names in order; each name that is only in the other list is inserted after the name that it follows
/// there.
pub(super) fn merged(names: Vec<String>, others: &[String]) -> Vec<String> {
    let mut known: HashSet<String> = names.iter().cloned().collect();
    let shared = known.clone();
    let mut following: HashMap<Option<String>, Vec<String>> = HashMap::default();
    let mut anchor = None;
    for name in others {
        if shared.contains(name) {
            anchor = Some(name.clone());
        } else if known.insert(name.clone()) {
            following.entry(anchor.clone()).or_default().push(name.clone());
        }
    }
    let mut merged = following.remove(&None).unwrap_or_default();
    for name in names {
        let own = following.remove(&Some(name.clone())).unwrap_or_default();
        merged.push(name);
        merged.extend(own);
    }
    merged
}

/// Returns the indices of a longest ascending subsequence.
fn longest_ascent(values: &[usize]) -> Vec<usize> {
    // For each length, the index of the smallest value that ends an ascending subsequence of this length.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let length = ends.partition_point(|end| values.get(*end).is_some_and(|other| other < value));
        previous.push(length.checked_sub(1).and_then(|before| ends.get(before)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut kept = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        kept.push(index);
        at = previous.get(index).copied().flatten();
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(before: &[&str], after: &[&str]) -> Pairs {
        let [before, after] = [before, after].map(|names| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        Pairs::by_name(&before, &after)
    }

    fn moved(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
        pairs(before, after).moved()
    }

    #[test]
    fn as_little_as_possible_is_moved() {
        assert_eq!(moved(&["a", "b", "c"], &["a", "x", "b", "c"]), []);
        assert_eq!(moved(&["a", "b", "c", "d"], &["d", "a", "b", "c"]), [(3, 0)]);
        assert_eq!(moved(&["a", "b"], &["b", "a"]).len(), 1);
    }

    #[test]
    fn what_is_gone_keeps_its_place() {
        let texts = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(merged(texts(&["a", "d"]), &texts(&["x", "a", "b", "c", "d", "e"])), ["x", "a", "b", "c", "d", "e"]);
        assert_eq!(merged(texts(&["a", "a"]), &texts(&["b", "a", "b"])), ["b", "a", "a"]);
    }

    #[test]
    fn equal_names_pair_in_order() {
        let pairs = pairs(&["a", "a", "b"], &["a", "c", "a", "a"]);
        assert_eq!(pairs.both, [(0, 0), (1, 2)]);
        assert_eq!((pairs.only_before, pairs.only_after), (vec![2], vec![1, 3]));
    }
}
