//! The ARNs of a template's resources, to which the calls of CloudFormation's handlers can be limited.

use std::sync::Arc;

use crate::catalog::PropertyPath;
use crate::catalog::arns::api_path;
use crate::catalog::permissions::IamAction;
use crate::catalog::resource_names::{Begin, NameForm, ResourceNames, Source, placeholders, resource_names};
use crate::catalog::type_actions::{self, ScopeLimit};
use crate::collections::HashMap;
use crate::workspace::document::Node as Yaml;
use crate::workspace::template::{LogicalId, MadeResource, Template};

use super::super::{Expr, Piece};
use super::follow::{Follow, Found, is_arn};

/// The number of random characters that CloudFormation appends to a name, including the hyphens.
const RANDOM: usize = 15;

/// The minimum length of a shortened part of a name.
const SURE: usize = 16;

/// The most steps from the name of one resource to that of another.
const DEEPEST: usize = 4;

/// A template that is deployed as a stack with a certain name.
pub struct StackScope<'a> {
    /// The template.
    pub template: &'a Template,
    /// The stack's name.
    pub stack: &'a Expr,
    /// The resources that the template creates.
    pub made: &'a [MadeResource],
    /// Returns the value that the action sets for a parameter of the template.
    pub overridden: &'a dyn Fn(&str) -> Option<Expr>,
    /// The names of the resources of each type, cached because every permission of every resource needs them.
    names: HashMap<&'a str, Arc<ResourceNames>>,
}

impl<'a> StackScope<'a> {
    /// Creates the scope of a template whose resources are `made`.
    pub fn new(
        template: &'a Template,
        stack: &'a Expr,
        made: &'a [MadeResource],
        overridden: &'a dyn Fn(&str) -> Option<Expr>,
    ) -> Self {
        let names = made.iter().map(|made| (made.kind.as_str(), resource_names(&made.kind))).collect();
        Self { template, stack, made, overridden, names }
    }

    fn names(&self, made: &MadeResource) -> Arc<ResourceNames> {
        self.names.get(made.kind.as_str()).map_or_else(|| resource_names(&made.kind), Arc::clone)
    }

    /// Returns the scope to which an action on a resource can be limited.
    pub fn limit(&self, made: &MadeResource, action: &IamAction) -> ScopeLimit {
        let absent = |sources: &[Source]| sources.iter().any(|source| is_absent(made, source));
        type_actions::limit(&made.kind, &self.names(made), action, &absent)
    }

    /// Returns the ARNs that an action on a resource is limited to. An empty list means that the action does not apply
    /// to the resource.
    pub fn resources(&self, made: &MadeResource, limit: &ScopeLimit) -> Vec<Expr> {
        match limit {
            ScopeLimit::Nothing => vec![Expr::text("*")],
            ScopeLimit::ApiPaths => api_path(&made.kind).map_or_else(Vec::new, api_paths),
            ScopeLimit::Patterns(patterns) => {
                let names = self.names(made);
                let mut resources: Vec<Expr> = Vec::new();
                for resource in patterns.iter().flat_map(|pattern| self.filled(pattern, made, &names)) {
                    if !resources.contains(&resource) {
                        resources.push(resource);
                    }
                }
                resources
            }
        }
    }

    /// Returns the ARNs of a resource of the template, by the pattern of its kind.
    pub fn arns(&self, pattern: &str, made: &MadeResource) -> Vec<Expr> {
        self.filled(pattern, made, &self.names(made))
    }

    /// Returns the ARNs of what a value of the template refers to, by the pattern of its kind, whose last placeholder
    /// is the name.
    pub fn referred(&self, pattern: &str, value: &Yaml) -> Vec<Expr> {
        self.named(pattern, self.follow(|follow| follow.value(value)))
    }

    /// Returns the ARNs of the results of an evaluation, by the pattern of their kind, whose last placeholder is the
    /// name.
    pub fn named(&self, pattern: &str, found: Vec<Found<'a>>) -> Vec<Expr> {
        let placeholder = placeholders(pattern).last().unwrap_or_default();
        let names = self.of_found(found, pattern, placeholder, DEEPEST);
        names.into_iter().map(|name| name.into_arn(pattern, placeholder)).collect()
    }

