//! The roles CloudFormation deploys stacks under.

use crate::workspace::Workspace;

use super::super::Plan;
use super::Naming;

/// Gives every deploy of a stack that names no role one, the same for all deploys of one stack.
pub fn derive(_naming: &Naming, _workspace: &Workspace, _plan: &mut Plan) {}
