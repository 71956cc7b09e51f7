//! `dotpipe explain AWS::S3::Bucket`: the properties of a resource of a template, and the reasons for them.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::catalog::decisions::{Decision, Derived, decisions};
use crate::catalog::{self, Declaration, Kind, Slot};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::tick;

/// The catalog's data about the resources of a type.
struct Resource {
    name: &'static str,
    /// The declaration of such a resource, with its attributes.
    declaration: Option<(&'static str, &'static Declaration)>,
    decisions: Vec<&'static Decision>,
    derived: Vec<&'static Derived>,
}

/// Returns whether a subject of `explain` is a resource type, or a property of one.
pub(super) fn is_resource(subject: &str) -> bool {
    subject.contains("::")
}

/// Returns the page of a resource type or of a property, as Markdown. The error is what is wrong with the subject.
pub(super) fn page(subject: &str) -> Result<String, String> {
    let (name, property) = match subject.split_once('.') {
        Some((name, property)) => (name, Some(property)),
        None => (subject, None),
    };
    let types = types();
    let Some(name) = types.iter().find(|known| known.eq_ignore_ascii_case(name)) else {
        let hint = match similar(name, types.iter().copied()) {
            Some(near) => format!("; did you mean {}?", tick(near)),
            None => String::new(),
        };
        return Err(format!("dotpipe generates no resources of type {}{hint}", tick(name)));
    };
    let resource = Resource::of(name);
    match property {
        None => Ok(resource.page()),
        Some(property) => resource.property(property),
    }
}

/// Returns the types of the resources that a template can contain, sorted.
fn types() -> BTreeSet<&'static str> {
    let file = decisions();
    let decided = file.into_iter().flat_map(|file| &file.decision).map(|decision| decision.resource_type.as_str());
    let derived = file.into_iter().flat_map(|file| &file.derived).map(|derived| derived.resource_type.as_str());
    let declared = Kind::all().map(Kind::resource).filter(|name| !name.is_empty());
    decided.chain(derived).chain(declared).collect()
}

/// Returns the declaration of resources of a type.
fn declaration(resource: &str) -> Option<(&'static str, &'static Declaration)> {
    let kind = Kind::all().find(|kind| kind.resource() == resource).map(Kind::word);
    let declares = |word: &&str| catalog::declaration(word).is_some_and(|it| it.resource.as_deref() == Some(resource));
    let word = kind.or_else(|| catalog::declaration_words().find(declares))?;
    Some((word, catalog::declaration(word)?))
}

impl Resource {
    fn of(name: &'static str) -> Self {
        let file = decisions();
        let decisions = file.into_iter().flat_map(|file| &file.decision);
        let derived = file.into_iter().flat_map(|file| &file.derived);
        Self {
            name,
            declaration: declaration(name),
            decisions: decisions.filter(|decision| decision.resource_type == name).collect(),
            derived: derived.filter(|derived| derived.resource_type == name).collect(),
        }
    }

    /// Returns the attributes that set properties, with the property that each sets.
    fn attributes(&self) -> impl Iterator<Item = (&'static str, &'static Slot)> {
        let slots = self.declaration.iter().flat_map(|(_, declaration)| &declaration.slot);
        slots.filter_map(|slot| Some((slot.path()?.step().0, slot))).filter(|(property, _)| !is_of_template(property))
    }

    /// Returns the names of the properties, sorted.
    fn properties(&self) -> BTreeSet<&'static str> {
        let decided = self.decisions.iter().map(|decision| decision.property.as_str());
        let derived = self.derived.iter().map(|derived| derived.property.as_str());
        decided.chain(derived).chain(self.attributes().map(|(property, _)| property)).collect()
    }

    /// Returns the page of all properties.
    fn page(&self) -> String {
        let mut page = format!("# {}\n", self.name);
        let decided = self.decisions.iter().map(|decision| (decision.property.as_str(), because(decision)));
        list(&mut page, "dotpipe adds these properties, or parts of them, although no attribute sets them:", decided);
        let derived = self.derived.iter().map(|derived| (derived.property.as_str(), format!("from {}", derived.from)));
        list(&mut page, "These follow from the rest of the file:", derived);
        if let Some((word, _)) = self.declaration {
            let attributes = self.attributes().map(|(property, slot)| (property, attribute(slot)));
            list(&mut page, &format!("These are set by attributes of `{word}`:"), attributes);
        }
        page + &self.others()
    }

    /// Returns the page of one property. For a nested property, the outermost one decides.
    fn property(&self, path: &str) -> Result<String, String> {
        let property = path.split('.').next().unwrap_or_default();
        let known = self.properties();
        let Some(property) = known.iter().find(|known| known.eq_ignore_ascii_case(property)) else {
            let hint = match similar(property, known.iter().copied()) {
                Some(near) => format!("; did you mean {}?", tick(near)),
                None if self.takes_raw().is_some() => "; `raw` can set it".to_owned(),
                None => String::new(),
            };
            return Err(format!("dotpipe sets no property {} of {}{hint}", tick(property), tick(self.name)));
        };
        let mut page = format!("# {}.{property}\n", self.name);
        for decision in self.decisions.iter().filter(|decision| decision.property == *property) {
            let _ = write!(
                page,
                "\ndotpipe sets this property, or part of it, by default. The reason: {}\n",
                because(decision)
            );
        }
        for derived in self.derived.iter().filter(|derived| derived.property == *property) {
            let _ = write!(page, "\nIt follows from {}.\n", derived.from);
        }
        for (_, slot) in self.attributes().filter(|(of, _)| of == property) {
            let word = self.declaration.map_or("", |(word, _)| word);
            let _ = write!(page, "\nAttribute of `{word}`: {}\n", attribute(slot));
        }
        Ok(page + &self.others())
    }

    /// Returns the keyword of the declaration, if it supports `raw`.
    fn takes_raw(&self) -> Option<&'static str> {
        self.declaration.map(|(word, _)| word).filter(|word| Kind::of_word(word).is_some())
    }

    /// Describes how all other properties are set.
    fn others(&self) -> String {
        match self.takes_raw() {
            Some(word) => format!("\nTo set any other property or to override these, use `raw` in `{word}`.\n"),
            None => String::new(),
        }
    }
}

/// Returns whether an attribute is on the resource rather than in its properties.
fn is_of_template(key: &str) -> bool {
    key == "DeletionPolicy"
}

fn because(decision: &Decision) -> String {
    format!("{}. ([source]({}))", decision.reason, decision.source)
}

fn attribute(slot: &Slot) -> String {
    format!("`{}`. {}", slot.attribute, slot.doc)
}

/// Adds a paragraph, and an item for each property. Adds nothing if there are none.
fn list<'p>(page: &mut String, about: &str, properties: impl Iterator<Item = (&'p str, String)>) {
    let items: Vec<String> = properties.map(|(property, text)| format!("- `{property}`: {text}\n")).collect();
    if !items.is_empty() {
        let _ = write!(page, "\n{about}\n\n{}", items.concat());
    }
}
