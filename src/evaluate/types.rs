//! Types: whether they exist, and whether a value is of one.

use crate::catalog::Kind;
use crate::collections::HashSet;
use crate::diagnostic::families::attributes::{self, FieldFault, WrongField};
use crate::diagnostic::families::names;
use crate::diagnostic::suggest;
use crate::hir::{Entity, Value, ValueKind};
use crate::resolve::words::{DURATION, SECRET, TYPES, is_type};
use crate::slots::describe;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Field, Ident, Type, TypeKind};

use super::limits::TYPE_LIMIT;
use super::scope::{Binding, ScopeId, TypeId};

use super::evaluator::Evaluator;

impl<'a> Evaluator<'a> {
    /// Returns whether a value is of a type; otherwise reports it.
    pub(crate) fn check_type(&mut self, ty: &'a Type, value: &Value, name: &str, scope: ScopeId) -> bool {
        if !self.known_type(ty, scope) {
            return false;
        }
        self.evaluate_settings(value);
        if value.is_poisoned() || self.matches(ty, value, scope) {
            return true;
        }
        let allowed = literals(ty);
        if let (false, Some(written)) = (allowed.is_empty(), value.as_str()) {
            let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
            self.diagnostics.push(attributes::not_allowed(name, written, value.span, &allowed, false));
            return false;
        }
        if let Some((owner, faults)) = self.wrong_settings(ty, value, scope) {
            self.diagnostics.extend(faults.iter().map(|fault| attributes::wrong_field(&owner, fault)));
            return false;
        }
        let faults = self.wrong_fields(ty, value, value.span, scope);
        if !faults.is_empty() {
            self.diagnostics.extend(faults.iter().map(|fault| attributes::wrong_field(name, fault)));
            return false;
        }
        let found = describe(&value.kind);
        self.diagnostics.push(attributes::wrong_type(name, &shown(ty), found, value.span));
        false
    }

    /// Returns a value of a type with `null` for the optional fields that it omits.
    pub(crate) fn completed(&self, ty: &'a Type, value: Value, scope: ScopeId) -> Value {
        let Value { kind, span } = value;
        let kind = match (&ty.kind, kind) {
            (TypeKind::Optional(inner), kind) => return self.completed(inner, Value::new(kind, span), scope),
            (TypeKind::Named { name, .. }, kind) => match self.declared_type(name, scope) {
                Some((ty, home)) => return self.completed(ty, Value::new(kind, span), home),
                None => kind,
            },
            (TypeKind::List(inner), ValueKind::List(items)) => {
                ValueKind::List(items.into_iter().map(|item| self.completed(inner, item, scope)).collect())
            }
            (TypeKind::Record(fields), ValueKind::Map(mut entries)) => {
                for field in fields {
                    match entries.iter_mut().find(|(key, _)| key.node == field.name.node) {
                        Some((_, value)) => *value = self.completed(&field.ty, value.clone(), scope),
                        None => entries
                            .push((Spanned::new(field.name.node.clone(), span), Value::new(ValueKind::Null, span))),
                    }
                }
                ValueKind::Map(entries)
            }
            (_, kind) => kind,
        };
        Value::new(kind, span)
    }

    /// Returns whether all names in a type exist; reports those that do not. Names inside a declared type are reported
    /// in its declaration.
    pub(crate) fn known_type(&mut self, ty: &'a Type, scope: ScopeId) -> bool {
        match &ty.kind {
            TypeKind::Named { name, arguments } if is_type(&name.node) => {
                arguments.iter().all(|argument| self.known_type(argument, scope))
            }
            TypeKind::Named { name, .. } => {
                if self.type_of(name, scope).is_some() {
                    if self.gave_up() {
                        return false;
                    }
                    let mut seen = HashSet::default();
                    let sound = self.is_sound(ty, scope, &mut seen);
                    if seen.len() > TYPE_LIMIT {
                        self.too_deep("types refer to each other", TYPE_LIMIT, name.span);
                    }
                    return sound;
                }
                if !self.is_explained(name) {
                    self.diagnostics.push(names::unknown_type(name, &TYPES));
                }
                false
            }
            TypeKind::Literal(_) => true,
            TypeKind::List(inner) | TypeKind::Optional(inner) => self.known_type(inner, scope),
            TypeKind::Union(terms) => terms.iter().all(|term| self.known_type(term, scope)),
            TypeKind::Record(fields) => {
                // Check all of them, so that each unknown name is reported.
                let known: Vec<bool> = fields.iter().map(|field| self.known_type(&field.ty, scope)).collect();
                !known.contains(&false)
            }
        }
    }

