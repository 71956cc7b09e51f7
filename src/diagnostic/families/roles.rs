//! E0801 to W0813, E0830, W0840, I0860 to W0863: roles and what they allow.

use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::source::{Span, Spanned};

/// A declared resource.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'a> {
    /// `bucket`, `topic`, ...
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// What a build does and its role does not allow.
#[derive(Debug)]
pub struct Lack<'a> {
    /// `build` or `test`.
    pub category: &'a str,
    /// The action.
    pub action: &'a str,
    /// What it does to the resource: `writes to`.
    pub does: &'a str,
    /// The resource; absent when the calls cannot be limited to one.
    pub resource: Option<Resource<'a>>,
    /// The IAM actions that are not allowed.
    pub actions: &'a [&'static str],
    /// The project, or the role where that has a declaration of its own.
    pub owner: &'a Spanned<String>,
    /// Whether `owner` is a role.
    pub own_role: bool,
    /// Whether nothing at all is allowed on the resource.
    pub nothing: bool,
    /// Where the resource is passed to the build.
    pub entry: Option<Span>,
    /// The commands' arguments, each with the calls.
    pub places: &'a [(Span, Vec<&'static str>)],
    /// The stage.
    pub stage: &'a str,
    /// The statement that is missing.
    pub line: &'a str,
    /// The last part of the block that the statement goes into.
    pub last: Option<Span>,
}

/// Commands pointed at in one diagnostic.
const MAX_PLACES: usize = 3;

/// A build uses something that its role does not allow.
pub fn build_lacks(lack: &Lack<'_>) -> Diagnostic {
    let first = lack.actions.first().copied().unwrap_or_default();
    let role = if lack.own_role { "this role" } else { "the role of this project" };
    let (message, label) = match lack.resource {
        Some(resource) => (
            format!(
                "{} `{}` {} {} `{}`, but its role does not allow it",
                lack.category, lack.action, lack.does, resource.kind, resource.name
            ),
            if lack.nothing {
                format!("{role} has no permissions on `{}`", resource.name)
            } else {
                format!("{role} does not allow {} on `{}`", lack.actions.join(", "), resource.name)
            },
        ),
        None => (
            format!("{} `{}` calls `{first}`, but its role does not allow it", lack.category, lack.action),
            format!("the build runs with {role}"),
        ),
    };
    let mut diagnostic = Diagnostic::new(Code::E0803, message, lack.owner.span, label);
    if let (Some(entry), Some(resource)) = (lack.entry, lack.resource) {
        diagnostic = diagnostic.label(entry, format!("{} passed to the build here", resource.kind));
    }
    for (place, actions) in lack.places.iter().take(MAX_PLACES) {
        diagnostic = diagnostic.label(*place, actions.join(", "));
    }
    let call = first.split(':').nth(1).unwrap_or(first);
    let refusal = match first.split(':').next() {
        Some("s3" | "cloudformation") => "AccessDenied",
        Some("sns") => "AuthorizationError",
        _ => "AccessDeniedException",
    };
    let note = format!("the build would fail in stage {} with \"{refusal} ... {call}\"", lack.stage);
    let diagnostic = diagnostic.note(note);
    let owner = if lack.own_role { format!("role `{}`", lack.owner.node) } else { wording::tick(&lack.owner.node) };
    let diagnostic = diagnostic.help(format!("add `{}` to {owner}", lack.line));
    match lack.last {
        Some(behind) => diagnostic.intend(Intent::AddStatement { behind, statement: lack.line.to_owned() }),
        None => diagnostic,
    }
}

/// A role trusts a different service from the one that would use it.
pub fn wrong_trust(role: &str, trusted: &Spanned<String>, place: Span, needed: &str) -> Diagnostic {
    let trusts = &trusted.node;
    Diagnostic::new(
        Code::E0801,
        format!("role `{role}` trusts {trusts}, but {needed} needs to assume it"),
        place,
        format!("used by {needed} here"),
    )
    .label(trusted.span, "the only service it trusts")
    .help(format!("write `for {needed}`; if {trusts} uses this role too, declare a second role"))
}

