//! What only the boundary decides: secrets that fail closed, observers that end, input that is checked.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of a test

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use trak_ffi::{
    FleetQuery, NearbyOrigin, NearbyQuery, OpenError, Place, QueryError, SecretStore, SecretStoreError,
    SignInError, SignInRequest, TlsSettings, Trak, UnitFilter, UnitOrder,
};

#[derive(Default)]
struct Memory(Mutex<HashMap<String, Vec<u8>>>);

impl SecretStore for Memory {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, SecretStoreError> {
        Ok(self.0.lock().unwrap().get(&name).cloned())
    }
    fn save(&self, name: String, value: Vec<u8>) -> Result<(), SecretStoreError> {
        self.0.lock().unwrap().insert(name, value);
        Ok(())
    }
    fn remove(&self, name: String) -> Result<(), SecretStoreError> {
        self.0.lock().unwrap().remove(&name);
        Ok(())
    }
}

struct Locked;

impl SecretStore for Locked {
    fn load(&self, _: String) -> Result<Option<Vec<u8>>, SecretStoreError> {
        Err(SecretStoreError::Locked)
    }
    fn save(&self, _: String, _: Vec<u8>) -> Result<(), SecretStoreError> {
        Err(SecretStoreError::Locked)
    }
    fn remove(&self, _: String) -> Result<(), SecretStoreError> {
        Err(SecretStoreError::Locked)
    }
}

fn open(folder: &tempfile::TempDir) -> Trak {
    Trak::open(folder.path().to_str().unwrap().to_owned(), Arc::new(Memory::default())).unwrap()
}

#[test]
fn a_locked_key_store_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Trak::open(folder.path().to_str().unwrap().to_owned(), Arc::new(Locked));
    assert!(matches!(opened, Err(OpenError::SecretStore { error: SecretStoreError::Locked })));
}

#[tokio::test]
async fn an_observer_ends_by_itself_and_with_the_core() {
    let folder = tempfile::tempdir().unwrap();
    let trak = open(&folder);
    let (ended, left) = (trak.observe(), trak.observe());
    let waiting = tokio::spawn({
        let ended = Arc::clone(&ended);
        async move { ended.next().await }
    });
    ended.end();
    assert_eq!(waiting.await.unwrap(), None);
    assert_eq!(ended.next().await, None);
    trak.shutdown().await;
    assert_eq!(left.next().await, None);
    assert_eq!(trak.observe().next().await, None);
}

#[test]
fn a_place_that_is_not_on_earth_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let trak = open(&folder);
    let nowhere = Place { lat_deg: 91.0, lon_deg: f64::NAN };
    let filter = UnitFilter::default();
    let near = NearbyQuery {
        origin: NearbyOrigin::At { place: nowhere, accuracy_m: None },
        radius_m: 500.0,
        filter: filter.clone(),
    };
    assert!(matches!(trak.nearby(near), Err(QueryError::InvalidInput)));
    let list = FleetQuery {
        text: String::new(),
        filter,
        order: UnitOrder::Nearest,
        origin: Some(nowhere),
        offset: 0,
    };
    assert!(matches!(trak.fleet(list), Err(QueryError::InvalidInput)));
}

#[tokio::test]
async fn a_pin_that_is_no_digest_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let trak = open(&folder);
    let request = SignInRequest {
        server: "https://localhost:1".into(),
        cleartext_allowed: false,
        tls: TlsSettings { extra_roots_pem: Vec::new(), pinned_spki_sha256: vec![vec![0; 31]] },
        email: "a@example.com".into(),
        password: "x".into(),
        code: None,
    };
    assert!(matches!(trak.sign_in(request).await, Err(SignInError::BadTlsSettings)));
}
