//! The schema of catalog files. Unknown fields are rejected, so a typo in the data fails the tests.

use std::collections::BTreeMap;

use std::sync::Arc;

use serde::Deserialize;

use super::{ExampleValue, Kind, PropertyPath};
use crate::collections::IndexMap;

/// One file in `providers/`: all action types of one provider word.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// The product's name as AWS spells it.
    pub title: String,
    /// A one-sentence description.
    pub doc: String,
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// A complete example file that uses its action types.
    pub example: String,
    /// Another word whose action types it shares: the Git providers of a connection are one provider to CodePipeline.
    #[serde(default)]
    pub like: Option<String>,
    /// Whether its repositories can be in nested groups, so that their names have more than two parts.
    #[serde(default)]
    pub subgroups: bool,
    /// Its action types.
    #[serde(default)]
    pub action: Vec<Arc<ActionType>>,
}

/// The category of an action, as the API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
pub enum Category {
    /// Fetches revisions.
    Source,
    /// Builds.
    Build,
    /// Tests.
    Test,
    /// Deploys.
    Deploy,
    /// Calls a function or another service.
    Invoke,
    /// Waits for a person's approval.
    Approval,
    /// Runs commands.
    Compute,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 7] =
        [Self::Source, Self::Build, Self::Test, Self::Deploy, Self::Invoke, Self::Approval, Self::Compute];

    /// Parses AWS's spelling.
    pub fn from_aws(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.aws() == text)
    }

    /// Returns the keyword of the language, or that of the statement for the category.
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Build => "build",
            Self::Test => "test",
            Self::Deploy => "deploy",
            Self::Invoke => "invoke",
            Self::Approval => "approve",
            Self::Compute => "run",
        }
    }

    /// Returns the API's spelling.
    pub fn aws(self) -> &'static str {
        match self {
            Self::Source => "Source",
            Self::Build => "Build",
            Self::Test => "Test",
            Self::Deploy => "Deploy",
            Self::Invoke => "Invoke",
            Self::Approval => "Approval",
            Self::Compute => "Compute",
        }
    }
}

/// The owner of an action type, as the API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
pub enum Owner {
    /// AWS itself.
    #[serde(rename = "AWS")]
    Aws,
    /// A partner.
    ThirdParty,
    /// The user's account.
    Custom,
}

impl Owner {
    /// Parses AWS's spelling.
    pub fn from_aws(text: &str) -> Option<Self> {
        match text {
            "AWS" => Some(Self::Aws),
            "ThirdParty" => Some(Self::ThirdParty),
            "Custom" => Some(Self::Custom),
            _ => None,
        }
    }
}

impl Owner {
    /// Returns the API's spelling.
    pub fn aws(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::ThirdParty => "ThirdParty",
            Self::Custom => "Custom",
        }
    }
}

/// The role that fetches artifacts, if it is not the action's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// The service role of the CodeBuild project.
    Project,
    /// The role of the instances, which is unknown to dotpipe.
    Instances,
}

/// The type of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
pub enum PipelineType {
    /// The older type, billed per pipeline.
    V1,
    /// The newer type, billed per action minute.
    V2,
}

impl PipelineType {
    /// Returns the API's spelling.
    pub fn aws(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V2 => "V2",
        }
    }
}

/// How many artifacts an action type takes or produces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The minimum.
    pub min: usize,
    /// The maximum.
    pub max: usize,
}

/// What an action deploys with CloudFormation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deployed {
    /// A stack.
    Stack,
    /// A StackSet.
    StackSet,
    /// Stack instances of a StackSet.
    StackInstances,
}

