//! The form of a catalog file. Unknown fields are refused, so a slip in the data fails the tests.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;

use super::{Kind, PropertyPath};

/// One file under `providers/`: all action types that one provider word names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// The product's name as AWS spells it.
    pub title: String,
    /// One sentence.
    pub doc: String,
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// A whole file that uses its action types.
    pub example: String,
    /// Another word whose action types it shares: the Git providers behind a connection are one provider to CodePipeline.
    #[serde(default)]
    pub like: Option<String>,
    /// Whether its repositories can be in groups of groups, so that their names have more than two parts.
    #[serde(default)]
    pub subgroups: bool,
    /// Its action types.
    #[serde(default)]
    pub action: Vec<Arc<ActionType>>,
}

/// The category of an action, as the API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
pub enum Category {
    /// Brings revisions in.
    Source,
    /// Builds.
    Build,
    /// Tests.
    Test,
    /// Deploys.
    Deploy,
    /// Calls something.
    Invoke,
    /// Waits for a person.
    Approval,
    /// Runs commands.
    Compute,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 7] =
        [Self::Source, Self::Build, Self::Test, Self::Deploy, Self::Invoke, Self::Approval, Self::Compute];

    /// Reads AWS's spelling.
    pub fn from_aws(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.aws() == text)
    }

    /// The keyword of the language, or of the statement that stands for the category.
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

    /// As the API spells it.
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

/// Who made an action type, as the API spells it.
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
    /// Reads AWS's spelling.
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
    /// As the API spells it.
    pub fn aws(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::ThirdParty => "ThirdParty",
            Self::Custom => "Custom",
        }
    }
}

/// Whose role fetches artifacts, where it is not the role of the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// The service role of the CodeBuild project.
    Project,
    /// The role of the instances, which dotpipe does not know.
    Instances,
}

/// V1 or V2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
pub enum PipelineType {
    /// The older type, billed by the pipeline.
    V1,
    /// The newer type, billed by the action minute.
    V2,
}

impl PipelineType {
    /// As the API spells it.
    pub fn aws(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V2 => "V2",
        }
    }
}

/// How many artifacts an action type takes or makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// At least.
    pub min: usize,
    /// At most.
    pub max: usize,
}

/// What of CloudFormation an action deploys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deployed {
    /// A stack.
    Stack,
    /// A stack set.
    StackSet,
    /// Instances of a stack set.
    StackInstances,
}

/// One action type: a category, an owner, a provider and a version.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the data, independent of the others")]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActionType {
    /// The categories that share this entry (CodeBuild: build and test).
    pub categories: Vec<Category>,
    /// Who made it.
    pub owner: Owner,
    /// The provider as the API spells it.
    pub provider: String,
    /// The version, a string in the API.
    #[serde(default = "version_one")]
    pub version: String,
    /// Pipeline types that may hold it.
    #[serde(default = "both_types")]
    pub pipeline_types: Vec<PipelineType>,
    /// Input artifacts.
    pub inputs: Count,
    /// Without an input artifact, this key has to be given.
    #[serde(default)]
    pub input_unless: Option<String>,
    /// Output artifacts.
    pub outputs: Count,
    /// The keys that name what it changes: two actions with the same values must not run at the same time.
    #[serde(default)]
    pub works_on: Vec<String>,
    /// When it changes that as a whole; always, without conditions.
    #[serde(default)]
    pub works_on_when: Vec<When>,
    /// Whether it may run in a different region from the pipeline's.
    #[serde(default)]
    pub cross_region: bool,
    /// Its configuration keys.
    #[serde(default)]
    pub slot: Vec<Slot>,
    /// The output variables it always sets.
    #[serde(default)]
    pub variable: Vec<Variable>,
    /// Where further output variables come from.
    #[serde(default)]
    pub variables_from: VariablesFrom,
    /// Whose role fetches the artifacts, if not the action's.
    #[serde(default)]
    pub reader: Option<Reader>,
    /// What the role that runs the action must be allowed.
    #[serde(default)]
    pub grant: Vec<Grant>,
    /// What of CloudFormation it deploys, if that is what it does.
    #[serde(default)]
    pub deploys: Option<Deployed>,
    /// Whether it brings in a Git repository.
    #[serde(default)]
    pub git: bool,
    /// Whether CodePipeline copies the tags of what it reads to the artifact.
    #[serde(default)]
    pub tagged: bool,
    /// Whether it has no output artifacts in another account than the pipeline's.
    #[serde(default)]
    pub home_outputs: bool,
    /// The key of the function that has to report the result of the action.
    #[serde(default)]
    pub reported_by: Option<String>,
    /// Who alone can read what it puts out.
    #[serde(default)]
    pub consumer_limit: Vec<ConsumerLimit>,
    /// How a change starts the pipeline.
    #[serde(default)]
    pub change_detection: Option<ChangeDetection>,
    /// Whether `on push` and `on pull-request` can say which changes start the pipeline.
    #[serde(default)]
    pub filters: bool,
    /// Files of which the input artifact must hold one at its root.
    #[serde(default)]
    pub input_files: Vec<String>,
    /// The files that its output artifact holds, where that is always the same.
    #[serde(default)]
    pub output_files: Vec<String>,
    /// Folders of the input artifact that it reads; `**` stands for all of them.
    #[serde(default)]
    pub folders: Vec<String>,
    /// Whether it runs code of the repository: each such action gets a role of its own, so that the code cannot do what the
    /// pipeline may.
    #[serde(default)]
    pub own_role: bool,
    /// Why AWS, and this reference, recommend another.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// Of several entries of one category: the attribute that is given for this one only, and so chooses it.
    #[serde(default)]
    pub chosen_by: Option<String>,
    /// What no source settles; the entry is then used without strictness.
    #[serde(default)]
    pub unconfirmed: Option<String>,
    /// Why the grants are not the whole truth, where AWS documents no names.
    #[serde(default)]
    pub grants_unconfirmed: Option<String>,
    /// A managed policy of AWS that allows all that the action may need.
    #[serde(default)]
    pub managed_policy: Option<String>,
}

