//! Finding units by any part of their texts.
//!
//! Decides what counts as the same text ([`fold`]) and which slots contain a query. Leaves the order of the answer to
//! `view` and the choice of fields to `sync::fleet`. One folded buffer is searched for the whole query, from one
//! character on: a word index finds nothing for one Chinese character.

mod fold;
mod index;

pub use fold::{fold, fold_digits};
pub use index::Index;