/// One action type: a category, an owner, a provider, and a version.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the data, independent of the others")]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActionType {
    /// The categories that share this entry (CodeBuild: build and test).
    pub categories: Vec<Category>,
    /// Its owner.
    pub owner: Owner,
    /// The provider as the API spells it.
    pub provider: String,
    /// The version, a string in the API.
    #[serde(default = "version_one")]
    pub version: String,
    /// The pipeline types that may contain it.
    #[serde(default = "both_types")]
    pub pipeline_types: Vec<PipelineType>,
    /// The number of input artifacts.
    pub inputs: Count,
    /// The key that is required if there is no input artifact.
    #[serde(default)]
    pub input_unless: Option<String>,
    /// The number of output artifacts.
    pub outputs: Count,
    /// The keys that identify what it changes: two actions with the same values must not run at the same time.
    #[serde(default)]
    pub works_on: Vec<String>,
    /// The types of the resources that some of these keys name, which exist before the action runs.
    #[serde(default)]
    pub works_on_types: BTreeMap<String, String>,
    /// The conditions under which it changes that as a whole. Empty: always.
    #[serde(default)]
    pub works_on_when: Vec<When>,
    /// Whether it may run in a Region other than the pipeline's.
    #[serde(default)]
    pub cross_region: bool,
    /// Its configuration keys.
    #[serde(default)]
    pub slot: Vec<Slot>,
    /// The output variables it always sets.
    #[serde(default)]
    pub variable: Vec<Variable>,
    /// The source of further output variables.
    #[serde(default)]
    pub variables_from: VariablesFrom,
    /// The role that fetches the artifacts, if not the action's.
    #[serde(default)]
    pub reader: Option<Reader>,
    /// The permissions that the role of the action needs.
    #[serde(default)]
    pub grant: Vec<Grant>,
    /// What it deploys with CloudFormation, if anything.
    #[serde(default)]
    pub deploys: Option<Deployed>,
    /// Whether it checks out a Git repository.
    #[serde(default)]
    pub git: bool,
    /// Whether CodePipeline copies the tags of the source to the artifact.
    #[serde(default)]
    pub tagged: bool,
    /// Whether it has no output artifacts in an account other than the pipeline's.
    #[serde(default)]
    pub home_outputs: bool,
    /// The key of the function that has to report the action's result.
    #[serde(default)]
    pub reported_by: Option<String>,
    /// The only actions that can read its output.
    #[serde(default)]
    pub consumer_limit: Vec<ConsumerLimit>,
    /// How a change starts the pipeline.
    #[serde(default)]
    pub change_detection: Option<ChangeDetection>,
    /// Whether `on push` and `on pull-request` can say which changes start the pipeline.
    #[serde(default)]
    pub filters: bool,
    /// Files of which the input artifact must contain one at its root.
    #[serde(default)]
    pub input_files: Vec<String>,
    /// The files in its output artifact, if they are always the same.
    #[serde(default)]
    pub output_files: Vec<String>,
    /// The folders of the input artifact that it reads; `**` matches any folders.
    #[serde(default)]
    pub folders: Vec<String>,
    /// Whether it runs code of the repository: each such action gets its own role, so that the code does not have the
    /// pipeline's permissions.
    #[serde(default)]
    pub own_role: bool,
    /// Whether it examines what a pipeline deploys, as a test does.
    #[serde(default)]
    pub examines: bool,
    /// Whether it fails while another deployment to the same target runs.
    #[serde(default)]
    pub one_at_a_time: bool,
    /// Why AWS and this reference recommend another type.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// If a category has several entries, the attribute that selects this one.
    #[serde(default)]
    pub chosen_by: Option<String>,
    /// What no source confirms; the entry is then applied leniently.
    #[serde(default)]
    pub unconfirmed: Option<String>,
    /// Why the permissions are incomplete, if AWS documents no names.
    #[serde(default)]
    pub grants_unconfirmed: Option<String>,
    /// An AWS managed policy that allows everything that the action may need.
    #[serde(default)]
    pub managed_policy: Option<String>,
}

fn version_one() -> String {
    "1".to_owned()
}

fn both_types() -> Vec<PipelineType> {
    vec![PipelineType::V1, PipelineType::V2]
}

