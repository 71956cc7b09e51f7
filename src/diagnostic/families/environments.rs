//! I0612, E0708, E0806, E0807, E0808, E0816, E0817, E0818, W0819, W0821: other accounts and regions.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// An account id that is none. `quoted`: it is text; `plain`: it stands in the file as it is.
pub fn bad_account(found: &str, quoted: bool, plain: bool, place: Span) -> Diagnostic {
    let label = if quoted { "an account id has 12 digits" } else { "a number, which drops leading zeros" };
    let message = if quoted {
        format!("account id `{found}` is not 12 digits")
    } else {
        format!("account id `{found}` must be text of 12 digits")
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
        9..=11 if only_digits => {
            diagnostic.help(format!("write `\"{digits:0>12}\"` if a leading zero was lost, else the id in full"))
        }
        _ => diagnostic.help("write the id in full, in quotes, with its leading zeros"),
    }
}

/// A region that AWS does not list, and one it may be a slip for. `quote`: what stands around it in the text; `None` where
/// it is not spelled out.
pub fn unknown_region(code: &str, place: Span, near: Option<&str>, quote: Option<&str>) -> Diagnostic {
    let message = format!("AWS lists no region `{code}`");
    let diagnostic = Diagnostic::new(Code::W0819, message, place, "unknown region");
    match (near, quote) {
        (Some(near), Some(quote)) => {
            diagnostic.help(format!("did you mean `{near}`?")).edit(place, format!("{quote}{near}{quote}"))
        }
        (Some(near), None) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, _) => diagnostic.help("check its spelling; a region newer than this version of dotpipe works"),
    }
}

/// `env.settings` of an environment without.
pub fn no_settings(environment: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0301, format!("environment `{environment}` has no settings"), place, "nothing to read here")
        .help(format!("add `settings = {{ ... }}` to environment `{environment}`"))
}

/// A value of CloudFormation's in an action that runs elsewhere.
pub fn evaluated_at_home(shown: &str, action: &str, place: Span, elsewhere: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0708,
        format!("`{shown}` is looked up where the pipeline lives, not where `{action}` runs"),
        place,
        "a value of the pipeline's own account and region",
    )
    .label(elsewhere, "runs elsewhere")
    .help("write the value itself, or keep it in the environment's `settings`")
}

