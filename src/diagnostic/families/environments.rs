//! I0612, E0708, E0806, E0807, E0808, E0816, E0817, E0818, E0819, W0819, E0821: other accounts and Regions.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// An account ID that is not valid. `quoted`: it is a string; `plain`: it is written in the file as it is.
pub fn bad_account(found: &str, quoted: bool, plain: bool, place: Span) -> Diagnostic {
    let label = if quoted { "" } else { "a number loses its leading zeros" };
    let message = if quoted {
        format!("account ID `{found}` is not 12 digits")
    } else {
        format!("account ID `{found}` must be a string of 12 digits")
    };
    let diagnostic = Diagnostic::new(Code::E0808, message, place, label);
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    let only_digits = found.chars().all(|c| c.is_ascii_digit() || c == '-');
    match digits.len() {
        12 if only_digits => {
            let mended = format!("\"{digits}\"");
            let diagnostic = diagnostic.help(format!("write `{mended}`"));
            if plain { diagnostic.edit(place, mended) } else { diagnostic }
        }
        // Zeros are a guess, and the wrong account is worse than none: no edit.
        9..=11 if only_digits => diagnostic.help(format!(
            "if a leading zero was dropped, write `\"{digits:0>12}\"`; otherwise write the account ID in full"
        )),
        _ => diagnostic.help("write the account ID in full and in quotes, including leading zeros"),
    }
}

/// A Region that AWS does not list, but that has the form of one: it may be newer than the list.
pub fn unknown_region(code: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::W0819, format!("unknown Region `{code}`"), place, "not a Region that AWS lists")
        .help("check the spelling; a Region newer than this version of dotpipe works")
}

/// A text that has not the form of a Region, and the Region it may be a typo for. `quote`: what surrounds it in the text;
/// `None` where it is not spelled out.
pub fn not_a_region(code: &str, place: Span, near: Option<&str>, quote: Option<&str>) -> Diagnostic {
    let message = format!("`{code}` is not a Region");
    let diagnostic = Diagnostic::new(Code::E0819, message, place, "not a Region that AWS lists");
    match (near, quote) {
        (Some(near), Some(quote)) => {
            diagnostic.help(format!("did you mean `{near}`?")).edit(place, format!("{quote}{near}{quote}"))
        }
        (Some(near), None) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, _) => diagnostic.help("write the code of a Region, such as `eu-west-1`"),
    }
}

/// `env.settings` of an environment without.
pub fn no_settings(environment: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0301, format!("environment `{environment}` has no settings"), place, "")
        .help(format!("add `settings = {{ ... }}` to environment `{environment}`"))
}

/// A CloudFormation value in an action that runs in another account or Region.
pub fn evaluated_at_home(shown: &str, action: &str, place: Span, elsewhere: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0708,
        format!("`{shown}` is evaluated in the pipeline's account and Region, not where `{action}` runs"),
        place,
        "",
    )
    .label(elsewhere, "runs here")
    .help("write the value itself, or define it in the environment's `settings`")
}