/// Returns whether a key has a form with a number in the place of `%`.
fn is_numbered(form: &str, key: &str) -> bool {
    let (start, end) = form.split_once('%').unwrap_or((form, ""));
    let number = key.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

impl ActionType {
    /// Creates the type of an action that no file describes: it accepts anything.
    ///
    /// Custom and partner types have at most five input and five output artifacts.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html> (2026-11-23)
    pub fn unknown(category: Category, owner: Owner, provider: String, version: String) -> Self {
        let max = match (category, owner) {
            (Category::Approval, _) => 0,
            (_, Owner::Aws) => usize::MAX,
            _ => 5,
        };
        let inputs = Count { min: 0, max: if category == Category::Source { 0 } else { max } };
        let outputs = Count { min: 0, max };
        Self {
            categories: vec![category],
            owner,
            provider,
            version,
            pipeline_types: both_types(),
            inputs,
            input_unless: None,
            outputs,
            works_on: Vec::new(),
            works_on_types: BTreeMap::new(),
            works_on_when: Vec::new(),
            cross_region: true,
            slot: Vec::new(),
            variable: Vec::new(),
            variables_from: VariablesFrom::JobResult,
            reader: None,
            grant: Vec::new(),
            deploys: None,
            git: false,
            tagged: false,
            home_outputs: false,
            reported_by: None,
            consumer_limit: Vec::new(),
            change_detection: None,
            filters: false,
            input_files: Vec::new(),
            output_files: Vec::new(),
            folders: Vec::new(),
            deprecated: None,
            chosen_by: None,
            own_role: false,
            examines: false,
            one_at_a_time: false,
            grants_unconfirmed: None,
            managed_policy: None,
            unconfirmed: Some("No file of the catalog describes this action type.".to_owned()),
        }
    }

    /// Returns the slot of a configuration key.
    pub fn slot_of_key(&self, key: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.key.as_deref() == Some(key))
    }

    /// Returns whether a key is one of several that a slot sets.
    pub fn is_generated_key(&self, key: &str) -> bool {
        let fits = |form: &String| is_numbered(form, key);
        self.slot.iter().any(|slot| slot.path_key.as_deref() == Some(key) || slot.numbered.iter().flatten().any(fits))
    }

    /// Returns whether a key is one of several with numbers that name artifacts.
    pub fn is_numbered_artifact(&self, key: &str) -> bool {
        let first = |slot: &Slot| slot.numbered.as_ref().is_some_and(|[artifact, _]| is_numbered(artifact, key));
        self.slot.iter().any(first)
    }

    /// Returns the slot of an attribute.
    pub fn slot_of_attribute(&self, attribute: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.attribute == attribute)
    }

    /// Returns whether it deploys a stack.
    pub fn deploys_stack(&self) -> bool {
        self.deploys == Some(Deployed::Stack)
    }

    /// Returns whether it runs a CodeBuild project: it has a key for one.
    pub fn runs_project(&self) -> bool {
        self.slot.iter().any(|slot| slot.to == Some(Kind::Project))
    }
}

/// An output variable that an action type always sets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The form of its value.
    #[serde(default)]
    pub content: Content,
    /// Its values, if AWS lists them.
    #[serde(default)]
    pub values: Vec<String>,
    /// What hexadecimal digits follow, if it is a hash: nothing, or `sha256:`.
    #[serde(default)]
    pub hash: Option<String>,
    /// A one-sentence description.
    pub doc: String,
}

/// The form of an output variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Letters, digits, and the like, as AWS or Git generates them, which a shell and JSON accept unchanged.
    Token,
    /// A name that somebody chose, such as that of a branch: a shell may interpret part of it as a command.
    #[default]
    Name,
    /// Any text, including quotes and line endings.
    Text,
}

/// The source of the names of an action's output variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VariablesFrom {
    /// Only the listed ones exist.
    #[default]
    Nowhere,
    /// `env.exported-variables` of the project's buildspec.
    Buildspec,
    /// The outputs of the stack.
    StackOutputs,
    /// Those in the action's `output-variables`.
    Declared,
    /// Whatever the called function or custom action reports: any name is possible.
    JobResult,
}

/// When a value is known. A later phase does not fit where an earlier one is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// When dotpipe runs.
    #[default]
    Compile,
    /// When the template is deployed.
    Deploy,
    /// When the pipeline runs.
    Run,
}