    /// Returns whether all names in a type exist.
    pub(crate) fn is_known_type(&self, ty: &'a Type, scope: ScopeId) -> bool {
        self.is_sound(ty, scope, &mut HashSet::default())
    }

    /// Returns whether all names in a type, and in the declared types that it refers to, exist. `seen`: the declared
    /// types visited.
    fn is_sound(&self, ty: &'a Type, scope: ScopeId, seen: &mut HashSet<TypeId>) -> bool {
        match &ty.kind {
            TypeKind::Named { name, arguments } if is_type(&name.node) => {
                arguments.iter().all(|argument| self.is_sound(argument, scope, seen))
            }
            TypeKind::Named { name, .. } => {
                let Some(id) = self.type_of(name, scope) else { return false };
                let Some((declaration, home)) = self.scopes.types.get(id.0) else { return false };
                if !seen.insert(id) {
                    return true;
                }
                seen.len() <= TYPE_LIMIT && self.is_sound(&declaration.ty, *home, seen)
            }
            TypeKind::Literal(_) => true,
            TypeKind::List(inner) | TypeKind::Optional(inner) => self.is_sound(inner, scope, seen),
            TypeKind::Union(terms) => terms.iter().all(|term| self.is_sound(term, scope, seen)),
            TypeKind::Record(fields) => fields.iter().all(|field| self.is_sound(&field.ty, scope, seen)),
        }
    }

    /// Returns the declared type that a name refers to.
    fn type_of(&self, name: &Ident, scope: ScopeId) -> Option<TypeId> {
        let (id, _) = self.definition_of(name)?;
        match self.binding(scope, id)? {
            Binding::Type(id) => Some(*id),
            _ => None,
        }
    }

    /// Returns the definition of a declared type, and the scope in which it was written.
    pub(crate) fn declared_type(&self, name: &Ident, scope: ScopeId) -> Option<(&'a Type, ScopeId)> {
        let id = self.type_of(name, scope)?;
        self.scopes.types.get(id.0).map(|(declaration, home)| (&declaration.ty, *home))
    }

    /// Returns whether a readable value is of a type whose names exist. Recursion into a type that refers to itself
    /// ends with the value.
    fn matches(&self, ty: &'a Type, value: &Value, scope: ScopeId) -> bool {
        if let ValueKind::Choice(choice) = &value.kind {
            return choice.values().into_iter().all(|value| self.matches(ty, value, scope));
        }
        match &ty.kind {
            TypeKind::Named { name, arguments } => {
                self.matches_name(name, value, scope) && self.settings_match(arguments, value, scope)
            }
            TypeKind::Literal(literal) => value.as_str() == Some(literal),
            TypeKind::List(inner) => match &value.kind {
                ValueKind::List(items) => items.iter().all(|item| self.matches(inner, item, scope)),
                ValueKind::LateList(_) => true,
                _ => false,
            },
            TypeKind::Optional(inner) => value.kind == ValueKind::Null || self.matches(inner, value, scope),
            TypeKind::Union(terms) => terms.iter().any(|term| self.matches(term, value, scope)),
            TypeKind::Record(_) => {
                matches!(value.kind, ValueKind::Map(_)) && self.wrong_fields(ty, value, value.span, scope).is_empty()
            }
        }
    }