fn version_one() -> String {
    "1".to_owned()
}

fn both_types() -> Vec<PipelineType> {
    vec![PipelineType::V1, PipelineType::V2]
}

impl ActionType {
    /// The type of an action that no file describes: whatever it is given, it takes.
    ///
    /// Custom and partner types take at most five artifacts each way.
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
            grants_unconfirmed: None,
            managed_policy: None,
            unconfirmed: Some("No file of the catalog describes this action type.".to_owned()),
        }
    }

    /// The slot of a configuration key.
    pub fn slot_of_key(&self, key: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.key.as_deref() == Some(key))
    }

    /// Whether a key is one of several that a slot makes.
    pub fn is_made_key(&self, key: &str) -> bool {
        let digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let fits = |form: &String| {
            let (start, end) = form.split_once('%').unwrap_or((form, ""));
            key.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(digits)
        };
        self.slot.iter().any(|slot| slot.path_key.as_deref() == Some(key) || slot.numbered.iter().flatten().any(fits))
    }

    /// The slot of an attribute word.
    pub fn slot_of_attribute(&self, attribute: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.attribute == attribute)
    }

    /// Whether it deploys a stack.
    pub fn deploys_stack(&self) -> bool {
        self.deploys == Some(Deployed::Stack)
    }

    /// Whether it runs a CodeBuild project: it has a key that names one.
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
    /// What its value may hold.
    #[serde(default)]
    pub content: Content,
    /// Its values, where AWS lists them.
    #[serde(default)]
    pub values: Vec<String>,
    /// One sentence.
    pub doc: String,
}

/// What the value of an output variable may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Digits, letters and the like, as AWS or Git makes them: a shell and JSON take them as they are.
    Token,
    /// A name that somebody chose, such as a branch's: a shell may read part of it as a command.
    #[default]
    Name,
    /// Any text: quotes and line ends too.
    Text,
}

/// Where the names of an action's output variables come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VariablesFrom {
    /// Only the listed ones exist.
    #[default]
    Nowhere,
    /// `env.exported-variables` of the project's buildspec.
    Buildspec,
    /// The stack's outputs.
    StackOutputs,
    /// Those the action names in `output-variables`.
    Declared,
    /// Whatever the called function or custom action reports: any name is possible.
    JobResult,
}

/// When a value is known. Later ones do not fit where an earlier one is needed.
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

