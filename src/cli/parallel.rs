//! Parallel work on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The stack size of a worker: that of the main thread on most systems, since nested text needs stack.
const STACK: usize = 8 << 20;

/// Applies `work` to each item. The results are in the order of the items. A thread takes at most `most` items at once.
pub(super) fn map_each<T: Sync, R: Send>(items: &[T], most: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_parts(items, most, |part| part.iter().map(&work).collect())
}

/// Applies `work` to parts of the items, with at most `most` in each. The results are in the order of the items.
pub(super) fn map_parts<T: Sync, R: Send>(items: &[T], most: usize, work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let processors = processors(items);
    map_with(&parts(items, most, processors), processors, |part| work(part)).into_iter().flatten().collect()
}

/// Divides items among processors. The last parts are the smallest, so that all processors are done at about the same time.
fn parts<T>(items: &[T], most: usize, processors: usize) -> Vec<&[T]> {
    let mut rest = items;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let size = if processors == 1 { rest.len() } else { rest.len().div_ceil(2 * processors) };
        let (part, others) = rest.split_at(size.min(most));
        parts.push(part);
        rest = others;
    }
    parts
}

/// Returns the number of processors that items can use.
fn processors<T>(items: &[T]) -> usize {
    // To count them, the files of the control group are read.
    if items.len() < 2 { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) }
}

fn map_with<T: Sync, R: Send>(items: &[T], processors: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let workers = processors.min(items.len());
    if workers < 2 {
        return items.iter().map(&work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let indices = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let mine = indices.map_while(|index| items.get(index).map(|item| (index, work(item))));
        mine.collect::<Vec<_>>()
    };
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, share);
        // This thread works, too, so that it does not matter how many others the system provides.
        let others: Vec<_> = (1..workers).map_while(|index| start(index).ok()).collect();
        let mut results = share();
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_order() {
        let numbers: Vec<usize> = (0..1000).collect();
        assert_eq!(super::map_each(&numbers, 1, |number| number * 2), (0..2000).step_by(2).collect::<Vec<_>>());
        assert_eq!(super::map_each(&[] as &[usize], 1, |number| number * 2), Vec::<usize>::new());
        for (count, most) in [(0, 8), (1, 8), (7, 8), (1000, 1), (1000, 8)] {
            let numbers: Vec<usize> = (0..count).collect();
            let doubled = super::map_parts(&numbers, most, |part| {
                assert!(part.len() <= most);
                part.iter().map(|number| number * 2).collect()
            });
            assert_eq!(doubled, numbers.iter().map(|number| number * 2).collect::<Vec<_>>());
        }
    }
}
