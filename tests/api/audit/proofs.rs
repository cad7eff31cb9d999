//! `/v1/audit/checkpoint`, `/v1/audit/events/{seq}/proof`, `/v1/audit/consistency`, and who is a witness.

use base64::Engine as _;
use farlight::audit::{checkpoint::Checkpoint, note::Verifier, sequencer};
use farlight::crypto::secret::{from_hex, sha256};

use crate::support::{TestApp, Value, json};

type Hash = [u8; 32];

pub const DAY: i64 = 86_400;

/// A service whose checkpoints come when the test says, not while it runs.
pub async fn daily() -> TestApp {
    let app = TestApp::spawn_with(|settings| settings.audit.checkpoint_seconds = DAY).await;
    // The first checkpoint comes at once, over nothing.
    sequencer::run_once(&app.services).await.unwrap();
    app
}

/// Goes on to the next day, orders what waits, signs it, and gives the checkpoint as the auditor sees it.
pub async fn sign(app: &TestApp) -> Value {
    app.clock.advance(DAY);
    // A step that is due signs what it ordered; whatever it left is signed the next day.
    sequencer::run_once(&app.services).await.unwrap();
    app.auditor.get("/v1/audit/checkpoint").await.ok()
}

/// Puts `count` rows on record.
pub async fn busy(app: &TestApp, count: usize) {
    for _ in 0..count {
        app.coordinator.get("/v1/me").await.ok();
    }
}

