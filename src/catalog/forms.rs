//! The forms of values that refer to existing resources (`forms.toml`).

use serde::Deserialize;

use super::rows::{Rows, rows};
use super::table::{Table, table};

static TIME_ZONES: Table = table!("time-zones");
static MANAGED_POLICIES: Table = table!("managed-policies");

/// The form of an ID, a name, or an address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueForm {
    /// Its ID, for slots.
    pub id: String,
    /// What has the form, with its article, for messages: "a subnet ID".
    pub of: String,
    /// A regular expression that matches the whole value.
    pub pattern: String,
    /// Regular expressions that must not match the whole value.
    #[serde(default)]
    pub refused: Vec<String>,
    /// The prefixes of a value, also of one whose rest is known later.
    #[serde(default)]
    pub starts: Vec<String>,
    /// Regular expressions for values of other forms; their first group is the value that is meant.
    #[serde(default)]
    pub meant: Vec<String>,
    /// What to add before and after such a group.
    #[serde(default)]
    frame: Option<[String; 2]>,
    /// The words that AWS replaces in `{...}`; empty if braces have no meaning.
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// Further values with the form.
    #[serde(default)]
    list: Option<List>,
    /// The form in words.
    pub words: String,
    /// An example of the form.
    pub example: String,
    /// Whether another value is only likely to be wrong.
    #[serde(default)]
    pub likely: bool,
    /// The page that documents it.
    pub source: String,
}

/// A list of values.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum List {
    /// The names of time zones in the IANA database.
    TimeZones,
}

impl ValueForm {
    /// Returns the values that have the form besides those that match its pattern.
    pub fn listed(&self) -> impl Iterator<Item = &'static str> {
        self.list.map(|List::TimeZones| TIME_ZONES.heads()).into_iter().flatten()
    }

    /// Returns the value that is meant, given the group that an expression matched.
    pub fn framed(&self, group: &str) -> String {
        match &self.frame {
            Some([before, after]) => format!("{before}{group}{after}"),
            None => group.to_owned(),
        }
    }
}

/// The form of an ARN.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArnForm {
    /// Its ID, for slots.
    pub id: String,
    /// What the ARN identifies, with its article: "a state machine".
    pub of: String,
    /// The services that may be in it.
    pub services: Vec<String>,
    /// The prefix of its last part.
    pub resource: String,
    /// An example of its form.
    pub example: String,
    /// Whether its account may be missing, or a word other than 12 digits.
    #[serde(default)]
    pub foreign: bool,
    /// The page that documents it.
    pub source: String,
}

/// The forms of IDs, names, and addresses.
static FORMS: Rows<ValueForm> = rows!("forms", "form");

static ARN_FORMS: Rows<ArnForm> = rows!("forms", "arn");

/// Returns every form except those of ARNs.
pub fn forms() -> impl Iterator<Item = &'static ValueForm> + Clone {
    FORMS.all()
}

/// Returns a form by its ID.
pub fn form(id: &str) -> Option<&'static ValueForm> {
    FORMS.get(id)
}

/// Returns the form of an ARN by its ID.
pub fn arn_form(id: &str) -> Option<&'static ArnForm> {
    ARN_FORMS.get(id)
}

/// Returns the path before the name of an AWS managed policy, if the policy exists.
pub fn managed_policy_path(name: &str) -> Option<&'static str> {
    MANAGED_POLICIES.line(name)
}

/// Returns the names of AWS managed policies.
pub fn managed_policies() -> impl Iterator<Item = &'static str> {
    MANAGED_POLICIES.heads()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_each_form_has_a_source() {
        let ids = FORMS.every().map(|form| &form.id).chain(ARN_FORMS.every().map(|form| &form.id));
        let ids: Vec<&String> = ids.collect();
        for (index, id) in ids.iter().enumerate() {
            assert!(!ids[..index].contains(id), "{id} twice");
        }
        let sources = forms().map(|it| &it.source).chain(ARN_FORMS.all().map(|it| &it.source));
        for source in sources {
            assert!(source.starts_with("https://docs.aws.amazon.com/"), "{source}");
        }
    }

    #[test]
    fn tables_have_what_people_write() {
        assert!(form("time-zone").is_some_and(|form| form.listed().any(|zone| zone == "Europe/Amsterdam")));
        assert_eq!(managed_policy_path("ReadOnlyAccess"), Some(""));
        assert_eq!(managed_policy_path("AWSLambdaBasicExecutionRole"), Some("service-role/"));
        assert_eq!(managed_policy_path("Moon"), None);
        assert!(arn_form("host-arn").is_some_and(|form| form.resource == "host/"));
    }
}