/// One attribute: its word, its AWS key, its type, and the latest phase of its value.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the data, independent of the others")]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Slot {
    /// The word in `.pipe` files, in lower kebab case.
    pub attribute: String,
    /// The AWS key it sets; `None` for attributes of the language itself.
    #[serde(default)]
    pub key: Option<String>,
    /// The type of its value.
    #[serde(rename = "type")]
    pub ty: SlotType,
    /// AWS's words for `true` and `false`, if it takes words.
    #[serde(default)]
    pub switch: Option<[String; 2]>,
    /// Whether AWS takes a duration, which is written in minutes, in seconds.
    #[serde(default)]
    pub in_seconds: bool,
    /// Whether it is required.
    #[serde(default)]
    pub required: bool,
    /// It is required if all of these conditions are true.
    #[serde(default)]
    pub required_when: Vec<When>,
    /// It is allowed only if all of these conditions are true.
    #[serde(default)]
    pub only_when: Vec<When>,
    /// AWS ignores the key if all of these conditions are true.
    #[serde(default)]
    pub ignored_when: Vec<When>,
    /// AWS accepts only one of this key and the others if all of these conditions are true.
    #[serde(default)]
    pub excluded_when: Vec<When>,
    /// Whether dotpipe derives the value (a role) if it is absent, so that its absence is never an error.
    #[serde(default)]
    pub derived: bool,
    /// The latest phase that the value may have.
    #[serde(default)]
    pub phase: Phase,
    /// A one-sentence description, shown on hover and in the reference.
    pub doc: String,
    /// The help if it is required and absent: a statement that does not need it.
    #[serde(default)]
    pub instead: Option<String>,
    /// The default in AWS (documentation only).
    #[serde(default)]
    pub default: Option<String>,
    /// The value that dotpipe writes if the attribute is absent.
    #[serde(default)]
    pub emit: Option<String>,
    /// The words of an `enum` or `enum-list`, each with AWS's spelling.
    #[serde(default)]
    pub values: IndexMap<String, String>,
    /// The minimum number, length, or minutes.
    #[serde(default)]
    pub min: Option<u64>,
    /// The maximum number, length, or minutes.
    #[serde(default)]
    pub max: Option<u64>,
    /// The kind of name that determines the allowed characters, see `names.toml`.
    #[serde(default)]
    pub charset: Option<String>,
    /// The form of a string that refers to a resource, see `forms.toml`.
    #[serde(default)]
    pub form: Option<String>,
    /// The fields of a `record`.
    #[serde(default)]
    pub field: Vec<Slot>,
    /// Whether AWS parses a string as JSON.
    #[serde(default)]
    pub text_is_json: bool,
    /// Whether something is generated for each element of the list, so that their number must be known at compile time.
    #[serde(default)]
    pub counted: bool,
    /// Whether it also takes `null`, which means that there is no value, not even the one that dotpipe would set.
    #[serde(default)]
    pub nullable: bool,
    /// Whether the values in the map or the list are strings in AWS: numbers and booleans are written as strings.
    #[serde(default)]
    pub texts: bool,
    /// Whether it is a field of the action itself, outside its configuration.
    #[serde(default)]
    pub action_level: bool,
    /// Whether AWS never shows the value, so that it may contain a secret.
    #[serde(default)]
    pub secret: bool,
    /// The key for the path, if AWS takes a file of an artifact as two keys: `key` is for the artifact.
    #[serde(default)]
    pub path_key: Option<String>,
    /// The two keys of each entry of an `artifact-map`, with `%` for its number from 1: of the artifact, and of the
    /// name.
    #[serde(default)]
    pub numbered: Option<[String; 2]>,
    /// Whether it also takes a file in an artifact, as `Artifact::file`.
    #[serde(default)]
    pub or_file: bool,
    /// Whether it is the path of a file in the only input artifact; if absent, AWS looks for `default`.
    #[serde(default)]
    pub input_file: bool,
    /// Whether it is the path of a folder in the only input artifact.
    #[serde(default)]
    pub input_folder: bool,
    /// A folder in the only input artifact with the Dockerfile of the image that the action builds; the root if there is no value.
    #[serde(default)]
    pub dockerfile_folder: bool,
    /// Whether each such file is a mapping in YAML or JSON.
    #[serde(default)]
    pub mapping_file: bool,
    /// A file in such a folder.
    #[serde(default)]
    pub folder_file: Option<FolderFile>,
    /// It is such a path only if all of these conditions are true.
    #[serde(default)]
    pub input_file_when: Vec<When>,
    /// Files of which each artifact in an `artifact-map` must contain one at its root.
    #[serde(default)]
    pub artifact_files: Vec<String>,
    /// Values that AWS rejects in combination with other keys.
    #[serde(default)]
    pub refused: Vec<Refused>,
    /// The kind that a `reference` refers to.
    #[serde(default)]
    pub to: Option<Kind>,
    /// Whether the bucket must have versioning.
    #[serde(default)]
    pub versioned: bool,
    /// Whether the resource must be in the Region of the action.
    #[serde(default)]
    pub same_region: bool,
    /// The service that a referenced role must trust, for example `cloudformation`.
    #[serde(default)]
    pub service: Option<String>,
    /// The member of the referenced declaration that AWS takes: `name` or `arn`.
    #[serde(default)]
    pub member: Option<String>,
    /// What must be the same for an ARN and where it is used; for roles and keys, this is checked regardless.
    #[serde(default)]
    pub arn_place: Option<ArnPlace>,
    /// The part of the header that sets it (`from A::file`, the action's own name), if it is not an attribute.
    #[serde(default)]
    pub header: Option<Header>,
}

/// A YAML file in a folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderFile {
    /// Its name.
    pub name: String,
    /// What it is, in a word.
    pub kind: String,
    /// The top-level keys.
    pub keys: Vec<String>,
}

