//! The providers: one embedded file for each word, parsed on first use.

use std::sync::{Arc, OnceLock};

use super::{ActionType, Category, Owner, Provider};

/// A provider word, its categories, and its file.
struct Entry {
    word: &'static str,
    /// The categories of its file, so that listing words parses no file.
    categories: &'static [Category],
    text: &'static str,
    parsed: &'static OnceLock<Option<Provider>>,
}

/// Every provider word, sorted: `build.rs` lists the files of the folder.
static ENTRIES: &[Entry] = include!(concat!(env!("OUT_DIR"), "/providers.rs"));

impl Entry {
    fn find(word: &str) -> Option<&'static Self> {
        ENTRIES.binary_search_by(|entry| entry.word.cmp(word)).ok().and_then(|index| ENTRIES.get(index))
    }

    /// Returns the file's content; `None` if it does not parse, which a test rules out.
    fn provider(&'static self) -> Option<&'static Provider> {
        self.parsed.get_or_init(|| self.read()).as_ref()
    }

    /// Parses the file, including the action types that it shares.
    fn read(&self) -> Option<Provider> {
        let mut provider: Provider = serde_json::from_str(self.text).ok()?;
        if let Some(other) = provider.like.as_deref() {
            let other = Self::find(other).filter(|entry| entry.word != self.word)?;
            let shared = other.provider()?.action.iter().filter(|action| action.chosen_by.is_none());
            provider.action = shared.cloned().collect();
        }
        Some(provider)
    }
}

/// Returns the provider with a word.
pub fn provider(word: &str) -> Option<&'static Provider> {
    Entry::find(word)?.provider()
}

/// Returns every provider word, sorted. Parses no file.
pub fn words() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.word)
}

/// Returns the provider words of a category, sorted. Parses no file.
pub fn words_for(category: Category) -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().filter(move |entry| entry.categories.contains(&category)).map(|entry| entry.word)
}

/// Returns the provider words of a category whose action type has this name in AWS, ignoring case and hyphens.
pub fn words_called(category: Category, aws_provider: &str) -> Vec<&'static str> {
    let plain = |text: &str| text.replace(['-', '_', ' '], "").to_ascii_lowercase();
    let called = |word: &&str| action_type(word, category).is_some_and(|it| plain(&it.provider) == plain(aws_provider));
    words_for(category).filter(called).collect()
}

/// The provider word of a category whose action type has an attribute.
pub fn word_with(category: Category, attribute: &str) -> Option<&'static str> {
    let has = |word: &&str| {
        action_type(word, category).is_some_and(|it| it.slot.iter().any(|slot| slot.attribute == attribute))
    };
    words_for(category).find(has)
}

/// Returns the categories of a provider word; empty for an unknown one. Parses no file.
pub fn categories(word: &str) -> &'static [Category] {
    Entry::find(word).map_or(&[], |entry| entry.categories)
}

/// Returns the action type of a provider word in a category, for an action without an attribute that selects another
/// type.
pub fn action_type(word: &str, category: Category) -> Option<Arc<ActionType>> {
    action_type_for(word, category, &|_| false)
}

/// Returns the action type of a provider word in a category, for an action with the attributes for which `given` is
/// true.
pub fn action_type_for(word: &str, category: Category, given: &dyn Fn(&str) -> bool) -> Option<Arc<ActionType>> {
    action_type_of(word, category, given).cloned()
}

/// Returns the same as [`action_type_for`] by reference.
pub fn action_type_of(
    word: &str,
    category: Category,
    given: &dyn Fn(&str) -> bool,
) -> Option<&'static Arc<ActionType>> {
    let of_category = || provider(word).into_iter().flat_map(|provider| &provider.action);
    let of_category = || of_category().filter(|action| action.categories.contains(&category));
    // A key in AWS's spelling is reported later, with the attributes of the type it belongs to.
    let key_of = |action: &ActionType, word: &str| action.slot.iter().find(|slot| slot.attribute == word)?.key.clone();
    let is_given = |action: &ActionType, word: &str| given(word) || key_of(action, word).is_some_and(|key| given(&key));
    let chosen = of_category().find(|action| action.chosen_by.as_deref().is_some_and(|word| is_given(action, word)));
    let usual = || of_category().find(|action| action.chosen_by.is_none());
    chosen
        .or_else(|| of_category().find(|action| usual().is_some_and(|usual| is_meant(action, usual, given))))
        .or_else(usual)
}

