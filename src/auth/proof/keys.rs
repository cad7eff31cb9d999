//! Keys of devices: their thumbprints, and what they have signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType,
    Jwk, OctetKeyPairParameters, OctetKeyPairType, ThumbprintHash,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::reading::{Key, Reading};
use crate::error::{Error, Result};

/// The SHA-256 of a public key in its one canonical form (RFC 7638): what a token or a session is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// The bytes, as they are stored.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From what is stored; `None` if it is no thumbprint.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    fn parse(text: &str) -> Option<Self> {
        Self::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?)
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no thumbprint"))
    }
}

impl Key {
    fn jwk(&self) -> Jwk {
        let algorithm = match self {
            Self::P256 { x, y } => AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
                key_type: EllipticCurveKeyType::EC,
                curve: EllipticCurve::P256,
                x: x.clone(),
                y: y.clone(),
            }),
            Self::Ed25519 { x } => AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
                key_type: OctetKeyPairType::OctetKeyPair,
                curve: EllipticCurve::Ed25519,
                x: x.clone(),
            }),
        };
        Jwk { common: CommonParameters::default(), algorithm }
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256 { .. } => Algorithm::ES256,
            Self::Ed25519 { .. } => Algorithm::EdDSA,
        }
    }

    /// What a session is bound to that is bound to this key.
    ///
    /// # Errors
    /// Never in practice: only keys of the two kinds come here.
    pub fn thumbprint(&self) -> Result<Thumbprint> {
        let text = self.jwk().thumbprint(ThumbprintHash::SHA256).ok();
        text.and_then(|text| Thumbprint::parse(&text))
            .ok_or_else(|| Error::internal("a key of a device has no thumbprint"))
    }
}

impl Reading<'_> {
    /// Whether the key that it brings has signed it.
    pub fn is_signed(&self) -> bool {
        DecodingKey::from_jwk(&self.key.jwk())
            .and_then(|key| {
                crypto::verify(self.signature, self.signed.as_bytes(), &key, self.key.algorithm())
            })
            .unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A.3.
    #[test]
    fn a_thumbprint_is_the_one_of_the_standard() {
        let key = Key::Ed25519 { x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned() };
        let thumbprint = serde_json::to_value(key.thumbprint().unwrap()).unwrap();
        assert_eq!(thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(serde_json::from_value::<Thumbprint>(thumbprint).unwrap(), key.thumbprint().unwrap());
    }
}
