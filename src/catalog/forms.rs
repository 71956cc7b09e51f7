//! The forms of values that refer to what exists already (`forms.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

use super::table::{Table, table};

static TIME_ZONES: Table = table!("time-zones");
static MANAGED_POLICIES: Table = table!("managed-policies");

/// The form of an ID, a name, or an address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueForm {
    /// How slots refer to it.
    pub id: String,
    /// What has the form, with its article, for messages: "a subnet ID".
    pub of: String,
    /// A regular expression that the whole value matches.
    pub pattern: String,
    /// Expressions that the whole value must not match.
    #[serde(default)]
    pub refused: Vec<String>,
    /// How a value starts, also one of which the rest is known later.
    #[serde(default)]
    pub starts: Vec<String>,
    /// Expressions for values of other forms; their first group is the value that is meant.
    #[serde(default)]
    pub meant: Vec<String>,
    /// What belongs before and after such a group.
    #[serde(default)]
    frame: Option<[String; 2]>,
    /// The words that AWS replaces in `{...}`; none, if braces have no meaning.
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// More values that have the form.
    #[serde(default)]
    list: Option<List>,
    /// The form in words.
    pub words: String,
    /// A value of the form.
    pub example: String,
    /// Whether another value is only likely to be wrong.
    #[serde(default)]
    pub likely: bool,
    /// The page that says so.
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
    /// The values that have the form besides those that match its pattern.
    pub fn listed(&self) -> impl Iterator<Item = &'static str> {
        self.list.map(|List::TimeZones| TIME_ZONES.heads()).into_iter().flatten()
    }

    /// What is meant by a value, by the group that one of its expressions found.
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
    /// How slots refer to it.
    pub id: String,
    /// What it names, with its article: "a state machine".
    pub of: String,
    /// The services that may stand in it.
    pub services: Vec<String>,
    /// What its last part starts with.
    pub resource: String,
    /// Its form, to write.
    pub example: String,
    /// Whether it may have no account, or another word than 12 digits.
    #[serde(default)]
    pub foreign: bool,
    /// The page that says so.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The forms of IDs, names, and addresses.
    pub form: Vec<ValueForm>,
    /// The forms of ARNs.
    pub arn: Vec<ArnForm>,
}

/// The whole file; `None` if it does not parse, which a test rules out.
pub fn file() -> Option<&'static Forms> {
    static FORMS: OnceLock<Option<Forms>> = OnceLock::new();
    FORMS.get_or_init(|| serde_json::from_str(facts!("forms")).ok()).as_ref()
}

/// Every form besides those of ARNs.
pub fn forms() -> &'static [ValueForm] {
    file().map_or(&[], |file| &file.form)
}

/// A form by its id.
pub fn form(id: &str) -> Option<&'static ValueForm> {
    forms().iter().find(|form| form.id == id)
}

/// The form of an ARN by its id.
pub fn arn_form(id: &str) -> Option<&'static ArnForm> {
    file()?.arn.iter().find(|form| form.id == id)
}

/// The path before the name of a managed policy of AWS, if there is such a policy.
pub fn managed_policy_path(name: &str) -> Option<&'static str> {
    MANAGED_POLICIES.line(name)
}

/// The names of the managed policies of AWS.
pub fn managed_policies() -> impl Iterator<Item = &'static str> {
    MANAGED_POLICIES.heads()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_each_form_has_a_source() {
        let file = file().expect("the file parses");
        assert_eq!(file.verified.len(), 10);
        let ids = file.form.iter().map(|form| &form.id).chain(file.arn.iter().map(|form| &form.id));
        let ids: Vec<&String> = ids.collect();
        for (index, id) in ids.iter().enumerate() {
            assert!(!ids[..index].contains(id), "{id} twice");
        }
        let sources = file.form.iter().map(|it| &it.source).chain(file.arn.iter().map(|it| &it.source));
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