    /// Calls `then` with the context for evaluating values of the template.
    pub fn follow<R>(&self, then: impl FnOnce(&Follow<'a, '_>) -> R) -> R {
        let name = |made: &MadeResource| one_of(&self.names_of(made));
        then(&Follow {
            template: self.template,
            stack: self.stack,
            made: self.made,
            overridden: self.overridden,
            name: &name,
        })
    }

    /// Fills a pattern with the names that this resource can have or refer to.
    fn filled(&self, pattern: &str, made: &MadeResource, names: &ResourceNames) -> Vec<Expr> {
        let sources = names.patterns.iter().find(|(known, _)| *known == pattern).map(|(_, sources)| sources);
        let Some(sources) = sources else { return vec![Expr::fill(pattern, &|_| None)] };
        let holes: Vec<&str> = placeholders(pattern).collect();
        let mut filled: Vec<Vec<(&str, Expr)>> = vec![Vec::new()];
        for (hole, source) in holes.iter().zip(sources) {
            let mut next = Vec::new();
            for name in self.of_source(made, source, pattern, hole, DEEPEST) {
                match name {
                    // An ARN of the pattern's own kind leaves nothing to fill.
                    Name::Arn(arn) if holes.len() == 1 || is_of_kind(&arn, pattern) => next.push(vec![(ARN, arn)]),
                    name => next.extend(filled.iter().map(|before| {
                        before.iter().cloned().chain([(*hole, name.clone().into_name())]).collect::<Vec<_>>()
                    })),
                }
            }
            filled = next;
        }
        let arn = |names: Vec<(&str, Expr)>| match names.as_slice() {
            [(ARN, arn), ..] => arn.clone(),
            _ => Expr::fill(pattern, &|key| names.iter().find(|(hole, _)| *hole == key).map(|(_, name)| name.clone())),
        };
        let arns: Vec<Expr> = filled.into_iter().map(arn).collect();
        if pattern.ends_with(":log-group:${LogGroupName}") { with_streams(arns) } else { arns }
    }

    /// Returns the values of a placeholder.
    fn of_source(&self, made: &MadeResource, source: &Source, pattern: &str, hole: &str, depth: usize) -> Vec<Name> {
        let Some(depth) = depth.checked_sub(1) else { return vec![Name::any()] };
        match source {
            Source::Unknown => vec![Name::any()],
            Source::Own(property) => {
                let given = property.and_then(|property| made.property(property));
                // The resource itself defines its path.
                let without_path = hole.trim_end_matches("WithPath");
                let names = match given {
                    Some(value) => self.of_value(value, pattern, without_path, depth),
                    None => self.made_names(made).into_iter().map(Name::Name).collect(),
                };
                names.into_iter().map(|name| with_path(name, hole, made.property("Path"))).collect()
            }
            Source::Property(properties) | Source::IfSaid(properties) => {
                let values: Vec<&Yaml> = properties.iter().flat_map(|path| at_path(made, *path)).collect();
                let names: Vec<Name> =
                    values.iter().flat_map(|value| self.of_value(value, pattern, hole, depth)).collect();
                if names.is_empty() { vec![Name::any()] } else { names }
            }
        }
    }

    /// Returns the values of a placeholder that follow from a value of the template.
    fn of_value(&self, value: &Yaml, pattern: &str, hole: &str, depth: usize) -> Vec<Name> {
        self.of_found(self.follow(|follow| follow.value(value)), pattern, hole, depth)
    }

    fn of_found(&self, found: Vec<Found<'a>>, pattern: &str, hole: &str, depth: usize) -> Vec<Name> {
        let names = found.into_iter().flat_map(|found| match found {
            Found::Text(text) if is_arn(&text) => vec![Name::of_arn(text, pattern)],
            Found::Text(text) => names_in_text(text, hole),
            Found::Made(made) => self.of_made(made, pattern, hole, depth),
        });
        names.collect()
    }

