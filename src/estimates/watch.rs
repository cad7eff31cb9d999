//! Notices when the estimate of a case changes so that somebody must hear of it.
//!
//! Whatever an estimate is made from marks its case in its own transaction ([`mark`]); what is marked is reckoned again
//! here, on any node, and compared with what was made before.

use std::sync::Arc;

use super::engine::When;
use super::inputs::{self, Counted, Inputs};
use super::model::{ENGINE, KEPT, Kept, kept};
use super::store::{self, Due};
use crate::alerts;
use crate::alerts::model::{AlertKind, NewAlert, OPEN_END};
use crate::alerts::store::About;
use crate::app::Services;
use crate::authz::{Class, Grants, Tx};
use crate::crypto::Access;
use crate::crypto::secret::sha256;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::location::estimate::{Leader, Summary, material};
use crate::location::geo::Point;

/// For how long whoever reckons need not tell that they still do.
const LEASE_SECONDS: i64 = 60;
const HOUR: i64 = 3_600;

/// Notes that something changed by which the estimate of a case is made.
///
/// # Errors
/// Of the database.
pub fn mark(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<()> {
    store::mark(tx.conn, tx.scope.organisation_id, case_id, tx.scope.now)?;
    tx.services.estimate_bell.notify_one();
    Ok(())
}

/// As [`mark`], for every case of the organisation: its sites changed.
///
/// # Errors
/// Of the database.
pub fn mark_all(tx: &mut Tx<'_, '_>) -> Result<()> {
    store::mark_all(tx.conn, tx.scope.organisation_id, tx.scope.now)?;
    tx.services.estimate_bell.notify_one();
    Ok(())
}

/// The moment's hour, for which answers are made: finer ones would each be another answer.
pub fn hour(at: Time) -> i64 {
    at.as_seconds().div_euclid(HOUR)
}

/// Reckons again what was marked.
///
/// # Errors
/// Of the database; the next run tries again.
pub async fn run_once(services: &Arc<Services>) -> Result<()> {
    let now = services.clock.now();
    for due in services.db.read(move |conn| store::due(conn, now)).await? {
        if let Err(error) = reckon(services, due).await {
            tracing::warn!(?error, "an estimate could not be made again; it will be tried later");
        }
    }
    Ok(())
}

async fn reckon(services: &Arc<Services>, due: Due) -> Result<()> {
    let now = services.clock.now();
    let until = now.plus_seconds(LEASE_SECONDS);
    if !services.db.write(move |conn| store::lease(conn, &due, now, until)).await? {
        return Ok(());
    }
    let inner = Arc::clone(services);
    let (inputs, access, before) = services
        .db
        .read(move |conn| {
            let (case, places) = opened(&inner, conn, due.organisation_id, due.case_id)?;
            let inputs =
                inputs::load(conn, (due.organisation_id, due.case_id), (&case, &places), Counted::default())?;
            let before = store::kept(conn, due.organisation_id, due.case_id)?;
            let before = case.open_opt(&KEPT, due.case_id, before.as_ref())?;
            Ok((inputs, case, before))
        })
        .await?;
    let inputs = Arc::new(inputs);
    let when = When { hour: hour(now), explain: false };
    let answer = services.estimates.answer_aside(Arc::clone(&inputs), when).await?;
    let after = kept(&answer, &inputs);
    let told = before.is_some_and(|before| is_news(&before, &after));
    let sealed = access.seal(&KEPT, due.case_id, &after)?;
    services
        .db
        .write(move |conn| {
            store::keep(conn, &due, &sealed, now)?;
            if told {
                // The one before is over: what it told is not so any more.
                let alert = NewAlert {
                    kind: AlertKind::EstimateChanged,
                    case_id: Some(due.case_id),
                    operation_id: None,
                    subject_id: None,
                    since: now,
                    open_until: OPEN_END,
                };
                let case = (due.organisation_id, About::Case(due.case_id));
                alerts::model::replace(conn, case, &[AlertKind::EstimateChanged], &[alert], now)?;
            }
            Ok(())
        })
        .await?;
    if told {
        services.alert_bell.notify_one();
    }
    Ok(())
}

/// The keys of a case and of the sites, as far as an estimate needs them, on behalf of nobody.
///
/// # Errors
/// `internal` when a key was changed or moved.
pub fn opened(
    services: &Services,
    conn: &mut Conn<'_>,
    organisation: Id,
    case_id: Id,
) -> Result<(Access, Access)> {
    let keys = services.keyring.organisation(conn, organisation)?;
    let key = crate::crypto::store::data_key(conn, organisation, case_id)?;
    let grants = Grants::of(&[Class::Outline, Class::LocationPrecise, Class::LocationCoarse]);
    // Of sites also whose word something is: equal voices count once, whoever asks.
    let of_sites =
        Grants::of(&[Class::Outline, Class::LocationPrecise, Class::LocationCoarse, Class::Source]);
    Ok((keys.open_key(&key)?.granted(grants), keys.vault().granted(of_sites)))
}

/// The organisation's own site that led when the estimate of a case was last made; `access` opens the case.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn leading_site(tx: &mut Tx<'_, '_>, case_id: Id, access: &Access) -> Result<Option<Id>> {
    let kept = store::kept(tx.conn, tx.scope.organisation_id, case_id)?;
    Ok(access.open_opt(&KEPT, case_id, kept.as_ref())?.and_then(|kept| kept.top.parse().ok()))
}

/// Whether an answer differs from the one before so that somebody must hear of it. Another engine is no news.
fn is_news(before: &Kept, after: &Kept) -> bool {
    before.engine == ENGINE && !material(&summary(before), &summary(after)).is_empty()
}

fn summary(kept: &Kept) -> Summary {
    let top = match kept.top.as_str() {
        "unlisted" => Leader::Unlisted,
        "outside" => Leader::Outside,
        site => {
            let mut number = [0; 16];
            number.copy_from_slice(&sha256(site.as_bytes())[..16]);
            Leader::Site(u128::from_be_bytes(number))
        }
    };
    Summary {
        top,
        probability: kept.probability,
        area_km2: kept.area_km2,
        best: Point { lat: kept.lat, lon: kept.lon },
        expected_error_km: kept.expected_error_km,
    }
}

/// The inputs of a case that the caller has found in reach.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn inputs_of(
    tx: &mut Tx<'_, '_>,
    case: &crate::cases::model::OpenCase,
    counted: Counted,
) -> Result<Inputs> {
    let places = crate::sites::model::access(tx)?;
    inputs::load(tx.conn, (tx.scope.organisation_id, case.row.id), (&case.access, &places), counted)
}
