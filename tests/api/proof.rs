//! Sessions that are bound to a key, and proofs of possession (RFC 9449)

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use farlight::authz::Role;
use farlight::bench::device::DeviceKey;
use farlight::config::Settings;
use futures_util::future::join_all;
use reqwest::Method;
use reqwest::header::HeaderValue;

use crate::support::device::Device;
use crate::support::{Actor, PASSWORD, Reply, TestApp, Value, json, send};

const ME: &str = "/v1/me";
const DAY: i64 = 86_400;

/// A refused proof.
#[track_caller]
fn invalid(what: &str, reply: &Reply) {
    assert_eq!(
        (reply.status, reply.body["code"].as_str()),
        (401, Some("invalid-dpop-proof")),
        "{what}: {}",
        reply.text
    );
    reply.problem(401, "invalid-dpop-proof");
    let asked = "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 EdDSA\"";
    assert_eq!(reply.header("www-authenticate"), asked, "{what}");
    assert_eq!(reply.header("dpop-nonce"), "", "{what}");
}

/// A proof from another time; gives the nonce that came.
#[track_caller]
fn wants_nonce(reply: &Reply) -> Option<String> {
    reply.problem(401, "use-dpop-nonce");
    assert_eq!(reply.header("www-authenticate"), "DPoP error=\"use_dpop_nonce\", algs=\"ES256 EdDSA\"");
    Some(reply.header("dpop-nonce").to_owned())
}

fn without_proof(reply: &Reply) {
    reply.problem(401, "proof-required");
    assert_eq!(reply.header("www-authenticate"), "DPoP algs=\"ES256 EdDSA\"");
}

fn case() -> Value {
    json!({"summary": "Held in a building by the river.", "risk": "high", "country": "MM"})
}

