//! 401 where a session is bound to a key: what is wrong with the proof, and what to do.

use actix_web::HttpResponseBuilder;
use actix_web::http::{StatusCode, header};

use super::Error;

/// What a client is asked for (RFC 9449, 7.1).
pub(super) struct Challenge {
    error: Option<&'static str>,
    nonce: Option<String>,
}

impl Challenge {
    /// Puts it into an answer.
    pub(super) fn put(&self, response: &mut HttpResponseBuilder) {
        let algorithms = "algs=\"ES256 EdDSA\"";
        let challenge = match self.error {
            Some(error) => format!("DPoP error=\"{error}\", {algorithms}"),
            None => format!("DPoP {algorithms}"),
        };
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
        if let Some(nonce) = &self.nonce {
            response.insert_header(("dpop-nonce", nonce.as_str()));
        }
    }
}

impl Error {
    fn of_proof(
        code: &'static str,
        detail: impl Into<std::borrow::Cow<'static, str>>,
        challenge: Challenge,
    ) -> Self {
        let mut error = Self::new(StatusCode::UNAUTHORIZED, code, detail);
        error.0.challenge = Some(challenge);
        error
    }

    /// 401: the role signs in with a key only, or the token is bound to one, and there is no proof.
    pub fn proof_required() -> Self {
        Self::of_proof(
            "proof-required",
            "This needs a proof of possession: a `DPoP` header signed by the key of the device, and the access token as \
             `Authorization: DPoP <token>`.",
            Challenge { error: None, nonce: None },
        )
    }

    /// 401: there is a proof, and it does not hold. `what` is for whoever writes the app.
    pub fn invalid_proof(what: &'static str) -> Self {
        Self::of_proof(
            "invalid-dpop-proof",
            format!("The proof in the `DPoP` header does not hold: {what}."),
            Challenge { error: Some("invalid_dpop_proof"), nonce: None },
        )
    }

    /// 401 with `DPoP-Nonce`: the proof is too old or too new, or its nonce is not good any more.
    pub fn proof_nonce_needed(nonce: String) -> Self {
        Self::of_proof(
            "use-dpop-nonce",
            "The time in the proof, or its nonce, is not that of now. Make a new proof with the value of the header \
             `DPoP-Nonce` as its `nonce`, and send this again.",
            Challenge { error: Some("use_dpop_nonce"), nonce: Some(nonce) },
        )
    }
}
