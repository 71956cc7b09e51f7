//! Parameters of a template.

use crate::catalog::numbers::number;
use crate::catalog::{self, Slot, SlotType, template_language};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ParamKind, Stmt, StmtKind, Type, tree};
use crate::workspace::document::{Entry, Node};

use super::actions::attribute;
use super::additions::Additions;
use super::{Reader, TreePurpose, wording};

impl Reader<'_> {
    /// Returns `param name: type = default { ... }` for every parameter that is to be declared.
    pub(super) fn parameters(&mut self) -> Vec<Stmt> {
        let parameters = self.root.get("Parameters").map(Node::entries).unwrap_or_default();
        let declared = parameters.iter().filter(|entry| self.names.params.contains(entry.key.node.as_str()));
        let mut found: Vec<(Option<usize>, Stmt)> = Vec::new();
        let interface = Interface::of(self.root, self.additions);
        let import = self.names.purpose == TreePurpose::Import;
        for entry in declared {
            let place = entry.key.span.to(entry.value.span);
            self.words.push(wording::Region::listed(place, self.names.kind, "param"));
            let reading = ParamReading { entry, import, interface: &interface, additions: self.additions };
            found.push((interface.position(&entry.key.node), reading.statement()));
        }
        // As the console shows them: those without a group last.
        found.sort_by_key(|(position, _)| (position.is_none(), *position));
        found.into_iter().map(|(_, statement)| statement).collect()
    }
}

/// How the console shows the parameters of a template.
struct Interface<'d> {
    /// The names and members of the groups.
    groups: Vec<(&'d str, Vec<&'d str>)>,
    labels: Vec<(&'d str, &'d str)>,
}

impl<'d> Interface<'d> {
    /// Reads the metadata, if the statements express it.
    fn of(root: &'d Node, additions: &Additions) -> Self {
        let mut found = Self { groups: Vec::new(), labels: Vec::new() };
        let Some(node) = root.at(&["Metadata", INTERFACE]).filter(|_| additions.interface) else { return found };
        for group in node.get("ParameterGroups").map(Node::items).unwrap_or_default() {
            let label = group.at(&["Label", "default"]).and_then(Node::literal).unwrap_or_default();
            let members = group.get("Parameters").map(Node::items).unwrap_or_default();
            found.groups.push((label, members.iter().filter_map(Node::literal).collect()));
        }
        for entry in node.get("ParameterLabels").map(Node::entries).unwrap_or_default() {
            found
                .labels
                .extend(entry.value.get("default").and_then(Node::literal).map(|it| (entry.key.node.as_str(), it)));
        }
        found
    }

    /// Returns the position of a parameter among those in groups.
    fn position(&self, name: &str) -> Option<usize> {
        self.groups.iter().flat_map(|(_, members)| members).position(|member| *member == name)
    }

    fn group(&self, name: &str) -> Option<&'d str> {
        self.groups.iter().find(|(_, members)| members.contains(&name)).map(|(label, _)| *label)
    }

    fn label(&self, name: &str) -> Option<&'d str> {
        self.labels.iter().find(|(known, _)| *known == name).map(|(_, label)| *label)
    }
}

/// The metadata that says how the console shows parameters.
pub const INTERFACE: &str = "AWS::CloudFormation::Interface";

/// A parameter and its context.
struct ParamReading<'r, 'd> {
    entry: &'d Entry,
    import: bool,
    interface: &'r Interface<'d>,
    additions: &'r Additions,
}