/// A declared role that cannot deploy a template.
pub fn cannot_create(
    role: &Spanned<String>,
    template: &str,
    lacking: &[(&str, Span, Vec<String>)],
    used: Span,
) -> Diagnostic {
    let types: Vec<&str> = lacking.iter().map(|(kind, ..)| *kind).collect();
    let message = match types.as_slice() {
        [only] => format!("role `{}` lacks permissions to create {only}", role.node),
        [first, others @ ..] => {
            format!(
                "role `{}` lacks permissions to create {first} and {}",
                role.node,
                wording::count(others.len(), "other type")
            )
        }
        [] => format!("role `{}` lacks permissions to create the template's resources", role.node),
    };
    let mut diagnostic = Diagnostic::new(Code::W0804, message, role.span, format!("deploys `{template}`"));
    diagnostic = diagnostic.label(used, "used here");
    for (_, span, actions) in lacking.iter().take(3) {
        diagnostic = diagnostic.label(*span, format!("needs {}", actions.join(", ")));
    }
    let mut actions: Vec<&str> =
        lacking.iter().flat_map(|(_, _, actions)| actions.iter().map(String::as_str)).collect();
    actions.sort_unstable();
    actions.dedup();
    diagnostic.help(format!("also allow {}, or remove `role` to have one derived", wording::and_list(actions)))
}

/// `allow ["s3:*"] on ...`
pub fn wildcard_action(action: &Spanned<String>) -> Diagnostic {
    let message = if action.node == "*" {
        "`*` allows every action".to_owned()
    } else {
        format!("`{}` allows every action of the service", action.node)
    };
    Diagnostic::new(Code::W0805, message, action.span, "wildcard").help("list the actions that are needed")
}

/// `managed = ["arn:aws:iam::aws:policy/AdministratorAccess"]`
pub fn managed_everything(role: &str, policy: &str, place: Span) -> Diagnostic {
    let message = format!("role `{role}` has the managed policy `{policy}`");
    Diagnostic::new(Code::W0805, message, place, "allows nearly everything in the account")
        .help("replace it with the permissions that are needed: `allow [\"service:Action\"] on ...`")
}

/// Instances that fetch artifacts by themselves. `bucket`: where the file declares the bucket of artifacts.
pub fn instances_read(action: &Spanned<String>, bucket: Option<&str>) -> Diagnostic {
    let message = format!("the instances of `{}` need to read the artifact bucket", action.node);
    let whose = match bucket {
        Some(bucket) => format!("of bucket `{bucket}`"),
        None => "of the artifact bucket, which is an output of the stack".to_owned(),
    };
    Diagnostic::new(
        Code::I0879,
        message,
        action.span,
        "they fetch artifacts with a role that is not declared in this file",
    )
    .note("if artifacts are encrypted with a customer managed key, the role also needs `kms:Decrypt` on that key")
    .help(format!("add `s3:GetObject` and `s3:GetObjectVersion` to their role, on all objects {whose}"))
}

/// Derived permissions that are not confirmed. `policy`: a managed policy of AWS that allows enough.
pub fn unconfirmed(action: &Spanned<String>, policy: Option<&str>) -> Diagnostic {
    let message = format!("AWS does not document the exact permissions for `{}`", action.node);
    let label = "the derived permissions are narrower than AWS's wildcards, and not confirmed";
    let diagnostic = Diagnostic::new(Code::I0880, message, action.span, label);
    let Some(policy) = policy else { return diagnostic };
    diagnostic.help(format!(
        "if a call is denied, use `action-role = Role` with `role Role for pipeline {{ managed = [\"arn:aws:iam::aws:policy/{policy}\"] }}`"
    ))
}

/// A rolling deployment to Amazon ECS that may pass any role. `generic`: an `action` that names its type.
pub fn any_passed_role(action: &Spanned<String>, generic: bool) -> Diagnostic {
    let message = format!("the pipeline can pass any role to the ECS tasks of `{}`", action.node);
    Diagnostic::new(Code::I0876, message, action.span, "the roles in the service's task definition are unknown")
        .help(task_roles(generic))
}

/// How to say which roles tasks get.
fn task_roles(generic: bool) -> &'static str {
    if generic {
        "use `deploy ecs` or `deploy ecs-bluegreen`, and list the task definition's roles in `roles`"
    } else {
        "list the task definition's roles: `roles = [\"arn:aws:iam::111122223333:role/NAME\"]`"
    }
}

/// A deployment to Amazon ECS of a task definition that may name any role. `file`: the task definition that cannot be read;
/// `generic`: an `action` that names its type.
pub fn any_task_role(action: &Spanned<String>, file: Option<Span>, generic: bool) -> Diagnostic {
    let message = format!("`{}` can run containers with any role that ECS tasks can assume", action.node);
    let label = "the task definition's roles are unknown";
    let mut diagnostic = Diagnostic::new(Code::W0876, message, action.span, label);
    if let Some(file) = file {
        diagnostic = diagnostic.label(file, "its content is not known from the repository");
    }
    diagnostic
        .note("anyone who can change the task definition can choose the role, because the pipeline can pass every role to ECS")
        .help(task_roles(generic))
}

