//! Explains a role in words: who can assume it, and every permission with the line that causes it.

use std::fmt::Write;

use crate::plan::{Condition, Data, Effect, Grant, Plan, RoleOrigin, RolePlan};
use crate::source::{SourceMap, Span};

/// Returns the role, and every permission with its reason and position.
pub fn explain_role(plan: &Plan, role: &RolePlan, sources: &SourceMap) -> String {
    let plan = &*plan.seen_from(&role.identity.site);
    let mut text = format!("role {} ({})\n", role.display, origin(&role.origin));
    let _ = writeln!(text, "  required by: {}", place(sources, role.identity.span));
    if let Some(Data::Map(principals)) = &role.principals {
        for (kind, principal) in principals {
            let all =
                if let Data::List(items) = principal { items.as_slice() } else { std::slice::from_ref(principal) };
            for principal in all {
                let shown = if let Data::Text(text) = principal { plan.readable(text) } else { "*".to_owned() };
                let _ = writeln!(text, "  trusts {kind} {shown}");
            }
        }
    } else if let Some(service) = &role.service {
        let who = match (&role.trusted_account, service.as_str()) {
            (Some(account), _) => format!("account {}", plan.readable(account)),
            (None, "pipeline") => "this account".to_owned(),
            _ => format!("{service}.amazonaws.com"),
        };
        let _ = writeln!(text, "  trusts {who}{}", conditions(plan, &role.trust));
    }
    for managed in &role.managed {
        let _ = writeln!(text, "  managed policy {}", plan.readable(managed));
    }
    if let Some(unknown) = &role.unknown {
        let path = unknown.path.as_deref().unwrap_or("its template");
        let deploy = plan.action(unknown.action.0, unknown.action.1);
        let deploy = deploy.map_or_else(String::new, |action| format!(" ({})", place(sources, action.span)));
        let _ = writeln!(text, "  permissions unknown: {path} was not found{deploy}");
    }
    if !role.must_allow.is_empty() {
        text += "  existing role: dotpipe does not check whether it has these permissions\n";
    }
    for grant in role.all_grants() {
        let verb = match grant.effect {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
        };
        describe(&mut text, plan, sources, verb, grant);
    }
    for grant in &role.must_allow {
        describe(&mut text, plan, sources, "must allow", grant);
    }
    unhandled(&mut text, role);
    text
}

/// Adds the permissions that are left out because they are unknown.
fn unhandled(text: &mut String, role: &RolePlan) {
    let (types, actions): (Vec<_>, Vec<_>) = role.unhandled.iter().partition(|name| name.contains("::"));
    for kind in types {
        let _ = writeln!(text, "\nno permissions for {kind}\n  because its required permissions are not published");
    }
    if !actions.is_empty() {
        let names: Vec<&str> = actions.into_iter().map(String::as_str).collect();
        let _ = writeln!(text, "\nnot included: {}", names.join(", "));
        text.push_str(
            "  listed in the schemas of resource types, but missing from AWS's Service Authorization Reference\n",
        );
    }
}

fn describe(text: &mut String, plan: &Plan, sources: &SourceMap, verb: &str, grant: &Grant) {
    let _ = writeln!(text, "\n{verb} {}", grant.actions.join(", "));
    for resource in &grant.resources {
        let _ = writeln!(text, "  on {}", plan.readable(resource));
    }
    if !grant.conditions.is_empty() {
        let _ = writeln!(text, " {}", conditions(plan, &grant.conditions));
    }
    let _ = writeln!(text, "  to {}", grant.reason);
    let _ = writeln!(text, "  required by: {}", place(sources, grant.cause));
}

fn origin(origin: &RoleOrigin) -> &'static str {
    match origin {
        RoleOrigin::Derived(_) => "derived",
        RoleOrigin::Declared => "declared",
        RoleOrigin::Imported => "imported",
    }
}

fn conditions(plan: &Plan, conditions: &[Condition]) -> String {
    let condition = |it: &Condition| {
        let values: Vec<String> = it.values.iter().map(|value| plan.readable(value)).collect();
        format!("{} {} {}", it.key, it.operator, values.join(" or "))
    };
    let all: Vec<String> = conditions.iter().map(condition).collect();
    if all.is_empty() { String::new() } else { format!(" when {}", all.join(" and ")) }
}

fn place(sources: &SourceMap, span: Span) -> String {
    format!("{}:{}", sources.file(span.file).path(), sources.start(span).line)
}
