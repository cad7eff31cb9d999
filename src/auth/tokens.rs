//! Access tokens: short-lived JWTs signed with Ed25519, and the keys that sign them.
//!
//! A token only names a session; every request looks the session up. What the signature buys is that a forged or
//! expired token never reaches the database.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

use super::proof::Thumbprint;
use super::store;
use crate::crypto::secret::sha256;
use crate::crypto::{Keyring, Secret};
use crate::db::types::{Id, Time};
use crate::db::{Conn, Database};
use crate::error::{Error, Result};

const ISSUER: &str = "farlight";
const AUDIENCE: &str = "farlight-api";
/// RFC 9068: no other kind of token can be passed off as an access token.
const TYPE: &str = "at+jwt";
/// Twice the interval at which nodes read the keys.
const SPREAD_SECONDS: i64 = 600;
/// How far the clocks of two nodes may be apart: a token that one has just made is valid on the other at once.
const SKEW_SECONDS: i64 = 5;
/// Tokens whose signature was found good and need not be computed again; each takes about 200 bytes.
const REMEMBERED: usize = 4_096;

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The user.
    #[serde(rename = "sub")]
    pub user_id: Id,
    /// Their organisation.
    #[serde(rename = "org")]
    pub organisation_id: Id,
    /// The session.
    #[serde(rename = "sid")]
    pub session_id: Id,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// Absent where the token is bound to no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// Whom a token works for (RFC 7800, RFC 9449).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Confirmation {
    jkt: Thumbprint,
}

impl Claims {
    /// When the token ends (UTC).
    pub fn expires_at(&self) -> Time {
        Time::from_micros(self.exp.saturating_mul(1_000_000))
    }

    /// The key whose holder alone may use it, if it is bound to one.
    pub fn key(&self) -> Option<Thumbprint> {
        self.cnf.map(|confirmation| confirmation.jkt)
    }
}

/// Signing and checking keys by id.
#[derive(Clone)]
pub struct Tokens {
    keys: Arc<RwLock<Keys>>,
    lifetime_seconds: i64,
}

struct Keys {
    signing: Option<(Id, EncodingKey)>,
    checking: HashMap<String, DecodingKey>,
    /// What tokens say that these keys signed, by their SHA-256: checking a signature costs more than the rest of a
    /// small request. It goes with the keys, and nothing is taken from it that changes: times, session, role are asked
    /// each time.
    signed: Cache<[u8; 32], Claims>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { signing: None, checking: HashMap::new(), signed: Cache::new(REMEMBERED) }
    }
}

/// A signing key as the database holds it.
pub struct StoredKey {
    /// The `kid`.
    pub id: Id,
    /// PKCS#8, encrypted under the root key.
    pub sealed_private: Vec<u8>,
    /// 32 bytes.
    pub public: Vec<u8>,
    /// When it was made.
    pub created_at: Time,
}

impl Tokens {
    /// Nothing signs or checks until [`Self::refresh`].
    pub fn new(lifetime_seconds: i64) -> Self {
        Self { keys: Arc::default(), lifetime_seconds }
    }

    /// Reads the keys, and makes a new one when the newest is older than `max_age_days`. Called at start and then
    /// at intervals; nodes that share a database sign with the same newest key.
    ///
    /// # Errors
    /// Of the database.
    pub async fn refresh(
        &self,
        db: &Database,
        keyring: &Arc<Keyring>,
        now: Time,
        max_age_days: i64,
    ) -> Result<()> {
        let (keyring, lifetime) = (Arc::clone(keyring), self.lifetime_seconds);
        let keys = db.write(move |conn| load_or_make(conn, &keyring, now, max_age_days, lifetime)).await?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Forgets all keys: nothing signs or checks until [`Self::refresh`].
    pub fn forget(&self) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Keys::default();
    }

