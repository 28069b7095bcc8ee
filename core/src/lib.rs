//! The core of TRAK-IOT.online. Facts go in, views come out; every decision, every byte on disk and every
//! byte on the wire is decided here.
//!
//! | where | what is decided there |
//! |---|---|
//! | [`model`] | the words: unit, position, event, account, place, time |
//! | [`geo`] | distance and bearing, datums, nearby scan, clusters, coordinate formats |
//! | [`search`] | folding and infix search |
//! | [`decide`] | freshness, position sanity, own fixes, gaps, geofences, delivery, order and filter, backoff |
//! | [`history`] | stops, distance, gaps, export |
//! | [`store`] | the encrypted cache and the outbox, the only SQL |
//! | [`traccar`] | the wire, the only HTTP |
//! | [`sync`] | the fleet: snapshot, live, catch-up; the upload of own fixes |
//! | [`alerts`] | what a push may say |
//! | [`privacy`] | the policy and its versions, the record of consents |
//! | [`view`] | what each screen needs |
//! | [`simulate`] | seeded fleets that move, phones that ride along, recorded tracks |
//! | [`engine`] | assembly: [`Trak`](engine::Trak), its commands and tasks |

pub mod alerts;
pub mod decide;
pub(crate) mod disk;
pub mod engine;
pub mod geo;
pub mod history;
pub(crate) mod lock;
pub mod model;
pub mod privacy;
pub mod search;
pub mod simulate;
pub mod store;
pub mod sync;
pub mod traccar;
pub mod view;
