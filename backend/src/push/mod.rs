//! Telling phones of events through JPush.
//!
//! | where | what |
//! |---|---|
//! | `registration` | what a phone wants to be told, and when it is quiet |
//! | `text` | the words, in both languages |
//! | `jpush` | the push service's requests and what its answers mean |
//! | `sender` | the durable queue: who is told is decided when it is sent |
//! | `forward` | events of a Traccar server, as it forwards them and as it reports them |
//! | `secret` | credentials, which never show |

pub(crate) mod forward;
pub(crate) mod http;
pub(crate) mod jpush;
pub(crate) mod registration;
pub(crate) mod secret;
pub(crate) mod sender;
pub(crate) mod text;

pub use self::forward::Forward;
pub use self::http::OutsideError;
pub use self::jpush::Relay;
pub use self::secret::Secret;