    /// A token for a session, bound to `key` if the session is, and how long it lives in seconds.
    ///
    /// # Errors
    /// `internal` when there is no signing key.
    pub fn issue(
        &self,
        organisation_id: Id,
        user_id: Id,
        session_id: Id,
        key: Option<Thumbprint>,
        now: Time,
    ) -> Result<(String, i64)> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let (kid, signing) =
            keys.signing.as_ref().ok_or_else(|| Error::internal("there is no signing key"))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(kid.to_string());
        header.typ = Some(TYPE.to_owned());
        let iat = now.as_seconds();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            user_id,
            organisation_id,
            session_id,
            iat,
            nbf: iat - SKEW_SECONDS,
            exp: iat + self.lifetime_seconds,
            cnf: key.map(|jkt| Confirmation { jkt }),
        };
        let token =
            encode(&header, &claims, signing).map_err(|_| Error::internal("a token could not be signed"))?;
        Ok((token, self.lifetime_seconds))
    }

    /// Checks signature, type, issuer, audience and times.
    ///
    /// # Errors
    /// 401 for anything that is not exactly a live token of ours.
    pub fn verify(&self, token: &str, now: Time) -> Result<Claims> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let digest = sha256(token.as_bytes());
        let claims = match keys.signed.get(&digest) {
            Some(claims) => claims,
            None => {
                let claims = keys.open(token).ok_or_else(Error::unauthenticated)?;
                keys.signed.insert(digest, claims.clone());
                claims
            }
        };
        let seconds = now.as_seconds();
        if claims.nbf > seconds || claims.exp <= seconds {
            return Err(Error::unauthenticated());
        }
        Ok(claims)
    }
}

