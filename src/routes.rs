//! Every URL on one page.

use actix_web::web::ServiceConfig;

use crate::http::openapi::{Endpoint, delete, get, head, options, patch, post, put, resources};
use crate::{
    actors, alerts, assignments, attachments, audit, auth, board, calendar, cases, channels, check_ins,
    clues, consents, devices, do_not_share, dossier, duress, estimates, events, factors, gates, imports,
    messages, observations, operations, packs, people, referrals, reports, sites, sync, system, tasks,
    timeline, users, watch, webhooks, worklist,
};

/// The table: path, handler; the handler's first argument says what it may do.
#[rustfmt::skip]
pub fn table() -> Vec<Endpoint> {
    vec![
        get("/healthz", system::routes::health),
        get("/readyz", system::routes::ready),
        get("/metrics", system::routes::metrics),

        post("/v1/setup", auth::routes::setup),
        post("/v1/invitations/accept", auth::routes::accept_invitation),
        post("/v1/auth/login", auth::routes::login::login),
        post("/v1/auth/refresh", auth::routes::refresh),
        post("/v1/auth/logout", auth::routes::logout),
        post("/v1/auth/step-up", factors::routes::step_up),
        get("/v1/me", auth::routes::me::show),
        post("/v1/me/password", auth::routes::me::change_password),
        post("/v1/me/totp", factors::routes::enrol),
        post("/v1/me/totp/confirm", factors::routes::confirm),
        delete("/v1/me/totp", factors::routes::remove),
        post("/v1/me/recovery-codes", factors::routes::renew_codes),
        put("/v1/me/duress-password", duress::routes::put),
        delete("/v1/me/duress-password", duress::routes::forget),
        get("/v1/me/sessions", auth::routes::me::sessions),
        delete("/v1/me/sessions/{id}", auth::routes::me::revoke_session),
        get("/v1/me/pack-key", packs::routes::key::get),
        put("/v1/me/pack-key", packs::routes::key::put),
        delete("/v1/me/pack-key", packs::routes::key::end),
        get("/v1/me/worklist", worklist::routes::show),
        get("/v1/me/calendar", calendar::routes::show),
        post("/v1/me/calendar", calendar::routes::create),
        delete("/v1/me/calendar", calendar::routes::end),
        get("/v1/calendar/{token}.ics", calendar::routes::feed),

        get("/v1/changes", sync::routes::changes),
        post("/v1/batch", sync::routes::batch::carry_out),

        get("/v1/users", users::routes::list),
        post("/v1/users", users::routes::invite),
        get("/v1/users/{id}", users::routes::show_one),
        patch("/v1/users/{id}", users::routes::update),
        delete("/v1/users/{id}/totp", factors::routes::reset),
        get("/v1/users/{id}/sessions", devices::routes::sessions),
        delete("/v1/users/{id}/sessions/{session_id}", devices::routes::revoke),
        get("/v1/users/{id}/lost-phone", devices::routes::reports),
        post("/v1/users/{id}/lost-phone", devices::routes::report),

        get("/v1/cases", cases::routes::list),
        post("/v1/cases", cases::routes::create),
        get("/v1/cases/{id}", cases::routes::show),
        patch("/v1/cases/{id}", cases::routes::update),
        post("/v1/cases/{id}/status", cases::routes::set_status),
        get("/v1/cases/{id}/timeline", timeline::routes::list),
        get("/v1/cases/{id}/assignments", assignments::routes::list),
        put("/v1/cases/{id}/assignments/{user_id}", assignments::routes::put),
        delete("/v1/cases/{id}/assignments/{user_id}", assignments::routes::end),

        get("/v1/cases/{id}/referrals", referrals::routes::list),
        post("/v1/cases/{id}/referrals", referrals::routes::create),
        get("/v1/referrals", referrals::routes::mine),
        post("/v1/referrals/{id}/accept", referrals::routes::accept),
        post("/v1/referrals/{id}/return", referrals::routes::give_back),

        get("/v1/cases/{id}/do-not-share", do_not_share::routes::list_of_case),
        put("/v1/cases/{id}/do-not-share/{entry_id}", do_not_share::routes::put_on_case),
        delete("/v1/cases/{id}/do-not-share/{entry_id}", do_not_share::routes::remove_from_case),

        get("/v1/cases/{id}/people", people::routes::list),
        post("/v1/cases/{id}/people", people::routes::create),
        get("/v1/people/{id}", people::routes::show),
        patch("/v1/people/{id}", people::routes::update),

        get("/v1/people/{id}/consents", consents::routes::list),
        post("/v1/people/{id}/consents", consents::routes::create),
        post("/v1/consents/{id}/withdraw", consents::routes::withdraw),

        get("/v1/people/{id}/channels", channels::routes::list),
        post("/v1/people/{id}/channels", channels::routes::create),
        patch("/v1/channels/{id}", channels::routes::update),
        get("/v1/channels/{id}/advice", channels::routes::advice::show),
        get("/v1/channels/{id}/rules-history", channels::routes::advice::history),

        get("/v1/cases/{id}/messages", messages::routes::list),
        post("/v1/cases/{id}/messages", messages::routes::create),
        post("/v1/messages/{id}/corrections", messages::routes::correct),

        get("/v1/cases/{id}/watch", watch::routes::show),
        put("/v1/cases/{id}/watch", watch::routes::put),
        post("/v1/cases/{id}/watch/pauses", watch::routes::pause),
        delete("/v1/cases/{id}/watch/pauses/{pause_id}", watch::routes::end_pause),

        get("/v1/alerts", alerts::routes::list),
        post("/v1/alerts/{id}/acknowledge", alerts::routes::acknowledge),
        get("/v1/events", events::routes::stream),

        get("/v1/cases/{id}/tasks", tasks::routes::list),
        post("/v1/cases/{id}/tasks", tasks::routes::create),
        get("/v1/tasks/{id}", tasks::routes::show),
        patch("/v1/tasks/{id}", tasks::routes::update),

        get("/v1/cases/{id}/imports", imports::routes::list),
        post("/v1/cases/{id}/imports", imports::routes::preview),
        post("/v1/cases/{id}/imports/paste", imports::routes::paste),
        post("/v1/attachments/{id}/import", imports::routes::from_attachment),
        get("/v1/imports/{id}", imports::routes::show),
        get("/v1/imports/{id}/progress", imports::routes::watch),
        delete("/v1/imports/{id}", imports::routes::cancel),
        post("/v1/imports/{id}/commit", imports::routes::commit),

        get("/v1/cases/{id}/attachments", attachments::routes::list),
        post("/v1/cases/{id}/attachments", attachments::routes::create),
        get("/v1/attachments/{id}", attachments::routes::show),
        get("/v1/attachments/{id}/custody", attachments::routes::custody),
        options("/v1/uploads", attachments::routes::uploads::options),
        post("/v1/cases/{id}/uploads", attachments::routes::uploads::create),
        head("/v1/uploads/{id}", attachments::routes::uploads::show),
        patch("/v1/uploads/{id}", attachments::routes::uploads::append),
        delete("/v1/uploads/{id}", attachments::routes::uploads::remove),

        get("/v1/cases/{id}/clues", clues::routes::list),
        post("/v1/cases/{id}/clues", clues::routes::create),
        post("/v1/cases/{id}/clues/extract", clues::routes::extract),
        patch("/v1/clues/{id}", clues::routes::update),

        post("/v1/location/extract", estimates::routes::extract),
        get("/v1/cases/{id}/location", estimates::routes::show),
        get("/v1/cases/{id}/location.svg", estimates::maps::svg),
        get("/v1/cases/{id}/location.geojson", estimates::maps::geojson),
        get("/v1/cases/{id}/location.gpx", estimates::maps::gpx),
        get("/v1/cases/{id}/location.kml", estimates::maps::kml),
        get("/v1/cases/{id}/related", estimates::routes::related),
        get("/v1/sites/{id}/evidence", estimates::routes::site_evidence),

        get("/v1/sites", sites::routes::list),
        post("/v1/sites", sites::routes::create),
        get("/v1/sites/{id}", sites::routes::show),
        patch("/v1/sites/{id}", sites::routes::update),
        get("/v1/sites/{id}/history", sites::routes::over_time::history),
        get("/v1/sites/{id}/scale", sites::routes::over_time::scale),
        get("/v1/sites/{id}/observations", observations::routes::list),
        post("/v1/sites/{id}/observations", observations::routes::create),
        post("/v1/observations/{id}/retract", observations::routes::retract),
        get("/v1/sites/{id}/do-not-share", do_not_share::routes::list_of_site),
        put("/v1/sites/{id}/do-not-share/{entry_id}", do_not_share::routes::put_on_site),
        delete("/v1/sites/{id}/do-not-share/{entry_id}", do_not_share::routes::remove_from_site),
        get("/v1/sites/{id}/actors", actors::routes::links::of_site),
        post("/v1/sites/{id}/actors", actors::routes::links::create),
        get("/v1/sites/{id}/dossier", dossier::routes::show),
        get("/v1/sites/{id}/dossier.md", dossier::routes::print),
        post("/v1/site-actors/{id}/end", actors::routes::links::end),
        post("/v1/site-actors/{id}/retract", actors::routes::links::retract),

        get("/v1/actors", actors::routes::list),
        post("/v1/actors", actors::routes::create),
        get("/v1/actors/{id}", actors::routes::show),
        patch("/v1/actors/{id}", actors::routes::update),
        get("/v1/actors/{id}/sites", actors::routes::links::of_actor),

        get("/v1/board", board::routes::show),
        get("/v1/operations", operations::routes::list),
        post("/v1/operations", operations::routes::create),
        get("/v1/operations/{id}", operations::routes::show),
        patch("/v1/operations/{id}", operations::routes::update),
        post("/v1/operations/{id}/submit", operations::routes::steps::submit),
        post("/v1/operations/{id}/approve", operations::routes::steps::approve),
        post("/v1/operations/{id}/reject", operations::routes::steps::reject),
        post("/v1/operations/{id}/start", operations::routes::steps::start),
        post("/v1/operations/{id}/complete", operations::routes::steps::complete),
        post("/v1/operations/{id}/abort", operations::routes::steps::abort),
        get("/v1/operations/{id}/gates", gates::routes::list),
        post("/v1/operations/{id}/gates/{gate}/waiver", gates::routes::waive),
        delete("/v1/operations/{id}/gates/{gate}/waiver", gates::routes::end_waiver),
        post("/v1/operations/{id}/checklist", operations::routes::checklist::tick),
        put("/v1/operations/{id}/members/{user_id}", operations::routes::steps::put_member),
        delete("/v1/operations/{id}/members/{user_id}", operations::routes::steps::end_member),
        post("/v1/operations/{id}/canary", operations::routes::canary::trace),
        get("/v1/operations/{id}/pack", packs::routes::take),
        get("/v1/operations/{id}/packs", packs::routes::list),
        post("/v1/operations/{id}/packs/set-aside", packs::routes::set_aside),
        get("/v1/operations/{id}/reports", reports::routes::list),
        post("/v1/operations/{id}/reports", reports::routes::create),
        post("/v1/operations/{id}/attachments", attachments::routes::field::create),
        get("/v1/operations/{id}/check-ins", check_ins::routes::list),
        post("/v1/operations/{id}/check-ins", check_ins::routes::create),
        get("/v1/operations/{id}/check-ins/state", check_ins::routes::state),

        get("/v1/webhooks", webhooks::routes::list),
        post("/v1/webhooks", webhooks::routes::create),
        get("/v1/webhooks/{id}", webhooks::routes::show),
        patch("/v1/webhooks/{id}", webhooks::routes::update),
        delete("/v1/webhooks/{id}", webhooks::routes::delete),
        post("/v1/webhooks/{id}/rotate-secret", webhooks::routes::rotate),
        get("/v1/webhooks/{id}/deliveries", webhooks::routes::deliveries),

        get("/v1/audit-events", audit::routes::list),
        get("/v1/audit/checkpoint", audit::routes::tree::show_checkpoint),
        get("/v1/audit/events/{seq}/proof", audit::routes::tree::show_inclusion),
        get("/v1/audit/consistency", audit::routes::tree::show_consistency),
    ]
}

/// Registers the table and the pages.
pub fn configure(app: &mut ServiceConfig) {
    for resource in resources(table()) {
        app.service(resource);
    }
    system::routes::configure(app);
}