    fn matches_name(&self, name: &Ident, value: &Value, scope: ScopeId) -> bool {
        let is_a = |target: Kind| match &value.kind {
            ValueKind::Entity(entity) => entity.kind() == target,
            _ => false,
        };
        // A name that refers to itself, directly or through other names, has no values.
        if let Some((ty, home)) = self.declared_type(name, scope) {
            return !self.is_circular(ty, home, 0) && self.matches(ty, value, home);
        }
        match name.node.as_str() {
            "string" | SECRET => matches!(value.kind, ValueKind::Text(_)),
            "number" => matches!(value.kind, ValueKind::Number(_)),
            "bool" => match &value.kind {
                ValueKind::Bool(_) | ValueKind::Test(_) => true,
                ValueKind::Text(text) => self.is_flag(text),
                _ => false,
            },
            DURATION => matches!(value.kind, ValueKind::Duration(_)),
            "Artifact" => matches!(value.kind, ValueKind::Artifact(_)),
            "File" => matches!(value.kind, ValueKind::ArtifactFile(_)),
            ty if is_type(ty) && ty.contains("::") => matches!(value.kind, ValueKind::Text(_)),
            ty => Kind::of_type(ty).is_some_and(is_a),
        }
    }

    /// Returns whether the settings of an environment are of the type in `Environment<...>`; unreadable settings are.
    fn settings_match(&self, arguments: &'a [Type], value: &Value, scope: ScopeId) -> bool {
        let (Some(ty), ValueKind::Entity(Entity::Environment(id))) = (arguments.first(), &value.kind) else {
            return true;
        };
        match self.settled(*id) {
            Some(settings) => settings.is_poisoned() || self.matches(ty, settings, scope),
            None => self.matches(ty, &Value::new(ValueKind::Map(Vec::new()), value.span), scope),
        }
    }

    /// Returns what the settings of an environment are called, and those that do not fit the type in
    /// `Environment<...>`.
    fn wrong_settings(&self, ty: &'a Type, value: &Value, scope: ScopeId) -> Option<(String, Vec<WrongField>)> {
        let (TypeKind::Named { arguments, .. }, ValueKind::Entity(Entity::Environment(id))) = (&ty.kind, &value.kind)
        else {
            return None;
        };
        let nothing = Value::new(ValueKind::Map(Vec::new()), value.span);
        let settings = self.settled(*id).unwrap_or(&nothing);
        let place = self.settings_key(*id).unwrap_or(settings.span);
        let faults = self.wrong_fields(arguments.first()?, settings, place, scope);
        let environment = self.entities.name_of(Entity::Environment(*id)).unwrap_or_default();
        (!faults.is_empty()).then(|| (format!("{environment}.settings"), faults))
    }

    /// Returns whether resolving the name never leads to a type.
    fn is_circular(&self, ty: &'a Type, scope: ScopeId, steps: usize) -> bool {
        match &ty.kind {
            TypeKind::Named { name, .. } => {
                steps > self.scopes.types.len()
                    || self
                        .declared_type(name, scope)
                        .is_some_and(|(next, home)| self.is_circular(next, home, steps + 1))
            }
            _ => false,
        }
    }

    /// Returns the fields of a map that are missing, unknown, or not of the type in the record type. `whole`: what to
    /// underline if one is missing.
    fn wrong_fields(&self, ty: &'a Type, value: &Value, whole: Span, scope: ScopeId) -> Vec<WrongField> {
        let (Some((fields, scope)), ValueKind::Map(entries)) = (self.record(ty, scope), &value.kind) else {
            return Vec::new();
        };
        let is_field = |key: &str| fields.iter().any(|field| field.name.node == key);
        let mut faults = Vec::new();
        let mut meant: Vec<&str> = Vec::new();
        for (key, _) in entries.iter().filter(|(key, _)| !is_field(&key.node)) {
            let absent = fields.iter().map(|field| field.name.node.as_str());
            let absent = absent.filter(|name| !entries.iter().any(|(key, _)| key.node == *name));
            let near = suggest::similar(&key.node, absent);
            meant.extend(near);
            let fault = FieldFault::Unknown { near: near.map(str::to_owned) };
            faults.push(WrongField { field: key.node.clone(), place: key.span, fault });
        }
        for field in fields {
            let name = &field.name.node;
            match entries.iter().find(|(key, _)| key.node == *name) {
                Some((_, value)) => faults.extend(self.wrong_value(name, &field.ty, value, scope)),
                None if matches!(field.ty.kind, TypeKind::Optional(_)) || meant.contains(&name.as_str()) => {}
                None => faults.push(WrongField { field: name.clone(), place: whole, fault: FieldFault::Missing }),
            }
        }
        faults
    }