/// One attribute: its word, its AWS key, its type, and how late a value it takes.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the data, independent of the others")]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Slot {
    /// The word in `.pipe` files, lower-kebab.
    pub attribute: String,
    /// The AWS key it maps to; absent for attributes of the language itself.
    #[serde(default)]
    pub key: Option<String>,
    /// What it holds.
    #[serde(rename = "type")]
    pub ty: SlotType,
    /// How AWS spells `true` and `false`, where it takes words.
    #[serde(default)]
    pub switch: Option<[String; 2]>,
    /// Whether AWS counts a duration in seconds that is written in minutes.
    #[serde(default)]
    pub in_seconds: bool,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// Must be given when all of these hold.
    #[serde(default)]
    pub required_when: Vec<When>,
    /// May be given only when all of these hold.
    #[serde(default)]
    pub only_when: Vec<When>,
    /// AWS takes the key and does nothing with it when all of these hold.
    #[serde(default)]
    pub ignored_when: Vec<When>,
    /// AWS takes only one of this key and the others, when all of these hold.
    #[serde(default)]
    pub excluded_when: Vec<When>,
    /// When absent, dotpipe derives the value (a role): its absence is never a mistake.
    #[serde(default)]
    pub derived: bool,
    /// The latest phase of a value that fits.
    #[serde(default)]
    pub phase: Phase,
    /// One sentence, shown on hover and in the reference.
    pub doc: String,
    /// The help where it is required and absent: a statement that does not need it.
    #[serde(default)]
    pub instead: Option<String>,
    /// What AWS assumes when the key is absent (documentation only).
    #[serde(default)]
    pub default: Option<String>,
    /// What dotpipe writes when the attribute is absent.
    #[serde(default)]
    pub emit: Option<String>,
    /// The words of an `enum` or `enum-list`, each with its AWS spelling; with `map`, `list` and `record` unused.
    #[serde(default)]
    pub values: IndexMap<String, String>,
    /// Least number, length, or minutes.
    #[serde(default)]
    pub min: Option<u64>,
    /// Greatest number, length, or minutes.
    #[serde(default)]
    pub max: Option<u64>,
    /// A name for the characters allowed, see `names.toml`.
    #[serde(default)]
    pub charset: Option<String>,
    /// The form of what a text refers to, see `forms.toml`.
    #[serde(default)]
    pub form: Option<String>,
    /// The fields of a `record`.
    #[serde(default)]
    pub field: Vec<Slot>,
    /// Text here is read as JSON by AWS.
    #[serde(default)]
    pub text_is_json: bool,
    /// Each element of the list becomes something of its own, so their number must be known at compile time.
    #[serde(default)]
    pub counted: bool,
    /// `null` fits too, where leaving the attribute out means something else than having none.
    #[serde(default)]
    pub nullable: bool,
    /// Values in the map or the list are text to AWS: numbers and truth values are written as text.
    #[serde(default)]
    pub texts: bool,
    /// A field of the action itself, beside its configuration.
    #[serde(default)]
    pub action_level: bool,
    /// AWS shows it to nobody, so a secret may stand here.
    #[serde(default)]
    pub secret: bool,
    /// AWS wants a file of an artifact as two keys: `key` takes the artifact, this one the path.
    #[serde(default)]
    pub path_key: Option<String>,
    /// The two keys of each entry of an `artifact-map`, `%` standing for its number from 1: of the artifact, and of the name.
    #[serde(default)]
    pub numbered: Option<[String; 2]>,
    /// A file in an artifact fits too, as `Artifact::file`.
    #[serde(default)]
    pub or_file: bool,
    /// The path of a file in the only input artifact; absent, AWS looks for `default`.
    #[serde(default)]
    pub input_file: bool,
    /// The path of a folder in the only input artifact.
    #[serde(default)]
    pub input_folder: bool,
    /// Each such file is a mapping in YAML or JSON.
    #[serde(default)]
    pub mapping_file: bool,
    /// A file that such a folder contains.
    #[serde(default)]
    pub folder_file: Option<FolderFile>,
    /// It is such a path only when all of these hold.
    #[serde(default)]
    pub input_file_when: Vec<When>,
    /// Files of which each artifact in an `artifact-map` must hold one at its root.
    #[serde(default)]
    pub artifact_files: Vec<String>,
    /// Values that AWS refuses beside other keys.
    #[serde(default)]
    pub refused: Vec<Refused>,
    /// What a `reference` points at.
    #[serde(default)]
    pub to: Option<Kind>,
    /// Whether the bucket that the value names must keep versions.
    #[serde(default)]
    pub versioned: bool,
    /// Whether what the value names must be in the Region of the action.
    #[serde(default)]
    pub same_region: bool,
    /// The service a referenced role must trust, for example `cloudformation`.
    #[serde(default)]
    pub service: Option<String>,
    /// Which member of the referenced thing AWS wants: `name` or `arn`.
    #[serde(default)]
    pub member: Option<String>,
    /// What an ARN here must have in common with the place where it is used; roles and keys have that without it.
    #[serde(default)]
    pub arn_place: Option<ArnPlace>,
    /// Given by the header (`from A::file`, the action's own name), not by an attribute.
    #[serde(default)]
    pub header: Option<Header>,
}

