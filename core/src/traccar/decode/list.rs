//! A list, element by element.
//!
//! Decides what happens at each place of a list: an element in Traccar's form is read straight into its type, another
//! one leniently, a broken one is passed over (see `resync` for where it ends). The same reader serves a whole text and
//! one that arrives in pieces; a whole text that is UTF-8 is checked for that once, not again at each of its strings.

use std::fmt;

use serde::Deserialize;
use serde_json::{Deserializer, Map, Value};

use super::resync::{self, WINDOW};
use super::{Decoded, RejectReason, Unreadable};

/// What a list can hold.
pub(crate) trait Element: Sized {
    /// Its form as Traccar sends it.
    type Wire<'a>: Deserialize<'a>;

    /// What that form says; `None` where it needs to be read leniently.
    fn strict(wire: Self::Wire<'_>) -> Option<Self>;

    /// What any object says.
    fn lenient(object: &Map<String, Value>) -> Result<Self, RejectReason>;
}

/// What stands at the next place of a list.
#[derive(Debug)]
pub(crate) enum Step<T> {
    /// An element.
    Item(T),
    /// Something that is none.
    Rejected(RejectReason),
    /// The text must go on first.
    NeedMore,
    /// The list has ended.
    End,
}

/// A text to read from.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) bytes: &'a [u8],
    /// The same, where it is known to be UTF-8.
    text: Option<&'a str>,
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl<'a> Input<'a> {
    /// A text that is whole.
    pub(super) fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, text: str::from_utf8(bytes).ok() }
    }

    /// A part of one, which may end within a letter.
    fn piece(bytes: &'a [u8]) -> Self {
        Self { bytes, text: None }
    }

    /// The JSON value that starts at `start`, and where it ends.
    pub(super) fn value<T: Deserialize<'a>>(self, start: usize) -> (Option<serde_json::Result<T>>, usize) {
        if let Some(rest) = self.text.and_then(|text| text.get(start..)) {
            let mut values = Deserializer::from_str(rest).into_iter();
            (values.next(), start + values.byte_offset())
        } else {
            let mut values =
                Deserializer::from_slice(self.bytes.get(start..).unwrap_or_default()).into_iter();
            (values.next(), start + values.byte_offset())
        }
    }
}

/// The most elements that room is made for before they have been read, so that a text cannot ask for more than it brings.
const ROOM: usize = 1 << 17;

/// How many bytes of broken elements are looked through before a text counts as garbage: a hostile server could make
/// each of them cost a whole window.
const GARBAGE: usize = 128 << 20;

/// Reads one list.
#[derive(Debug)]
pub(crate) struct ListReader {
    /// What the text around the list ends with, to tell a list whose end is lost from a text that is cut.
    closing: u8,
    garbage: usize,
}

impl ListReader {
    /// A reader of a list in a text that ends with `closing`.
    pub(crate) fn new(closing: u8) -> Self {
        Self { closing, garbage: 0 }
    }

    /// Reads what stands at `at`, which is anywhere behind the list's opening bracket, and moves `at` behind it. `whole`
    /// says that nothing follows `bytes`.
    pub(crate) fn step<E: Element>(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        whole: bool,
    ) -> Result<Step<E>, Unreadable> {
        self.next(Input::piece(bytes), at, whole)
    }

    fn next<E: Element>(
        &mut self,
        input: Input<'_>,
        at: &mut usize,
        whole: bool,
    ) -> Result<Step<E>, Unreadable> {
        let bytes = input.bytes;
        loop {
            match resync::next_byte(bytes, *at) {
                Some((start, b',')) => *at = start + 1,
                Some((start, b']')) => {
                    *at = start + 1;
                    return Ok(Step::End);
                }
                Some((start, first)) => return self.element(input, start, first, at, whole),
                None if whole => return Err(Unreadable { at: bytes.len() }),
                None => return Ok(Step::NeedMore),
            }
        }
    }

