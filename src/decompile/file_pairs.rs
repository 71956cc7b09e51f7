//! Files and images of artifacts that a configuration names with two keys: one for the artifact, one for the path or the
//! placeholder.

use crate::catalog::{ActionType, Slot};
use crate::syntax::ast::{Entry as MapEntry, ExprKind, Stmt, tree};
use crate::workspace::document::{Entry, Node};

use super::actions::attribute;

/// Attributes, and the keys that they represent.
#[derive(Debug, Default)]
pub(super) struct FilePairs {
    pub(super) statements: Vec<Stmt>,
    taken: Vec<String>,
}

impl FilePairs {
    /// Converts the pairs whose artifacts are among the inputs. Others stay in the configuration.
    pub(super) fn of(configuration: &Node, action_type: &ActionType, inputs: &[&str]) -> Self {
        let mut pairs = Self::default();
        for slot in &action_type.slot {
            pairs.add_file(configuration, slot, inputs);
            pairs.add_images(configuration, slot, inputs);
        }
        pairs
    }

    /// Returns whether a key is part of a pair.
    pub(super) fn has(&self, key: &str) -> bool {
        self.taken.iter().any(|taken| taken == key)
    }

    fn add_file(&mut self, configuration: &Node, slot: &Slot, inputs: &[&str]) -> Option<()> {
        let artifact = configuration.entry(slot.key.as_deref()?)?;
        let path = configuration.entry(slot.path_key.as_deref()?)?;
        let name = literal(artifact).filter(|name| inputs.contains(name))?;
        let text = literal(path).filter(|path| !path.is_empty())?;
        let path_span = path.value.text_span();
        let file = ExprKind::ArtifactFile {
            artifact: tree::ident(name, artifact.value.text_span()),
            path: tree::text_parts(text, path_span),
            path_span,
        };
        let file = tree::expr(file, artifact.value.text_span());
        self.statements.push(attribute(&slot.attribute, artifact, file));
        self.taken.extend([artifact.key.node.clone(), path.key.node.clone()]);
        Some(())
    }

    fn add_images(&mut self, configuration: &Node, slot: &Slot, inputs: &[&str]) -> Option<()> {
        let [of_artifact, of_name] = slot.numbered.as_ref()?;
        let key = |form: &str, number: usize| configuration.entry(&form.replace('%', &number.to_string()));
        let mut images = Vec::new();
        let mut taken = Vec::new();
        let pairs = (1..).map_while(|number| Some((key(of_artifact, number)?, key(of_name, number)?)));
        for (artifact, name) in pairs {
            let read = literal(artifact).filter(|name| inputs.contains(name))?;
            let value = tree::reference(&[read], artifact.value.text_span());
            images.push(MapEntry { key: tree::ident(literal(name)?, name.value.text_span()), value });
            taken.extend([artifact.key.node.clone(), name.key.node.clone()]);
        }
        let first = key(of_artifact, 1)?;
        // A pair that lacks one of its keys is reported as the configuration has it.
        let (stem, _) = of_artifact.split_once('%')?;
        let count = configuration.entries().iter().filter(|entry| entry.key.node.starts_with(stem)).count();
        if images.is_empty() || count != taken.len() {
            return None;
        }
        self.statements.push(attribute(&slot.attribute, first, tree::expr(ExprKind::Map(images), configuration.span)));
        self.taken.extend(taken);
        Some(())
    }
}

fn literal(entry: &Entry) -> Option<&str> {
    entry.value.literal()
}
