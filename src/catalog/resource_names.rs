//! Which values of a resource fill the ARN patterns of the actions that its type needs, and which properties contain
//! roles.
//!
//! `data/rebuild.py` generates the texts and describes their format; `resource_names.toml` is the part written by hand.

use std::sync::Arc;

use super::PropertyPath;
use super::kept::Kept;
use super::permissions::arn_pattern;
use super::table::{TypeTable, type_table};

static NAMES: TypeTable = type_table!("resource-names");
static ROLES: TypeTable = type_table!("role-properties");

/// The names of a type's resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceNames {
    /// ARN patterns, with the sources of their placeholders in order.
    pub patterns: Vec<(&'static str, Vec<Source>)>,
    /// The form of the name that CloudFormation generates; `None` if it is unknown.
    pub form: Option<NameForm>,
    /// Whether the entry is written by hand: then patterns that it leaves out do not apply to the type.
    pub complete: bool,
}

impl ResourceNames {
    /// Returns the patterns that only the resource's own name fills; if there are none, those that contain it.
    pub fn own(&self) -> Vec<&'static str> {
        let own = |source: &Source| matches!(source, Source::Own(_));
        let whole = |(_, sources): &&(&str, Vec<Source>)| sources.iter().all(own);
        let found: Vec<&str> = self.patterns.iter().filter(whole).map(|(pattern, _)| *pattern).collect();
        let part = |(_, sources): &&(&str, Vec<Source>)| sources.iter().any(own);
        match found.as_slice() {
            [] => self.patterns.iter().filter(part).map(|(pattern, _)| *pattern).collect(),
            _ => found,
        }
    }
}

/// What fills a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The resource's own name, set by this property, if any.
    Own(Option<&'static str>),
    /// The properties that contain the value, as paths.
    Property(Vec<PropertyPath<'static>>),
    /// The same; without the property, the pattern does not apply to the resource.
    IfSaid(Vec<PropertyPath<'static>>),
    /// Unknown.
    Unknown,
}

/// The form of a name that CloudFormation generates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameForm {
    /// Its prefix.
    pub begin: Begin,
    /// The maximum length.
    pub longest: usize,
    /// Whether it is in lowercase.
    pub lower: bool,
}

/// The prefix of a name that CloudFormation generates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// `<stack>-<logical ID>-`
    Stack,
    /// `<logical ID>-`
    Id,
    /// One of these two.
    Either,
    /// `CFN-<logical ID>-`
    Cfn,
}

/// Returns what is known about the names of a type's resources.
pub fn resource_names(resource_type: &str) -> Arc<ResourceNames> {
    static KNOWN: Kept<ResourceNames> = Kept::new();
    KNOWN.get(resource_type, || NAMES.line(resource_type).map(read_names).map(Arc::new)).unwrap_or_default()
}

fn read_names(line: &'static str) -> ResourceNames {
    let mut names = ResourceNames::default();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        if let Some(form) = word.strip_prefix('@') {
            names.complete = true;
            names.form = read_form(form);
        } else if let Some((number, sources)) =
            word.find(|letter: char| !letter.is_ascii_digit()).map(|at| word.split_at(at))
            && let Some(pattern) = arn_pattern(number)
        {
            names.patterns.push((pattern, read_sources(sources)));
        }
    }
    names
}

/// Returns the names of the properties that contain a role which resources of the type assume.
pub fn role_properties(resource_type: &str) -> impl Iterator<Item = &'static str> {
    ROLES.line(resource_type).unwrap_or_default().split(' ').filter(|name| !name.is_empty())
}

/// Returns the placeholders of an ARN pattern that names fill, in order.
pub fn placeholders(pattern: &str) -> impl Iterator<Item = &str> {
    let names = pattern.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.filter(|name| !matches!(*name, "Partition" | "Region" | "Account"))
}

fn read_form(text: &str) -> Option<NameForm> {
    let mut parts = text.split('/');
    let begin = match parts.next()? {
        "stack" => Begin::Stack,
        "id" => Begin::Id,
        "either" => Begin::Either,
        "CFN" => Begin::Cfn,
        _ => return None,
    };
    Some(NameForm { begin, longest: parts.next()?.parse().ok()?, lower: parts.next() == Some("lower") })
}

