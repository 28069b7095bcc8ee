//! The members of an object, pulled one by one, so that a list inside of it is read in the same pass as the object.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::list::Input;
use super::{Decoded, Element, Unreadable, list, resync};

/// A key, borrowed where it has no escapes.
#[derive(Deserialize)]
pub(super) struct Key<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// Stands before a member of an object, or at its value.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    input: Input<'a>,
    at: usize,
    first: bool,
}

impl<'a> Members<'a> {
    /// Enters the object that `bytes` is.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        match resync::next_byte(bytes, 0) {
            Some((start, b'{')) => Ok(Self { input: Input::whole(bytes), at: start + 1, first: true }),
            _ => Err(Unreadable { at: 0 }),
        }
    }

    /// The next member's key; its value must be taken before the next call. `None` at the object's end.
    pub(crate) fn next_key(&mut self) -> Result<Option<Cow<'a, str>>, Unreadable> {
        let (start, byte) = resync::next_byte(self.input.bytes, self.at).ok_or(self.here())?;
        if byte == b'}' {
            let rest = resync::next_byte(self.input.bytes, start + 1);
            return if rest.is_none() { Ok(None) } else { Err(self.here()) };
        }
        match (self.first, byte) {
            (true, b'"') => self.at = start,
            (false, b',') => self.at = start + 1,
            _ => return Err(self.here()),
        }
        self.first = false;
        let key: Key<'a> = self.value()?;
        match resync::next_byte(self.input.bytes, self.at) {
            Some((colon, b':')) => self.at = colon + 1,
            _ => return Err(self.here()),
        }
        Ok(Some(key.0))
    }

    /// The value as a type.
    pub(crate) fn value<T: Deserialize<'a>>(&mut self) -> Result<T, Unreadable> {
        match self.input.value(self.at) {
            (Some(Ok(value)), end) => {
                self.at = end;
                Ok(value)
            }
            _ => Err(self.here()),
        }
    }

    /// The value as a list.
    pub(crate) fn list<E: Element>(&mut self, decoded: &mut Decoded<E>) -> Result<(), Unreadable> {
        list::into(self.input, &mut self.at, b'}', decoded)
    }

    /// Whether the value is an object.
    pub(crate) fn is_object(&self) -> bool {
        matches!(resync::next_byte(self.input.bytes, self.at), Some((_, b'{')))
    }

    /// Passes over the value.
    pub(crate) fn skip(&mut self) -> Result<(), Unreadable> {
        self.value::<IgnoredAny>().map(|_| ())
    }

    fn here(&self) -> Unreadable {
        Unreadable { at: self.at }
    }
}
