//! Filling it from files: follows.