fn read_sources(mut text: &'static str) -> Vec<Source> {
    let mut sources = Vec::new();
    while let Some(sign) = text.chars().next() {
        let rest = text.get(1..).unwrap_or_default();
        let end = rest.find(['=', '!', '?', '-']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let properties = || word.split(',').map(PropertyPath::new).collect();
        sources.push(match sign {
            '!' => Source::Own((!word.is_empty()).then_some(word)),
            '=' => Source::Property(properties()),
            '?' => Source::IfSaid(properties()),
            _ => Source::Unknown,
        });
        text = after;
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::permissions::handlers;

    #[derive(serde::Deserialize)]
    struct File {
        verified: String,
        resource: Vec<Row>,
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        r#type: String,
        #[serde(default)]
        names: std::collections::BTreeMap<String, String>,
        generated: Option<String>,
        longest: Option<usize>,
        #[serde(default)]
        lower: bool,
        permissions: Option<std::collections::BTreeMap<String, Vec<String>>>,
        source: String,
    }

    #[test]
    fn every_line_names_a_source_for_each_placeholder() {
        let heads: Vec<_> = NAMES.heads().collect();
        assert!(heads.len() > 1000 && heads.windows(2).all(|pair| pair[0] < pair[1]));
        for kind in heads {
            let names = resource_names(kind);
            assert!(!names.patterns.is_empty() || names.form.is_some(), "{kind}");
            for (pattern, sources) in &names.patterns {
                assert_eq!(placeholders(pattern).count(), sources.len(), "{kind} {pattern}");
            }
        }
    }

    #[test]
    fn a_name_fills_one_placeholder_of_a_pattern() {
        for kind in NAMES.heads() {
            for (pattern, sources) in &resource_names(kind).patterns {
                let mut own: Vec<_> = sources.iter().filter(|source| matches!(source, Source::Own(Some(_)))).collect();
                own.dedup();
                let count = sources.iter().filter(|source| matches!(source, Source::Own(Some(_)))).count();
                assert_eq!(own.len(), count, "{kind} {pattern}");
            }
        }
        let of_group = resource_names("AWS::EKS::Nodegroup");
        let (_, sources) = of_group.patterns.iter().find(|(pattern, _)| pattern.contains(":nodegroup/")).unwrap();
        assert_eq!(
            sources[..2],
            [Source::Property(vec![PropertyPath::new("ClusterName")]), Source::Own(Some("NodegroupName"))]
        );
    }

    #[test]
    fn the_rows_written_by_hand_are_in_the_texts() {
        let file: File = serde_json::from_str(facts!("resource_names")).unwrap();
        assert!(file.verified.len() == 10 && file.resource.len() > 50);
        for row in file.resource {
            assert!(row.source.starts_with("https://docs.aws.amazon.com/"), "{}", row.r#type);
            let names = resource_names(&row.r#type);
            for (pattern, words) in &row.names {
                let fits = |full: &str| {
                    let fields: Vec<_> = full.splitn(6, ':').collect();
                    format!("{}:{}", fields[2], fields[5]) == *pattern
                };
                let (_, sources) = names.patterns.iter().find(|(full, _)| fits(full)).expect(pattern);
                let leaked: &'static str = Box::leak(words.clone().into_boxed_str());
                assert_eq!(*sources, read_sources(leaked), "{}", row.r#type);
            }
            assert_eq!(names.form.is_some(), row.generated.is_some(), "{}", row.r#type);
            assert_eq!(names.form.map(|form| (form.longest, form.lower)), row.longest.map(|it| (it, row.lower)));
            for (handler, wanted) in row.permissions.unwrap_or_default() {
                let all = handlers(&row.r#type).expect(&row.r#type);
                let list = match handler.as_str() {
                    "create" => all.create,
                    "read" => all.read,
                    "update" => all.update,
                    _ => all.delete,
                };
                assert!(wanted.iter().all(|action| list.contains(action)), "{} {handler}", row.r#type);
            }
        }
    }

    #[test]
    fn roles_are_known_by_the_names_of_their_properties() {
        let of = |kind: &str| role_properties(kind).collect::<Vec<_>>();
        assert_eq!(of("AWS::ECS::TaskDefinition"), ["ExecutionRoleArn", "TaskRoleArn"]);
        assert_eq!(of("AWS::Lambda::Function"), ["Role"]);
        assert!(of("AWS::SQS::Queue").is_empty());
    }
}
