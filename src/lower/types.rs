//! Types: which exist, and whether a value is of one.

use crate::catalog::Target;
use crate::diagnostic::families::names;
use crate::hir::{Entity, Value, ValueKind};
use crate::source::Span;
use crate::syntax::ast::{Type, TypeKind};

use super::Lowerer;
use super::coerce::describe;
use super::reference::kind_of;
use super::scope::{Binding, ScopeId, TypeId};

/// The types that the language has.
const TYPES: [&str; 13] = [
    "string",
    "number",
    "bool",
    "Artifact",
    "File",
    "Project",
    "Role",
    "Bucket",
    "Topic",
    "Connection",
    "Key",
    "Environment",
    "Repository",
];

impl<'a> Lowerer<'a> {
    /// Whether a value is of a type; reports it otherwise.
    pub(super) fn check_type(&mut self, ty: &'a Type, value: &Value, name: &str, scope: ScopeId) -> bool {
        if !self.known_type(ty, scope) {
            return false;
        }
        self.settle_settings(value);
        if value.is_poisoned() || self.matches(ty, value, scope) {
            return true;
        }
        let allowed = literals(ty);
        if let (false, Some(written)) = (allowed.is_empty(), value.as_str()) {
            let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
            self.diagnostics.push(names::not_allowed(name, written, value.span, &allowed, false));
            return false;
        }
        if let Some((environment, field, problem, place)) = self.wrong_setting(ty, value, scope) {
            let owner = format!("{environment}.settings");
            self.diagnostics.push(names::wrong_field(&owner, &field, &problem, place));
            return false;
        }
        if let Some((field, problem)) = self.wrong_field(ty, value, scope) {
            self.diagnostics.push(names::wrong_field(name, &field, &problem, value.span));
            return false;
        }
        let found = describe(&value.kind);
        self.diagnostics.push(names::wrong_type(name, &shown(ty), found, value.span));
        false
    }

    /// Whether all names in a type exist; reports what does not. A name in a declared type is reported there.
    pub(super) fn known_type(&mut self, ty: &'a Type, scope: ScopeId) -> bool {
        match &ty.kind {
            TypeKind::Named { name, arguments } if TYPES.contains(&name.node.as_str()) => {
                arguments.iter().all(|argument| self.known_type(argument, scope))
            }
            TypeKind::Named { name, .. } => {
                if matches!(self.scopes.find(scope, &name.node), Some(Binding::Type(_))) {
                    return self.is_sound(ty, scope, &mut Vec::new());
                }
                if !self.symbols.is_forgiven(&name.node) {
                    self.diagnostics.push(names::unknown_type(name, &TYPES));
                }
                false
            }
            TypeKind::Literal(_) => true,
            TypeKind::List(inner) | TypeKind::Optional(inner) => self.known_type(inner, scope),
            TypeKind::Union(terms) => terms.iter().all(|term| self.known_type(term, scope)),
            TypeKind::Record(fields) => fields.iter().fold(true, |all, field| self.known_type(&field.ty, scope) && all),
        }
    }

    /// Whether all names in a type, and in the declared types that it names, exist. `seen`: the declared types so far.
    fn is_sound(&self, ty: &'a Type, scope: ScopeId, seen: &mut Vec<TypeId>) -> bool {
        match &ty.kind {
            TypeKind::Named { name, arguments } if TYPES.contains(&name.node.as_str()) => {
                arguments.iter().all(|argument| self.is_sound(argument, scope, seen))
            }
            TypeKind::Named { name, .. } => {
                let Some(Binding::Type(id)) = self.scopes.find(scope, &name.node) else { return false };
                let Some((declaration, home)) = self.scopes.types.get(id.0) else { return false };
                if seen.contains(id) {
                    return true;
                }
                seen.push(*id);
                self.is_sound(&declaration.ty, *home, seen)
            }
            TypeKind::Literal(_) => true,
            TypeKind::List(inner) | TypeKind::Optional(inner) => self.is_sound(inner, scope, seen),
            TypeKind::Union(terms) => terms.iter().all(|term| self.is_sound(term, scope, seen)),
            TypeKind::Record(fields) => fields.iter().all(|field| self.is_sound(&field.ty, scope, seen)),
        }
    }

