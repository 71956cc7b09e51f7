//! Facts of the catalog about a planned action, for drawings and outputs.

use crate::catalog::{self, Category, Reader};

use super::{ActionPlan, ActionTypeId, PipelineId, Plan};

impl ActionTypeId {
    /// Returns whose role fetches the artifacts, if not the action's.
    pub fn reader(&self) -> Option<Reader> {
        catalog::by_aws(self.owner, self.category, &self.provider)?.1.reader
    }

    /// Returns whether it is a manual approval.
    pub fn is_approval(&self) -> bool {
        self.category == Category::Approval
    }
}

impl ActionPlan {
    /// Returns the title of the provider that the file names. If the file names the action type as AWS does, returns
    /// the name in AWS.
    pub fn provider_title(&self) -> String {
        let id = &self.action_type;
        let known = |word: &&str| catalog::action_type(word, id.category).is_some_and(|it| it.provider == id.provider);
        let called = || match catalog::words_called(id.category, &id.provider).as_slice() {
            [word] => Some(*word),
            _ => None,
        };
        let word = self.word.as_deref().filter(known).or_else(called);
        word.and_then(catalog::provider).map_or_else(|| id.provider.clone(), |provider| provider.title.clone())
    }
}

impl Plan {
    /// Returns whether every change of a source starts the pipeline.
    pub fn starts_on_changes(&self, pipeline: PipelineId, action: &ActionPlan) -> bool {
        let by_rule = self.rules.iter().any(|rule| rule.pipeline == pipeline && rule.source == Some(action.id));
        let by_webhook = self.webhooks.iter().any(|hook| hook.pipeline == pipeline && hook.action == action.name);
        let id = &action.action_type;
        let known = catalog::by_aws(id.owner, id.category, &id.provider);
        let detection = known.as_ref().and_then(|(_, action_type)| action_type.change_detection.as_ref());
        let by_itself = detection.is_some_and(|detection| {
            let off = |(key, value): (&String, &String)| {
                action.configuration.get(key).is_some_and(|it| it.text.as_text() == Some(value.as_str()))
            };
            detection.pattern.is_none() && detection.webhook.is_none() && !detection.off.iter().any(off)
        });
        by_rule || by_webhook || by_itself
    }
}
