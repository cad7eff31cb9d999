//! Who may do what, and see what, as committed text.

use farlight::authz::obligations::{Freshness, obligations};
use farlight::authz::policy::{
    actor_grants, alert_kinds, audit_grants, case_grants, decide, is_public, operation_grants, site_grants,
};
use farlight::authz::{Action, Decision, Role};

#[test]
fn the_role_matrix() {
    let mut table = format!("{:<24}", "");
    for role in Role::ALL {
        table.push_str(&format!("{:<15}", role.as_str()));
    }
    table.push_str("proof");
    for action in Action::ALL {
        table.push_str(&format!("\n{:<24}", action.as_str()));
        for role in Role::ALL {
            let word = match decide(*role, *action) {
                _ if is_public(*action) => "public",
                Decision::Allow => "yes",
                Decision::Refuse => "403",
                Decision::Absent => "404",
            };
            table.push_str(&format!("{word:<15}"));
        }
        table.push_str(match obligations(*action).freshness {
            Freshness::Any => "",
            Freshness::Proven => "fresh",
            Freshness::ProvenAsRoleAsks => "fresh, by a second factor where the role asks for one",
        });
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("role_matrix", table.join("\n"));
}

#[test]
fn the_class_matrix() {
    let mut table = String::new();
    for role in Role::ALL {
        for (what, grants) in [
            ("case", case_grants(*role)),
            ("site", site_grants(*role)),
            ("actor", actor_grants(*role)),
            ("operation", operation_grants(*role)),
            ("checkpoint", audit_grants(*role)),
        ] {
            table.push_str(&format!("{:<14} {what:<10} {}\n", role.as_str(), grants.names().join(" ")));
        }
    }
    insta::assert_snapshot!("class_matrix", table);
}

#[test]
fn who_is_told_of_what() {
    let mut table = String::new();
    for role in Role::ALL {
        let kinds: Vec<&str> = alert_kinds(*role).iter().map(|kind| kind.as_str()).collect();
        table.push_str(&format!("{:<14} {}\n", role.as_str(), kinds.join(" ")));
    }
    insta::assert_snapshot!("alert_matrix", table);
}