impl Slot {
    /// Returns the property that it sets, if its key is that of a resource.
    pub fn path(&self) -> Option<PropertyPath<'_>> {
        self.key.as_deref().map(PropertyPath::new)
    }

    /// Returns the default in AWS, in AWS's spelling.
    pub fn default_in_aws(&self) -> Option<&str> {
        let default = self.default.as_deref()?;
        Some(self.values.get(default).map_or(default, String::as_str))
    }

    /// Returns whether a word is its AWS key or its own word, ignoring case and hyphens.
    pub fn is_called_in_aws(&self, word: &str) -> bool {
        let plain = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
        let Some(key) = &self.key else { return false };
        let last = key.rsplit('.').next().unwrap_or(key);
        [key.as_str(), last, self.attribute.as_str()].iter().any(|candidate| plain(candidate) == plain(word))
    }

    /// Returns whether a word is in its enumeration, in the file's spelling or in AWS's.
    pub fn has_word(&self, word: &str) -> bool {
        self.values.contains_key(word) || self.values.values().any(|aws| aws == word)
    }

    /// Returns an example value, in the file's form.
    pub fn example(&self) -> ExampleValue {
        match self.ty {
            SlotType::Bool => "true".into(),
            SlotType::Integer => self.min.unwrap_or(1).to_string().into(),
            SlotType::Number => "1".into(),
            SlotType::Percent => "10%".into(),
            SlotType::Range => "0..5".into(),
            SlotType::Minutes => "30m".into(),
            SlotType::Days => "90d".into(),
            SlotType::Enum => {
                let refused = |aws: &String| self.refused.iter().any(|refused| refused.value == *aws);
                let mut words = self.values.iter().filter(|(_, aws)| !refused(aws)).map(|(word, _)| word);
                words.next().cloned().unwrap_or_default().into()
            }
            SlotType::EnumList => ExampleValue::words(&[self.values.keys().next().map_or("", String::as_str)]),
            SlotType::List => ExampleValue::texts(&["..."]),
            SlotType::Map | SlotType::Env | SlotType::Record | SlotType::Shorthand | SlotType::ArtifactMap => {
                "{ ... }".into()
            }
            SlotType::Artifact | SlotType::Reference => "Name".into(),
            SlotType::ArtifactFile => "Artifact::file".into(),
            _ => ExampleValue::text("..."),
        }
    }
}

/// The type of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotType {
    /// A string.
    #[default]
    String,
    /// `true`, `false`; the API takes them as strings.
    Bool,
    /// A whole number, `min..max`.
    Integer,
    /// Any number, also a negative one or one with decimal places.
    Number,
    /// A percentage: `10%`.
    Percent,
    /// `0..5`, or a whole number; within `min..max`.
    Range,
    /// A duration; `min` and `max` in minutes, written to AWS in whole minutes.
    Minutes,
    /// A duration in whole days.
    Days,
    /// One of `values`.
    Enum,
    /// A list of `values`, written to AWS joined by commas.
    EnumList,
    /// A list of strings.
    List,
    /// A map from names to strings.
    Map,
    /// Environment variables: a map from names to strings, secrets, or parameters.
    Env,
    /// A map from names to strings, written to AWS as `ParameterKey=name,ParameterValue=text`, separated by spaces.
    Shorthand,
    /// An artifact.
    Artifact,
    /// A map from names to artifacts.
    ArtifactMap,
    /// `Artifact::file`
    ArtifactFile,
    /// A declaration, or a string if AWS takes a plain name or ARN.
    Reference,
    /// A value written to AWS as a JSON string.
    Json,
    /// A map with the fields listed in `field`.
    Record,
    /// A buildspec: a path in the repository or `yaml("""...""")`.
    Buildspec,
    /// A cache: `[source, docker, "paths"]` or a bucket.
    Cache,
    /// A condition that is known at deployment, or the name of one in a template.
    Condition,
    /// Any value, passed on unchanged.
    Any,
}

/// What must be the same for an ARN and where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArnPlace {
    /// The account.
    Account,
    /// The Region.
    Region,
    /// Both.
    AccountAndRegion,
}

/// The part of a statement's header that sets a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Header {
    /// The file in the first `from`.
    FromFile,
    /// The first artifact of `from`, if there are several.
    PrimaryInput,
    /// The name of a `stack` statement.
    StackName,
}

