//! Plants operations, as far as each has come, with what opens their gates.

use serde_json::{Value, json};

use super::{DAY, HOUR, Planter, Result, without_nulls};
use crate::authz::Role;
use crate::demo::client::text;
use crate::demo::content::{CASES, DemoDocument, DemoOperation};

impl Planter<'_> {
    /// Plants one operation.
    pub(super) async fn operation(&self, operation: &DemoOperation) -> Result<()> {
        let planner = self.colleague(operation.organisation, Role::Coordinator, 0)?;
        let approver = self.colleague(operation.organisation, Role::Coordinator, 1)?;
        let lead = self.colleague(operation.organisation, Role::FieldOfficer, 0)?;
        let second = self.colleague(operation.organisation, Role::FieldOfficer, 1)?;
        let starts = self.now.plus_seconds(i64::from(operation.starts_in_hours) * HOUR);
        let ends = starts.plus_seconds(i64::from(operation.lasts_hours) * HOUR);
        let begun = starts.plus_seconds(-3 * DAY).min(self.now.plus_seconds(-4 * DAY));
        let plan = &operation.plan;
        let risks: Vec<_> = plan
            .risks
            .iter()
            .map(|risk| {
                json!({
                    "hazard": risk.hazard, "likelihood": risk.likelihood, "severity": risk.severity,
                    "mitigation": risk.mitigation,
                })
            })
            .collect();
        let checklist: Vec<_> =
            operation.checklist.iter().map(|(item, done)| json!({"item": item, "done": done})).collect();
        let cases: Vec<_> =
            operation.cases.iter().filter_map(|index| self.cases.get(*index)).map(|case| &case.id).collect();
        let site = self.sites.get(operation.organisation).and_then(|ids| ids.get(operation.site));
        let body = json!({
            "kind": operation.kind, "title": operation.title, "site_id": site, "case_ids": cases, "lead_id": lead.id,
            "starts_at": starts, "ends_at": ends, "checklist": checklist,
            "plan": {
                "objective": plan.objective, "approach": plan.approach, "routes": plan.routes,
                "communications": plan.communications, "abort_criteria": plan.abort_criteria, "risks": risks,
                "exit_documents": self.documents(operation)?,
                "receiving": operation.gates.receiving.map(
                    |(kind, name, confirmed)| json!({"kind": kind, "name": name, "confirmed": confirmed}),
                ),
            },
        });
        self.consents(operation).await?;
        self.set_clock(begun);
        let path = format!("/v1/operations/{}", text(&planner.post("/v1/operations", &body).await?, "id"));
        if second.id != lead.id {
            planner.put(&format!("{path}/members/{}", second.id), &json!({})).await?;
        }
        let reason = json!({"reason": operation.reason});
        let steps: &[&str] = match operation.state {
            "submitted" => &["submit"],
            "approved" => &["submit", "approve"],
            "in_progress" => &["submit", "approve", "start"],
            "completed" => &["submit", "approve", "start", "report", "complete"],
            "rejected" => &["submit", "reject"],
            "aborted" => &["submit", "approve", "start", "report", "abort"],
            _ => &[],
        };
        for step in steps {
            let (at, who, body) = match *step {
                "submit" => (begun.plus_seconds(6 * HOUR), planner, json!({})),
                "approve" => (begun.plus_seconds(20 * HOUR), approver, json!({})),
                "reject" => (begun.plus_seconds(20 * HOUR), approver, reason.clone()),
                "start" => {
                    self.set_clock(starts.plus_seconds(-HOUR));
                    for (gate, reason) in operation.gates.waivers {
                        let waiver = format!("{path}/gates/{gate}/waiver");
                        approver.post(&waiver, &json!({"reason": reason})).await?;
                    }
                    (starts, lead, json!({}))
                }
                "report" => {
                    let Some(report) = &operation.report else { continue };
                    let at = starts.plus_seconds(HOUR).min(self.now);
                    self.set_clock(at);
                    let body = json!({"at": at, "lat": report.lat, "lon": report.lon, "seen": report.text});
                    lead.post(&format!("{path}/reports"), &body).await?;
                    continue;
                }
                "complete" => (ends, lead, without_nulls(json!({"outcome": operation.outcome}))),
                _ => (ends, lead, reason.clone()),
            };
            self.set_clock(at);
            who.post(&format!("{path}/{step}"), &body).await?;
        }
        Ok(())
    }

    /// Somebody on a planted case.
    fn person(&self, (case, person): (usize, usize)) -> Result<&String> {
        let planted = self.cases.get(case).and_then(|case| case.people.get(person));
        planted.ok_or_else(|| format!("the demo has nobody at {case}, {person}"))
    }

    fn documents(&self, operation: &DemoOperation) -> Result<Vec<Value>> {
        let document = |document: &DemoDocument| {
            let person = self.person(document.who)?;
            Ok(json!({"person_id": person, "document": document.document, "state": document.state}))
        };
        operation.gates.documents.iter().map(document).collect()
    }

    /// Who agreed to be brought out, recorded an hour after they said so.
    async fn consents(&self, operation: &DemoOperation) -> Result<()> {
        for consent in operation.gates.consents {
            let person = self.person(consent.who)?;
            let (index, _) = consent.who;
            let Some((case, planted)) = CASES.get(index).zip(self.cases.get(index)) else { continue };
            let Some(message) = case.thread.get(consent.message) else { continue };
            let given = self.at(message.minutes_ago);
            self.set_clock(given.plus_seconds(HOUR));
            let body = json!({
                "purpose": "rescue", "method": consent.method, "language": message.language, "given_at": given,
                "message_id": planted.messages.get(consent.message), "note": consent.note,
            });
            let worker = self.colleague(operation.organisation, Role::Caseworker, index)?;
            worker.post(&format!("/v1/people/{person}/consents"), &without_nulls(body)).await?;
        }
        Ok(())
    }
}
