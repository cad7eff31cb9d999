//! `/v1/audit/checkpoint`, and proofs against it

use serde::Deserialize;
use utoipa::IntoParams;

use crate::audit::checkpoint::{self, Checkpoint, digest_text};
use crate::audit::store::tree::{KeptTiles, latest};
use crate::audit::tree::{self, Hash};
use crate::authz::action::may;
use crate::authz::policy::audit_grants;
use crate::authz::{Authorized, Class, Grants, Tx};
use crate::crypto::secret::hex;
use crate::db::types::Time;
use crate::error::{Error, Result};
use crate::http::answer::{Json, Witnessed};
use crate::http::params::{PathSeq, Query};
use crate::view;

view! {
    /// What was last signed of the audit log. Whoever keeps it, or its digest, can show later that the log was changed.
    pub struct CheckpointView from CheckpointFields {
        /// When; one comes at each multiple of the cadence.
        outline at: Time,
        /// SHA-256 of the note, base64url: what the header `Farlight-Checkpoint` shows.
        outline digest: String,
        /// Rows.
        source size: u64,
        /// The root over their leaf hashes, hexadecimal.
        source root_hash: String,
        /// The signed note: <https://c2sp.org/tlog-checkpoint>.
        source note: String,
        /// What checks the notes of this log: <https://c2sp.org/signed-note>.
        source verifiers: Vec<String>,
    }
}

view! {
    /// That a row is in the log.
    pub struct InclusionView from InclusionFields {
        /// Its place.
        outline seq: u64,
        /// Its leaf hash, hexadecimal.
        outline leaf_hash: String,
        /// Of how many rows.
        outline size: u64,
        /// The root over them, hexadecimal.
        outline root_hash: String,
        /// The audit path of RFC 6962, section 2.1.1, hexadecimal.
        outline hashes: Vec<String>,
    }
}

view! {
    /// That the log only grew.
    pub struct ConsistencyView from ConsistencyFields {
        /// Rows then.
        outline from: u64,
        /// The root over them, hexadecimal.
        outline from_root_hash: String,
        /// Rows later.
        outline to: u64,
        /// The root over those, hexadecimal.
        outline to_root_hash: String,
        /// The proof of RFC 6962, section 2.1.2, hexadecimal.
        outline hashes: Vec<String>,
    }
}

/// What an auditor sees of a proof, who alone may ask for one.
const PROOF: Grants = Grants::of(&[Class::Outline]);

fn checkpoint_now(tx: &mut Tx<'_, '_>) -> Result<Checkpoint> {
    latest(tx.conn, tx.scope.organisation_id)?.ok_or_else(Error::not_found)
}

fn tiles<'t, 'c>(tx: &'t mut Tx<'_, 'c>) -> KeptTiles<'t, 'c> {
    KeptTiles::new(tx.conn, tx.scope.organisation_id)
}

fn hexes(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| hex(hash)).collect()
}

/// `GET /v1/audit/checkpoint`
pub async fn show_checkpoint(
    auth: Authorized<may::AuditCheckpoint>,
) -> Result<Witnessed<Json<CheckpointView>>> {
    let shown = Witnessed::by(&auth);
    let answer = auth.read(|tx| {
        let checkpoint = checkpoint_now(tx)?;
        let verifiers = checkpoint::verifiers(&*tx.organisation_keys()?, tx.scope.organisation_id)?;
        let fields = CheckpointFields {
            at: checkpoint.at,
            digest: digest_text(&checkpoint.digest()),
            size: Some(checkpoint.size),
            root_hash: Some(hex(&checkpoint.root)),
            note: Some(checkpoint.note()),
            verifiers: Some(verifiers.iter().map(ToString::to_string).collect()),
        };
        Ok(Json(fields.redact(audit_grants(tx.scope.role))))
    });
    Ok(shown.with(answer.await?))
}

/// The query of a proof that a row is in the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InclusionQuery {
    /// Of how many rows: as many as the latest checkpoint has, unless said; more cannot be shown.
    size: Option<u64>,
}

/// `GET /v1/audit/events/{seq}/proof`
pub async fn show_inclusion(
    auth: Authorized<may::AuditProof>,
    seq: PathSeq,
    query: Query<InclusionQuery>,
) -> Result<Witnessed<Json<InclusionView>>> {
    let shown = Witnessed::by(&auth);
    let answer = auth.read(move |tx| {
        let signed = checkpoint_now(tx)?.size;
        let (seq, size) = (seq.0, query.size.unwrap_or(signed));
        if seq >= signed {
            return Err(Error::not_found());
        }
        if size <= seq || size > signed {
            return Err(Error::invalid("size", format!("must be from {} to {signed}", seq + 1)));
        }
        let mut tiles = tiles(tx);
        let hashes = tree::inclusion(&mut tiles, seq, size)?;
        let fields = InclusionFields {
            seq,
            leaf_hash: hex(&tree::leaf(&mut tiles, seq)?),
            size,
            root_hash: hex(&tree::root(&mut tiles, size)?),
            hashes: hexes(&hashes),
        };
        Ok(Json(fields.redact(PROOF)))
    });
    Ok(shown.with(answer.await?))
}

/// The query of a proof that the log only grew.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// Rows of the older log, 1 at least.
    from: u64,
    /// Rows of the later log: as many as the latest checkpoint has, unless said; more cannot be shown.
    to: Option<u64>,
}

/// `GET /v1/audit/consistency`
pub async fn show_consistency(
    auth: Authorized<may::AuditConsistency>,
    query: Query<ConsistencyQuery>,
) -> Result<Witnessed<Json<ConsistencyView>>> {
    let shown = Witnessed::by(&auth);
    let answer = auth.read(move |tx| {
        let signed = checkpoint_now(tx)?.size;
        let (from, to) = (query.from, query.to.unwrap_or(signed));
        if to > signed {
            return Err(Error::invalid("to", format!("must be {signed} at the most")));
        }
        if from == 0 || from > to {
            return Err(Error::invalid("from", format!("must be from 1 to {to}")));
        }
        let mut tiles = tiles(tx);
        let hashes = tree::consistency(&mut tiles, from, to)?;
        let fields = ConsistencyFields {
            from,
            from_root_hash: hex(&tree::root(&mut tiles, from)?),
            to,
            to_root_hash: hex(&tree::root(&mut tiles, to)?),
            hashes: hexes(&hashes),
        };
        Ok(Json(fields.redact(PROOF)))
    });
    Ok(shown.with(answer.await?))
}
