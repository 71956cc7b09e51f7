//! Roles that an import declares: who assumes them, and their policies as statements.

use crate::collections::HashSet;
use crate::syntax::ast::{Ident, Named, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node, PolicyStatement};

use super::Reader;
use super::chosen::beside_properties;
use super::roles::{SERVICES, is_attached};
use super::values::{Reading, written};

/// The policies of one role or several that are resources.
const POLICY: &str = "AWS::IAM::Policy";

/// The trust policy of a role.
const TRUST: &str = "AssumeRolePolicyDocument";

/// The service of a role that principals of accounts assume.
const OF_PRINCIPALS: &str = "pipeline";

/// The elements of a statement that `allow` and `deny` support.
const SAID: [&str; 4] = ["Effect", "Action", "Resource", "Condition"];

/// Returns the service of a role, as the language names it: its first trusted principal that `role` supports.
pub fn service_of(properties: &Node) -> Option<&'static str> {
    let statements = PolicyStatement::all(properties.get(TRUST)?)?;
    let principals: Vec<&Node> = statements.filter_map(PolicyStatement::principal).collect();
    let services = principals.iter().filter_map(|it| it.get("Service")).flat_map(Node::one_or_more);
    // `codebuild.${AWS::URLSuffix}` is the same principal, except in China.
    let word = services.filter_map(first_text).find_map(|text| {
        let name = text.split('.').next()?;
        SERVICES.iter().find(|(_, word)| *word == name).map(|(_, word)| *word)
    });
    word.or_else(|| principals.iter().any(|it| it.get("AWS").is_some()).then_some(OF_PRINCIPALS))
}

/// Returns the principals of a role that trusts them without conditions.
pub fn principals(properties: &Node) -> Option<&Node> {
    let [only] = properties.at(&[TRUST, "Statement"])?.one_or_more() else { return None };
    only.get("Condition").is_none().then(|| only.get("Principal"))?
}

/// Returns the literal text at the start of a value.
fn first_text(node: &Node) -> Option<&str> {
    let Some(call) = node.intrinsic() else { return node.literal() };
    match (call.name.as_ref(), call.argument.items()) {
        ("Fn::Join", [_, list]) => list.items().first()?.literal(),
        ("Fn::Sub", [text, ..]) => text.literal(),
        ("Fn::Sub", []) => call.argument.text(),
        _ => None,
    }
}

/// Returns whether a resource is a policy that is attached only to this role.
pub fn is_policy_of(node: &Node, role: &str) -> bool {
    let Some(properties) = node.get("Properties").filter(|_| node.get("Type").and_then(Node::literal) == Some(POLICY))
    else {
        return false;
    };
    let roles = properties.get("Roles").map(Node::one_or_more).unwrap_or_default();
    let alone = ["Users", "Groups"].iter().all(|key| properties.get(key).is_none());
    roles.len() == 1 && is_attached(node, role) && alone
}

impl<'d> Reader<'d> {
    /// Returns the service of a role, and the statements for its principals and its policies.
    pub(super) fn chosen_role(&self, entry: &'d Entry) -> (Option<Ident>, Vec<Stmt>) {
        let Some(properties) = entry.value.get("Properties") else { return (None, Vec::new()) };
        let service = service_of(properties).map(|word| tree::ident(word, entry.key.span));
        let id = entry.key.node.as_str();
        let own = self.additions.declared.get(id);
        let is_in_raw = || own.is_some_and(|own| own.raw.iter().any(|entry| entry.key.node == TRUST));
        let lists_principals = own.is_some_and(|own| own.lists_principals) && !is_in_raw();
        let is_verbatim = |id: &str| self.additions.declared.get(id).is_some_and(|it| it.is_verbatim);
        let mut names = HashSet::default();
        let principals = principals(properties).filter(|_| lists_principals);
        let trusts = principals.map(|node| written(self.root, self.names.kind, self.additions, node));
        let mut policies: Vec<Stmt> = trusts.into_iter().map(|value| tree::attribute("trusts", value)).collect();
        for policy in properties.get("Policies").map(Node::items).unwrap_or_default() {
            policies.push(self.policy(policy, None, is_verbatim(id), &mut names));
        }
        let resources = self.root.get("Resources").map(Node::entries).unwrap_or_default();
        let attached = resources.iter().filter(|it| self.additions.declared.contains_key(&it.key.node));
        for own in attached.filter(|it| is_policy_of(&it.value, id)) {
            if let Some(policy) = own.value.get("Properties") {
                policies.push(self.policy(policy, Some(own), is_verbatim(&own.key.node), &mut names));
            }
        }
        (service, policies)
    }

    /// `policy`; `own`: the resource that it is. `is_verbatim`: its statements stay in the notation of IAM.
    fn policy(&self, node: &'d Node, own: Option<&'d Entry>, is_verbatim: bool, taken: &mut HashSet<String>) -> Stmt {
        let place = own.map_or(node.span, |own| own.key.span);
        let mut statements = Vec::new();
        let given = node.get("PolicyName");
        let literal = given.and_then(Node::literal).filter(|name| !name.is_empty());
        let wanted = literal.or_else(|| own.map(|own| own.key.node.as_str())).unwrap_or("Policy");
        let numbered = (2..).map(|number| format!("{wanted}{number}"));
        let name = [wanted.to_owned()].into_iter().chain(numbered).find(|name| taken.insert(name.clone()));
        let name = name.unwrap_or_default();
        if let Some(given) = given.filter(|given| given.literal() != Some(name.as_str())) {
            statements.push(tree::attribute("name", self.names.text(given, Reading::Plain)));
        }
        if let Some(own) = own {
            statements.push(tree::attribute("logical-id", tree::text(&own.key.node, place)));
            statements.extend(beside_properties(own, self.additions));
        }
        let listed = node.at(&["PolicyDocument", "Statement"]);
        let list = listed.filter(|list| list.intrinsic().is_none()).map(Node::one_or_more).unwrap_or_default();
        let is_stated = |node: &Node| node.entries().iter().all(|entry| SAID.contains(&entry.key.node.as_str()));
        let allowed: Option<Vec<Stmt>> =
            list.iter().map(|node| self.statement(node).filter(|_| is_stated(node))).collect();
        if let Some(allowed) = allowed.filter(|_| !is_verbatim && !list.is_empty()) {
            statements.extend(allowed);
        } else {
            let value = |node| written(self.root, self.names.kind, self.additions, node);
            let items = list.iter().map(value).collect();
            statements.push(tree::attribute("statements", tree::list(items, place)));
        }
        let policy =
            Named { keyword: place, name: tree::name(&name, place), block: tree::block(statements, node.span) };
        tree::statement(StmtKind::Policy(policy), None, place)
    }
}
