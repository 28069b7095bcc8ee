//! The one object that a shell holds.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use trak_core::engine::{self, OpenOptions, SystemClock};
use trak_core::model::{UnitId, UtcMs};

use crate::account::{AccountView, SignInRequest, SignedOut};
use crate::convert::{all, count, index};
use crate::error::{OpenError, QueryError, SignInError};
use crate::events::EventRow;
use crate::fleet::{FleetQuery, FleetView, UnitFilter, UnitGroup};
use crate::history::{History, TrackPoint};
use crate::map::{MapPoint, MapQuery, MapView, MembersView};
use crate::nearby::{NearbyQuery, NearbyView};
use crate::observer::Observer;
use crate::secrets::{ForeignSecrets, SecretStore};
use crate::status::FleetStatus;
use crate::unit::UnitDetails;

/// Threads of the runtime: the network waits, the store has threads of its own.
const WORKERS: usize = 2;

/// The core of the app. Commands hand work to tasks of its own: a caller who stops waiting loses nothing. Questions
/// answer from memory in microseconds and never touch the network.
#[derive(uniffi::Object)]
pub struct Trak {
    core: engine::Trak,
    runtime: Option<Runtime>,
}

fn options(folder: String, secrets: Arc<dyn SecretStore>, runtime: &Runtime) -> OpenOptions {
    OpenOptions {
        folder: PathBuf::from(folder),
        secrets: Arc::new(ForeignSecrets(secrets)),
        runtime: runtime.handle().clone(),
        clock: Arc::new(SystemClock::default()),
        random_seed: None,
    }
}

/// Erases the kept account with everything kept of it, unsent fixes included, without opening it: what helps where the
/// cache's key is missing. The token stays valid at the server until it ends. The core must be closed.
#[uniffi::export]
pub fn forget_account(folder: String, secrets: Arc<dyn SecretStore>) -> Result<(), OpenError> {
    let runtime = Builder::new_current_thread().build().map_err(|_| OpenError::NoThreads)?;
    Ok(engine::forget_account(&options(folder, secrets, &runtime))?)
}

#[uniffi::export]
impl Trak {
    /// Opens the core and the last account's cache in `folder`; nothing goes over the network yet. Reads the disk:
    /// not for the main thread.
    #[uniffi::constructor]
    pub fn open(folder: String, secrets: Arc<dyn SecretStore>) -> Result<Self, OpenError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .thread_name("trak")
            .enable_all()
            .build()
            .map_err(|_| OpenError::NoThreads)?;
        let core = engine::Trak::open(options(folder, secrets, &runtime))?;
        Ok(Self { core, runtime: Some(runtime) })
    }

    /// Who is signed in, or was until the server ended it.
    pub fn account(&self) -> Option<AccountView> {
        self.core.account().map(Into::into)
    }

    /// Signs in, replacing the account that was signed in before; its cache stays, apart.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<AccountView, SignInError> {
        Ok(self.core.sign_in(request.try_into()?).await?.into())
    }

    /// Ends the sign-in: the token is revoked where there is a connection and forgotten in any case. Without
    /// `keep_cache` everything kept of the account is erased.
    pub async fn sign_out(&self, keep_cache: bool) -> Result<SignedOut, QueryError> {
        Ok(self.core.sign_out(keep_cache).await?.into())
    }

    /// What the shell knows of the network and of the person. A change for the better reconnects at once.
    pub fn set_conditions(&self, network_available: bool, foreground: bool) {
        self.core.set_conditions(network_available, foreground);
    }

    /// Starts the tasks that keep the fleet fresh; nothing happens when they run already or nobody is signed in.
    pub fn start_live(&self) {
        self.core.start_live();
    }

    /// One snapshot now.
    pub async fn refresh(&self) -> Result<(), QueryError> {
        Ok(self.core.refresh().await?)
    }

    /// How far what is shown can be trusted.
    pub fn status(&self) -> FleetStatus {
        self.core.status().into()
    }

    /// One page of the unit list, at most 50 rows. Fails for an origin that is not on earth only.
    pub fn fleet(&self, query: FleetQuery) -> Result<FleetView, QueryError> {
        Ok(self.core.fleet(&query.try_into()?).into())
    }

    /// Everything about one unit; nothing when the account does not see it.
    pub fn unit(&self, id: i64) -> Option<UnitDetails> {
        self.core.unit(UnitId(id)).map(Into::into)
    }

    /// What is near. Fails for a place that is not on earth only.
    pub fn nearby(&self, query: NearbyQuery) -> Result<NearbyView, QueryError> {
        Ok(self.core.nearby(&query.try_into()?).into())
    }

    /// Points and clusters of a viewport.
    pub fn map(&self, query: MapQuery) -> MapView {
        self.core.map(&query.into()).into()
    }

    /// One page, from `offset`, of the units that a point of the map stands for: for a group that zooming does not
    /// split. Fails for a point that is not on earth only.
    pub fn members(
        &self,
        point: MapPoint,
        filter: UnitFilter,
        offset: u32,
    ) -> Result<MembersView, QueryError> {
        Ok(self.core.members(&point.try_into()?, &filter.into(), index(offset)).into())
    }

    /// All groups the account sees, by name.
    pub fn groups(&self) -> Vec<UnitGroup> {
        all(self.core.groups())
    }

    /// The newest events, newest first, at most 50.
    pub fn events(&self) -> Vec<EventRow> {
        all(self.core.recent_events())
    }

    /// Follows a unit: its recent track is fetched and kept up to date, through lost connections too. Nothing ends
    /// the following.
    pub fn follow(&self, unit_id: Option<i64>) {
        self.core.follow(unit_id.map(UnitId));
    }

    /// The followed unit's recent track, oldest point first.
    pub fn tail(&self) -> Vec<TrackPoint> {
        self.core.tail().iter().map(|position| TrackPoint::of(position, count(0))).collect()
    }

    /// A unit's track from `from_ms` to `to_ms`, milliseconds since 1970: from the server, or without a connection from
    /// what this device kept.
    pub async fn history(&self, unit_id: i64, from_ms: i64, to_ms: i64) -> Result<Arc<History>, QueryError> {
        let history = self.core.history(UnitId(unit_id), UtcMs(from_ms), UtcMs(to_ms)).await?;
        Ok(Arc::new(History::new(history)))
    }

    /// Tells when a view would look different.
    pub fn observe(&self) -> Arc<Observer> {
        Arc::new(Observer::new(self.core.observe()))
    }

    /// The server's clock as far as it is known, else this device's, milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.core.now().0
    }

    /// Ends all tasks, writes what is outstanding and closes the cache. Observers end.
    pub async fn shutdown(&self) {
        self.core.shutdown().await;
    }
}

impl Trak {
    /// For the commands that stand in other files.
    pub(crate) fn core(&self) -> &engine::Trak {
        &self.core
    }
}

impl Drop for Trak {
    /// The last owner may be a future that one of the runtime's own threads drops, where waiting is not allowed.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
