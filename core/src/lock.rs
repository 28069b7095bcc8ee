//! Short locks that outlive a panicking task: the data behind them is replaced whole, never half-changed.
//!
//! Decides that no thread reads what it reads already: once another one waits to write, the second reading waits for that
//! writer, who waits for the first, for ever. Debug builds, so every test, end at the second reading instead.

use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Locks, also when another thread panicked while holding it.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks for reading, also when another thread panicked while writing.
pub fn read<T>(lock: &RwLock<T>) -> Reading<'_, T> {
    let once = Once::begin(lock);
    Reading { guard: lock.read().unwrap_or_else(PoisonError::into_inner), _once: once }
}

/// Locks for writing, also when another thread panicked while writing.
pub fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    drop(Once::begin(lock));
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// What is read until this is dropped.
pub struct Reading<'a, T> {
    guard: RwLockReadGuard<'a, T>,
    _once: Once,
}

impl<T> Deref for Reading<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

/// That this thread does not read the same a second time meanwhile; nothing in a release.
#[cfg(debug_assertions)]
struct Once(usize);

#[cfg(debug_assertions)]
thread_local! {
    static READ_HERE: std::cell::RefCell<Vec<usize>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[cfg(debug_assertions)]
impl Once {
    fn begin<T>(lock: &RwLock<T>) -> Self {
        let place = std::ptr::from_ref(lock).addr();
        READ_HERE.with_borrow_mut(|all| {
            assert!(
                !all.contains(&place),
                "read by this thread already: it would wait for ever behind a writer"
            );
            all.push(place);
        });
        Self(place)
    }
}

#[cfg(debug_assertions)]
impl Drop for Once {
    fn drop(&mut self) {
        READ_HERE.with_borrow_mut(|all| all.retain(|place| *place != self.0));
    }
}

#[cfg(not(debug_assertions))]
struct Once;

#[cfg(not(debug_assertions))]
impl Once {
    fn begin<T>(_: &RwLock<T>) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::RwLock;

    use super::{read, write};

    #[test]
    fn what_is_read_may_be_read_again_afterwards() {
        let (one, other) = (RwLock::new(1), RwLock::new(2));
        let first = read(&one);
        assert_eq!(*first + *read(&other), 3, "another one");
        drop(first);
        assert_eq!(*read(&one), 1);
        *write(&one) = 3;
        assert_eq!(*read(&one), 3);
    }

    #[test]
    #[should_panic(expected = "read by this thread already")]
    fn but_not_meanwhile() {
        let one = RwLock::new(1);
        let first = read(&one);
        assert_eq!(*first, *read(&one));
    }

    #[test]
    #[should_panic(expected = "read by this thread already")]
    fn nor_written() {
        let one = RwLock::new(1);
        let first = read(&one);
        *write(&one) = *first;
    }
}
