//! What is erased is erased whole, also by a program that is killed in the middle.

use super::*;

/// Set in the child process that dies: folder, and at which removal of a secret.
const VICTIM: &str = "TRAK_TEST_DIES_ERASING";

/// A key store in whose `last` removal the program ends.
struct Deadly {
    keys: FileKeys,
    left: AtomicU32,
}

impl SecretStore for Deadly {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, SecretStoreError> {
        self.keys.load(name)
    }
    fn save(&self, name: &str, value: &[u8]) -> Result<(), SecretStoreError> {
        self.keys.save(name, value)
    }
    fn remove(&self, name: &str) -> Result<(), SecretStoreError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            std::process::abort();
        }
        self.keys.remove(name)
    }
}

fn open(folder: &Path, secrets: Arc<dyn SecretStore>) -> Trak {
    install_crypto();
    Trak::open(OpenOptions {
        folder: folder.join("core"),
        secrets,
        runtime: tokio::runtime::Handle::current(),
        clock: Arc::new(SystemClock::default()),
        random_seed: None,
    })
    .unwrap()
}

/// Not a test of its own: the process that dies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victim() {
    let Ok(order) = std::env::var(VICTIM) else { return };
    let (folder, last) = order.split_once('|').unwrap();
    let keys = FileKeys::new(Path::new(folder));
    let trak =
        open(Path::new(folder), Arc::new(Deadly { keys, left: AtomicU32::new(last.parse().unwrap()) }));
    assert!(trak.refresh().await.is_err());
    println!("lived");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_killed_while_it_erases_goes_on_at_its_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let deaths = [1, 2, 3, 5];
    for n in deaths {
        let (email, identifier) = (format!("li{n}@example.com"), format!("PHONE-{n}"));
        account(&server, &email, &identifier).await;
        let place = folder.path().join(format!("phone-{n}"));
        std::fs::create_dir(&place).unwrap();
        let trak = open(&place, Arc::new(FileKeys::new(&place)));
        leaving(&trak, &server.url(), &email, &identifier).await;
        age(folder.path(), 30);
        assert!(trak.cancellation().await.unwrap().unwrap().deadline < now());
        trak.shutdown().await;
    }
    server.administer(&["cancellation", "run"]);
    for n in deaths {
        let place = folder.path().join(format!("phone-{n}"));
        let order = format!("{}|{n}", place.display());
        let died = tokio::task::spawn_blocking(move || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "erasing::victim", "--nocapture", "--test-threads=1"])
                .env(VICTIM, order)
                .stderr(Stdio::null())
                .output()
                .unwrap()
        })
        .await
        .unwrap();
        assert!(!died.status.success() && !String::from_utf8_lossy(&died.stdout).contains("lived"), "{n}");
        assert!(
            kept(&place.join("core")).iter().any(|name| name == "erasing"),
            "death {n} came in the middle"
        );
        let trak = open(&place, Arc::new(FileKeys::new(&place)));
        nothing_is_left(&trak, &place.join("core"));
        trak.shutdown().await;
        assert_eq!(std::fs::read(place.join("keys.json")).unwrap(), b"{}", "no key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_leaves_no_file_of_any_kind_and_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    let phone = Phone::default();
    let trak = phone.open();
    leaving(&trak, &server.url(), ACCOUNT, "PHONE-1").await;
    let place = phone.folder.path().to_owned();
    let outbox = kept(&place).into_iter().find(|name| name.ends_with(".outbox")).unwrap();
    let key = outbox.trim_end_matches(".outbox").to_owned();
    // One of every kind that is moved aside, left unfinished, noted or logged.
    let mut seeds: Vec<String> = [
        "fleet.suspect",
        "fleet.db.new",
        "fleet.db.corrupt-1",
        "fleet.db.corrupt-1-wal",
        "fleet.key-check.new",
        "left",
    ]
    .map(|name| format!("{key}/{name}"))
    .to_vec();
    seeds.extend(
        ["outbox.suspect", "outbox.db.new", "outbox.db.corrupt-1", "outbox.db.corrupt-1-wal"]
            .map(|name| format!("{outbox}/{name}")),
    );
    seeds.extend(
        [key.as_str(), "pending"]
            .iter()
            .flat_map(|record| [1, 2, 17].map(|n| format!("consents/{record}.damaged-{n}"))),
    );
    seeds.extend(["consents/pending.jsonl", "retention.jsonl"].map(str::to_owned));
    seeds.push(format!("{key}.new"));
    // And what an older version kept under another name that could not be moved, its keys with it.
    let former =
        Sha256Hash::of(format!("{}\n{}", server.url(), server.account_of(ACCOUNT).await["id"]).as_bytes())
            .to_hex();
    let former = &former[..32];
    for folder in [former.to_owned(), format!("{former}.outbox")] {
        std::fs::create_dir(place.join(&folder)).unwrap();
        seeds.push(format!("{folder}/fleet.db"));
    }
    for name in ["database-key", "outbox-key"] {
        phone.keys.save(&format!("{name}-{former}"), &[7; 32]).unwrap();
    }
    for seed in &seeds {
        std::fs::write(place.join(seed), "left over").unwrap();
    }
    assert_eq!(phone.keys.names().len(), 5, "{:?}", phone.keys.names());
    trak.erase_this_device().await.unwrap();
    assert_eq!(trak.status().trouble, None, "the person did it, nothing has to be said");
    trak.shutdown().await;
    assert_eq!(kept(&place), Vec::<String>::new());
    assert!(phone.keys.names().is_empty(), "{:?}", phone.keys.names());
    let trak = phone.open();
    trak.shutdown().await;
    assert_eq!(kept(&place), Vec::<String>::new(), "and the next start makes none");
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_one_account_leaves_the_others_record() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    account(&server, ACCOUNT, "PHONE-1").await;
    account(&server, "wang@example.com", "PHONE-2").await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &server.url(), "wang@example.com", "secret-1").await.unwrap();
    let theirs = trak.consent_file().unwrap().unwrap();
    trak.sign_out(true).await.unwrap();
    std::fs::write(phone.folder.path().join("retention.jsonl"), "{}\n").unwrap();
    sign_in(&trak, &server.url(), ACCOUNT, "secret-1").await.unwrap();
    trak.erase_this_device().await.unwrap();
    assert_eq!(kept(phone.folder.path()).len(), 3, "cache, record, log: {:?}", kept(phone.folder.path()));
    sign_in(&trak, &server.url(), "wang@example.com", "secret-1").await.unwrap();
    assert!(trak.consent_file().unwrap().unwrap().starts_with(&theirs));
    trak.shutdown().await;
}