fn hash(text: &Value) -> Hash {
    from_hex(text.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(hash).collect()
}

fn parent(left: Hash, right: Hash) -> Hash {
    sha256(&[&[1], left.as_slice(), right.as_slice()].concat())
}

/// RFC 9162, 2.1.3.2: the root that an inclusion proof leads to.
fn root_by_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Hash {
    let (mut node, mut last, mut root) = (index, size - 1, leaf);
    for step in path {
        assert!(last > 0, "the proof is too long");
        if node % 2 == 1 || node == last {
            root = parent(*step, root);
            while node.is_multiple_of(2) && node > 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            root = parent(root, *step);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    assert_eq!(last, 0, "the proof is too short");
    root
}

/// RFC 9162, 2.1.4.2: both roots that a consistency proof leads to.
fn roots_by_consistency(from: u64, to: u64, old_root: Hash, proof: &[Hash]) -> (Hash, Hash) {
    if from == to {
        assert!(proof.is_empty());
        return (old_root, old_root);
    }
    let mut path = proof.to_vec();
    if from.is_power_of_two() {
        path.insert(0, old_root);
    }
    let (mut node, mut last) = (from - 1, to - 1);
    while node % 2 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let mut steps = path.into_iter();
    let first = steps.next().unwrap();
    let (mut old, mut new) = (first, first);
    for step in steps {
        assert!(last > 0, "the proof is too long");
        if node % 2 == 1 || node == last {
            (old, new) = (parent(step, old), parent(step, new));
            while node.is_multiple_of(2) && node > 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            new = parent(new, step);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    assert_eq!(last, 0, "the proof is too short");
    (old, new)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_shown_to_be_in_what_was_signed_and_the_log_to_have_only_grown() {
    let app = daily().await;
    busy(&app, 20).await;
    let signed = sign(&app).await;
    let size = signed["size"].as_u64().unwrap();
    assert!(size >= 20, "{signed}");

    let proof = async |seq: u64, size: u64| {
        app.auditor.get(&format!("/v1/audit/events/{seq}/proof?size={size}")).await.ok()
    };
    let mut roots = vec![sha256(&[])];
    for size in 1..=size {
        let shown = proof(size - 1, size).await;
        roots.push(hash(&shown["root_hash"]));
    }
    assert_eq!(roots.last().unwrap(), &hash(&signed["root_hash"]));
    for size in 1..=size {
        for seq in 0..size {
            let shown = proof(seq, size).await;
            let (leaf, path) = (hash(&shown["leaf_hash"]), hashes(&shown["hashes"]));
            assert_eq!(root_by_inclusion(leaf, seq, size, &path), roots[usize::try_from(size).unwrap()]);
        }
        for from in 1..=size {
            let shown = app.auditor.get(&format!("/v1/audit/consistency?from={from}&to={size}")).await.ok();
            let old = hash(&shown["from_root_hash"]);
            let led_to = roots_by_consistency(from, size, old, &hashes(&shown["hashes"]));
            let expected = (roots[usize::try_from(from).unwrap()], roots[usize::try_from(size).unwrap()]);
            assert_eq!((led_to, old, hash(&shown["to_root_hash"])), (expected, expected.0, expected.1));
        }
    }
    // The leaf is that of the row in the list.
    let listed = app.auditor.walk("/v1/audit-events?limit=200").await;
    let row = listed.iter().find(|row| row["seq"] == 7).unwrap();
    assert_eq!(row["leaf_hash"], proof(7, size).await["leaf_hash"]);

    // What was signed before is the beginning of what is signed now, across tiles.
    let later = sign(&app).await;
    let (from, to) = (size, later["size"].as_u64().unwrap());
    assert!(to > 256, "{to}");
    let shown = app.auditor.get(&format!("/v1/audit/consistency?from={from}")).await.ok();
    let led_to = roots_by_consistency(from, to, hash(&signed["root_hash"]), &hashes(&shown["hashes"]));
    assert_eq!(led_to, (hash(&signed["root_hash"]), hash(&later["root_hash"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_a_note_that_the_verifier_accepts() {
    let app = daily().await;
    busy(&app, 3).await;
    let shown = sign(&app).await;
    let note = shown["note"].as_str().unwrap();
    let lines: Vec<&str> = note.lines().collect();
    let organisation = app.auditor.get("/v1/me").await.ok()["organisation_id"].clone();
    assert_eq!(lines[0], format!("farlight/audit/{}", organisation.as_str().unwrap()));
    assert_eq!(lines[1], shown["size"].to_string());
    let root = base64::engine::general_purpose::STANDARD.decode(lines[2]).unwrap();
    assert_eq!(root, hash(&shown["root_hash"]));
    assert_eq!(lines[3], format!("at {}", shown["at"].as_str().unwrap()));
    assert!(lines[3].ends_with("T00:00:00Z"), "at a multiple of the cadence: {}", lines[3]);
    assert!(
        lines[4].is_empty() && lines[5].starts_with(&format!("\u{2014} {} ", lines[0])) && lines.len() == 6
    );

    let verifiers: Vec<_> = shown["verifiers"].as_array().unwrap().iter().collect();
    let verifier = Verifier::parse(verifiers[0].as_str().unwrap()).unwrap();
    let checkpoint = Checkpoint::parse(note).unwrap();
    assert!(checkpoint.is_signed_by(std::slice::from_ref(&verifier)));
    let more = Checkpoint { size: checkpoint.size + 1, ..checkpoint };
    assert!(!more.is_signed_by(&[verifier]));
}

/// The number of rows tells how busy a night is: nobody but the auditor is told, and everybody can be a witness.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_shown_a_digest_that_tells_nothing_and_only_where_it_costs_little() {
    let app = daily().await;
    busy(&app, 3).await;
    let first = sign(&app).await;
    assert!(first["size"].as_u64().unwrap() > 0);
    for actor in [&app.admin, &app.coordinator, &app.caseworker, &app.officer, &app.analyst, &app.partner] {
        let shown = actor.get("/v1/audit/checkpoint").await.ok();
        assert_eq!(shown, json!({"at": first["at"], "digest": first["digest"]}));
    }
    app.nobody.get("/v1/audit/checkpoint").await.problem(401, "unauthenticated");
    let digest = first["digest"].as_str().unwrap();
    assert_eq!(digest.len(), 43);
    let signed_in = app.partner.sign_in(crate::support::PASSWORD).await;
    let refresh = json!({"refresh_token": signed_in.ok()["refresh_token"]});
    for reply in [
        signed_in,
        app.nobody.post("/v1/auth/refresh", refresh).await,
        app.officer.get("/v1/me").await,
        app.auditor.get("/v1/audit-events").await,
        app.auditor.get("/v1/audit/events/0/proof").await,
    ] {
        assert_eq!(reply.header("farlight-checkpoint"), digest, "{}", reply.text);
    }
    assert_eq!(app.coordinator.get("/v1/cases").await.header("farlight-checkpoint"), "");
    // Another organisation's is another.
    let theirs = app.stranger.get("/v1/audit/checkpoint").await.ok();
    assert_ne!(theirs["digest"], first["digest"]);
    assert_eq!(app.stranger.get("/v1/me").await.header("farlight-checkpoint"), theirs["digest"]);

    // A quiet night looks like a busy one: one more checkpoint, another digest.
    let harbour = app.stranger.get("/v1/me").await.ok()["organisation_id"].as_str().unwrap().parse().unwrap();
    sign(&app).await;
    let rows = || app.engine.number("SELECT MIN(size) FROM audit_heads");
    let (before, rows_before) = (app.services.checkpoints.of(harbour), rows());
    sign(&app).await;
    assert_ne!(app.services.checkpoints.of(harbour), before);
    assert_eq!(rows(), rows_before, "nothing happened there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_for_auditors_and_about_what_was_signed() {
    let app = daily().await;
    busy(&app, 5).await;
    let signed = sign(&app).await["size"].as_u64().unwrap();
    for actor in [&app.admin, &app.coordinator, &app.officer, &app.partner] {
        actor.get("/v1/audit/events/0/proof").await.problem(403, "forbidden");
        actor.get("/v1/audit/consistency?from=1").await.problem(403, "forbidden");
    }
    // The other organisation's log is its own: it has fewer rows.
    let theirs = app.stranger_auditor.get("/v1/audit/events/4/proof").await;
    theirs.problem(404, "not-found");
    for seq in [signed.to_string(), "-1".to_owned(), "x".to_owned(), u64::MAX.to_string(), "9".repeat(40)] {
        app.auditor.get(&format!("/v1/audit/events/{seq}/proof")).await.problem(404, "not-found");
    }
    for (query, pointer) in [
        ("events/3/proof?size=3", "size"),
        ("events/3/proof?size=0", "size"),
        ("events/3/proof?size=18446744073709551615", "size"),
        ("events/3/proof?size=x", "size"),
        ("consistency?from=0", "from"),
        ("consistency?from=4&to=3", "from"),
        ("consistency?from=1&to=18446744073709551615", "to"),
        ("consistency?from=-1", "from"),
    ] {
        app.auditor.get(&format!("/v1/audit/{query}")).await.invalid(pointer);
    }
    assert_eq!(app.auditor.get("/v1/audit/consistency").await.status, 422);
    let beyond = format!("/v1/audit/events/3/proof?size={}", signed + 1);
    app.auditor.get(&beyond).await.invalid("size");
}