    /// The type behind a name, and the scope it was written in.
    pub(super) fn declared_type(&self, name: &str, scope: ScopeId) -> Option<(&'a Type, ScopeId)> {
        let Some(Binding::Type(id)) = self.scopes.find(scope, name) else { return None };
        self.scopes.types.get(id.0).map(|(declaration, home)| (&declaration.ty, *home))
    }

    /// Whether a readable value is of a type whose names exist. A type that names itself ends at the depth of the value.
    fn matches(&self, ty: &'a Type, value: &Value, scope: ScopeId) -> bool {
        match &ty.kind {
            TypeKind::Named { name, arguments } => {
                self.matches_name(&name.node, value, scope) && self.settings_match(arguments, value, scope)
            }
            TypeKind::Literal(literal) => value.as_str() == Some(literal),
            TypeKind::List(inner) => match &value.kind {
                ValueKind::List(items) => items.iter().all(|item| self.matches(inner, item, scope)),
                _ => false,
            },
            TypeKind::Optional(inner) => value.kind == ValueKind::Null || self.matches(inner, value, scope),
            TypeKind::Union(terms) => terms.iter().any(|term| self.matches(term, value, scope)),
            TypeKind::Record(_) => {
                matches!(value.kind, ValueKind::Map(_)) && self.wrong_field(ty, value, scope).is_none()
            }
        }
    }

    fn matches_name(&self, name: &str, value: &Value, scope: ScopeId) -> bool {
        let is_a = |target: Target| match &value.kind {
            ValueKind::Entity(entity) => kind_of(*entity) == target,
            _ => false,
        };
        // A name that stands for itself, or for another name that leads back, has no values.
        if let Some((ty, home)) = self.declared_type(name, scope) {
            return !self.is_circular(ty, home, 0) && self.matches(ty, value, home);
        }
        match name {
            "string" => matches!(value.kind, ValueKind::Text(_)),
            "number" => matches!(value.kind, ValueKind::Number(_)),
            "bool" => matches!(value.kind, ValueKind::Bool(_)),
            "Artifact" => matches!(value.kind, ValueKind::Artifact(_)),
            "File" => matches!(value.kind, ValueKind::ArtifactFile(_)),
            "Project" => is_a(Target::Project),
            "Role" => is_a(Target::Role),
            "Bucket" => is_a(Target::Bucket),
            "Topic" => is_a(Target::Topic),
            "Connection" => is_a(Target::Connection),
            "Repository" => is_a(Target::Repository),
            "Key" => is_a(Target::Key),
            "Environment" => is_a(Target::Environment),
            _ => false,
        }
    }

    /// Whether the settings of an environment are of the type behind `Environment<...>`; unreadable ones are.
    fn settings_match(&self, arguments: &'a [Type], value: &Value, scope: ScopeId) -> bool {
        let (Some(ty), ValueKind::Entity(Entity::Environment(id))) = (arguments.first(), &value.kind) else {
            return true;
        };
        match self.settled(*id) {
            Some(settings) => settings.is_poisoned() || self.matches(ty, settings, scope),
            None => self.matches(ty, &Value::new(ValueKind::Map(Vec::new()), value.span), scope),
        }
    }