    /// Returns the values of a placeholder in another resource's pattern that follow from a resource of the template.
    fn of_made(&self, made: &MadeResource, pattern: &str, hole: &str, depth: usize) -> Vec<Name> {
        let names = self.names(made);
        let service = |pattern: &str| pattern.split(':').nth(2).map(str::to_owned);
        let same = names.patterns.iter().find_map(|(known, sources)| {
            let index = placeholders(known).position(|other| other == hole)?;
            (service(known) == service(pattern)).then(|| sources.get(index))?
        });
        let own = || {
            names.patterns.iter().filter(|(known, _)| service(known) == service(pattern)).find_map(
                |(known, sources)| {
                    let index = sources.iter().position(|source| matches!(source, Source::Own(_)))?;
                    Some((placeholders(known).nth(index)?, sources.get(index)?))
                },
            )
        };
        let found = match same.map(|source| (hole, source)).or_else(own) {
            Some((hole, source)) => self.of_source(made, source, pattern, hole, depth),
            None => vec![Name::any()],
        };
        match qualifier(made).filter(|_| pattern.ends_with(":function:${FunctionName}")) {
            Some(qualifier) => {
                let aliases = found.iter().map(|name| name.clone().qualified(&qualifier)).collect::<Vec<_>>();
                found.into_iter().chain(aliases).collect()
            }
            None => found,
        }
    }

    /// Returns the own names of a resource, as `Ref` in a string yields them.
    fn names_of(&self, made: &MadeResource) -> Vec<Expr> {
        let names = self.names(made);
        let own = names.patterns.iter().flat_map(|(_, sources)| sources).find_map(|source| match source {
            Source::Own(property) => Some(*property),
            _ => None,
        });
        match own.flatten().and_then(|property| made.property(property)).map(Yaml::literal) {
            Some(Some(name)) => vec![Expr::text(name)],
            Some(None) => vec![Expr::text("*")],
            None => self.made_names(made),
        }
    }

    /// Returns the names that CloudFormation can generate for a resource.
    fn made_names(&self, made: &MadeResource) -> Vec<Expr> {
        let Some(form) = self.names(made).form else { return vec![Expr::text("*")] };
        let ending = match &made.id {
            LogicalId::Exact(_) => "-*",
            LogicalId::Prefix(_) => "*",
        };
        let fold = |text: &str| if form.lower { text.to_ascii_lowercase() } else { text.to_owned() };
        let id = fold(made.id.known());
        let by_id = |begin: &str| {
            let room = form.longest.saturating_sub(RANDOM + begin.len());
            if id.len() <= room {
                return Expr::text(format!("{begin}{id}{ending}"));
            }
            Expr::text(format!("{begin}{}*", id.chars().take(room / 2).collect::<String>()))
        };
        match form.begin {
            Begin::Stack => vec![self.in_stack(&id, ending, &form)],
            Begin::Id => vec![by_id("")],
            Begin::Cfn => vec![by_id("CFN-")],
            Begin::Either => vec![self.in_stack(&id, ending, &form), by_id("")],
        }
    }

    /// Returns `<stack>-<logical ID>-<random>`. If the name is too long, the stack and the ID are each shortened to
    /// half of the available length. <https://github.com/aws-cloudformation/cloudformation-cli-java-plugin>,
    /// `IdentifierUtils` (2026-11-28). Older types do so in undocumented ways, so only the start is certain.
    fn in_stack(&self, id: &str, ending: &str, form: &NameForm) -> Expr {
        let fold = |text: &str| if form.lower { text.to_ascii_lowercase() } else { text.to_owned() };
        let stack = self.stack.map_text(&fold);
        // An unknown part is the random end of a nested stack's name.
        let open = stack.pieces().iter().map(|piece| matches!(piece, Piece::Text(text) if text.contains('*')));
        let open = open.filter(|open| *open).count() * RANDOM;
        if stack.length() + open + id.len() + RANDOM <= form.longest {
            return stack.then("-").then(id).then(ending);
        }
        match stack.pieces().first() {
            Some(Piece::Text(text)) => Expr::text(text.chars().take(SURE).collect::<String>()).then("*"),
            // The name of the stack is known only at deployment.
            _ if form.longest > 2 * (SURE + RANDOM) => {
                Expr::text(format!("*-{}*", id.chars().take(SURE).collect::<String>()))
            }
            _ => Expr::text("*"),
        }
    }
}

