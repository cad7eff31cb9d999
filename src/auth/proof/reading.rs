//! What a proof says, before anybody believes it: no key is used here, no time, no request. Compiles alone, for it is
//! what strangers write.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Bytes of the longest proof: an honest one has about 600.
pub const MOST_BYTES: usize = 4_096;
/// Bytes of the longest `jti` and `nonce`.
const MOST_OF_A_NAME: usize = 256;
/// RFC 9449: no other kind of token can be passed off as a proof.
const TYPE: &str = "dpop+jwt";
/// Seconds that a clock can show: what is beyond is no time.
const ANY_TIME: f64 = 1e12;

/// The public key that a proof brings along, of one of the two kinds that are taken. Each part is 32 bytes in base64url,
/// in the one way in which they can be written: a key has one thumbprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// For ES256, as key stores of phones have it.
    P256 {
        /// The first coordinate.
        x: String,
        /// The second coordinate.
        y: String,
    },
    /// For EdDSA.
    Ed25519 {
        /// The key.
        x: String,
    },
}

/// A proof whose form is right.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The key that is to have signed it.
    pub key: Key,
    /// For which method (`htm`).
    pub method: String,
    /// For which address (`htu`).
    pub address: String,
    /// When its maker believes to have made it, in seconds since 1970 (`iat`).
    pub made_at: i64,
    /// What tells it from all others (`jti`).
    pub id: String,
    /// The SHA-256 of the access token that it is for (`ath`).
    pub token: Option<[u8; 32]>,
    /// What the server gave to be repeated (`nonce`).
    pub nonce: Option<String>,
    /// What is signed: header and claims, as they came.
    pub signed: &'a str,
    /// 64 bytes in base64url.
    pub signature: &'a str,
}

#[derive(Deserialize)]
struct HeaderIn<'a> {
    #[serde(borrow)]
    typ: Cow<'a, str>,
    #[serde(borrow)]
    alg: Cow<'a, str>,
    jwk: KeyIn,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct KeyIn {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    // What only the owner of a key has.
    d: Option<IgnoredAny>,
    p: Option<IgnoredAny>,
    q: Option<IgnoredAny>,
    dp: Option<IgnoredAny>,
    dq: Option<IgnoredAny>,
    qi: Option<IgnoredAny>,
    oth: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct ClaimsIn {
    htm: String,
    htu: String,
    iat: f64,
    jti: String,
    ath: Option<String>,
    nonce: Option<String>,
}

/// Reads a proof.
///
/// # Errors
/// What is wrong with it, for whoever writes the app; nothing of what was sent is in it.
pub fn read(proof: &str) -> Result<Reading<'_>, &'static str> {
    if proof.len() > MOST_BYTES {
        return Err("it is longer than 4096 bytes");
    }
    let not_three = "it is not three parts in base64url with dots between them";
    let (signed, signature) = proof.rsplit_once('.').ok_or(not_three)?;
    let (header, claims) = signed.split_once('.').ok_or(not_three)?;
    if bytes_of::<64>(signature).is_none() {
        return Err("its signature is not 64 bytes in base64url");
    }
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| not_three)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| not_three)?;
    let header: HeaderIn<'_> =
        serde_json::from_slice(&header).map_err(|_| "its header is not JSON with `typ`, `alg` and `jwk`")?;
    if header.typ != TYPE {
        return Err("`typ` is not `dpop+jwt`");
    }
    if header.crit.is_some() {
        return Err("`crit` names what is not understood here");
    }
    let key = header.jwk.public(&header.alg)?;
    let claims: ClaimsIn = serde_json::from_slice(&claims)
        .map_err(|_| "its claims are not JSON with `htm`, `htu`, `iat` and `jti`")?;
    if claims.jti.is_empty() || claims.jti.len() > MOST_OF_A_NAME {
        return Err("`jti` has not 1 to 256 bytes");
    }
    if claims.nonce.as_ref().is_some_and(|nonce| nonce.len() > MOST_OF_A_NAME) {
        return Err("`nonce` is none that was given");
    }
    if claims.iat.is_nan() || claims.iat.abs() > ANY_TIME {
        return Err("`iat` is no time in seconds");
    }
    let token = match claims.ath {
        None => None,
        Some(ath) => Some(bytes_of(&ath).ok_or("`ath` is not a SHA-256 in base64url")?),
    };
    Ok(Reading {
        key,
        method: claims.htm,
        address: claims.htu,
        made_at: claims.iat as i64,
        id: claims.jti,
        token,
        nonce: claims.nonce,
        signed,
        signature,
    })
}

impl KeyIn {
    /// The key, if `alg` goes with it.
    fn public(self, alg: &str) -> Result<Key, &'static str> {
        let private = [&self.d, &self.p, &self.q, &self.dp, &self.dq, &self.qi, &self.oth, &self.k];
        if private.iter().any(|member| member.is_some()) {
            return Err(
                "`jwk` has members of a private key, which must never leave the device; make a new key",
            );
        }
        let part = |part: Option<String>| part.filter(|part| bytes_of::<32>(part).is_some());
        let key = match (alg, self.kty.as_str(), self.crv.as_deref()) {
            ("ES256", "EC", Some("P-256")) => part(self.x).zip(part(self.y)).map(|(x, y)| Key::P256 { x, y }),
            ("EdDSA", "OKP", Some("Ed25519")) => part(self.x).map(|x| Key::Ed25519 { x }),
            _ => return Err("`alg` and `jwk` are neither ES256 with P-256 nor EdDSA with Ed25519"),
        };
        key.ok_or("`jwk` has parts that are not 32 bytes in base64url")
    }
}

/// Exactly `N` bytes, written in the one way in which they can be.
fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
