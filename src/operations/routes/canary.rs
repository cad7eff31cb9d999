//! `/v1/operations/{id}/canary`

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::authz::action::may;
use crate::authz::{Authorized, Class, Grants, Role};
use crate::db::types::Id;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::params::PathId;
use crate::http::text::Prose;
use crate::operations::canary::{self, CanaryDetail, Copies, Original};
use crate::operations::model::{self, PLAN, TARGET};
use crate::operations::store;
use crate::operations::view::Around;
use crate::users;

/// More copies than these are not told.
const MOST: usize = 20;

/// What `POST /v1/operations/{id}/canary` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CanaryIn {
    /// What was found where it should not be: words of the plan, or a position in degrees with its decimals. It is not
    /// kept.
    text: Prose<20_000>,
}

/// Somebody whose copy agrees with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CanaryMatch {
    /// Who.
    user_id: Id,
    /// Their name.
    name: String,
    /// What they are; a coordinator's copy is the plan as it was written, but for the word.
    role: Role,
    /// Whether they are on the team now.
    is_member: bool,
    /// In how many details their copy agrees.
    matches: u32,
    /// In which kinds of details.
    details: Vec<CanaryDetail>,
    /// How probable it is that a copy drawn at random has all of these details, 0 to 1.
    chance: f64,
}

/// Whose copy a text may come from.
#[derive(Debug, Serialize, ToSchema)]
pub struct CanaryList {
    /// On how many details the text says anything.
    tested: usize,
    /// Those whose copies agree in any, the best first, at most 20.
    items: Vec<CanaryMatch>,
}

/// `POST /v1/operations/{id}/canary`
pub async fn trace(
    auth: Authorized<may::OperationCanary>,
    id: PathId,
    body: Valid<CanaryIn>,
) -> Result<Json<CanaryList>> {
    let text = body.into_inner().text;
    auth.read(move |tx| {
        let operation = model::open(tx, id.0)?;
        let around = Around::load(tx, [&operation.row])?;
        let (row, access) = (&operation.row, &operation.access);
        let plan = access.open(&PLAN, row.id, &row.plan)?.unwrap_or_default();
        let target = access.open_opt(&TARGET, row.id, row.target.as_ref())?;
        let original = Original {
            id: row.id,
            plan: &plan,
            target: target.map(|at| [at.lat.get(), at.lon.get()]),
            site: around.site(row).map(|site| [site.lat.get(), site.lon.get()]),
        };
        let trace = canary::trace(&original, text.as_str());
        let copies = Copies::of(tx)?;
        let members = store::member_ids(&tx.scope, tx.conn, row.id)?;
        let staff = tx.organisation_access(Grants::of(&[Class::Outline]))?;
        let mut items = Vec::new();
        for (user_id, role, name) in
            users::store::of_roles(&tx.scope, tx.conn, &[Role::FieldOfficer, Role::Coordinator])?
        {
            let found = trace.against(&copies, user_id, role)?;
            if found.matches > 0 {
                items.push(CanaryMatch {
                    user_id,
                    name: staff.open(&users::model::NAME, user_id, &name)?.unwrap_or_default(),
                    role,
                    is_member: members.contains(&user_id),
                    matches: found.matches,
                    details: found.kinds,
                    chance: found.chance,
                });
            }
        }
        items.sort_by(|a, b| {
            b.matches.cmp(&a.matches).then(a.chance.total_cmp(&b.chance)).then(a.user_id.cmp(&b.user_id))
        });
        items.truncate(MOST);
        Ok(Json(CanaryList { tested: trace.tested(), items }))
    })
    .await
}