/// Replaces the name of a placeholder: the value is the whole ARN.
const ARN: &str = "";

/// Returns whether an ARN has the form of a pattern: the same first word, and as many parts.
fn is_of_kind(arn: &Expr, pattern: &str) -> bool {
    let (shape, separators) = (shape(arn), [':', '/']);
    let (Some(own), Some(wanted)) = (shape.splitn(6, ':').nth(5), pattern.splitn(6, ':').nth(5)) else { return false };
    let parts = |text: &str| text.split(separators).count();
    let word = |text: &str| text.split(separators).next().unwrap_or_default().to_owned();
    parts(own) == parts(wanted) && word(own) == word(wanted)
}

/// A name, or the ARN that a value has instead.
#[derive(Debug, Clone)]
enum Name {
    Name(Expr),
    Arn(Expr),
}

impl Name {
    fn any() -> Self {
        Self::Name(Expr::text("*"))
    }

    /// Creates a name from an ARN, if it belongs to the service of the pattern.
    fn of_arn(arn: Expr, pattern: &str) -> Self {
        let shape = shape(&arn);
        let mut fields = shape.splitn(6, ':').skip(2);
        let service = fields.next().unwrap_or_default();
        let wanted = pattern.split(':').nth(2).unwrap_or_default();
        let same = service == wanted || service.contains(['*', UNKNOWN]);
        if same && fields.count() == 3 { Self::Arn(arn) } else { Self::any() }
    }

    /// Appends an alias or a version.
    fn qualified(self, qualifier: &str) -> Self {
        match self {
            Self::Name(name) => Self::Name(name.then(":").then(qualifier)),
            Self::Arn(arn) => Self::Arn(arn.then(":").then(qualifier)),
        }
    }

    /// Returns the name; for an ARN, the part after the last separator.
    fn into_name(self) -> Expr {
        match self {
            Self::Name(name) => name,
            Self::Arn(arn) => match arn.pieces().last() {
                Some(Piece::Text(text)) => match text.rsplit_once([':', '/']) {
                    Some((_, name)) if !name.is_empty() => Expr::text(name),
                    _ => Expr::text("*"),
                },
                _ => Expr::text("*"),
            },
        }
    }

    fn into_arn(self, pattern: &str, hole: &str) -> Expr {
        match self {
            Self::Arn(arn) => arn,
            Self::Name(name) => Expr::fill(pattern, &|key| (key == hole).then(|| name.clone())),
        }
    }
}

/// Returns the suffix of a function's name for a resource that is one of its aliases or versions.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html> (2026-11-28)
fn qualifier(made: &MadeResource) -> Option<String> {
    match made.kind.as_str() {
        "AWS::Lambda::Alias" => Some(made.property("Name").and_then(Yaml::literal).unwrap_or("*").to_owned()),
        "AWS::Lambda::Version" => Some("*".to_owned()),
        _ => None,
    }
}

/// Replaces the unknown parts of a text.
const UNKNOWN: char = '\u{1}';

/// Returns a string with a placeholder character for each part that is known only at deployment.
pub fn shape(text: &Expr) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        _ => UNKNOWN.to_string(),
    };
    text.pieces().iter().map(piece).collect()
}