    /// The first setting of an environment that does not fit the type behind `Environment<...>`: environment, field, what
    /// is wrong, and where it is given.
    fn wrong_setting(&self, ty: &'a Type, value: &Value, scope: ScopeId) -> Option<(String, String, String, Span)> {
        let (TypeKind::Named { arguments, .. }, ValueKind::Entity(Entity::Environment(id))) = (&ty.kind, &value.kind)
        else {
            return None;
        };
        let nothing = Value::new(ValueKind::Map(Vec::new()), value.span);
        let settings = self.settled(*id).unwrap_or(&nothing);
        let (field, problem) = self.wrong_field(arguments.first()?, settings, scope)?;
        let place = match &settings.kind {
            ValueKind::Map(entries) => entries.iter().find(|(key, _)| key.node == field).map(|(key, _)| key.span),
            _ => None,
        };
        let environment = self.symbols.name_of(Entity::Environment(*id)).unwrap_or_default().to_owned();
        Some((environment, field, problem, place.unwrap_or(settings.span)))
    }

    /// Whether following names alone never arrives at a type.
    fn is_circular(&self, ty: &'a Type, scope: ScopeId, steps: usize) -> bool {
        match &ty.kind {
            TypeKind::Named { name, .. } => {
                steps > self.scopes.types.len()
                    || self
                        .declared_type(&name.node, scope)
                        .is_some_and(|(next, home)| self.is_circular(next, home, steps + 1))
            }
            _ => false,
        }
    }

    /// The first field of a map that is absent, unknown or of another type, for a record type.
    fn wrong_field(&self, ty: &'a Type, value: &Value, scope: ScopeId) -> Option<(String, String)> {
        let (fields, scope) = match &ty.kind {
            TypeKind::Record(fields) => (fields, scope),
            TypeKind::Named { name, .. } => match self.declared_type(&name.node, scope)? {
                (Type { kind: TypeKind::Record(fields), .. }, home) => (fields, home),
                _ => return None,
            },
            _ => return None,
        };
        let ValueKind::Map(entries) = &value.kind else { return None };
        for field in fields {
            let entry = entries.iter().find(|(key, _)| key.node == field.name.node);
            match entry {
                None if !matches!(field.ty.kind, TypeKind::Optional(_)) => {
                    return Some((field.name.node.clone(), "is missing".to_owned()));
                }
                Some((_, value)) if !value.is_poisoned() && !self.matches(&field.ty, value, scope) => {
                    let problem = format!("takes {}, not {}", shown(&field.ty), describe(&value.kind));
                    return Some((field.name.node.clone(), problem));
                }
                _ => {}
            }
        }
        let unknown = entries.iter().find(|(key, _)| !fields.iter().any(|field| field.name.node == key.node));
        unknown.map(|(key, _)| (key.node.clone(), "is no field of its type".to_owned()))
    }
}

/// The texts of a union of texts.
pub(super) fn literals(ty: &Type) -> Vec<String> {
    match &ty.kind {
        TypeKind::Literal(text) => vec![text.clone()],
        TypeKind::Union(terms) if terms.iter().all(|term| matches!(term.kind, TypeKind::Literal(_))) => {
            terms.iter().flat_map(literals).collect()
        }
        _ => Vec::new(),
    }
}

/// A type in words.
fn shown(ty: &Type) -> String {
    match &ty.kind {
        TypeKind::Named { name, .. } => match name.node.as_str() {
            "string" => "text".to_owned(),
            "number" => "a number".to_owned(),
            "bool" => "`true` or `false`".to_owned(),
            "File" => "a file in an artifact".to_owned(),
            "Artifact" | "Project" | "Role" | "Bucket" | "Topic" | "Connection" | "Key" | "Environment"
            | "Repository" => {
                let noun = name.node.to_lowercase();
                format!("{} {noun}", crate::diagnostic::wording::article(&noun))
            }
            other => format!("a value of type `{other}`"),
        },
        TypeKind::Literal(text) => format!("`\"{text}\"`"),
        TypeKind::List(inner) => format!("a list whose elements are {}", shown(inner)),
        TypeKind::Optional(inner) => format!("{} or `null`", shown(inner)),
        TypeKind::Union(terms) => terms.iter().map(shown).collect::<Vec<_>>().join(" or "),
        TypeKind::Record(_) => "a map with the fields of its type".to_owned(),
    }
}