/// Returns whether an action lacks only the attribute that selects its type: it has others of this type, and none that
/// only the usual type has.
fn is_meant(action: &ActionType, usual: &ActionType, given: &dyn Fn(&str) -> bool) -> bool {
    let has_own = |one: &ActionType, other: &ActionType| {
        let is_shared = |word: &str| other.slot.iter().any(|slot| slot.attribute == word);
        one.slot.iter().any(|slot| given(&slot.attribute) && !is_shared(&slot.attribute))
    };
    action.chosen_by.is_some() && has_own(action, usual) && !has_own(usual, action)
}

/// Returns the word and action type for the API's `category`, `owner`, and `provider`.
///
/// If several words represent one AWS provider (the connection sources), it is the one whose file describes it.
pub fn by_aws(owner: Owner, category: Category, aws_provider: &str) -> Option<(&'static str, Arc<ActionType>)> {
    ENTRIES.iter().filter(|entry| entry.categories.contains(&category)).find_map(|entry| {
        let of_category = |action: &&Arc<ActionType>| {
            action.owner == owner && action.provider == aws_provider && action.categories.contains(&category)
        };
        let provider = entry.provider().filter(|provider| provider.like.is_none())?;
        provider.action.iter().find(of_category).map(|action| (entry.word, Arc::clone(action)))
    })
}

/// Returns every action type, in the order of the words. Parses every file.
pub fn all_action_types() -> impl Iterator<Item = &'static Arc<ActionType>> {
    let own = |entry: &'static Entry| entry.provider().filter(|provider| provider.like.is_none());
    ENTRIES.iter().filter_map(own).flat_map(|provider| &provider.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_and_parses() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/providers")).unwrap();
        assert_eq!(files.count(), ENTRIES.len());
        for entry in ENTRIES {
            let file: Result<Provider, _> = serde_json::from_str(entry.text);
            assert!(file.is_ok(), "{}: {}", entry.word, file.unwrap_err());
            let actions = &entry.provider().unwrap().action;
            let all = Category::ALL.into_iter();
            let given = |category: &Category| actions.iter().any(|action| action.categories.contains(category));
            let given: Vec<Category> = all.clone().filter(given).collect();
            let listed: Vec<Category> = all.filter(|category| entry.categories.contains(category)).collect();
            assert!(!given.is_empty(), "{}", entry.word);
            assert_eq!(given, listed, "{}: categories", entry.word);
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(ENTRIES.windows(2).all(|pair| pair[0].word < pair[1].word));
    }

    #[test]
    fn an_action_type_is_found_by_word_and_by_aws_name() {
        assert_eq!(
            action_type("codebuild", Category::Test).map(|action| action.provider.clone()).as_deref(),
            Some("CodeBuild")
        );
        assert!(action_type("codebuild", Category::Deploy).is_none());
        let found = by_aws(Owner::Aws, Category::Deploy, "S3").map(|(word, action)| (word, action.inputs.min));
        assert_eq!(found, Some(("s3", 1)));
        assert!(by_aws(Owner::Custom, Category::Deploy, "S3").is_none());
        assert_eq!(words_for(Category::Approval).collect::<Vec<_>>(), ["manual"]);
        let token = action_type_for("github", Category::Source, &|word| word == "token").unwrap();
        assert_eq!((token.owner, token.provider.as_str()), (Owner::ThirdParty, "GitHub"));
        let connection = by_aws(Owner::Aws, Category::Source, "CodeStarSourceConnection");
        assert_eq!(connection.map(|(word, _)| word), Some("github"));
        let bitbucket = action_type("bitbucket", Category::Source).unwrap();
        assert!(Arc::ptr_eq(&bitbucket, &action_type("github", Category::Source).unwrap()));
    }
}