/// `allow ["s3:PutObject"] on "*"`
pub fn wildcard_resource(action: &str, place: Span, pattern: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0805,
        format!("`{action}` is allowed on all resources"),
        place,
        "this action supports resource-level permissions",
    );
    match pattern {
        Some(pattern) => diagnostic.help(format!("name a resource, or use an ARN such as `{pattern}`")),
        None => diagnostic.help("name a resource, or use its ARN"),
    }
}

/// A verb that the resource does not support.
pub fn wrong_verb(verb: &Spanned<String>, resource: Resource<'_>, valid: &[&str]) -> Diagnostic {
    let message = format!("{} `{}` does not support `allow {}`", resource.kind, resource.name, verb.node);
    let diagnostic = Diagnostic::new(Code::E0809, message, verb.span, "");
    match valid {
        [] => diagnostic.help("list IAM actions instead: `allow [\"service:Action\"] on ...`"),
        verbs => diagnostic.help(format!("write {}", wording::or_list(verbs.iter().copied()))),
    }
}

/// A verb on a string that does not tell the type of the resource.
pub fn verb_without_kind(verb: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0809,
        format!("`{}` needs a resource whose type is known", verb.node),
        place,
        "neither a declared resource nor the ARN of one",
    )
    .help(format!("name a declared resource, or list the IAM actions instead of `{}`", verb.node))
}

/// A name that is no IAM action.
pub fn unknown_action(action: &Spanned<String>, near: &str) -> Diagnostic {
    Diagnostic::new(Code::W0813, format!("IAM has no action `{}`", action.node), action.span, "allows nothing")
        .help(format!("did you mean `{near}`?"))
}

/// A role whose permissions are too long for its policies.
pub fn too_many_permissions(role: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0810,
        format!("the permissions of `{role}` exceed IAM's policy size limits"),
        place,
        "too many permissions for one role",
    )
    .note("IAM allows 10,240 characters of inline policies and 20 managed policies of 6,144 characters each in a role")
    .help("use patterns instead of long lists of resources, for example `arn:aws:s3:::bucket/folder/*`")
}

/// Two resources that would have one name in AWS. `derived`: the second is for an action, which has neither `logical-id` nor
/// a name for it.
pub fn same_name(name: &str, logical: bool, derived: bool, first: Span, second: Span) -> Diagnostic {
    let what = if logical { "logical ID" } else { "name" };
    let diagnostic =
        Diagnostic::new(Code::E0812, format!("two resources have the {what} `{name}`"), second, "used again here")
            .label(first, "first used here");
    diagnostic.help(if derived {
        "rename one of them"
    } else if logical {
        "rename one of them, or give it a `logical-id`"
    } else {
        "give one of them a different `name`"
    })
}

/// The role that is used where a block has statements and no derived role of its own.
#[derive(Debug, Clone, Copy)]
pub enum Instead<'a> {
    /// A role that the file names, by an attribute of this word.
    Given {
        /// The attribute.
        word: &'a str,
        /// The role.
        role: &'a str,
        /// Where it is named.
        named: Span,
        /// Whether it exists already.
        imported: bool,
    },
    /// The role of another declaration, as a statement names that: `pipeline App`.
    Other(&'a str),
    /// The role that the change set of this stack was prepared with.
    Prepared(&'a str),
}

/// `allow`, `deny` or `permissions-boundary` in a block that has no derived role: `owner` is for example ``project `Builder` ``.
pub fn without_effect(word: &str, statement: Span, owner: &str, instead: Instead<'_>) -> Diagnostic {
    let no_effect = |why: String, label: String| {
        Diagnostic::new(Code::W0814, format!("`{word}` has no effect: {why}"), statement, label)
    };
    match instead {
        Instead::Given { word, role, named, imported } => {
            let diagnostic = no_effect(format!("{owner} has its own role"), "applies to derived roles only".to_owned())
                .label(named, "this role is used instead");
            if imported {
                diagnostic
                    .help(format!("remove it and change the existing role, or remove `{word}` to have one derived"))
            } else {
                diagnostic.help(format!("move it into `role {role}`, or remove `{word}` to have one derived"))
            }
        }
        Instead::Other(other) => {
            no_effect(format!("no role is derived for {owner}"), format!("the role of `{other}` is used here"))
                .help(format!("move it into `{other}`"))
        }
        Instead::Prepared(stack) => no_effect(
            format!("{owner} only executes a change set"),
            "the stack's role is set when the change set is prepared".to_owned(),
        )
        .help(format!("move it into `prepare stack {stack}`")),
    }
}

/// What a declared role lacks for what works with it.
#[derive(Debug)]
pub struct RoleLack<'a> {
    /// The role.
    pub role: &'a Spanned<String>,
    /// The project or pipeline.
    pub user: &'a str,
    /// Where that names the role.
    pub used: Span,
    /// What is missing, as IAM calls it.
    pub actions: &'a [&'a str],
    /// The statements that are missing.
    pub lines: &'a [String],
    /// Whether the artifact bucket, which dotpipe generates, cannot be named by a statement.
    pub unnamed_bucket: bool,
    /// Whether what is missing certainly fails: no policy outside of this file can allow it.
    pub certain: bool,
}