/// A YAML file that a folder contains.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderFile {
    /// Its name.
    pub name: String,
    /// What it is, in a word.
    pub kind: String,
    /// The keys that it has at the top.
    pub keys: Vec<String>,
}

impl Slot {
    /// The property that it sets, where its key is that of a resource.
    pub fn path(&self) -> Option<PropertyPath<'_>> {
        self.key.as_deref().map(PropertyPath::new)
    }

    /// What AWS assumes where it is absent, as AWS writes it.
    pub fn default_in_aws(&self) -> Option<&str> {
        let default = self.default.as_deref()?;
        Some(self.values.get(default).map_or(default, String::as_str))
    }

    /// Whether a word is its AWS key, or its own word, in whatever case and with or without hyphens.
    pub fn is_called_in_aws(&self, word: &str) -> bool {
        let plain = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
        let Some(key) = &self.key else { return false };
        let last = key.rsplit('.').next().unwrap_or(key);
        [key.as_str(), last, self.attribute.as_str()].iter().any(|candidate| plain(candidate) == plain(word))
    }

    /// Whether a word is one of its enumeration, in the file's spelling or in AWS's.
    pub fn has_word(&self, word: &str) -> bool {
        self.values.contains_key(word) || self.values.values().any(|aws| aws == word)
    }

    /// A value that shows what it takes, as a file has it.
    pub fn example(&self) -> String {
        match self.ty {
            SlotType::Bool => "true".to_owned(),
            SlotType::Integer => self.min.unwrap_or(1).to_string(),
            SlotType::Number => "1".to_owned(),
            SlotType::Percent => "10%".to_owned(),
            SlotType::Range => "0..5".to_owned(),
            SlotType::Minutes => "30m".to_owned(),
            SlotType::Days => "90d".to_owned(),
            SlotType::Enum => {
                let refused = |aws: &String| self.refused.iter().any(|refused| refused.value == *aws);
                let mut words = self.values.iter().filter(|(_, aws)| !refused(aws)).map(|(word, _)| word);
                words.next().cloned().unwrap_or_default()
            }
            SlotType::EnumList => format!("[{}]", self.values.keys().next().cloned().unwrap_or_default()),
            SlotType::List => "[\"...\"]".to_owned(),
            SlotType::Map | SlotType::Env | SlotType::Record | SlotType::Shorthand | SlotType::ArtifactMap => {
                "{ ... }".to_owned()
            }
            SlotType::Artifact | SlotType::Reference => "Name".to_owned(),
            SlotType::ArtifactFile => "Artifact::file".to_owned(),
            _ => "\"...\"".to_owned(),
        }
    }
}

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotType {
    /// Text.
    #[default]
    String,
    /// `true`, `false`; the API takes them as strings.
    Bool,
    /// A whole number, `min..max`.
    Integer,
    /// Any number, also a negative one or one with decimal places.
    Number,
    /// `10%`
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
    /// A list of texts.
    List,
    /// Names to texts.
    Map,
    /// Names to texts, secrets or parameters: environment variables.
    Env,
    /// Names to texts, written to AWS as `ParameterKey=name,ParameterValue=text`, spaces between.
    Shorthand,
    /// An artifact.
    Artifact,
    /// Names to artifacts.
    ArtifactMap,
    /// `Artifact::file`
    ArtifactFile,
    /// A declaration, or text where AWS takes a plain name or ARN.
    Reference,
    /// A value written to AWS as a JSON text.
    Json,
    /// A map with the fields listed in `field`.
    Record,
    /// A buildspec: a path in the repository or `yaml("""...""")`.
    Buildspec,
    /// A cache: `[source, docker, "paths"]` or a bucket.
    Cache,
    /// Any value, passed on.
    Any,
}

/// What an ARN must have in common with the place where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArnPlace {
    /// The account.
    Account,
    /// The region.
    Region,
    /// Both.
    AccountAndRegion,
}