/// What a token says.
fn said(token: &str) -> Value {
    serde_json::from_slice(&BASE64.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// The thumbprint of a key, made as RFC 7638 says and not as the service does.
fn thumbprint(jwk: &Value) -> String {
    let text = |member: &str| jwk[member].as_str().unwrap();
    let canonical = match text("kty") {
        "EC" => format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text("x"), text("y")),
        _ => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text("x")),
    };
    BASE64.encode(farlight::crypto::secret::sha256(canonical.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_a_proof_binds_the_session_and_one_without_does_not() {
    let app = TestApp::spawn().await;
    for key in [DeviceKey::p256().unwrap(), DeviceKey::ed25519().unwrap()] {
        let mut device = app.new_device(key);
        let tokens = device.enter(&app.officer).await.ok();
        assert_eq!(tokens["token_type"], "DPoP");
        assert_eq!(said(&device.access)["cnf"], json!({"jkt": thumbprint(&device.key.jwk())}));
        let reply = device.get(ME).await;
        reply.ok();
        assert_eq!(reply.header("dpop-nonce"), "", "a clock that is right needs none");
        assert_eq!(device.get("/v1/me/sessions?limit=5").await.items()[0]["proof_of_possession"], true);
    }
    let tokens = app.officer.sign_in(PASSWORD).await.ok();
    assert_eq!(tokens["token_type"], "Bearer");
    assert!(said(tokens["access_token"].as_str().unwrap()).get("cnf").is_none());
    let plain = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    let listed = plain.get("/v1/me/sessions").await.items();
    let bound: Vec<_> = listed.iter().map(|session| &session["proof_of_possession"]).collect();
    assert_eq!(bound, [&json!(false), &json!(true), &json!(true)]);
    let path = format!("/v1/users/{}/sessions", app.officer.id);
    let shown = app.admin.get(&path).await.items();
    assert_eq!(shown.iter().filter(|session| session["proof_of_possession"] == true).count(), 2);

    // A header that a token without a key does not ask for is not looked at.
    let request = plain.request(Method::GET, ME).await.header("dpop", "rubbish");
    send(request).await.ok();

    let rows = app.audited("auth.login").await;
    let theirs = rows.iter().filter(|row| row["actor_id"] == app.officer.id.as_str());
    let notes: Vec<_> = theirs.map(|row| row["detail"]["note"].as_str().unwrap()).collect();
    let bound = "password, bound to a key of the device";
    assert_eq!(notes, ["password", bound, bound]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_access_token_is_worth_nothing() {
    let app = TestApp::spawn().await;
    let device = app.device(&app.officer).await;
    let mut thief = app.new_device(DeviceKey::p256().unwrap());
    thief.access = device.access.clone();

    without_proof(&send(thief.bare("Bearer", &Method::GET, ME)).await);
    // The scheme says how the token is sent, whatever else comes along.
    let proof = device.proof("GET", ME);
    without_proof(&send(device.bare("Bearer", &Method::GET, ME).header("dpop", &proof)).await);
    invalid("no proof", &send(thief.bare("DPoP", &Method::GET, ME)).await);
    invalid("of another key", &thief.get(ME).await);
    let (mut header, claims) = thief.parts("GET", ME);
    header["jwk"] = device.key.jwk();
    let forged = thief.key.sign(&header, &claims).unwrap();
    invalid("signed by another key", &thief.get_with(ME, &forged).await);
    for (method, path) in
        [(Method::POST, "/v1/cases"), (Method::GET, "/v1/events"), (Method::POST, "/v1/auth/logout")]
    {
        invalid(path, &send(thief.request(&method, path).json(&json!({}))).await);
    }
    device.get(ME).await.ok();

    // A token that is bound to nothing does not become so by its scheme.
    thief.access = app.caseworker.token().await.to_owned();
    let reply = thief.get(ME).await;
    reply.problem(401, "unauthenticated");
    assert_eq!(reply.header("www-authenticate"), "Bearer");
    // And nobody takes the key out of a token.
    let parts: Vec<&str> = device.access.split('.').collect();
    let mut claims = said(&device.access);
    claims.as_object_mut().unwrap().remove("cnf");
    let unbound = format!("{}.{}.{}", parts[0], BASE64.encode(claims.to_string()), parts[2]);
    Actor::with_token(&app.address, &unbound).get(ME).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_refresh_token_is_worth_nothing_and_cannot_even_end_the_session() {
    let app = TestApp::spawn().await;
    let mut device = app.device(&app.officer).await;
    let mut thief = app.new_device(DeviceKey::ed25519().unwrap());
    thief.refresh = device.refresh.clone();
    let stolen = json!({"refresh_token": device.refresh});
    without_proof(&app.nobody.post("/v1/auth/refresh", stolen.clone()).await);
    invalid("another key", &thief.renew().await);
    assert_eq!(device.renew().await.ok()["token_type"], "DPoP");
    assert_ne!(device.refresh, thief.refresh);
    assert_eq!(said(&device.access)["cnf"]["jkt"], thumbprint(&device.key.jwk()));
    // Used up now, and still nothing that a thief can do harm with.
    without_proof(&app.nobody.post("/v1/auth/refresh", stolen).await);
    invalid("another key", &thief.renew().await);
    device.get(ME).await.ok();
    // Its holder, who uses it twice, has been copied with the key, or has lost count: as without keys.
    let (access, latest) = (device.access.clone(), device.refresh.clone());
    device.refresh = thief.refresh.clone();
    device.renew().await.problem(401, "invalid-refresh-token");
    (device.access, device.refresh) = (access, latest);
    device.get(ME).await.problem(401, "unauthenticated");
    device.renew().await.problem(401, "invalid-refresh-token");

    // A session is bound when it begins, or never.
    let tokens = app.caseworker.sign_in(PASSWORD).await.ok();
    thief.refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    invalid("a session without a key", &thief.renew().await);
    let again = json!({"refresh_token": thief.refresh});
    assert_eq!(app.nobody.post("/v1/auth/refresh", again).await.ok()["token_type"], "Bearer");
    // Whether there is such a session is told to nobody who has no token of it.
    thief.refresh = BASE64.encode([7; 64]);
    thief.renew().await.problem(401, "invalid-refresh-token");
}

/// What is wrong with a proof, one thing at a time.
fn corpus(device: &Device, path: &str) -> Vec<(String, String)> {
    let (header, claims) = device.parts("GET", path);
    let other = DeviceKey::p256().unwrap();
    let mut found = Vec::new();
    let changed = |value: &Value, member: &str, to: &Value| {
        let mut value = value.clone();
        match to {
            Value::Null => drop(value.as_object_mut().unwrap().remove(member)),
            to => value[member] = to.clone(),
        }
        value
    };
    let mut private = device.key.jwk();
    private["d"] = json!("AAAA");
    let ed25519 = DeviceKey::ed25519().unwrap().jwk();
    let base = device.known_as.as_str();
    for (member, to) in [
        ("typ", json!("JWT")),
        ("typ", json!("at+jwt")),
        ("typ", json!("DPOP+JWT")),
        ("typ", Value::Null),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!("ES384")),
        ("alg", json!("EdDSA")),
        ("alg", json!("es256")),
        ("alg", Value::Null),
        ("jwk", private),
        ("jwk", ed25519),
        ("jwk", other.jwk()),
        ("jwk", json!({"kty": "oct", "k": "AAAA"})),
        ("jwk", json!({"kty": "RSA", "n": "AAAA", "e": "AQAB"})),
        ("jwk", json!({"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"})),
        (
            "jwk",
            json!({"kty": "EC", "crv": "P-256", "x": BASE64.encode([1; 32]), "y": BASE64.encode([1; 32])}),
        ),
        ("jwk", json!("https://keys.example/key.json")),
        ("jwk", Value::Null),
        ("crit", json!(["exp"])),
    ] {
        let what = format!("{member}: {to}");
        found.push((what, device.key.sign(&changed(&header, member, &to), &claims).unwrap()));
    }
    for (member, to) in [
        ("htm", json!("POST")),
        ("htm", json!("get")),
        ("htm", Value::Null),
        ("htu", json!(format!("{base}/v1/cases"))),
        ("htu", json!(format!("{base}{path}/"))),
        ("htu", json!(format!("https://evil.example{path}"))),
        ("htu", json!(format!("{}{path}", base.replace("http://", "https://")))),
        ("htu", json!(format!("{}{path}", base.replace("127.0.0.1", "localhost")))),
        ("htu", json!(path)),
        ("htu", json!("")),
        ("htu", Value::Null),
        ("jti", json!("")),
        ("jti", json!("x".repeat(257))),
        ("jti", json!(7)),
        ("jti", Value::Null),
        ("iat", json!("now")),
        ("iat", json!(1e300)),
        ("iat", Value::Null),
        ("ath", json!(BASE64.encode(farlight::crypto::secret::sha256(b"another token")))),
        ("ath", json!("AAAA")),
        ("ath", json!("")),
        ("ath", Value::Null),
        ("nonce", json!("n".repeat(257))),
        ("nonce", json!(7)),
    ] {
        let what = format!("{member}: {to}");
        found.push((what, device.key.sign(&header, &changed(&claims, member, &to)).unwrap()));
    }
    let good = device.proof("GET", path);
    let (message, _) = good.rsplit_once('.').unwrap();
    for signature in [String::new(), "AAAA".to_owned(), BASE64.encode([0; 64]), BASE64.encode([255; 64])] {
        found.push((format!("signature {signature}"), format!("{message}.{signature}")));
    }
    // A public key as the secret of an HMAC.
    let x = device.key.jwk()["x"].as_str().unwrap().to_owned();
    let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, x.as_bytes());
    let hmac = BASE64.encode(changed(&header, "alg", &json!("HS256")).to_string());
    let message = format!("{hmac}.{}", BASE64.encode(claims.to_string()));
    let tag = BASE64.encode(aws_lc_rs::hmac::sign(&secret, message.as_bytes()));
    found.push(("an HMAC".to_owned(), format!("{message}.{tag}")));
    // Two members of one name, which two readers read differently.
    let twice = claims.to_string().replacen('{', "{\"htm\":\"POST\",", 1);
    let double = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(twice));
    found.push(("htm twice".to_owned(), format!("{double}.{}", BASE64.encode([1; 64]))));
    for rubbish in ["", "x", "..", "a.b.c", "....", "null", "{}", &device.access, &format!("{good}, {good}")]
    {
        found.push((format!("rubbish {rubbish}"), rubbish.to_owned()));
    }
    found.push(("padding".to_owned(), format!("{good}=")));
    found.push(("too long".to_owned(), "A".repeat(100_000)));
    let deep = BASE64.encode("[".repeat(2_000));
    found.push(("deep".to_owned(), format!("{deep}.{deep}.{}", BASE64.encode([1; 64]))));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_a_proof_holds() {
    let app = TestApp::spawn().await;
    let device = app.device(&app.officer).await;
    let secret = "never-comes-back";
    for (what, proof) in corpus(&device, ME) {
        let reply = device.get_with(ME, &proof).await;
        invalid(&what, &reply);
    }
    let (header, mut claims) = device.parts("GET", ME);
    claims["htm"] = json!(secret);
    let reply = device.get_with(ME, &device.key.sign(&header, &claims).unwrap()).await;
    assert!(!reply.text.contains(secret));
    invalid("an echo", &reply);

    // One, and no second one, whichever of them is good.
    let request = || device.bare("DPoP", &Method::GET, ME);
    let two = request().header("dpop", device.proof("GET", ME)).header("dpop", device.proof("GET", ME));
    invalid("two headers", &send(two).await);
    let two = request().header("dpop", device.proof("GET", ME)).header("dpop", "");
    invalid("two headers", &send(two).await);
    for bytes in [&b"\xff\xfe\x80"[..], b"\xc3\xa9", b"a.\xe2\x82\xac.c"] {
        let value = HeaderValue::from_bytes(bytes).unwrap();
        invalid("bytes that are no text", &send(request().header("dpop", value)).await);
    }
    // What a proof may have: more members than are known, and time in parts of a second.
    let (mut header, mut claims) = device.parts("GET", ME);
    header["jwk"]["kid"] = json!("mine");
    header["jwk"]["key_ops"] = json!(["verify"]);
    header["kid"] = json!("mine");
    claims["htu"] = json!(format!("{}{ME}?page=2#top", device.known_as.to_uppercase().replace("/V1/ME", "")));
    claims["iat"] = json!(claims["iat"].as_f64().unwrap() + 0.25);
    claims["nbf"] = json!(0);
    device.get_with(ME, &device.key.sign(&header, &claims).unwrap()).await.ok();
    // In a sign-in, too, and only before anything is said of the account.
    let mut newcomer = app.new_device(DeviceKey::p256().unwrap());
    for rubbish in ["", "x", "a.b.c"] {
        let body = json!({"email": app.officer.email, "password": PASSWORD});
        let request = newcomer.bare("", &Method::POST, "/v1/auth/login").header("dpop", rubbish).json(&body);
        invalid(rubbish, &send(request).await);
    }
    let proof = newcomer.proof("GET", "/v1/auth/login");
    let body = json!({"email": app.officer.email, "password": PASSWORD});
    let request = newcomer.bare("", &Method::POST, "/v1/auth/login").header("dpop", proof).json(&body);
    invalid("htm at sign-in", &send(request).await);
    newcomer.enter(&app.officer).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_clock_is_wrong_gets_in_with_a_nonce() {
    let app = TestApp::spawn().await;
    // At the beginning of a stretch of five minutes, so that none ends while a loaded machine answers.
    app.clock.advance(305 - app.clock.now().as_seconds() % 300);
    let node = app.second_node(0, |_| {}).await;
    let mut device = app.device(&app.officer).await;
    for ahead in [-30, 30] {
        device.ahead = ahead;
        device.get(ME).await.ok();
    }
    for ahead in [-120, 120, -400 * DAY, 400 * DAY] {
        device.ahead = ahead;
        device.nonce = None;
        device.nonce = wants_nonce(&device.get(ME).await);
        let reply = device.get(ME).await;
        reply.ok();
        device.post("/v1/me/totp", json!({})).await.ok();
        assert!(!device.renew().await.ok()["access_token"].is_null());
        let mut newcomer = app.new_device(DeviceKey::ed25519().unwrap());
        newcomer.ahead = ahead;
        newcomer.nonce = wants_nonce(&newcomer.enter(&app.officer2).await);
        newcomer.enter(&app.officer2).await.ok();
    }
    // Every node knows the nonces of the others.
    (device.base, device.known_as) = (node.address.clone(), node.address.clone());
    device.get(ME).await.ok();
    (device.base, device.known_as) = (app.address.clone(), app.address.clone());

    // After a while an answer brings the next one, and then the one from before is good no more.
    let first = device.nonce.clone();
    app.clock.advance(300);
    let reply = device.get(ME).await;
    reply.ok();
    let next = Some(reply.header("dpop-nonce").to_owned());
    assert!(next != first && next.as_ref().is_some_and(|nonce| nonce.len() > 20));
    device.nonce = next;
    assert_eq!(device.get(ME).await.header("dpop-nonce"), "");
    app.clock.advance(300);
    device.nonce = first;
    let latest = wants_nonce(&device.get(ME).await);
    // Nor one that nobody gave, nor one with a clock that is right.
    for invented in ["", "x", &"A".repeat(22)] {
        for ahead in [0, 400 * DAY] {
            (device.ahead, device.nonce) = (ahead, Some(invented.to_owned()));
            wants_nonce(&device.get(ME).await);
        }
    }
    device.nonce = latest;
    device.get(ME).await.ok();
    // Whoever has no key gets no nonce.
    let mut thief = app.new_device(DeviceKey::p256().unwrap());
    (thief.access, thief.ahead) = (device.access.clone(), DAY);
    invalid("of another key", &thief.get(ME).await);
}

fn public(settings: &mut Settings) {
    settings.server.public_url = "https://cases.example.org/desk/".to_owned();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_for_the_address_that_devices_know() {
    let app = TestApp::spawn_with(public).await;
    let mut device = app.new_device(DeviceKey::p256().unwrap());
    invalid("the address behind the proxy", &device.enter(&app.officer).await);
    device.known_as = "https://cases.example.org/desk".to_owned();
    device.enter(&app.officer).await.ok();
    device.get("/v1/me/sessions?limit=1").await.ok();
    for wrong in
        ["http://cases.example.org/desk", "https://cases.example.org", "https://cases.example.org:8443/desk"]
    {
        device.known_as = wrong.to_owned();
        invalid(wrong, &device.get(ME).await);
    }
    // Nobody talks the service into another address.
    device.known_as = "https://evil.example".to_owned();
    let request = device.request(&Method::GET, ME);
    let request = request.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "https");
    invalid("x-forwarded-host", &send(request).await);
    let request = device.request(&Method::GET, ME).header("forwarded", "host=evil.example;proto=https");
    invalid("forwarded", &send(request).await);
    let request = device.request(&Method::GET, ME).header("host", "evil.example");
    invalid("host", &send(request).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_good_once() {
    let app = TestApp::spawn_with(public).await;
    let node = app.second_node(0, |_| {}).await;
    let mut device = app.new_device(DeviceKey::p256().unwrap());
    device.known_as = "https://cases.example.org/desk".to_owned();
    device.enter(&app.coordinator).await.ok();

    let proof = device.proof("GET", ME);
    device.get_with(ME, &proof).await.ok();
    invalid("read twice", &device.get_with(ME, &proof).await);
    app.clock.advance(30);
    invalid("read later", &device.get_with(ME, &proof).await);

    // What changes something is done once on all nodes together, and on one that has just begun.
    let post = |base: &str, proof: &str| {
        let request = device.bare("DPoP", &Method::POST, "/v1/cases").header("dpop", proof);
        let (client, request) = request.json(&case()).build_split();
        let mut request = request.unwrap();
        let url = format!("{base}/v1/cases");
        *request.url_mut() = url.parse().unwrap();
        send(reqwest::RequestBuilder::from_parts(client, request))
    };
    let proof = device.proof("POST", "/v1/cases");
    post(&app.address, &proof).await.ok();
    invalid("write twice", &post(&app.address, &proof).await);
    invalid("write elsewhere", &post(&node.address, &proof).await);
    let fresh = app.second_node(30, |_| {}).await;
    invalid("write on a new node", &post(&fresh.address, &proof).await);
    let proof = device.proof("POST", "/v1/cases");
    let bases = [&app.address, &node.address, &fresh.address];
    let replies = join_all((0..30).map(|n| post(bases[n % 3], &proof))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        invalid("write at once", reply);
    }

    // Also with a nonce, on whose time its end depends.
    device.ahead = DAY;
    device.nonce = wants_nonce(&device.get(ME).await);
    let proof = device.proof("GET", ME);
    device.get_with(ME, &proof).await.ok();
    app.clock.advance(200);
    device.get_with(ME, &proof).await.problem(401, "invalid-dpop-proof");
    (device.ahead, device.nonce) = (0, None);

    // The name of a proof is its key's own: others may use it as well.
    let mut other = app.new_device(DeviceKey::p256().unwrap());
    other.known_as = device.known_as.clone();
    other.enter(&app.coordinator).await.ok();
    for device in [&device, &other] {
        let (header, mut claims) = device.parts("POST", "/v1/cases");
        claims["jti"] = json!("the same");
        let proof = device.key.sign(&header, &claims).unwrap();
        let request = device.bare("DPoP", &Method::POST, "/v1/cases").header("dpop", proof);
        send(request.json(&case())).await.ok();
    }

    // A sign-in and a renewal as well.
    other.access.clear();
    let enter = |proof: String| {
        let body = json!({"email": app.coordinator.email, "password": PASSWORD});
        send(other.bare("", &Method::POST, "/v1/auth/login").header("dpop", proof).json(&body))
    };
    let proof = other.proof("POST", "/v1/auth/login");
    let tokens = enter(proof.clone()).await.ok();
    invalid("sign-in", &enter(proof).await);
    let renew = |token: &Value, proof: &str| {
        let body = json!({"refresh_token": token});
        send(other.bare("", &Method::POST, "/v1/auth/refresh").header("dpop", proof).json(&body))
    };
    let proof = other.proof("POST", "/v1/auth/refresh");
    let next = renew(&tokens["refresh_token"], &proof).await.ok();
    invalid("renewal", &renew(&next["refresh_token"], &proof).await);
    let proof = other.proof("POST", "/v1/auth/refresh");
    renew(&next["refresh_token"], &proof).await.ok();

    // What was used is forgotten when it would be refused for its age.
    let kept = || app.engine.number("SELECT COUNT(*) FROM used_proofs");
    assert!(kept() > 5);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert!(kept() > 5);
    app.clock.advance(1_500);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert_eq!(kept(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_can_be_made_to_sign_in_with_a_key() {
    let app = TestApp::spawn().await;
    let before = app.officer.sign_in(PASSWORD).await.ok();
    let (_, codes) = app.enrol(&app.officer2).await;
    let strict =
        app.second_node(0, |settings| settings.auth.proof_required_for = vec![Role::FieldOfficer]).await;
    let officer = Actor::new(&strict.address, &app.officer.email, &app.officer.id);
    officer.sign_in("not the password at all").await.problem(401, "invalid-credentials");
    without_proof(&officer.sign_in(PASSWORD).await);
    let caseworker = Actor::new(&strict.address, &app.caseworker.email, &app.caseworker.id);
    caseworker.sign_in(PASSWORD).await.ok();
    let mut device = app.new_device(DeviceKey::p256().unwrap());
    (device.base, device.known_as) = (strict.address.clone(), strict.address.clone());
    device.enter(&app.officer).await.ok();
    assert_eq!(device.renew().await.ok()["token_type"], "DPoP");
    // A session from before is not renewed, and nothing is used up by trying.
    let refresh = json!({"refresh_token": before["refresh_token"]});
    without_proof(&Actor::nobody(&strict.address).post("/v1/auth/refresh", refresh.clone()).await);
    app.nobody.post("/v1/auth/refresh", refresh).await.ok();
    // Nor is a recovery code.
    let officer2 = Actor::new(&strict.address, &app.officer2.email, &app.officer2.id);
    without_proof(&officer2.sign_in_with(PASSWORD, json!({"recovery_code": codes[0]})).await);
    app.officer2.sign_in_with(PASSWORD, json!({"recovery_code": codes[0]})).await.ok();
    let rows = app.audited("auth.login").await;
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "refused").count(), 3, "{rows:?}");

    let mut settings = Settings::defaults().unwrap();
    settings.auth.proof_required_for = vec![Role::FieldOfficer];
    assert!(settings.check_for_production().unwrap_err().to_string().contains("server.public_url"));
    settings.server.public_url = "https://cases.example.org".to_owned();
    settings.check_for_production().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn repetitions_uploads_and_streams_bring_a_proof_each() {
    let app = TestApp::spawn().await;
    let device = app.device(&app.coordinator).await;
    let create =
        || device.request(&Method::POST, "/v1/cases").header("idempotency-key", "one-key").json(&case());
    let first = send(create()).await;
    first.ok();
    let second = send(create()).await;
    assert_eq!((second.ok(), second.header("idempotency-replayed")), (first.ok(), "true"));
    let path = first.header("location").to_owned();
    let change = |request: reqwest::RequestBuilder| {
        request.header("if-match", first.etag()).json(&json!({"summary": "Moved to the next building."}))
    };
    send(change(device.request(&Method::PATCH, &path))).await.ok();

    let attachments = format!("{path}/attachments");
    let upload = |request: reqwest::RequestBuilder| {
        let part = reqwest::multipart::Part::bytes(vec![7; 200_000]).file_name("a.bin");
        request.multipart(reqwest::multipart::Form::new().part("file", part))
    };
    send(upload(device.request(&Method::POST, &attachments))).await.ok();
    send(upload(device.request(&Method::POST, &attachments))).await.ok();
    let proof = device.proof("POST", &attachments);
    let with = || device.bare("DPoP", &Method::POST, &attachments).header("dpop", proof.as_str());
    send(upload(with())).await.ok();
    // The server may hang up on the body of what it refuses.
    if let Ok(reply) = upload(with()).send().await {
        assert_eq!(reply.status(), 401);
    }
    assert_eq!(device.get(&attachments).await.items().len(), 3);

    let mut stream = device.request(&Method::GET, "/v1/events").send().await.unwrap();
    assert_eq!(stream.status(), 200);
    assert!(stream.chunk().await.unwrap().is_some());
    invalid("a stream", &send(device.bare("DPoP", &Method::GET, "/v1/events")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_names_the_scheme_and_the_header() {
    let app = TestApp::spawn().await;
    let document = app.nobody.get("/openapi.json").await.ok();
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["proof_of_possession"]["name"], "DPoP");
    assert_eq!(schemes["bound_access_token"]["name"], "Authorization");
    let security = &document["paths"][ME]["get"]["security"];
    assert_eq!(
        *security,
        json!([{"access_token": []}, {"bound_access_token": [], "proof_of_possession": []}])
    );
    for path in ["/v1/auth/login", "/v1/auth/refresh"] {
        let parameters = document["paths"][path]["post"]["parameters"].as_array().unwrap();
        assert!(
            parameters.iter().any(|parameter| parameter["name"] == "DPoP" && parameter["in"] == "header")
        );
    }
}
