//! How an account's session is built from what was kept of it: key, cache, fleet, state.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, RwLock};

use tokio_util::sync::CancellationToken;

use crate::decide::server_clock::ServerClock;
use crate::engine::keys::{self, KeptSession, KeyTrouble};
use crate::engine::trak::Inner;
use crate::engine::{OpenError, SignInRefusal};
use crate::lock::lock;
use crate::model::SecretStoreError;
use crate::privacy::retention as left;
use crate::store::StoreError;
use crate::sync::cache::Cache;
use crate::sync::fleet::Fleet;
use crate::sync::session::{Session, Token};
use crate::sync::tail::Tail;
use crate::traccar::{Client, address};
use crate::view::{FleetStatus, LinkToServer, Trouble};

/// What is known while nobody is signed in.
pub(super) const NOBODY: FleetStatus = FleetStatus {
    link: LinkToServer::SignedOut,
    confirmed_at: None,
    refreshing: false,
    loaded: false,
    trouble: None,
    unreadable_elements: 0,
    quarantined_positions: 0,
};

/// Why an account's session could not be built.
pub(super) enum SessionTrouble {
    Secrets(SecretStoreError),
    KeyMissing,
    Storage(StoreError),
    Settings,
}

impl From<SessionTrouble> for OpenError {
    fn from(trouble: SessionTrouble) -> Self {
        match trouble {
            SessionTrouble::Secrets(error) => Self::SecretStore(error),
            SessionTrouble::KeyMissing => Self::KeyMissing,
            SessionTrouble::Storage(error) => Self::Storage(error),
            SessionTrouble::Settings => Self::SecretStore(SecretStoreError::Unavailable),
        }
    }
}

impl From<SessionTrouble> for SignInRefusal {
    fn from(trouble: SessionTrouble) -> Self {
        match trouble {
            SessionTrouble::Secrets(error) => Self::SecretStore(error),
            SessionTrouble::KeyMissing => Self::KeyMissing,
            SessionTrouble::Storage(error) => Self::Storage(error),
            SessionTrouble::Settings => Self::BadTlsSettings,
        }
    }
}

impl Inner {
    /// Opens an account's cache and builds its session; `token` replaces the kept one.
    pub(super) fn open_session(
        self: &Arc<Self>,
        kept: &KeptSession,
        token: Option<Token>,
    ) -> Result<Arc<Session>, SessionTrouble> {
        let (address, account) = (kept.address().map_err(|_| SessionTrouble::Settings)?, kept.account());
        let key = address::account_key(&address, account.id);
        let former = address::former_account_keys(&address, account.id);
        keys::adopt(&*self.secrets, &self.folder, &key, &former).map_err(SessionTrouble::Secrets)?;
        let client = Client::new(address.clone(), &kept.tls(), Arc::clone(&self.clock), self.permit())
            .map_err(|_| SessionTrouble::Settings)?;
        let folder = keys::cache_folder(&self.folder, &key);
        let database_key =
            keys::database_key(&*self.secrets, &key, &folder).map_err(|trouble| match trouble {
                KeyTrouble::Secrets(error) => SessionTrouble::Secrets(error),
                KeyTrouble::Missing => SessionTrouble::KeyMissing,
            })?;
        let (cache, loaded, salvaged) =
            Cache::open(&folder, database_key).map_err(SessionTrouble::Storage)?;
        left::stays(&folder);
        let token = token.or_else(|| kept.token());
        let status = FleetStatus {
            link: if token.is_some() { LinkToServer::Connecting } else { LinkToServer::SignedOut },
            confirmed_at: loaded.meta.last_snapshot_at,
            loaded: loaded.meta.last_snapshot_at.is_some() || !loaded.units.is_empty(),
            trouble: salvaged.then_some(Trouble::CacheSalvaged),
            ..NOBODY
        };
        // The server's own words, which a person who sets the clock back cannot take away.
        let server_said = loaded.positions.iter().filter_map(|position| position.server_time);
        let server_clock = ServerClock::from_stored(
            loaded.meta.server_clock_offset_ms,
            server_said.chain(loaded.meta.last_snapshot_at).max(),
            self.clock.read(),
        );
        let mut fleet = Fleet::default();
        fleet.load(loaded.units, loaded.positions, loaded.groups);
        let events = cache.store().recent_events(50, None).map_err(SessionTrouble::Storage)?;
        let changed = lock(&self.changed).clone().ok_or(SessionTrouble::Settings)?;
        // A salvaged cache may miss units that have not changed since: the next snapshot must be whole.
        let cursor = loaded.meta.cursor.filter(|_| !salvaged);
        // Weak: a session must not keep the core alive that owns it.
        let (this, kept_key) = (Arc::downgrade(self), key.clone());
        Ok(Arc::new(Session {
            key,
            account: Mutex::new(account),
            address,
            client,
            cache,
            salvaged: AtomicBool::new(salvaged),
            clock: Arc::clone(&self.clock),
            conditions: self.conditions.subscribe(),
            stop: CancellationToken::new(),
            token: Mutex::new(token),
            fleet: RwLock::new(fleet),
            server_clock: Mutex::new(server_clock),
            events: Mutex::new(events.into()),
            alert_settings: Mutex::new(
                loaded
                    .meta
                    .alert_settings
                    .and_then(|json| serde_json::from_str(&json).ok())
                    .unwrap_or_default(),
            ),
            notices: Mutex::new(
                loaded.meta.notices.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
            ),
            push_install: Mutex::new(loaded.meta.push_install.and_then(|name| name.parse().ok())),
            tail: Mutex::new(Tail::default()),
            status: Mutex::new(status),
            heard: AtomicBool::new(false),
            heard_at_ms: AtomicU64::new(0),
            cursor: Mutex::new(cursor),
            // A cache of before it was written down knows when its fleet was confirmed.
            events_until: Mutex::new(loaded.meta.events_until.or(loaded.meta.last_snapshot_at)),
            changed,
            refresh_gate: tokio::sync::Mutex::new(()),
            keep_token: Box::new(move |token| {
                this.upgrade().is_some_and(|inner| inner.keep_token(&kept_key, token))
            }),
        }))
    }
}
