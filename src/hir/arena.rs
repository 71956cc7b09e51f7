//! Lists whose elements are found by their IDs.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Index, IndexMut};

/// Identifies an element of an [`Arena`].
pub trait Id: Copy + PartialEq {
    /// Returns the ID of the element at an index.
    fn new(index: usize) -> Self;
    /// Returns the index of the element.
    fn index(self) -> usize;
}

/// A list that assigns IDs. An ID is created only together with its element, so indexing with it always succeeds: an ID
/// of another list does not compile, and a wrong one panics instead of skipping the element.
#[derive(Debug, Clone)]
pub struct Arena<I, T> {
    items: Vec<T>,
    of: PhantomData<I>,
}

impl<I: Id, T> Arena<I, T> {
    /// Adds an element.
    pub fn push(&mut self, item: T) -> I {
        let id = self.next_id();
        self.items.push(item);
        id
    }

    /// Returns the ID of the element that is added next.
    pub fn next_id(&self) -> I {
        I::new(self.items.len())
    }

    /// Returns the elements, in order.
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// Returns an element if it exists already: while the list is being built, IDs are assigned before their elements
    /// exist.
    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.index())
    }

    /// Returns an element to be changed, as [`Arena::get`] does.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.items.get_mut(id.index())
    }

    /// Returns every ID, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + Clone + use<I, T> {
        (0..self.items.len()).map(I::new)
    }

    /// Returns every element with its ID, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + Clone {
        self.items.iter().enumerate().map(|(index, item)| (I::new(index), item))
    }
}

/// Elements to be added to an arena, with the IDs that they will have there. Meanwhile, the arena itself can be read.
#[derive(Debug, Clone)]
pub struct Tail<I, T> {
    first: usize,
    items: Vec<T>,
    of: PhantomData<I>,
}

impl<I: Id, T> Tail<I, T> {
    /// Adds an element.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::new(self.first + self.items.len() - 1)
    }

    /// Returns one of these elements, to be changed.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.items.get_mut(id.index().checked_sub(self.first)?)
    }
}

impl<I: Id, T> Arena<I, T> {
    /// Returns an empty tail, to be added after the elements of this arena.
    pub fn tail(&self) -> Tail<I, T> {
        Tail { first: self.items.len(), items: Vec::new(), of: PhantomData }
    }

    /// Adds elements that were collected for this arena.
    pub fn append(&mut self, tail: Tail<I, T>) {
        debug_assert_eq!(tail.first, self.items.len(), "the arena has changed since");
        self.items.extend(tail.items);
    }
}

impl<I: Id, T> Index<I> for Arena<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), of: PhantomData }
    }
}

impl<I, T> Deref for Arena<I, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<I, T> DerefMut for Arena<I, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<I, T> FromIterator<T> for Arena<I, T> {
    fn from_iter<F: IntoIterator<Item = T>>(items: F) -> Self {
        Self { items: items.into_iter().collect(), of: PhantomData }
    }
}

impl<I, T> From<Vec<T>> for Arena<I, T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, of: PhantomData }
    }
}

impl<'a, I, T> IntoIterator for &'a Arena<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<'a, I, T> IntoIterator for &'a mut Arena<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter_mut()
    }
}
