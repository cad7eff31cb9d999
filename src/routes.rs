//! Every URL on one page.

use actix_web::web::ServiceConfig;

use crate::http::openapi::{Endpoint, delete, get, patch, post, put, resources};
use crate::{assignments, audit, auth, cases, system, users};

/// The table: path, handler; the handler's first argument says what it may do.
#[rustfmt::skip]
pub fn table() -> Vec<Endpoint> {
    vec![
        get("/healthz", system::routes::health),
        get("/readyz", system::routes::ready),
        get("/metrics", system::routes::metrics),

        post("/v1/setup", auth::routes::setup),
        post("/v1/invitations/accept", auth::routes::accept_invitation),
        post("/v1/auth/login", auth::routes::login),
        post("/v1/auth/refresh", auth::routes::refresh),
        post("/v1/auth/logout", auth::routes::logout),
        get("/v1/me", auth::routes::me),
        post("/v1/me/password", auth::routes::change_password),
        get("/v1/me/sessions", auth::routes::sessions),
        delete("/v1/me/sessions/{id}", auth::routes::revoke),

        get("/v1/users", users::routes::list),
        post("/v1/users", users::routes::invite),
        get("/v1/users/{id}", users::routes::show_one),
        patch("/v1/users/{id}", users::routes::update),

        get("/v1/cases", cases::routes::list),
        post("/v1/cases", cases::routes::create),
        get("/v1/cases/{id}", cases::routes::show),
        patch("/v1/cases/{id}", cases::routes::update),
        post("/v1/cases/{id}/status", cases::routes::set_status),
        get("/v1/cases/{id}/assignments", assignments::routes::list),
        put("/v1/cases/{id}/assignments/{user_id}", assignments::routes::put),
        delete("/v1/cases/{id}/assignments/{user_id}", assignments::routes::end),

        get("/v1/audit-events", audit::routes::list),
    ]
}

/// Registers the table and the pages.
pub fn configure(app: &mut ServiceConfig) {
    for resource in resources(table()) {
        app.service(resource);
    }
    system::routes::configure(app);
}