/// What is wrong with the key of a store that another account reads.
#[derive(Debug, Clone, Copy)]
pub enum KeyFault<'a> {
    /// `alias/aws/s3` and its like.
    Managed(&'a str),
    /// An alias.
    Alias(&'a str),
    /// None is given, and the bucket is made elsewhere.
    Missing(&'a str),
}

/// A store that another account reads, without a key that can be shared with it.
pub fn key_needed(fault: KeyFault<'_>, environment: &str, place: Span, used: Span) -> Diagnostic {
    let (message, label) = match fault {
        KeyFault::Managed(key) => {
            (format!("`{key}` cannot be shared with the account of `{environment}`"), "managed by AWS, for one account")
        }
        KeyFault::Alias(key) => (
            format!("alias `{key}` names no key in the account of `{environment}`"),
            "an alias counts in its own account only",
        ),
        KeyFault::Missing(bucket) => (
            format!("`{environment}` reads from bucket `{bucket}`, whose key is not known"),
            "another account needs a customer-managed key",
        ),
    };
    Diagnostic::new(Code::E0806, message, place, label).label(used, "another account").help(match fault {
        KeyFault::Missing(_) => "name the bucket's key: `key = ...`, a `key` declared here or its ARN",
        _ => "name the key's ARN or a `key` declared here, or leave `key` out to have one made",
    })
}

/// A region whose need of a bucket cannot be told.
pub fn home_unknown(region: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0807,
        format!("`{region}` needs an artifact bucket unless the pipeline lives there"),
        place,
        "the pipeline's own region is not known",
    )
    .help("say where it lives: `region = ...` in the pipeline, `--region`, or `region` in dotpipe.toml")
}

/// Why an action cannot run in an environment.
#[derive(Debug, Clone, Copy)]
pub enum Unfit<'a> {
    /// A source in another region.
    Source,
    /// An approval.
    Approval,
    /// An action type that is not AWS's, or has no regions.
    Type(&'a str),
    /// Its project is made where the pipeline lives.
    Project(&'a str),
    /// It makes artifacts, which builds in other accounts cannot hand back.
    Outputs,
    /// It reads an artifact of this name that is made in another account than the pipeline's and its own.
    Artifact(&'a str),
    /// It names a region besides.
    Region,
}

/// An action that cannot run where `in` or `region` puts it.
pub fn cannot_run(action: &str, why: Unfit<'_>, place: Span, other: Option<Span>) -> Diagnostic {
    let (message, label, help) = match why {
        Unfit::Source => (
            format!("source `{action}` cannot run in another region"),
            "not the pipeline's region",
            "sources run in the pipeline's region",
        ),
        Unfit::Approval => (
            format!("approval `{action}` waits in the pipeline, not in another account or region"),
            "an approval runs nowhere",
            "leave the place out",
        ),
        Unfit::Type(provider) => (
            format!("`{action}` is a {provider} action, which runs with the pipeline only"),
            "another account or region",
            "leave the place out",
        ),
        Unfit::Project(project) => (
            format!("project `{project}` is made where the pipeline lives, and `{action}` runs elsewhere"),
            "another account or region",
            "name a project that exists there, by its name in quotes, or leave the place out",
        ),
        Unfit::Outputs => (
            format!("build `{action}` in another account cannot hand artifacts back"),
            "another account",
            "run it without `in`, or without `->`",
        ),
        Unfit::Artifact(artifact) => (
            format!("`{action}` cannot read artifact `{artifact}` of a third account"),
            "made in another account",
            "artifacts go from and to the pipeline's account: hand it on there first",
        ),
        Unfit::Region => (
            format!("`{action}` says twice in which region it runs"),
            "`in` says it too",
            "leave `region` out: the environment has one",
        ),
    };
    let diagnostic = Diagnostic::new(Code::E0816, message, place, label).help(help);
    match other {
        Some(other) if matches!(why, Unfit::Project(_)) => diagnostic.label(other, "declared here"),
        Some(other) if matches!(why, Unfit::Artifact(_)) => diagnostic.label(other, "made here"),
        Some(other) => diagnostic.label(other, "the environment's region"),
        None => diagnostic,
    }
}

/// A declared role that environments in two accounts name.
pub fn role_in_two_accounts(role: &str, place: Span, first: Span) -> Diagnostic {
    let message = format!("role `{role}` cannot be in two accounts");
    Diagnostic::new(Code::E0816, message, place, "another account than the other environment's")
        .label(first, "made in the account of this environment")
        .help("declare a role for each account")
}

/// Two pipelines of one file that live in different places.
pub fn two_homes(what: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0817, format!("pipelines of one file live in one {what}"), place, format!("another {what}"))
        .label(first, "the other says this")
        .help("they share a template: give both the same, or put one into a file of its own")
}

/// A stack in another region than the bucket that its code is in.
pub fn code_elsewhere(stack: &str, region: Spanned<&str>, bucket: &Spanned<String>, command: Span) -> Diagnostic {
    let message = format!("stack `{stack}` in {} cannot read its code from bucket `{}`", region.node, bucket.node);
    Diagnostic::new(Code::E0818, message, region.span, "another region than the bucket's")
        .label(command, "the build packages code into it")
        .label(bucket.span, "made in the pipeline's region")
        .note("Lambda reads code only from buckets of its own region")
        .help(format!(
            "declare an existing bucket of that Region, `bucket {}There = \"...\"`, and package the template once more into it",
            bucket.node
        ))
}

/// Files that go to a bucket of this file from an action in another region.
pub fn bucket_elsewhere(action: &str, region: Spanned<&str>, bucket: &str, place: Span) -> Diagnostic {
    let message = format!("`{action}` in {} cannot deploy to bucket `{bucket}`", region.node);
    Diagnostic::new(Code::E0841, message, place, "made in the pipeline's region")
        .label(region.span, "another region")
        .note(format!("AWS: \"The bucket named ... is not located in the {} AWS region\"", region.node))
        .help("run the action in the pipeline's region, or name a bucket of that region in quotes")
}

/// A bucket or key of artifacts that exists already, whose policy must let roles of another account at it.
pub fn store_of_others(what: &str, name: &str, place: Span, used: Span) -> Diagnostic {
    let message = format!("{what} `{name}` must admit roles of another account to the artifacts");
    Diagnostic::new(Code::I0612, message, place, "its policy is not made here")
        .label(used, "another account")
        .help(format!("`dotpipe explain` lists for the roles there what the {what}'s policy must allow them"))
}

/// An action in another account whose service fetches the artifacts under a role that the policies do not admit.
pub fn closed_to_reader(action: &str, reader: &str, place: Span) -> Diagnostic {
    let message = format!("action `{action}` cannot read its artifacts in another account");
    Diagnostic::new(Code::W0821, message, place, format!("{reader} there fetches them by itself"))
        .note("the policies made here admit only the environment's action role; the run would be refused")
        .help("keep artifacts in a bucket and under a key of yours whose policies admit that role: `artifacts { bucket = ..., key = ... }`")
}
