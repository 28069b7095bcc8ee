//! Where a broken element of a list ends.
//!
//! Brackets are counted outside of strings. That alone goes wrong where a quote is missing: everything behind it is
//! taken the wrong way round. So a string must be followed by what may follow one; where it is not, and the text up to
//! the next quote reads as a string, the string before it was never closed. A bracket that is missing shows where an
//! object goes on with another object instead of a key.

use memchr::memchr2;

/// The longest broken element that is looked through, bytes.
pub(super) const WINDOW: usize = 256 << 10;

/// The next byte from `at` that is no white space, and its offset.
pub(crate) fn next_byte(bytes: &[u8], at: usize) -> Option<(usize, u8)> {
    let rest = bytes.get(at..)?;
    let skipped = rest.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r'))?;
    Some((at + skipped, *rest.get(skipped)?))
}

/// How many bytes are looked at for one broken element, those met again and again included.
const WORK: usize = 4 * WINDOW;

/// The offset at which a list goes on (at a comma, a bracket or behind the element's own last bracket) after the broken
/// element that starts at `start`, and how many bytes were looked at for it; no offset where no end was found.
pub(super) fn element_end(bytes: &[u8], start: usize) -> (Option<usize>, usize) {
    let window = bytes.get(..bytes.len().min(start.saturating_add(WINDOW))).unwrap_or_default();
    let mut scan = Scan { bytes: window, work: 0 };
    // Inside of a list an object may follow another: only when that leads nowhere, the list was never closed.
    let end = scan.end(start, Missing::BracesOnly).or_else(|| scan.end(start, Missing::Any));
    (end, scan.work)
}

/// Which closing brackets may be missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    None,
    BracesOnly,
    Any,
}

struct Scan<'a> {
    bytes: &'a [u8],
    work: usize,
}

impl Scan<'_> {
    fn end(&mut self, start: usize, missing: Missing) -> Option<usize> {
        let bytes = self.bytes;
        let mut open: Vec<u8> = Vec::new();
        let mut strings = true;
        let mut i = start;
        while let Some(&byte) = bytes.get(i) {
            let before = i;
            i += 1;
            match byte {
                b'"' if strings => match string_end(bytes, i) {
                    Some(end) if string_may_end(bytes, end) || !next_string_ends_well(bytes, end) => {
                        i = end + 1;
                    }
                    // Never closed: what it would hold stands outside, and the quote at its end opens another string.
                    Some(_) => {}
                    None => strings = false,
                },
                b'{' | b'[' => open.push(byte),
                b'}' => {
                    // A list inside that was not closed ends with the object around it.
                    while open.pop().is_some_and(|opening| opening != b'{') {}
                    if open.is_empty() {
                        return Some(i);
                    }
                }
                b']' => match open.last() {
                    Some(b'[') => {
                        open.pop();
                        if open.is_empty() {
                            return Some(i);
                        }
                    }
                    None => return Some(i - 1),
                    Some(_) if ends_list(bytes, i) => return Some(i - 1),
                    Some(_) => {}
                },
                b',' => match open.last() {
                    None => return Some(i - 1),
                    Some(b'[') if missing != Missing::Any => {}
                    Some(_) if missing != Missing::None && self.element_follows(i) => return Some(i - 1),
                    Some(_) => {}
                },
                _ => {}
            }
            self.work += i - before;
            if self.work > WORK {
                return None;
            }
        }
        None
    }

    /// Whether an object follows that is followed by another one or by the end of a list: the next element.
    fn element_follows(&mut self, at: usize) -> bool {
        let Some((start, b'{')) = next_byte(self.bytes, at) else { return false };
        let Some(end) = self.end(start, Missing::None) else { return false };
        match next_byte(self.bytes, end) {
            Some((_, b']')) => true,
            Some((comma, b',')) => matches!(next_byte(self.bytes, comma + 1), Some((_, b'{'))),
            _ => false,
        }
    }
}

/// The offset of the quote that ends a string whose text starts at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found);
        }
        at = found + 2;
    }
}

/// Whether what follows the quote at `quote` may follow a string.
fn string_may_end(bytes: &[u8], quote: usize) -> bool {
    next_byte(bytes, quote + 1).is_none_or(|(_, byte)| matches!(byte, b',' | b':' | b'}' | b']'))
}

/// Whether a string that the quote at `quote` opens ends well.
fn next_string_ends_well(bytes: &[u8], quote: usize) -> bool {
    string_end(bytes, quote + 1).is_some_and(|end| string_may_end(bytes, end))
}

/// What stands beside a list in the objects that servers send.
const BESIDE: [&[u8]; 6] =
    [b"devices\"", b"positions\"", b"events\"", b"logs\"", b"groups\"", b"removedDevices\""];

/// Whether the bracket before `at` ends the list itself: only the end of the text follows, or what stands beside lists.
fn ends_list(bytes: &[u8], at: usize) -> bool {
    match next_byte(bytes, at) {
        None => true,
        Some((at, b'}')) => next_byte(bytes, at + 1).is_none(),
        Some((at, b',')) => match next_byte(bytes, at + 1) {
            Some((at, b'"')) => {
                let key = bytes.get(at + 1..).unwrap_or_default();
                BESIDE.iter().any(|beside| key.starts_with(beside))
            }
            _ => false,
        },
        Some(_) => false,
    }
}