/// What of a statement's header fills a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Header {
    /// The file in the first `from`.
    FromFile,
    /// The first artifact of `from`, when there are several.
    PrimaryInput,
    /// The name of a `stack` statement.
    StackName,
}

/// A value that AWS refuses when conditions hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refused {
    /// The value as AWS spells it.
    pub value: String,
    /// All must hold.
    pub when: Vec<When>,
}

/// A condition on another configuration key of the same action.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct When {
    /// The AWS key.
    pub key: String,
    /// One of these values; empty: the key is present.
    #[serde(default)]
    pub is: Vec<String>,
    /// Turns the condition round.
    #[serde(default)]
    pub not: bool,
}

/// Permissions that an action, a role or an `allow` needs.
///
/// `${Partition}`, `${Region}` and `${Account}` stand for where the action runs, `${Pipeline}` for the pipeline's name,
/// any other `${Key}` for the value of that configuration key (of that entry of `keys` in a [`GrantSet`]), `${Key.name}`
/// for the last field of the ARN in it. Where the value
/// is a list, what holds the placeholder is repeated for each item.
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
    /// Only when all of these hold.
    #[serde(default)]
    pub when: Vec<When>,
    /// Who needs it: the role that runs the action (`pipeline`), or the CodeBuild projects that read its artifact in full-clone form.
    #[serde(default)]
    pub role: GrantRole,
    /// Why, in words that complete "needed to ...".
    pub reason: String,
    /// The page that says so.
    pub source: String,
}

/// Who needs a [`Grant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantRole {
    /// The pipeline's role, or the action's own.
    #[default]
    Pipeline,
    /// The role of each CodeBuild project that takes the action's output.
    Consumer,
}

/// A limit on the actions that can read an output artifact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConsumerLimit {
    /// Holds when all of these do, as of the action that makes the artifact.
    #[serde(default)]
    pub when: Vec<When>,
    /// The providers that can read it, as the API spells them.
    pub providers: Vec<String>,
    /// The page that says so.
    pub source: String,
}

/// How a change in a source starts the pipeline.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangeDetection {
    /// Configuration keys to write, so that nothing polls.
    #[serde(default)]
    pub set: IndexMap<String, String>,
    /// Configuration keys with the values under which no change starts the pipeline.
    #[serde(default)]
    pub off: IndexMap<String, String>,
    /// The EventBridge pattern, with the placeholders of [`Grant`]; absent if the provider itself reports changes.
    #[serde(default)]
    pub pattern: Option<serde_json::Value>,
    /// The webhook through which the provider reports changes.
    #[serde(default)]
    pub webhook: Option<Webhook>,
    /// The key that names a bucket which has to be told to send its events.
    #[serde(default)]
    pub sender: Option<String>,
    /// The page that says so.
    pub source: String,
}

/// A webhook that CodePipeline registers with a provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Webhook {
    /// How the provider proves that a call is its own, as the API spells it.
    pub authentication: String,
    /// The configuration key that holds the secret both sides know.
    pub secret: String,
    /// Paths into what the provider sends, each with what must stand there; `{Key}` is the value of a configuration key.
    pub filters: IndexMap<String, String>,
}

/// One file under `declarations/`: a kind of declaration and its attributes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Declaration {
    /// One sentence.
    pub doc: String,
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source.
    pub verified: String,
    /// The services whose ARNs name such a thing, where only an ARN does.
    #[serde(default)]
    pub arn_services: Vec<String>,
    /// What the last part of such an ARN starts with.
    #[serde(default)]
    pub arn_resource: String,
    /// What may follow a dot behind its name.
    #[serde(default)]
    pub members: Vec<String>,
    /// The type of the resource whose properties its attributes set, where it is no kind of [`Kind`].
    #[serde(default)]
    pub resource: Option<String>,
    /// Other files whose attributes it takes too.
    #[serde(default)]
    pub includes: Vec<String>,
    /// Its attributes.
    #[serde(default)]
    pub slot: Vec<Slot>,
}

/// Grants that do not come from a provider: the keys stand for what the plan knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrantSet {
    /// One sentence.
    pub doc: String,
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source.
    pub verified: String,
    /// What each placeholder and each key of a condition stands for.
    pub keys: IndexMap<String, String>,
    /// The grants.
    pub grant: Vec<Grant>,
}
