//! The binary: what is left in its memory, and what it takes to open it again.

use std::collections::{BTreeSet, HashMap};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use farlight::crypto::Secret;
use farlight::crypto::secret::{from_hex, hex};
use farlight::db::types::Id;
use farlight::schema::{installation, organisation_keys};

use crate::command_line::{Running, farlight, key_file, said};
use crate::support::{Actor, PASSWORD, json};

/// Nothing else in the program is called that.
const NAME: &str = "Zqkestrel Lindgren";

struct Needle {
    name: &'static str,
    bytes: Vec<u8>,
}

fn raw_and_hex(raw_name: &'static str, hex_name: &'static str, key: &[u8]) -> [Needle; 2] {
    [Needle { name: raw_name, bytes: key.to_vec() }, Needle { name: hex_name, bytes: hex(key).into_bytes() }]
}

/// Looks at memory word by word: whatever the place of a needle, one of its first eight bytes begins a word.
struct Search<'a> {
    needles: &'a [Needle],
    words: HashMap<u64, Vec<(usize, usize)>>,
    /// By the low half of a word, so that most words are seen not to matter at once.
    maybe: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(needles: &'a [Needle]) -> Self {
        let (mut words, mut maybe) = (HashMap::<u64, Vec<_>>::new(), vec![false; 1 << 16]);
        for (index, needle) in needles.iter().enumerate() {
            for offset in 0..8 {
                let word = u64::from_le_bytes(needle.bytes[offset..offset + 8].try_into().unwrap());
                words.entry(word).or_default().push((index, offset));
                maybe[(word & 0xffff) as usize] = true;
            }
        }
        Self { needles, words, maybe }
    }

    fn look(&self, block: &[u8], found: &mut BTreeSet<&'static str>) {
        for (place, word) in block.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            if !self.maybe[(word & 0xffff) as usize] {
                continue;
            }
            for (index, offset) in self.words.get(&word).into_iter().flatten() {
                let needle = &self.needles[*index];
                let here =
                    (place * 8).checked_sub(*offset).and_then(|at| block.get(at..at + needle.bytes.len()));
                if here == Some(&needle.bytes) {
                    found.insert(needle.name);
                }
            }
        }
    }
}

const PAGE: u64 = 4096;
/// Pages in one look; the next begins with the last of them, since a needle may lie across.
const PAGES: usize = 256;

/// Which of the needles lie in the memory of a process; `None` where it may not be read.
fn found(pid: u32, needles: &[Needle]) -> Option<BTreeSet<&'static str>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let memory = std::fs::File::open(format!("/proc/{pid}/mem")).ok()?;
    let pages = std::fs::File::open(format!("/proc/{pid}/pagemap")).ok()?;
    let (mut found, search, mut readable) = (BTreeSet::new(), Search::new(needles), 0);
    let mut block = vec![0; PAGES * PAGE as usize];
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (Some(range), Some(rights)) = (parts.next(), parts.next()) else { continue };
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let page = |address: &str| u64::from_str_radix(address, 16).unwrap() / PAGE;
        let (from, to) = (page(from), page(to));
        let mut entries = vec![0; usize::try_from(to - from).unwrap() * 8];
        if pages.read_exact_at(&mut entries, from * 8).is_err() {
            continue;
        }
        // Where no page was ever put, in memory or in swap, there is nothing to read, and there is much of it.
        let there: Vec<bool> =
            entries.as_chunks::<8>().0.iter().map(|e| u64::from_le_bytes(*e) >> 62 != 0).collect();
        let mut at = 0;
        while at < there.len() {
            let run = there[at..].iter().take(PAGES).take_while(|there| **there).count();
            if run == 0 {
                at += 1;
                continue;
            }
            let block = &mut block[..run * PAGE as usize];
            // What was unmapped meanwhile holds nothing.
            if memory.read_exact_at(block, (from + at as u64) * PAGE).is_ok() {
                readable += run;
                search.look(block, &mut found);
            }
            at += if run == PAGES { run - 1 } else { run };
        }
    }
    println!("{} KiB searched", readable * 4);
    (readable > 0).then_some(found)
}

async fn sign_in(address: &str) -> Actor {
    let body = json!({"email": "ada@first.example", "password": PASSWORD});
    let tokens = Actor::nobody(address).post("/v1/auth/login", body).await.ok();
    Actor::with_token(address, tokens["access_token"].as_str().unwrap())
}

/// What is answered, by whoever answers: a connection that breaks while the process begins again is made anew.
async fn status(address: &str, path: &str, token: &str) -> u16 {
    let begun = Instant::now();
    loop {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        match client.get(format!("{address}{path}")).bearer_auth(token).send().await {
            Ok(answer) => return answer.status().as_u16(),
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(10), "{error}"),
        }
    }
}

async fn ready(address: &str) -> u16 {
    status(address, "/readyz", "none").await
}

