//! The resources of a template in CloudFormation's form.

use serde_json::{Map, Value as Json, json};

use crate::plan::{Plan, Properties, Removal, ResourcePlan};

use super::intrinsic::data;

/// A resource in the template.
#[derive(Debug, Clone)]
pub struct ResourceJson {
    r#type: &'static str,
    metadata: Option<Json>,
    condition: Option<String>,
    depends_on: Vec<String>,
    deletion_policy: Option<&'static str>,
    update_replace_policy: Option<&'static str>,
    properties: Json,
    /// Its other attributes from the file.
    given: Map<String, Json>,
}

impl ResourceJson {
    /// Converts a planned resource.
    pub fn new(plan: &Plan, resource: &ResourcePlan) -> Self {
        Self::with(plan, resource, properties(plan, &resource.properties))
    }

    /// Converts a planned resource with properties that are written elsewhere.
    pub fn with(plan: &Plan, resource: &ResourcePlan, mut properties: Json) -> Self {
        if let Some(raw) = &resource.raw {
            merge(&mut properties, data(plan, raw));
        }
        let (deletion_policy, update_replace_policy) = resource.removal.map(policies).unzip();
        Self {
            r#type: resource.resource_type,
            metadata: metadata(resource),
            condition: resource.condition.clone(),
            depends_on: resource.after.clone(),
            deletion_policy,
            update_replace_policy,
            properties,
            given: Map::new(),
        }
        .with_given(resource.attributes.as_ref().map(|given| data(plan, given)))
    }

    /// Returns it as a part of the template.
    pub fn into_json(self) -> Json {
        let attributes = [
            ("Type", Some(self.r#type.into())),
            ("Metadata", self.metadata),
            ("Condition", self.condition.map(Json::from)),
            ("DependsOn", Some(self.depends_on).filter(|all| !all.is_empty()).map(Json::from)),
            ("DeletionPolicy", self.deletion_policy.map(Json::from)),
            ("UpdateReplacePolicy", self.update_replace_policy.map(Json::from)),
            ("Properties", Some(self.properties)),
        ];
        let attributes = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Json::Object(attributes.chain(self.given).collect())
    }

    /// Adds the file's resource attributes: dependencies are added, other attributes replaced.
    fn with_given(mut self, given: Option<Json>) -> Self {
        let Some(Json::Object(mut given)) = given else { return self };
        match given.shift_remove("DependsOn") {
            Some(Json::String(only)) => self.depends_on.push(only),
            Some(Json::Array(all)) => {
                self.depends_on.extend(all.iter().filter_map(Json::as_str).map(str::to_owned));
            }
            _ => {}
        }
        match (given.get_mut("Metadata"), self.metadata.take()) {
            (Some(over), Some(mut under)) => {
                merge(&mut under, over.take());
                *over = under;
            }
            (_, metadata) => self.metadata = metadata,
        }
        // The condition of the resource includes the one in its attributes.
        if self.condition.is_some() {
            given.shift_remove("Condition");
        }
        self.deletion_policy = self.deletion_policy.filter(|_| !given.contains_key("DeletionPolicy"));
        self.update_replace_policy = self.update_replace_policy.filter(|_| !given.contains_key("UpdateReplacePolicy"));
        given.retain(|_, value| !value.is_null());
        self.given = given;
        self
    }

    /// Adds a dependency on a resource that it names without a reference.
    pub fn after(mut self, logical_id: &str) -> Self {
        self.depends_on.push(logical_id.to_owned());
        self
    }

    /// Creates the resource only if a condition of the template is true.
    pub fn on_condition(mut self, condition: &str) -> Self {
        self.condition = Some(condition.to_owned());
        self
    }
}

/// Returns the deletion and update-replace policies of a resource. For replacement, there is no value that excepts the
/// rollback of a creation:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html>
/// (2026-11-28)
fn policies(removal: Removal) -> (&'static str, &'static str) {
    match removal {
        Removal::Retain => ("RetainExceptOnCreate", "Retain"),
        Removal::Delete => ("Delete", "Delete"),
    }
}

/// Returns the documentation, and the cfn-lint rule to ignore for calls that its reference does not list.
fn metadata(resource: &ResourcePlan) -> Option<Json> {
    let mut entries = Map::new();
    entries.extend(resource.doc.as_deref().map(|doc| ("Description".to_owned(), doc.into())));
    if resource.unlisted_calls {
        entries.insert("cfn-lint".to_owned(), json!({ "config": { "ignore_checks": ["W3037"] } }));
    }
    (!entries.is_empty()).then_some(Json::Object(entries))
}

fn properties(plan: &Plan, properties: &Properties) -> Json {
    Json::Object(properties.iter().map(|(key, property)| (key.clone(), data(plan, property))).collect())
}

/// Merges one value into another, in which it takes precedence. Maps are merged key by key, except intrinsic functions,
/// which are replaced as a whole. A null value removes the key.
pub fn merge(under: &mut Json, over: Json) {
    let whole = is_intrinsic(under) || is_intrinsic(&over);
    match (under, over) {
        (Json::Object(under), Json::Object(over)) if !whole => {
            for (key, value) in over {
                match value {
                    Json::Null => drop(under.shift_remove(&key)),
                    value => merge(under.entry(key).or_insert(Json::Null), value),
                }
            }
        }
        (under, over) => *under = over,
    }
}

/// Returns whether a value is `{ "Ref": "Name" }`, `{ "Fn::ImportValue": "name" }`, or the like.
fn is_intrinsic(value: &Json) -> bool {
    let keys: Vec<&String> = value.as_object().map(|map| map.keys().collect()).unwrap_or_default();
    matches!(keys.as_slice(), [only] if *only == "Ref" || only.starts_with("Fn::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intrinsic_replaces_what_was_there_and_is_replaced() {
        let mut under = json!({ "Role": { "Fn::GetAtt": ["Role", "Arn"] }, "Store": { "Type": "S3", "Name": { "Ref": "B" } }, "Kept": 1 });
        let over = json!({ "Role": { "Fn::ImportValue": "role" }, "Store": { "Name": { "Fn::ImportValue": "store" } }, "Kept": { "Ref": "AWS::NoValue" } });
        merge(&mut under, over);
        let wanted = json!({ "Role": { "Fn::ImportValue": "role" }, "Store": { "Type": "S3", "Name": { "Fn::ImportValue": "store" } }, "Kept": { "Ref": "AWS::NoValue" } });
        assert_eq!(under, wanted);
    }
}