    /// Returns what is wrong with the value of one field; for a map, with its own fields.
    fn wrong_value(&self, name: &str, ty: &'a Type, value: &Value, scope: ScopeId) -> Vec<WrongField> {
        if value.is_poisoned() || self.matches(ty, value, scope) {
            return Vec::new();
        }
        let mut inner = self.wrong_fields(ty, value, value.span, scope);
        if inner.is_empty() {
            let allowed = literals(ty);
            let written = value.as_str().filter(|_| !allowed.is_empty());
            let near = written.and_then(|text| suggest::similar(text, allowed.iter().map(String::as_str)));
            let fault = FieldFault::Type {
                expected: shown(ty),
                found: written.map_or_else(|| describe(&value.kind).to_owned(), |text| format!("`\"{text}\"`")),
                near: near.map(str::to_owned),
            };
            return vec![WrongField { field: name.to_owned(), place: value.span, fault }];
        }
        for fault in &mut inner {
            fault.field = format!("{name}.{}", fault.field);
        }
        inner
    }

    /// Returns the fields of a record type, and the scope in which they were written.
    pub(crate) fn record(&self, ty: &'a Type, scope: ScopeId) -> Option<(&'a [Field], ScopeId)> {
        match &ty.kind {
            TypeKind::Record(fields) => Some((fields, scope)),
            TypeKind::Optional(inner) => self.record(inner, scope),
            TypeKind::Named { name, .. } => match self.declared_type(name, scope)? {
                (Type { kind: TypeKind::Record(fields), .. }, home) => Some((fields, home)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Returns the strings of a union of strings.
pub(crate) fn literals(ty: &Type) -> Vec<String> {
    match &ty.kind {
        TypeKind::Literal(text) => vec![text.clone()],
        TypeKind::Union(terms) if terms.iter().all(|term| matches!(term.kind, TypeKind::Literal(_))) => {
            terms.iter().flat_map(literals).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns a type as it is written.
fn shown(ty: &Type) -> String {
    match &ty.kind {
        TypeKind::Named { name, .. } => match name.node.as_str() {
            "string" => "a string".to_owned(),
            "number" => "a number".to_owned(),
            "bool" => "`true` or `false`".to_owned(),
            DURATION => "a duration such as `30m`".to_owned(),
            "File" => "a file in an artifact".to_owned(),
            "Artifact" => "an artifact".to_owned(),
            ty if ty.contains("::") => "a string".to_owned(),
            ty => Kind::of_type(ty).map_or_else(|| format!("a value of type `{ty}`"), |kind| kind.a_word().to_owned()),
        },
        TypeKind::Literal(text) => format!("`\"{text}\"`"),
        TypeKind::List(inner) => match shown(inner).as_str() {
            "a string" => "a list of strings".to_owned(),
            "a number" => "a list of numbers".to_owned(),
            "a duration such as `30m`" => "a list of durations".to_owned(),
            each => format!("a list in which each element is {each}"),
        },
        TypeKind::Optional(inner) => format!("{} or `null`", shown(inner)),
        TypeKind::Union(terms) => terms.iter().map(shown).collect::<Vec<_>>().join(" or "),
        TypeKind::Record(_) => "a map with the fields of its type".to_owned(),
    }
}