/// A value that AWS rejects under some conditions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refused {
    /// The value as AWS spells it.
    pub value: String,
    /// All of these must be true.
    pub when: Vec<When>,
}

/// A condition on another configuration key of the same action.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct When {
    /// The AWS key.
    pub key: String,
    /// One of these values; empty if the key only has to be present.
    #[serde(default)]
    pub is: Vec<String>,
    /// Negates the condition.
    #[serde(default)]
    pub not: bool,
}

/// Permissions that an action, a role, or an `allow` needs.
///
/// `${Partition}`, `${Region}`, and `${Account}` are placeholders for where the action runs, `${Pipeline}` for the
/// pipeline's name, any other `${Key}` for the value of that configuration key (of that entry of `keys` in a
/// [`GrantSet`]), and `${Key.name}` for the last field of the ARN in it. If the value is a list, what contains the
/// placeholder is repeated for each item.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grant {
    /// IAM actions, spelled out.
    pub actions: Vec<String>,
    /// ARN patterns.
    pub resources: Vec<String>,
    /// Operator to condition key to value.
    #[serde(default)]
    pub condition: IndexMap<String, IndexMap<String, String>>,
    /// Needed only if all of these conditions are true.
    #[serde(default)]
    pub when: Vec<When>,
    /// The role that needs it: the one that runs the action (`pipeline`), or those of the CodeBuild projects that read
    /// its artifact as a full clone.
    #[serde(default)]
    pub role: GrantRole,
    /// The reason, in words that complete "needed to ...".
    pub reason: String,
    /// The page that documents it.
    pub source: String,
}

/// The role that needs a [`Grant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantRole {
    /// The pipeline's role, or the action's own.
    #[default]
    Pipeline,
    /// The role of each CodeBuild project that reads the action's output.
    Consumer,
}

/// A limit on the actions that can read an output artifact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConsumerLimit {
    /// The conditions on the action that produces the artifact; all must be true.
    #[serde(default)]
    pub when: Vec<When>,
    /// The providers that can read it, as the API spells them.
    pub providers: Vec<String>,
    /// The page that documents it.
    pub source: String,
}

/// How a change in a source starts the pipeline.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangeDetection {
    /// Configuration keys to set, so that nothing polls.
    #[serde(default)]
    pub set: IndexMap<String, String>,
    /// Configuration keys with the values for which no change starts the pipeline.
    #[serde(default)]
    pub off: IndexMap<String, String>,
    /// The EventBridge pattern, with the placeholders of [`Grant`]; `None` if the provider itself reports changes.
    #[serde(default)]
    pub pattern: Option<serde_json::Value>,
    /// The webhook through which the provider reports changes.
    #[serde(default)]
    pub webhook: Option<Webhook>,
    /// The key with the name of a bucket that has to be configured to send its events.
    #[serde(default)]
    pub sender: Option<String>,
    /// The page that documents it.
    pub source: String,
}

/// A webhook that CodePipeline registers with a provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Webhook {
    /// How the provider authenticates its calls, as the API spells it.
    pub authentication: String,
    /// The configuration key with the shared secret.
    pub secret: String,
    /// Paths in what the provider sends, each with the required value; `{Key}` is the value of a configuration key.
    pub filters: IndexMap<String, String>,
}

/// One file in `declarations/`: a kind of declaration and its attributes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Declaration {
    /// A one-sentence description.
    pub doc: String,
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source.
    pub verified: String,
    /// The services in the ARNs of such a resource, if only an ARN identifies it.
    #[serde(default)]
    pub arn_services: Vec<String>,
    /// The prefix of the last part of such an ARN.
    #[serde(default)]
    pub arn_resource: String,
    /// The form of what identifies an existing one: its name, or its ARN.
    #[serde(default)]
    pub existing_form: Option<String>,
    /// The members that can follow its name after a dot.
    #[serde(default)]
    pub members: Vec<String>,
    /// The type of the resource whose properties its attributes set, if it is not a [`Kind`].
    #[serde(default)]
    pub resource: Option<String>,
    /// Other files whose attributes it also takes.
    #[serde(default)]
    pub includes: Vec<String>,
    /// Its attributes.
    #[serde(default)]
    pub slot: Vec<Slot>,
}

/// Permissions that do not come from a provider: the keys are placeholders for what the plan knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrantSet {
    /// A one-sentence description.
    pub doc: String,
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source.
    pub verified: String,
    /// The meaning of each placeholder and each key of a condition.
    pub keys: IndexMap<String, String>,
    /// The permissions.
    pub grant: Vec<Grant>,
}
