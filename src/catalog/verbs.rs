//! The permissions of the verbs of `allow`, by kind of resource (`verbs.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

use super::Grant;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verbs {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The kinds of resources.
    pub kind: Vec<VerbTarget>,
}

/// A kind of resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerbTarget {
    /// Its name, for example `bucket`.
    pub name: String,
    arn: ArnForm,
    /// Its verbs.
    pub verb: Vec<Verb>,
}

/// How ARNs of a kind are recognized: by the service and the prefix of the last part.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArnForm {
    service: String,
    resource: String,
}

/// A verb of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verb {
    /// The word after `allow`.
    pub word: String,
    /// Verbs of the same kind that it includes.
    #[serde(default)]
    pub includes: Vec<String>,
    /// Its permissions besides those of included verbs.
    pub grant: Vec<Grant>,
}

static TEXT: &str = facts!("verbs");

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn verbs() -> Option<&'static Verbs> {
    static VERBS: OnceLock<Option<Verbs>> = OnceLock::new();
    VERBS.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

fn kinds() -> &'static [VerbTarget] {
    verbs().map_or(&[], |verbs| &verbs.kind)
}

fn kind(name: &str) -> Option<&'static VerbTarget> {
    kinds().iter().find(|kind| kind.name == name)
}

/// Returns the permissions of a verb on a kind of resource (`bucket`, `topic`, `project`, `pipeline`, `repository`,
/// `git-repository`, `function`, `key`, `secret`, `parameter`), including those of the verbs it includes; the
/// placeholder `${Arn}` is the resource's ARN. `None` if the kind has no such verb.
pub fn grants(verb: &str, kind_name: &str) -> Option<Vec<&'static Grant>> {
    let verbs = &kind(kind_name)?.verb;
    let found = verbs.iter().find(|known| known.word == verb)?;
    let included = found.includes.iter().filter_map(|word| verbs.iter().find(|known| known.word == *word));
    Some(included.flat_map(|verb| &verb.grant).chain(&found.grant).collect())
}

/// Returns the verbs of a kind of resource.
pub fn verbs_of(kind_name: &str) -> impl Iterator<Item = &'static str> {
    kind(kind_name).into_iter().flat_map(|kind| &kind.verb).map(|verb| verb.word.as_str())
}

/// Returns the smallest verb of a kind of resource that allows all of these IAM actions.
pub fn smallest(kind_name: &str, actions: &[&str]) -> Option<&'static str> {
    let granted = |verb: &str| -> Vec<&str> {
        let grants = grants(verb, kind_name).unwrap_or_default();
        grants.iter().flat_map(|grant| grant.actions.iter().map(String::as_str)).collect()
    };
    let fits = verbs_of(kind_name).filter(|verb| {
        let granted = granted(verb);
        actions.iter().all(|action| granted.contains(action))
    });
    fits.min_by_key(|verb| granted(verb).len())
}

/// Returns every verb, each once.
pub fn words() -> Vec<&'static str> {
    let mut words: Vec<_> = kinds().iter().flat_map(|kind| &kind.verb).map(|verb| verb.word.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Returns the kind of resource that an ARN identifies, so that verbs can be used for resources that are not declared.
///
/// An ARN of something inside a resource (an object in a bucket) has no kind.
pub fn kind_of_arn(arn: &str) -> Option<&'static str> {
    let mut parts = arn.splitn(6, ':');
    if parts.next() != Some("arn") {
        return None;
    }
    let service = parts.nth(1)?;
    let resource = parts.nth(2)?;
    let of_form = |kind: &&VerbTarget| {
        kind.arn.service == service
            && resource
                .strip_prefix(kind.arn.resource.as_str())
                .is_some_and(|rest| !rest.is_empty() && (!kind.arn.resource.is_empty() || !rest.contains(['/', ':'])))
    };
    kinds().iter().find(of_form).map(|kind| kind.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_contains_read() {
        let actions: Vec<_> = grants("write", "bucket").unwrap().iter().flat_map(|grant| &grant.actions).collect();
        assert!(actions.iter().any(|action| *action == "s3:PutObject"));
        assert!(actions.iter().any(|action| *action == "s3:GetObject"));
        assert!(grants("publish", "bucket").is_none());
        assert!(grants("read", "moon").is_none());
        assert_eq!(verbs_of("repository").collect::<Vec<_>>(), ["pull", "push"]);
        assert_eq!(words(), ["invoke", "publish", "pull", "push", "read", "start", "write"]);
    }

    #[test]
    fn an_arn_tells_its_kind() {
        assert_eq!(kind_of_arn("arn:aws:s3:::packages"), Some("bucket"));
        assert_eq!(kind_of_arn("arn:aws:s3:::packages/a.zip"), None);
        assert_eq!(kind_of_arn("arn:aws:codebuild:eu-west-1:111122223333:project/x"), Some("project"));
        assert_eq!(kind_of_arn("arn:aws:ecr:eu-west-1:111122223333:repository/team/app"), Some("repository"));
        assert_eq!(kind_of_arn("arn:aws:lambda:eu-west-1:111122223333:function:hello"), Some("function"));
        assert_eq!(kind_of_arn("packages"), None);
        assert_eq!(kind_of_arn("arn:aws:s3:::"), None);
    }
}
