//! A fleet that moves: follows.
