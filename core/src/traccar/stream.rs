//! Long lists, read while they arrive: what is held at any time is one piece of the answer and the element it ends in.

use reqwest::RequestBuilder;

use crate::traccar::client::refused;
use crate::traccar::decode::{Element, ListReader, Step, next_byte};
use crate::traccar::{ApiError, Client};

/// A list longer than this is not what was asked for, bytes.
const LARGEST_LIST: u64 = 8 << 30;

impl Client {
    /// Sends and hands each element of the answer to `each`. Answers with how many could not be read.
    pub(super) async fn each_of<E: Element>(
        &self,
        request: RequestBuilder,
        mut each: impl FnMut(E),
    ) -> Result<u64, ApiError> {
        let mut response = request.send().await?;
        if !response.status().is_success() {
            return Err(refused(response).await);
        }
        let (mut pieces, mut received) = (Pieces::default(), 0_u64);
        while let Some(chunk) = response.chunk().await? {
            received += chunk.len() as u64;
            if received > LARGEST_LIST {
                return Err(ApiError::Unreadable);
            }
            pieces.add(&chunk, false, &mut each)?;
        }
        pieces.add(&[], true, &mut each)?;
        Ok(pieces.rejected)
    }
}

/// A list that arrives in pieces.
struct Pieces {
    /// What has arrived and is not read yet.
    bytes: Vec<u8>,
    reader: ListReader,
    entered: bool,
    ended: bool,
    rejected: u64,
}

impl Default for Pieces {
    fn default() -> Self {
        Self { bytes: Vec::new(), reader: ListReader::new(b']'), entered: false, ended: false, rejected: 0 }
    }
}

impl Pieces {
    /// Takes a piece; `last` says that there are no more.
    fn add<E: Element>(
        &mut self,
        piece: &[u8],
        last: bool,
        each: &mut impl FnMut(E),
    ) -> Result<(), ApiError> {
        self.bytes.extend_from_slice(piece);
        if !self.entered {
            match next_byte(&self.bytes, 0) {
                Some((start, b'[')) => {
                    self.bytes.drain(..=start);
                    self.entered = true;
                }
                None if !last => return Ok(()),
                _ => return Err(ApiError::Unreadable),
            }
        }
        let mut at = 0;
        while !self.ended {
            match self.reader.step::<E>(&self.bytes, &mut at, last)? {
                Step::Item(item) => each(item),
                Step::Rejected(_) => self.rejected += 1,
                Step::End => self.ended = true,
                Step::NeedMore => break,
            }
        }
        self.bytes.drain(..at);
        if self.ended && next_byte(&self.bytes, 0).is_some() {
            return Err(ApiError::Unreadable);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Pieces;
    use crate::traccar::decode::{self, RawPosition};
    use proptest::prelude::*;

    fn list(kinds: &[u8]) -> String {
        let element = |(i, kind): (usize, &u8)| match kind {
            0 => format!(r#"{{"id":{i},"deviceId":1,"fixTime":"2026-11-25T03:33:06Z","latitude":NaN}}"#),
            1 => format!(r#"{{"id":{i},"deviceId":1,"address":"a}},{{"#),
            2 => format!(r#"{{"id":"{i}","deviceId":"1","fixTime":"2026-11-25T03:33:06Z"}}"#),
            _ => format!(
                r#"{{"id":{i},"attributes":{{"a":"]}}"}},"deviceId":1,"fixTime":"2026-11-25T03:33:06Z","latitude":1.5,"longitude":2,"address":"车"}}"#
            ),
        };
        format!(" [{}]\n", kinds.iter().enumerate().map(element).collect::<Vec<_>>().join(","))
    }

    proptest! {
        #[test]
        fn however_a_list_is_cut_it_reads_the_same(
            kinds in prop::collection::vec(0..8_u8, 0..8),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)
        ) {
            let text = list(&kinds).into_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let whole = decode::positions(&text);
            let (mut pieces, mut read) = (Pieces::default(), Vec::<RawPosition>::new());
            let mut answer = Ok(());
            for range in cuts.windows(2) {
                answer = answer.and_then(|()| pieces.add(&text[range[0]..range[1]], false, &mut |p| read.push(p)));
            }
            answer = answer.and_then(|()| pieces.add(&[], true, &mut |p| read.push(p)));
            match whole {
                Ok(whole) => {
                    prop_assert!(answer.is_ok());
                    prop_assert_eq!(read, whole.items);
                    prop_assert_eq!(pieces.rejected as usize, whole.rejected.len());
                }
                Err(_) => prop_assert!(answer.is_err()),
            }
        }
    }
}