impl Keys {
    /// What a token says, if one of these keys signed it as an access token of ours, at whatever time.
    fn open(&self, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::EdDSA {
            return None;
        }
        let key = self.checking.get(header.kid.as_ref()?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Times are compared each time, with the injected clock and without leeway.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        decode::<Claims>(token, key, &validation).ok().map(|token| token.claims)
    }
}

fn load_or_make(
    conn: &mut Conn<'_>,
    keyring: &Keyring,
    now: Time,
    max_age_days: i64,
    lifetime_seconds: i64,
) -> Result<Keys> {
    let wrapping = keyring.installation("signing keys")?;
    let mut stored = store::signing_keys(conn)?;
    let fresh_since = now.plus_seconds(-max_age_days * 86_400);
    let is_due = |stored: &[StoredKey]| stored.first().is_none_or(|newest| newest.created_at < fresh_since);
    if is_due(&stored) {
        // Of nodes that start at the same moment one makes a key: each with its own would not know the others'.
        store::hold_signing_keys(conn)?;
        stored = store::signing_keys(conn)?;
    }
    if is_due(&stored) {
        let key = make(&wrapping, now)?;
        store::insert_signing_key(conn, &key)?;
        stored.insert(0, key);
    }
    // A new key signs only once every node has had the time to read it, unless it is the only one.
    let known_since = now.plus_seconds(-SPREAD_SECONDS);
    let signing =
        stored.iter().find(|key| key.created_at <= known_since).or(stored.first()).map(|key| key.id);
    // A key whose successor has signed for longer than any token lives signed nothing that is still valid.
    let replaced_since = known_since.plus_seconds(-2 * lifetime_seconds - SPREAD_SECONDS);
    let mut keys = Keys::default();
    let mut successor = None;
    for key in stored {
        if successor.is_some_and(|made_at| made_at < replaced_since) {
            break;
        }
        successor = Some(key.created_at);
        if signing == Some(key.id) {
            let pkcs8 = wrapping
                .decrypt(key.id.as_bytes(), &key.sealed_private)
                .map_err(|_| Error::internal("the root key does not open this database"))?;
            keys.signing = Some((key.id, EncodingKey::from_ed_der(&pkcs8)));
        }
        keys.checking.insert(key.id.to_string(), DecodingKey::from_ed_der(&key.public));
    }
    Ok(keys)
}

fn make(wrapping: &Secret, now: Time) -> Result<StoredKey> {
    let failed = |_| Error::internal("a signing key could not be made");
    let id = Id::at(now);
    let document = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).map_err(failed)?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref())
        .map_err(|_| Error::internal("a signing key could not be read back"))?;
    Ok(StoredKey {
        id,
        sealed_private: wrapping.encrypt(id.as_bytes(), document.as_ref())?,
        public: pair.public_key().as_ref().to_vec(),
        created_at: now,
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_700_000_000;

    /// A key of ours, and what knows it.
    fn ours() -> (Tokens, Ed25519KeyPair, String) {
        let document = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let id = Id::at(Time::from_micros(0));
        let tokens = Tokens::new(600);
        let key = DecodingKey::from_ed_der(pair.public_key().as_ref());
        let mut keys =
            Keys { signing: Some((id, EncodingKey::from_ed_der(document.as_ref()))), ..Keys::default() };
        keys.checking.insert(id.to_string(), key);
        *tokens.keys.write().unwrap() = keys;
        (tokens, pair, id.to_string())
    }

    /// Signed by `pair`, whatever it says: what an honest library would not make.
    fn signed(pair: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = pair.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// RFC 8725: what is signed by the right key and still is no access token of ours, and what a forger would try.
    #[test]
    fn the_corpus_is_refused_and_only_the_token_itself_is_not() {
        let (tokens, pair, kid) = ours();
        let stranger = Ed25519KeyPair::from_pkcs8(
            Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap().as_ref(),
        )
        .unwrap();
        let now = Time::from_micros(NOW * 1_000_000);
        let id = Id::at(now).to_string();
        let header = json!({"alg": "EdDSA", "typ": TYPE, "kid": kid});
        let claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": id, "org": id, "sid": id, "iat": NOW, "nbf": NOW, "exp": NOW + 600,
        });
        let good = signed(&pair, &header, &claims);
        assert!(tokens.verify(&good, now).is_ok());
        let (issued, _) = tokens.issue(Id::at(now), Id::at(now), Id::at(now), None, now).unwrap();
        assert!(tokens.verify(&issued, now).is_ok());

        let mut corpus = vec![signed(&stranger, &header, &claims)];
        let changed = |value: &Value, member: &str, to: &Value| {
            let mut value = value.clone();
            match to {
                Value::Null => drop(value.as_object_mut().unwrap().remove(member)),
                to => value[member] = to.clone(),
            }
            value
        };
        let public = URL_SAFE_NO_PAD.encode(stranger.public_key().as_ref());
        for (member, to) in [
            ("alg", json!("none")),
            ("alg", json!("None")),
            ("alg", json!("HS256")),
            ("alg", json!("RS256")),
            ("alg", json!("ES256")),
            ("alg", Value::Null),
            ("typ", json!("JWT")),
            ("typ", json!("AT+JWT ")),
            ("typ", json!("dpop+jwt")),
            ("typ", Value::Null),
            ("kid", json!("../../../dev/null")),
            ("kid", json!("' OR 1=1 --")),
            ("kid", json!("")),
            ("kid", json!(7)),
            ("kid", Value::Null),
        ] {
            corpus.push(signed(&pair, &changed(&header, member, &to), &claims));
        }
        // Keys that a token brings along are not looked at.
        for (member, to) in [
            ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": public})),
            ("jku", json!("https://keys.example/jwks.json")),
            ("x5u", json!("https://keys.example/key.pem")),
        ] {
            corpus.push(signed(&stranger, &changed(&header, member, &to), &claims));
        }
        // The public key as the secret of an HMAC.
        let hmac = json!({"alg": "HS256", "typ": TYPE, "kid": kid});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&hmac), part(&claims));
        let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, pair.public_key().as_ref());
        let tag = aws_lc_rs::hmac::sign(&secret, message.as_bytes());
        corpus.push(format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag)));
        corpus.push(format!("{}.{}.", part(&json!({"alg": "none", "typ": TYPE, "kid": kid})), part(&claims)));
        for (member, to) in [
            ("iss", json!("somebody")),
            ("iss", Value::Null),
            ("aud", json!("other-api")),
            ("aud", json!([])),
            ("aud", Value::Null),
            ("sub", json!("nobody")),
            ("sub", Value::Null),
            ("org", Value::Null),
            ("sid", Value::Null),
            ("exp", json!((NOW + 600).to_string())),
            ("exp", json!(NOW)),
            ("exp", json!(-1)),
            ("exp", json!(1e300)),
            ("exp", Value::Null),
            ("nbf", json!(NOW.to_string())),
            ("nbf", json!(NOW + 1)),
            ("nbf", Value::Null),
            ("iat", json!("now")),
            ("cnf", json!("")),
            ("cnf", json!({})),
            ("cnf", json!({"jkt": "AAAA"})),
        ] {
            corpus.push(signed(&pair, &header, &changed(&claims, member, &to)));
        }
        corpus.extend([
            String::new(),
            "a.b.c".to_owned(),
            "..".to_owned(),
            format!("{good}."),
            format!("{good}A"),
        ]);
        corpus.push(good[..good.len() - 2].to_owned());
        for token in &corpus {
            assert!(tokens.verify(token, now).is_err(), "{token}");
        }
        assert!(tokens.verify(&good, now.plus_seconds(600)).is_err());
        assert!(tokens.verify(&good, now.plus_seconds(-1)).is_err());
    }
}