impl RoleLack<'_> {
    /// What every such diagnostic shows: the role, where it is used, a few calls, and a bucket that no statement can name.
    fn diagnostic(&self, code: Code, message: String, label: String, causes: &[(Span, String)]) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(code, message, self.role.span, label).label(self.used, "used here");
        for (place, calls) in causes.iter().take(MAX_SHOWN) {
            diagnostic = diagnostic.label(*place, format!("calls {calls}"));
        }
        if !self.unnamed_bucket {
            return diagnostic;
        }
        diagnostic.note("to name the artifact bucket in a role, declare it: `artifacts { bucket = Artifacts }`")
    }
}

/// A declared role that makes every build of a project fail.
pub fn cannot_build(lack: &RoleLack<'_>) -> Diagnostic {
    let message = format!("role `{}` lacks permissions that every build of `{}` needs", lack.role.node, lack.user);
    let label = format!("does not allow {}", wording::and_list(lack.actions.iter().copied()));
    let code = if lack.certain { Code::E0815 } else { Code::W0815 };
    lack.diagnostic(code, message, label, &[]).help(format!(
        "add {}, or remove `role` to have one derived",
        wording::and_list(lack.lines.iter().map(String::as_str))
    ))
}

/// A role on an action of an action type that is not AWS's.
pub fn role_of_custom(action: &str, provider: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0830,
        format!("action `{action}` of provider `{provider}` cannot have a role"),
        place,
        "only AWS actions can have an action role",
    )
    .help("remove `action-role`")
}

/// `allow ["iam:PassRole"] on "arn:aws:iam::111122223333:role/*"`
pub fn wildcard_role(action: &str, place: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::W0805, format!("`{action}` is allowed on every role"), place, "wildcard role name");
    if action.eq_ignore_ascii_case("iam:PassRole") {
        return diagnostic.help(
            "name the roles, or restrict the service: `when { StringEquals = { \"iam:PassedToService\" = \"...\" } }`",
        );
    }
    diagnostic.help("name the roles")
}

/// What a declared role lacks for a pipeline.
#[derive(Debug)]
pub struct PipelineRole<'a> {
    /// The role, and what is missing.
    pub lack: RoleLack<'a>,
    /// Whether a role that dotpipe derives has to be passed, which a statement cannot name either.
    pub unnamed_role: bool,
    /// The actions of the pipeline that need them, each with the calls.
    pub causes: &'a [(Span, String)],
}

/// Calls named in a label, places labelled and statements written out in one diagnostic.
const MAX_SHOWN: usize = 3;

/// A declared role that lacks permissions of a pipeline.
pub fn cannot_run(PipelineRole { lack, unnamed_role, causes }: &PipelineRole<'_>) -> Diagnostic {
    let message = format!("role `{}` lacks permissions that pipeline `{}` needs", lack.role.node, lack.user);
    let label = format!("does not allow {}", some(lack.actions, "other call"));
    let mut diagnostic = lack.diagnostic(if lack.certain { Code::E0840 } else { Code::W0840 }, message, label, causes);
    if *unnamed_role {
        diagnostic =
            diagnostic.note("`iam:PassRole` can be allowed only on declared roles: set `role = ...` for each stack");
    }
    let lines: Vec<&str> = lack.lines.iter().map(String::as_str).collect();
    if lines.is_empty() {
        return diagnostic.help("remove `role` to have one derived");
    }
    diagnostic.help(format!("add {}; or remove `role` to have one derived", some(&lines, "other statement")))
}

/// A declared role that lacks permissions of an action or a rule.
pub fn cannot_act(lack: &RoleLack<'_>, unnamed_role: bool) -> Diagnostic {
    let message = format!("role `{}` lacks permissions that {} needs", lack.role.node, lack.user);
    let label = format!("does not allow {}", some(lack.actions, "other call"));
    let mut diagnostic = lack.diagnostic(if lack.certain { Code::E0873 } else { Code::W0873 }, message, label, &[]);
    if unnamed_role {
        diagnostic =
            diagnostic.note("`iam:PassRole` can be allowed only on declared roles: set `role = ...` for each stack");
    }
    let lines: Vec<&str> = lack.lines.iter().map(String::as_str).collect();
    if lines.is_empty() {
        return diagnostic.help("remove the reference to this role");
    }
    diagnostic.help(format!("add {}", some(&lines, "other statement")))
}