async fn becomes(address: &str, wanted: u16) -> Duration {
    let begun = Instant::now();
    while ready(address).await != wanted {
        assert!(begun.elapsed() < Duration::from_secs(20), "/readyz does not become {wanted}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_key_is_left_and_only_people_open_it_again() {
    if crate::support::engine_name() != "sqlite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let key = key_file(folder.path());
    let file = folder.path().join("first.db");
    let url = format!("sqlite:{}", file.display());
    let command = || {
        let mut command = farlight();
        command
            .env("FARLIGHT__DATABASE__URL", &url)
            .env("FARLIGHT__DATABASE__CREATE", "true")
            .env("FARLIGHT__KEYS__ROOT_FILE", &key);
        command
    };
    let running = Running::start(command().arg("serve"));
    let link = running.lines.iter().find(|line| line.contains("/welcome#setup=")).expect("a link");
    let body = json!({
        "token": link.rsplit_once("#setup=").unwrap().1, "organisation": "First House", "name": NAME,
        "email": "ada@first.example", "password": PASSWORD,
    });
    assert_eq!(Actor::nobody(&running.address).post("/v1/setup", body).await.status, 204);
    let ada = sign_in(&running.address).await;
    assert_eq!(ada.get("/v1/me").await.ok()["name"], NAME);

    let root = from_hex(std::fs::read_to_string(&key).unwrap().trim()).unwrap();
    let mut database = SqliteConnection::establish(&file.display().to_string()).unwrap();
    let (organisation, id, wrapped): (Id, Id, Vec<u8>) = organisation_keys::table
        .select((organisation_keys::organisation_id, organisation_keys::id, organisation_keys::wrapped))
        .first(&mut database)
        .unwrap();
    let base: Option<Vec<u8>> =
        installation::table.select(installation::base_key).first(&mut database).unwrap();
    let open = |purpose: &[&[u8]], associated: &[u8], wrapped: &[u8]| {
        Secret::from_slice(&root)
            .unwrap()
            .derive(purpose)
            .unwrap()
            .decrypt(associated, wrapped)
            .unwrap()
            .to_vec()
    };
    let organisation_key =
        open(&[b"farlight wrap organisation ", organisation.as_bytes()], id.as_bytes(), &wrapped);
    let base = open(&[b"farlight wrap base"], b"installation.base_key", &base.unwrap());
    let mut needles = vec![
        Needle { name: "a name", bytes: NAME.as_bytes().to_vec() },
        Needle { name: "a password", bytes: PASSWORD.as_bytes().to_vec() },
    ];
    needles.extend(raw_and_hex("root", "root in hex", &root));
    needles.extend(raw_and_hex("organisation", "organisation in hex", &organisation_key));
    needles.extend(raw_and_hex("base", "base in hex", &base));

    let pid = running.child.id();
    ada.get("/v1/users").await.ok();
    let Some(before) = found(pid, &needles) else {
        println!("skipped: the memory of a process cannot be read here");
        return;
    };
    println!("before the seal: {before:?}");
    for name in ["root", "organisation", "base"] {
        assert!(before.contains(name), "the search does not find what is there: {before:?}");
    }

    let begun = Instant::now();
    let sealed = ada.post("/v1/system/seal", json!({"reason": "Men at the gate."})).await.ok();
    assert_eq!(sealed["sealed"], true);
    let after = loop {
        // Where it cannot be read it is not there: between two programs there is no memory.
        let left = found(pid, &needles).unwrap_or_default();
        let since = begun.elapsed();
        if left.is_empty() {
            break since;
        }
        assert!(since < Duration::from_secs(10), "{left:?} is left");
    };
    becomes(&running.address, 503).await;
    println!("nothing was left {after:?} after the seal was asked for");
    assert!(after < Duration::from_secs(1), "{after:?}");
    assert_eq!(found(pid, &needles), Some(BTreeSet::new()));
    assert_eq!(status(&running.address, "/v1/me", ada.token().await).await, 503);
    assert_eq!(status(&running.address, "/healthz", "none").await, 200);

    // A restart does not open it, though the root key lies where it lay.
    drop(running);
    let running = Running::start(command().arg("serve"));
    assert_eq!(ready(&running.address).await, 503);
    let told = command().arg("setup-link").output().unwrap();
    assert!(told.status.success(), "{}", said(&told));
    let refused = command().args(["keys", "rotate"]).output().unwrap();
    assert!(said(&refused).contains("farlight unseal"), "{}", said(&refused));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(ready(&running.address).await, 503);
    let unseal = || {
        let output = command().arg("unseal").output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    };
    unseal();
    becomes(&running.address, 200).await;
    assert_eq!(
        Actor::with_token(&running.address, ada.token().await).get("/v1/me").await.status,
        401,
        "whoever was signed in is not"
    );
    sign_in(&running.address).await.get("/v1/users").await.ok();

    // From the host: by command, and by signal.
    let pid = running.child.id();
    for (how, arguments) in [("farlight", None), ("kill", Some(["-USR1", &pid.to_string()]))] {
        let begun = Instant::now();
        let output = match arguments {
            None => command().arg("seal").output().unwrap(),
            Some(arguments) => std::process::Command::new(how).args(arguments).output().unwrap(),
        };
        assert!(output.status.success(), "{}", said(&output));
        becomes(&running.address, 503).await;
        loop {
            let left = found(pid, &needles[2..]).unwrap_or_default();
            if left.is_empty() && ready(&running.address).await == 503 {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(5), "{how}: {left:?} is left");
        }
        println!("sealed by {how}: nothing left after {:?}", begun.elapsed());
        unseal();
        becomes(&running.address, 200).await;
    }
}

/// A key in the environment of a process cannot be wiped there; one that was sealed has another environment.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_environment_is_gone_as_well() {
    if crate::support::engine_name() != "sqlite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let root = hex(&[0xc5; 32]);
    let url = format!("sqlite:{}", folder.path().join("first.db").display());
    let command = || {
        let mut command = farlight();
        command
            .env("FARLIGHT__DATABASE__URL", &url)
            .env("FARLIGHT__DATABASE__CREATE", "true")
            .env("FARLIGHT__KEYS__ROOT", &root);
        command
    };
    let running = Running::start(command().arg("serve"));
    let environment = || std::fs::read(format!("/proc/{}/environ", running.child.id()));
    let Ok(before) = environment() else {
        println!("skipped: the environment of a process cannot be read here");
        return;
    };
    assert!(memchr::memmem::find(&before, root.as_bytes()).is_some());
    assert!(command().arg("seal").output().unwrap().status.success());
    becomes(&running.address, 503).await;
    let begun = Instant::now();
    loop {
        // Between two programs it is empty, which says nothing.
        let now = environment().unwrap();
        let has = |words: &[u8]| memchr::memmem::find(&now, words).is_some();
        if has(b"FARLIGHT__DATABASE__URL") && !has(root.as_bytes()) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    becomes(&running.address, 503).await;
}

/// Shares as an operator meets them: made, printed, piped in.
#[tokio::test(flavor = "multi_thread")]
async fn shares_are_printed_and_open_a_server() {
    use std::io::Write;
    use std::process::Stdio;

    if crate::support::engine_name() != "sqlite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("first.db").display());
    let command = || {
        let mut command = farlight();
        command
            .env("FARLIGHT__DATABASE__URL", &url)
            .env("FARLIGHT__DATABASE__CREATE", "true")
            .env("FARLIGHT__KEYS__UNSEAL", "by_shares");
        command
    };
    let printed =
        farlight().args(["keys", "split", "--shares", "5", "--threshold", "3", "--new"]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let shares: Vec<&str> = printed.lines().filter(|line| line.starts_with("farlight1 ")).collect();
    assert_eq!(shares.len(), 5, "{printed}");
    assert!(printed.contains("share 2 of 5, any 3 open, set "), "{printed}");
    let refused =
        farlight().args(["keys", "split", "--shares", "2", "--threshold", "3", "--new"]).output().unwrap();
    assert!(said(&refused).contains("threshold"), "{}", said(&refused));
    let both = command().arg("serve").env("FARLIGHT__KEYS__ROOT", hex(&[1; 32])).output().unwrap();
    assert!(said(&both).contains("keys.root"), "{}", said(&both));

    let running = Running::start(command().arg("serve"));
    assert_eq!(ready(&running.address).await, 503);
    let port = running.address.rsplit_once(':').unwrap().1.to_owned();
    let typed = |lines: &[&str], arguments: &[&str]| {
        let mut child = command()
            .args(arguments)
            .env("FARLIGHT__SERVER__PORT", &port)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(format!("{}\n", lines.join("\n")).as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &said(&output))
    };
    let (done, told) = typed(&[shares[0], "farlight1 typo", shares[3], shares[4]], &["unseal"]);
    assert!(done, "{told}");
    assert!(told.contains("1 of 3 given") && told.contains("group by group"), "{told}");
    becomes(&running.address, 200).await;
    // Whoever works on the host needs as many.
    let (done, told) = typed(&[shares[1], shares[2]], &["keys", "rotate"]);
    assert!(!done && told.contains("nothing more came"), "{told}");
    let (done, told) = typed(&[shares[1], shares[2], shares[3]], &["audit", "verify"]);
    assert!(done, "{told}");
    // Two were lost: the others make new ones, which open the same.
    let split = ["keys", "split", "--shares", "3", "--threshold", "2"];
    let (done, told) = typed(&[shares[1], shares[2], shares[3]], &split);
    assert!(done, "{told}");
    let new: Vec<&str> = told.lines().filter(|line| line.starts_with("farlight1 ")).collect();
    assert_eq!(new.len(), 3, "{told}");
    drop(running);
    let running = Running::start(command().arg("serve"));
    for share in &new[1..] {
        Actor::nobody(&running.address).post("/v1/system/unseal", json!({ "share": share })).await.ok();
    }
    becomes(&running.address, 200).await;
}
