//! A device that is not there, with a key as a key store would hold it and the proofs of possession that it makes: to
//! measure with, and for tests.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::crypto::secret::{random_bytes, sha256};
use crate::error::{Error, Result};

/// A key of a device.
pub enum DeviceKey {
    /// Signs with ES256.
    P256(EcdsaKeyPair),
    /// Signs with EdDSA.
    Ed25519(Ed25519KeyPair),
}

fn failed<E>(_: E) -> Error {
    Error::internal("a key of a device could not be made or used")
}

impl DeviceKey {
    /// A new one for ES256.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn p256() -> Result<Self> {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).map_err(failed)?;
        EcdsaKeyPair::from_pkcs8(kind, document.as_ref()).map(Self::P256).map_err(failed)
    }

    /// A new one for EdDSA.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn ed25519() -> Result<Self> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(failed)?;
        Ed25519KeyPair::from_pkcs8(document.as_ref()).map(Self::Ed25519).map_err(failed)
    }

    /// The public key.
    pub fn jwk(&self) -> Value {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::P256(pair) => {
                // An uncompressed point: one byte that says so, and both coordinates.
                let (x, y) = pair.public_key().as_ref().split_at(33);
                json!({"kty": "EC", "crv": "P-256", "x": part(&x[1..]), "y": part(y)})
            }
            Self::Ed25519(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": part(pair.public_key().as_ref())})
            }
        }
    }

    /// The header of an honest proof.
    pub fn header(&self) -> Value {
        let algorithm = if matches!(self, Self::P256(_)) { "ES256" } else { "EdDSA" };
        json!({"typ": "dpop+jwt", "alg": algorithm, "jwk": self.jwk()})
    }

    /// What an honest proof says that is made at `seconds` since 1970, for a request with this token or with none.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn claims(&self, method: &str, address: &str, token: Option<&str>, seconds: i64) -> Result<Value> {
        let id = URL_SAFE_NO_PAD.encode(random_bytes::<16>()?);
        let mut claims = json!({"htm": method, "htu": address, "iat": seconds, "jti": id});
        if let Some(token) = token {
            claims["ath"] = json!(URL_SAFE_NO_PAD.encode(sha256(token.as_bytes())));
        }
        Ok(claims)
    }

    /// Signs whatever it is told to.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<String> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match self {
            Self::P256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(failed)?;
                URL_SAFE_NO_PAD.encode(signature)
            }
            Self::Ed25519(pair) => URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())),
        };
        Ok(format!("{message}.{signature}"))
    }

    /// An honest proof.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn proof(&self, method: &str, address: &str, token: Option<&str>, seconds: i64) -> Result<String> {
        self.sign(&self.header(), &self.claims(method, address, token, seconds)?)
    }
}