/// An action or a rule that runs code of the repository under the role that the file names for the pipeline.
pub fn code_with_everything(user: &str, place: Span, attribute: &str, pipeline: &str, role: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0874,
        format!("{user} runs repository code with all permissions of pipeline `{pipeline}`"),
        place,
        "has no role of its own",
    )
    .label(role, "this role is used, because the pipeline names it")
    .help(format!(
        "declare `role Name for pipeline {{ ... }}` and set `{attribute} = Name`, or remove `role` from the pipeline"
    ))
}

/// An action that runs code of the repository in another account, under the role that others work under there.
pub fn code_beside(user: &str, place: Span, environment: &str, other: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0874,
        format!("{user} runs repository code with all permissions of environment `{environment}`"),
        place,
        "actions in another account share the environment's role",
    )
    .label(other, "also uses that role")
    .help(format!("remove `in {environment}` to give it its own role in the pipeline's account"))
}

/// The first few of a list, and how many others there are.
fn some(all: &[&str], other: &str) -> String {
    match all.get(..MAX_SHOWN).filter(|_| all.len() > MAX_SHOWN + 1) {
        Some(first) => {
            let first: Vec<String> = first.iter().map(|one| wording::tick(one)).collect();
            format!("{}, and {}", first.join(", "), wording::count(all.len() - MAX_SHOWN, other))
        }
        None => wording::and_list(all.iter().copied()),
    }
}

/// A resource of a deployed template, and the deploy.
#[derive(Debug, Clone, Copy)]
pub struct Deployed<'a> {
    /// Its logical ID.
    pub resource: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// Its place in the template.
    pub span: Span,
    /// The stack.
    pub stack: &'a str,
    /// The place that names the stack.
    pub deploy: Span,
}

/// Anyone who can push the template of a stack can obtain any permission.
pub fn stack_writes_iam(stack: &str, deploy: Span, actions: &[&str]) -> Diagnostic {
    let first = actions.first().copied().unwrap_or_default();
    let message = format!("anyone who can push the template of stack `{stack}` can obtain any permission");
    Diagnostic::new(Code::I0860, message, deploy, format!("its role allows {first}"))
        .help("limit who can push, or set a `permissions-boundary` for what the stack creates")
}

/// A derived role allows something powerful on all resources of a type.
pub fn wide_permission(at: &Deployed<'_>, actions: &[String], on: &str, could: &str) -> Diagnostic {
    let first = actions.first().map_or("", String::as_str);
    Diagnostic::new(
        Code::W0861,
        format!("the role of stack `{}` allows {} on `{on}`", at.stack, wording::tick(first)),
        at.span,
        format!("the template does not show which {} `{}` is", at.kind, at.resource),
    )
    .label(at.deploy, "deployed here")
    .note(format!("actions allowed on it: {}", actions.join(", ")))
    .note(format!("anyone who can push the template could {could}"))
    .help("put the name in the template, or set the stack's role with `role = ...`")
}

/// A resource type whose permissions are not published.
pub fn unpublished_type(at: &Deployed<'_>) -> Diagnostic {
    let service = at.kind.split("::").nth(1).unwrap_or_default().to_ascii_lowercase();
    Diagnostic::new(
        Code::W0862,
        format!("the role of stack `{}` has no permissions for {}", at.stack, at.kind),
        at.span,
        "AWS does not publish the permissions it needs",
    )
    .label(at.deploy, "deployed here")
    .note(format!("without an `allow` in the stack's block, creating `{}` fails with AccessDenied", at.resource))
    .help(format!(
        "add `allow [\"{service}:*\"] on \"*\"`, or narrower, to the stack's block, or set its role with `role = ...`"
    ))
}

/// Any role may be passed, because the template does not show which.
pub fn any_role_passed(at: &Deployed<'_>, service: Option<&str>) -> Diagnostic {
    let to = service.map_or_else(|| "to any service".to_owned(), |service| format!("to {service}"));
    Diagnostic::new(
        Code::W0863,
        format!("the role of stack `{}` allows `iam:PassRole` on every role", at.stack),
        at.span,
        format!("the template does not show which role `{}` gets", at.resource),
    )
    .label(at.deploy, "deployed here")
    .note(format!("anyone who can push the template could pass any role in the account {to}"))
    .help("put the role's ARN in the template, or pass it as the value of its parameter")
}