    fn element<E: Element>(
        &mut self,
        input: Input<'_>,
        start: usize,
        first: u8,
        at: &mut usize,
        whole: bool,
    ) -> Result<Step<E>, Unreadable> {
        let bytes = input.bytes;
        let rest = bytes.get(start..).unwrap_or_default();
        let more_may_help = !whole && rest.len() < WINDOW;
        if first == b'{' {
            let (wire, end) = input.value::<E::Wire<'_>>(start);
            match wire {
                Some(Ok(read)) => match resync::next_byte(bytes, end) {
                    None if more_may_help => return Ok(Step::NeedMore),
                    None | Some((_, b',' | b']' | b'{')) => {
                        if let Some(item) = E::strict(read) {
                            *at = end;
                            return Ok(Step::Item(item));
                        }
                    }
                    Some(_) => {}
                },
                Some(Err(error)) if error.is_eof() && more_may_help => return Ok(Step::NeedMore),
                _ => {}
            }
        }
        let (value, end) = input.value::<Value>(start);
        if let Some(Ok(value)) = value {
            match resync::next_byte(bytes, end) {
                None if more_may_help => return Ok(Step::NeedMore),
                None | Some((_, b',' | b']' | b'{')) => {
                    *at = end;
                    return Ok(match value {
                        Value::Object(object) => match E::lenient(&object) {
                            Ok(item) => Step::Item(item),
                            Err(reason) => Step::Rejected(reason),
                        },
                        _ => Step::Rejected(RejectReason::NotAnObject),
                    });
                }
                Some(_) => {}
            }
        }
        let (end, work) = resync::element_end(bytes, start);
        self.garbage += work;
        if self.garbage > GARBAGE {
            return Err(Unreadable { at: start });
        }
        match end {
            Some(end) => *at = end,
            None if more_may_help => return Ok(Step::NeedMore),
            None => *at = self.lost_end(bytes, start, whole)?,
        }
        Ok(Step::Rejected(RejectReason::Broken))
    }

    /// Where to go on when no end of a broken element was found: at the end of the text, where it is not cut.
    fn lost_end(&self, bytes: &[u8], start: usize, whole: bool) -> Result<usize, Unreadable> {
        let last = bytes.iter().rposition(|b| !b.is_ascii_whitespace());
        let closed = last.filter(|last| whole && bytes.get(*last) == Some(&self.closing));
        closed.ok_or(Unreadable { at: start })
    }
}

/// Reads a text that is one list. Null counts as an empty one, as Traccar means it.
pub(super) fn whole<E: Element>(bytes: &[u8]) -> Result<Decoded<E>, Unreadable> {
    let mut decoded = Decoded::default();
    let mut at = 0;
    into(Input::whole(bytes), &mut at, b']', &mut decoded)?;
    match resync::next_byte(bytes, at) {
        None => Ok(decoded),
        Some((at, _)) => Err(Unreadable { at }),
    }
}

/// Reads the list (or null) that starts at `at`, and moves `at` behind it.
pub(super) fn into<E: Element>(
    input: Input<'_>,
    at: &mut usize,
    closing: u8,
    decoded: &mut Decoded<E>,
) -> Result<(), Unreadable> {
    let bytes = input.bytes;
    let Some((start, first)) = resync::next_byte(bytes, *at) else { return Err(Unreadable { at: *at }) };
    let rest = bytes.get(start..).unwrap_or_default();
    if first == b'n' && rest.starts_with(b"null") {
        *at = start + 4;
        return Ok(());
    }
    if first != b'[' {
        return Err(Unreadable { at: start });
    }
    *at = start + 1;
    let mut reader = ListReader::new(closing);
    loop {
        let before = *at;
        match reader.next(input, at, true)? {
            Step::Item(item) => {
                if decoded.items.capacity() == 0 {
                    // Elements of a list are much alike: the first says about how many follow.
                    let left = bytes.len().saturating_sub(*at) / at.saturating_sub(before).max(1);
                    decoded.items.reserve(left.min(ROOM) + 1);
                }
                decoded.items.push(item);
            }
            Step::Rejected(reason) => decoded.reject(reason),
            Step::End => return Ok(()),
            Step::NeedMore => return Err(Unreadable { at: *at }),
        }
        // The end was lost in a broken element: what follows it in the text cannot be told apart any more.
        if closing == b'}' && *at + 1 >= bytes.trim_ascii_end().len() {
            return Ok(());
        }
    }
}