impl ParamReading<'_, '_> {
    fn statement(&self) -> Stmt {
        let (node, place) = (&self.entry.value, self.entry.key.span);
        let aws = node.get("Type").and_then(Node::literal).unwrap_or("String");
        let no_echo = node.get("NoEcho").and_then(Node::as_bool) == Some(true);
        let is_secret = no_echo && aws == "String";
        let allowed = if is_secret || aws != "String" { Vec::new() } else { texts(node.get("AllowedValues")) };
        let ty = match aws {
            _ if is_secret => tree::named_type("secret", place),
            _ if !allowed.is_empty() => tree::union(&allowed, place),
            _ => type_of(aws, place),
        };
        let description = node.get("Description").and_then(Node::literal);
        // Documentation has neither empty nor indented lines of its own.
        let doc = description.filter(|text| text.trim() == *text && !text.contains('\n') && !text.is_empty());
        let skips = |slot: &Slot| match slot.attribute.as_str() {
            "description" => doc.is_some(),
            "no-echo" => is_secret,
            "allowed-values" => !allowed.is_empty(),
            _ => false,
        };
        let slots = catalog::declaration("param").map(|entry| entry.slot.as_slice()).unwrap_or_default();
        let given = slots.iter().filter(|slot| !skips(slot)).filter_map(|slot| {
            let found = node.entry(slot.key.as_deref()?)?;
            Some(attribute(&slot.attribute, found, value(slot, &found.value)?))
        });
        let mut statements: Vec<Stmt> = given.collect();
        statements.extend(self.additional());
        let block = tree::block(statements, self.entry.value.span);
        let kind = StmtKind::Param(ast::Param {
            kind: ParamKind::Param,
            keyword: place,
            name: tree::ident(&self.entry.key.node, place),
            ty,
            default: node.get("Default").and_then(|node| default(aws, node)),
            block: Some(block).filter(|block| !block.statements.is_empty()),
        });
        tree::statement(kind, doc, place)
    }

    /// Returns the attributes that are not keys of the parameter.
    fn additional(&self) -> Vec<Stmt> {
        let (name, place) = (self.entry.key.node.as_str(), self.entry.key.span);
        let text = |word: &str, text: Option<&str>| text.map(|text| tree::attribute(word, tree::text(text, place)));
        let open = self.import && self.additions.open_params.contains(name);
        let pattern = open.then(|| tree::attribute("allowed-pattern", tree::expr(ast::ExprKind::Null, place)));
        let shown = [text("label", self.interface.label(name)), text("group", self.interface.group(name))];
        pattern.into_iter().chain(shown.into_iter().flatten()).collect()
    }
}

/// Returns a type in the language.
fn type_of(aws: &str, place: Span) -> Type {
    if let Some(inner) = inside(aws, template_language::STORED_VALUE) {
        return tree::type_with(template_language::STORED_VALUE, type_of(inner, place), place);
    }
    if let Some(inner) = inside(aws, "List") {
        return tree::list_type(type_of(inner, place), place);
    }
    match aws {
        "CommaDelimitedList" => tree::list_type(tree::named_type("string", place), place),
        "Number" => tree::named_type("number", place),
        existing if template_language::is_parameter_type(existing) && existing.contains("::") => {
            tree::named_type(existing, place)
        }
        _ => tree::named_type("string", place),
    }
}

/// Returns the type between the angle brackets of another type.
fn inside<'t>(aws: &'t str, outer: &str) -> Option<&'t str> {
    aws.strip_prefix(outer)?.strip_prefix('<')?.strip_suffix('>')
}

fn default(aws: &str, node: &Node) -> Option<Expr> {
    let (text, place) = (node.literal()?, node.text_span());
    let item = |text: &str| {
        let is_number = matches!(aws, "Number" | "List<Number>");
        if is_number { tree::number(text.trim(), place) } else { tree::text(text, place) }
    };
    if aws == "CommaDelimitedList" || inside(aws, "List").is_some() {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        return Some(tree::list(items.map(item).collect(), place));
    }
    Some(item(text))
}

fn texts(list: Option<&Node>) -> Vec<String> {
    list.map(Node::items).unwrap_or_default().iter().filter_map(|it| it.literal().map(str::to_owned)).collect()
}

/// Returns the value of a key. CloudFormation does not accept functions there.
fn value(slot: &Slot, node: &Node) -> Option<Expr> {
    let place = node.text_span();
    Some(match slot.ty {
        SlotType::Bool => tree::flag(node.as_bool()?, place),
        SlotType::Integer | SlotType::Number => tree::number(node.literal().filter(|it| number(it).is_some())?, place),
        SlotType::List => {
            let item = |item: &Node| Some(tree::text(item.literal()?, item.text_span()));
            tree::list(node.items().iter().filter_map(item).collect(), place)
        }
        _ => tree::text(node.literal()?, place),
    })
}