/// What is wrong with the key of an artifact bucket that another account reads.
#[derive(Debug, Clone, Copy)]
pub enum KeyFault<'a> {
    /// `alias/aws/s3` and other keys managed by AWS.
    Managed(&'a str),
    /// An alias.
    Alias(&'a str),
    /// None is given, and the bucket is an existing one.
    Missing(&'a str),
}

/// An artifact bucket that another account reads, without a key that can be shared with it.
pub fn key_needed(fault: KeyFault<'_>, environment: &str, place: Span, used: Span) -> Diagnostic {
    let (message, label) = match fault {
        KeyFault::Managed(key) => (
            format!("`{key}` cannot be shared with the account of `{environment}`"),
            "an AWS managed key works in one account only",
        ),
        KeyFault::Alias(key) => (
            format!("alias `{key}` cannot be used from the account of `{environment}`"),
            "an alias belongs to one account",
        ),
        KeyFault::Missing(bucket) => (
            format!("`{environment}` reads from bucket `{bucket}`, whose key is unknown"),
            "another account needs a customer managed key",
        ),
    };
    Diagnostic::new(Code::E0806, message, place, label).label(used, "another account").help(match fault {
        KeyFault::Missing(_) => "add the bucket's key, `key = ...`: a `key` declaration or an ARN",
        _ => "use a `key` declaration or an ARN, or remove `key` to have one generated",
    })
}

/// A Region that may or may not need an artifact bucket.
pub fn home_unknown(region: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0807,
        format!("`{region}` needs an artifact bucket unless it is the pipeline's Region"),
        place,
        "the pipeline's Region is unknown",
    )
    .help("set the pipeline's Region: `region = \"...\"` in the pipeline, `--region`, or `region` in dotpipe.toml")
}

/// Why an action cannot run in an environment.
#[derive(Debug, Clone, Copy)]
pub enum Unfit<'a> {
    /// A source in another Region.
    Source,
    /// An approval.
    Approval,
    /// An action type that is not AWS's, or has no Regions.
    Type(&'a str),
    /// Its project is created in the pipeline's account and Region.
    Project(&'a str),
    /// It produces artifacts, which builds in other accounts cannot return.
    Outputs,
    /// It reads an artifact of this name that is produced in a different account from the pipeline's and its own.
    Artifact(&'a str),
    /// It names a Region as well.
    Region,
}

/// An action that cannot run where `in` or `region` puts it. `clause`: which of them does.
pub fn cannot_run(action: &str, why: Unfit<'_>, place: Span, other: Option<Span>, clause: &str) -> Diagnostic {
    let remove = || format!("remove `{clause}`");
    let (message, label, help) = match why {
        Unfit::Source => (
            format!("source `{action}` cannot run in another Region"),
            "sources run in the pipeline's Region",
            remove(),
        ),
        Unfit::Approval => (
            format!("approval `{action}` cannot run in another account or Region"),
            "approvals run in the pipeline's account and Region",
            remove(),
        ),
        Unfit::Type(provider) => (
            format!("{provider} action `{action}` cannot run in another account or Region"),
            "must run in the pipeline's account and Region",
            remove(),
        ),
        Unfit::Project(project) => (
            format!("`{action}` and its project `{project}` are in different accounts or Regions"),
            "not the pipeline's account or Region",
            format!("name an existing project there in quotes, or {}", remove()),
        ),
        Unfit::Outputs => (
            format!("build `{action}` in another account cannot have output artifacts"),
            "not the pipeline's account",
            format!("{} or `->`", remove()),
        ),
        Unfit::Artifact(artifact) => (
            format!("`{action}` cannot read artifact `{artifact}` from a third account"),
            "produced in another account",
            "copy the artifact in an action of the pipeline's account first".to_owned(),
        ),
        Unfit::Region => (
            format!("`{action}` sets both a Region and an environment"),
            "conflicts with `in`",
            "remove `region`; the environment sets it".to_owned(),
        ),
    };
    let diagnostic = Diagnostic::new(Code::E0816, message, place, label).help(help);
    match other {
        Some(other) if matches!(why, Unfit::Project(_)) => diagnostic.label(other, "declared here"),
        Some(other) if matches!(why, Unfit::Artifact(_)) => diagnostic.label(other, "produced here"),
        Some(other) => diagnostic.label(other, "sets the Region"),
        None => diagnostic,
    }
}

/// A declared role that environments in two accounts name.
pub fn role_in_two_accounts(role: &str, place: Span, first: Span) -> Diagnostic {
    let message = format!("role `{role}` cannot be in two accounts");
    Diagnostic::new(Code::E0816, message, place, "uses it in another account")
        .label(first, "created in the account of this environment")
        .help("declare one role per account")
}

/// Two pipelines of one file in different accounts or Regions.
pub fn two_homes(what: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0817,
        format!("pipelines in one file must have the same {what}"),
        place,
        "differs from the other pipeline",
    )
    .label(first, "the other pipeline")
    .help("use the same value, or move one pipeline to its own file; the pipelines of a file share a template")
}

/// A stack in a different Region from the bucket that its code is in.
pub fn code_in_other_region(stack: &str, region: Spanned<&str>, bucket: &Spanned<String>, command: Span) -> Diagnostic {
    let message = format!("stack `{stack}` in {} cannot read its code from bucket `{}`", region.node, bucket.node);
    Diagnostic::new(Code::E0818, message, region.span, "not the Region of the bucket")
        .label(command, "packages the code into the bucket")
        .label(bucket.span, "created in the pipeline's Region")
        .note("Lambda reads code only from buckets in its own Region")
        .help(format!(
            "declare an existing bucket in that Region, `bucket {}There = \"...\"`, and package the template into it too",
            bucket.node
        ))
}

/// Files that are deployed to a bucket of this file from an action in another Region.
pub fn bucket_in_other_region(action: &str, region: Spanned<&str>, bucket: &str, place: Span) -> Diagnostic {
    let message = format!("`{action}` in {} cannot deploy to bucket `{bucket}`", region.node);
    Diagnostic::new(Code::E0841, message, place, "created in the pipeline's Region")
        .label(region.span, "a different Region")
        .note(format!("AWS: \"The bucket named ... is not located in the {} AWS region\"", region.node))
        .help("run the action in the pipeline's Region, or name an existing bucket in that Region in quotes")
}

/// An existing bucket or key of artifacts, whose policy must allow roles of another account.
pub fn existing_store(what: &str, name: &str, place: Span, used: Span) -> Diagnostic {
    let message = format!("the policy of {what} `{name}` must allow roles of another account");
    Diagnostic::new(Code::I0612, message, place, format!("an existing {what}, whose policy dotpipe does not change"))
        .label(used, "another account")
        .help(format!("`dotpipe explain role` shows, for each role there, what to add to the {what}'s policy"))
}

/// An action in another account whose service reads the artifacts under a role that the policies do not allow.
pub fn unreadable_artifacts(action: &str, reader: &str, place: Span) -> Diagnostic {
    let message = format!("action `{action}` cannot read its artifacts in another account");
    Diagnostic::new(Code::E0821, message, place, format!("reads them with {reader}"))
        .note(
            "the generated bucket and key policies allow only the action role; the action would fail with AccessDenied",
        )
        .help("use an existing bucket and key whose policies allow that role: `artifacts { bucket = ..., key = ... }`")
}