/// Returns the names that a string can represent for a placeholder.
fn names_in_text(text: Expr, hole: &str) -> Vec<Name> {
    let Some(known) = text.as_text().map(str::to_owned) else {
        let whole = matches!(text.pieces().last(), Some(Piece::Text(end)) if end == "*");
        return vec![match hole {
            // AWS appends a hyphen and six characters to the name of a secret.
            // <https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html> (2026-11-28)
            "SecretId" if !whole => Name::Name(text.then("-??????")),
            "ParameterNameWithoutLeadingSlash" => Name::Name(without_slash(&text)),
            _ => Name::Name(text),
        }];
    };
    let last = |text: &str| text.rsplit('/').next().unwrap_or(text).to_owned();
    let known = known.as_str();
    let name = match hole {
        "SecretId" if !known.ends_with('*') => format!("{known}-??????"),
        "ParameterNameWithoutLeadingSlash" => known.trim_start_matches('/').to_owned(),
        // <https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html> (2026-11-28)
        "Scope" if known == "CLOUDFRONT" => "global".to_owned(),
        "Scope" => known.to_ascii_lowercase(),
        "OidcProviderName" => known.trim_start_matches("https://").to_owned(),
        "QueueName" | "Id" => last(known),
        "Alias" => known.trim_start_matches("alias/").to_owned(),
        // An alias can refer to any key.
        "KeyId" if known.starts_with("alias/") => "*".to_owned(),
        "FunctionName" => known.split(':').next().unwrap_or(known).to_owned(),
        // The name of an existing role does not include its path.
        hole if hole.ends_with("WithPath") && known != "*" => {
            return vec![Name::Name(Expr::text(known)), Name::Name(Expr::text(format!("*/{known}")))];
        }
        _ => known.to_owned(),
    };
    vec![Name::Name(Expr::text(name))]
}

fn without_slash(text: &Expr) -> Expr {
    let mut rest = Expr::default();
    for (index, piece) in text.pieces().iter().enumerate() {
        rest.push(match piece {
            Piece::Text(text) if index == 0 => Piece::Text(text.trim_start_matches('/').to_owned()),
            piece => piece.clone(),
        });
    }
    rest
}

/// Adds the path to an IAM name, if the resource has one.
fn with_path(name: Name, hole: &str, path: Option<&Yaml>) -> Name {
    let (Name::Name(name), Some(path)) = (&name, path.filter(|_| hole.ends_with("WithPath"))) else { return name };
    match path.literal() {
        Some(path) => Name::Name(Expr::text(path.trim_start_matches('/')).then(name.clone())),
        None => Name::Name(Expr::text("*").then(name.clone())),
    }
}

/// Adds `:*` to the ARNs of log groups, which all policies except those for tagging need.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html> (2026-11-23)
fn with_streams(mut arns: Vec<Expr>) -> Vec<Expr> {
    let open = |arn: &Expr| matches!(arn.pieces().last(), Some(Piece::Text(text)) if text.ends_with('*'));
    let whole: Vec<Expr> = arns.iter().filter(|arn| !open(arn)).map(|arn| arn.clone().then(":*")).collect();
    arns.extend(whole);
    arns
}

/// Returns the name if there is exactly one; otherwise `*`.
fn one_of(names: &[Expr]) -> Expr {
    match names {
        [name] => name.clone(),
        _ => Expr::text("*"),
    }
}

/// Returns whether a resource lacks the property without which a pattern does not apply to it.
fn is_absent(made: &MadeResource, source: &Source) -> bool {
    match source {
        Source::IfSaid(properties) => {
            made.properties.is_some() && properties.iter().all(|path| at_path(made, *path).is_empty())
        }
        _ => false,
    }
}

/// Returns the values at a path of properties. Lists yield the values of every item.
fn at_path<'n>(made: &'n MadeResource, path: PropertyPath<'_>) -> Vec<&'n Yaml> {
    let (first, mut rest) = path.step();
    let mut found: Vec<&Yaml> = made.property(first).into_iter().collect();
    while let Some((name, tail)) = rest.map(PropertyPath::step) {
        rest = tail;
        let step = |node: &'n Yaml| match node.items() {
            [] => node.get(name).into_iter().collect::<Vec<_>>(),
            items => items.iter().filter_map(|item| item.get(name)).collect(),
        };
        found = found.into_iter().flat_map(step).collect();
    }
    found
}

fn api_paths(path: &str) -> Vec<Expr> {
    let base = Expr::fill("arn:${Partition}:apigateway:${Region}::/", &|_| None).then(path);
    let tags = Expr::fill("arn:${Partition}:apigateway:${Region}::/tags/*", &|_| None);
    vec![base.clone(), base.then("/*"), tags]
}
