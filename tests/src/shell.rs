//! What a shell brings to the core: a key store and clocks, here under the test's control.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use trak_core::engine::{Clock, OpenOptions, SignInRefusal, SignInRequest, Trak, Unsent};
use trak_core::model::{
    ClockReading, ConsentAction, ConsentScreen, DeviceTime, Fix, FixSource, PolicyLanguage, Purpose, Secret,
    SecretStore, SecretStoreError, UtcMs,
};
use trak_core::privacy::{Decision, policy};
use trak_core::traccar::address::Cleartext;
use trak_core::traccar::tls::TlsPolicy;
use trak_core::view::{AccountView, FleetQuery, FleetView};

/// A key store in memory that can be locked.
#[derive(Default)]
pub struct Keys {
    kept: Mutex<HashMap<String, Vec<u8>>>,
    /// Whether it answers `Locked`.
    pub locked: std::sync::atomic::AtomicBool,
}

impl Keys {
    fn open(&self) -> Result<std::sync::MutexGuard<'_, HashMap<String, Vec<u8>>>, SecretStoreError> {
        if self.locked.load(Ordering::Relaxed) {
            Err(SecretStoreError::Locked)
        } else {
            Ok(self.kept.lock().unwrap())
        }
    }

    /// The names kept.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.kept.lock().unwrap().keys().cloned().collect();
        names.sort();
        names
    }
}

impl SecretStore for Keys {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError> {
        Ok(self.open()?.get(name).cloned())
    }
    fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError> {
        self.open()?.insert(name.to_owned(), value.to_vec());
        Ok(())
    }
    fn remove(&self, name: &str) -> Result<(), SecretStoreError> {
        self.open()?.remove(name);
        Ok(())
    }
}

/// A key store in a file, for programs that are killed: what `save` answered for is there at the next start.
pub struct FileKeys {
    path: PathBuf,
}

impl FileKeys {
    /// The key store in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join("keys.json") }
    }

    fn all(&self) -> HashMap<String, Vec<u8>> {
        std::fs::read(&self.path).map(|bytes| serde_json::from_slice(&bytes).unwrap()).unwrap_or_default()
    }

    fn replace(&self, all: &HashMap<String, Vec<u8>>) {
        let new = self.path.with_extension("new");
        std::fs::write(&new, serde_json::to_vec(all).unwrap()).unwrap();
        std::fs::rename(new, &self.path).unwrap();
    }
}

impl SecretStore for FileKeys {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError> {
        Ok(self.all().remove(name))
    }
    fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError> {
        let mut all = self.all();
        all.insert(name.to_owned(), value.to_vec());
        self.replace(&all);
        Ok(())
    }
    fn remove(&self, name: &str) -> Result<(), SecretStoreError> {
        let mut all = self.all();
        all.remove(name);
        self.replace(&all);
        Ok(())
    }
}

/// The real clocks, with a wall clock that a test can set wrong, of a phone that can be said to have slept.
pub struct TestClock {
    started: Instant,
    /// Milliseconds that the wall clock is off.
    pub wrong_by_ms: AtomicI64,
    /// Milliseconds that the phone slept: no timer of the program ran then.
    pub slept_ms: AtomicI64,
}

impl Default for TestClock {
    fn default() -> Self {
        Self { started: Instant::now(), wrong_by_ms: AtomicI64::new(0), slept_ms: AtomicI64::new(0) }
    }
}

impl Clock for TestClock {
    fn read(&self) -> ClockReading {
        let slept_ms = self.slept_ms.load(Ordering::Relaxed);
        ClockReading {
            wall: now().plus_ms(slept_ms + self.wrong_by_ms.load(Ordering::Relaxed)),
            monotonic_ms: self.started.elapsed().as_millis() as u64 + slept_ms as u64,
        }
    }
}

/// The true time.
pub fn now() -> UtcMs {
    UtcMs(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64)
}

/// A phone: its disk, its key store, its clock. Outlives the program on it.
pub struct Phone {
    /// The disk.
    pub folder: tempfile::TempDir,
    /// The key store.
    pub keys: Arc<Keys>,
    /// The clocks.
    pub clock: Arc<TestClock>,
}

impl Default for Phone {
    fn default() -> Self {
        crate::server::install_crypto();
        Self { folder: tempfile::tempdir().unwrap(), keys: Arc::default(), clock: Arc::default() }
    }
}

impl Phone {
    /// Starts the program.
    pub fn open(&self) -> Trak {
        self.try_open().unwrap()
    }

    /// Starts the program, or says why not.
    pub fn try_open(&self) -> Result<Trak, trak_core::engine::OpenError> {
        Trak::open(OpenOptions {
            folder: self.folder.path().to_owned(),
            secrets: self.keys.clone(),
            runtime: tokio::runtime::Handle::current(),
            clock: self.clock.clone(),
            random_seed: Some(7),
        })
    }

    /// Every byte of every file on the disk.
    pub fn raw_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        collect(self.folder.path(), &mut bytes);
        bytes
    }
}

fn collect(folder: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, bytes) } else { bytes.extend(std::fs::read(&path).unwrap()) }
    }
}

/// The person agrees to every purpose, as on the first screen; belongs to whoever signs in next.
pub fn agree_to_everything(trak: &Trak) {
    for purpose in Purpose::ALL {
        trak.decide(decision(purpose, ConsentAction::Given, ConsentScreen::FirstRun), Unsent::Send).unwrap();
    }
}

/// A decision under the newest policy, read in Chinese.
pub fn decision(purpose: Purpose, action: ConsentAction, screen: ConsentScreen) -> Decision {
    Decision {
        purpose,
        action,
        policy_version: policy::newest().version,
        language: PolicyLanguage::SimplifiedChinese,
        screen,
    }
}

/// Agrees to everything and signs in with a password over loopback.
pub async fn sign_in(
    trak: &Trak,
    server: &str,
    email: &str,
    password: &str,
) -> Result<AccountView, SignInRefusal> {
    agree_to_everything(trak);
    trak.sign_in(request(server, email, password, None)).await
}

/// A sign-in request with nothing special about it.
pub fn request(server: &str, email: &str, password: &str, code: Option<&str>) -> SignInRequest {
    SignInRequest {
        server: server.to_owned(),
        cleartext: Cleartext::Refuse,
        tls: TlsPolicy::default(),
        email: email.to_owned(),
        password: Secret::new(password),
        code: code.map(Secret::new),
    }
}

/// Waits for a view that `wanted` accepts, woken by the core's own observer. Fails after 20 s.
pub async fn until<T>(trak: &Trak, what: &str, mut wanted: impl FnMut(&Trak) -> Option<T>) -> T {
    let mut observer = trak.observe();
    let waiting = async {
        loop {
            if let Some(found) = wanted(trak) {
                return found;
            }
            assert!(observer.changed().await.is_some(), "closed while waiting for {what}");
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    assert!(found.is_ok(), "waited in vain for {what}; status {:?}", trak.status());
    found.unwrap()
}

/// A reading of satellites while the phone goes north at 20 m/s.
pub fn reading(latitude_deg: f64, longitude_deg: f64, taken: DeviceTime) -> Fix {
    Fix {
        latitude_deg,
        longitude_deg,
        taken,
        accuracy_m: Some(4.0),
        altitude_m: None,
        speed_mps: Some(20.0),
        course_deg: Some(0.0),
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
    }
}

/// The files of a ZIP.
pub fn unpacked(bytes: Vec<u8>) -> HashMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// The first page of everything.
pub fn all(trak: &Trak) -> FleetView {
    trak.fleet(&FleetQuery::default())
}
