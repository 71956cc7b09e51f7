//! The attributes of parameters.

use crate::evaluate::ScopeId;
use crate::expand::{Body, ParamBlock, Surroundings};
use crate::resolve::place::Place;
use crate::resolve::slots_of_param;
use crate::slots::{Attributes, Owner, flag};
use crate::syntax::ast::{self, ParamKind};

use super::builder::Builder;

impl<'a> Builder<'a> {
    /// Reads the blocks of all parameters and options.
    pub(super) fn params(&mut self) {
        for ParamBlock { param, id, at } in std::mem::take(&mut self.expansion.param_blocks) {
            let attributes = self.param_attributes(param, &at);
            if let Some(read) = id.and_then(|id| self.values.params.get_mut(id)) {
                read.secret |= flag(&attributes, "no-echo");
                read.attributes = attributes;
            }
        }
    }

    /// Reads the attributes of a parameter. Only a `param` can have any; others are reported.
    pub(super) fn param_attributes(&mut self, param: &'a ast::Param, at: &Surroundings) -> Attributes {
        let Some(block) = &param.block else { return Attributes::default() };
        let word = match param.kind {
            ParamKind::Option => "option",
            ParamKind::Param => "param",
            ParamKind::Variable => "variable",
        };
        let scope: ScopeId = self.values.scopes.child(at.scope);
        let Body { statements, incomplete } = self.expand(&block.statements, Place::Plain, word, &at.inside(scope));
        self.values.incomplete |= incomplete;
        let shown = format!("{word} `{}`", param.name.node).into();
        self.attributes(&statements, &slots_of_param(param.kind), Owner { shown: &shown, place: param.name.span })
    }
}
