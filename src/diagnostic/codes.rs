//! The registry of codes: number, severity, summary and explain page in one line each.
//!
//! A code is never used for anything else once it has been released. Adding one takes a line here, a page
//! `explain/<code>.md` whose examples run as tests, a function in a family, and a case under `tests/ui`.

use super::Severity;

macro_rules! codes {
    ($($code:ident $severity:ident $summary:literal)*) => {
        /// A code of the registry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $code,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// The code as printed, for example `E0201`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            /// How much it matters unless settings say otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$code => Severity::$severity,)* }
            }

            /// One line for lists.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$code => $summary,)* }
            }

            /// The page that `dotpipe explain` prints, in Markdown.
            pub fn explain(self) -> &'static str {
                match self { $(Code::$code => include_str!(concat!("explain/", stringify!($code), ".md")),)* }
            }
        }
    };
}

codes! {
    E0001 Error "unexpected token"
    E0002 Error "unknown statement"
    E0003 Error "statement not allowed here"
    E0004 Error "unclosed delimiter"
    E0005 Error "value missing after `=`"
    E0006 Error "unsupported operation on a StackSet"
    W0006 Warning "unused or invalid suppression comment"
    E0007 Error "nested too deeply"
    E0011 Error "invalid settings or values file"
    E0101 Error "duplicate name"
    E0102 Error "invalid character in a name"
    E0103 Error "name too long"
    E0104 Error "unknown attribute"
    E0105 Error "required attribute missing"
    E0106 Error "wrong type"
    E0107 Error "value not allowed"
    E0108 Error "unknown provider"
    E0109 Error "provider has no actions of this category"
    E0110 Error "unknown type"
    W0111 Warning "`configuration` overrides an attribute"
    W0112 Warning "configuration key without effect"
    E0113 Error "misspelled configuration key"
    W0113 Warning "unknown configuration key"
    E0118 Error "action type that CodePipeline rejects"
    E0130 Error "misspelled provider or wrong owner"
    W0130 Warning "unknown CodePipeline action type"
    E0131 Error "timeout on something other than an approval"
    E0132 Error "mutually exclusive keys"
    E0133 Error "invalid JSON"
    W0134 Warning "value that is empty by default"
    W0140 Warning "`raw` sets what an attribute or statement sets"
    E0141 Error "`raw` sets a value that AWS rejects"
    E0150 Error "one `ActionMode` for two actions"
    E0155 Error "secret name contains a key, stage, or version"
    E0156 Error "name in `raw`"
    E0157 Error "name of a declaration in quotes"
    W0191 Warning "placeholder that is not replaced"
    E0201 Error "no action produces this artifact"
    E0202 Error "artifact used before it is produced"
    E0203 Error "artifact produced twice"
    W0204 Warning "artifact never used"
    E0205 Error "too few artifacts for the action type"
    E0206 Error "too many artifacts for the action type"
    E0207 Error "file is not in the artifact"
    E0208 Error "outputs do not match the buildspec's artifacts"
    E0209 Error "full clone read by something other than CodeBuild"
    E0210 Error "buildspec or template not found"
    E0211 Error "invalid buildspec or template file"
    E0212 Error "artifact is not an input of the action"
    W0213 Warning "unknown buildspec key"
    E0214 Error "invalid buildspec"
    W0215 Warning "variable that CodeBuild does not export"
    W0216 Warning "duplicate key in a buildspec or template"
    W0217 Warning "variable that nothing sets"
    W0218 Warning "exported variable that nothing sets"
    E0219 Error "folder of an input that the build does not have"
    W0220 Warning "variable that is empty in a pipeline"
    W0221 Warning "file of an artifact that nothing writes"
    E0222 Error "script not found"
    W0223 Warning "Git in a source that is an archive"
    E0224 Error "runtime that the image does not have"
    W0224 Warning "runtime version that the image does not contain"
    W0225 Warning "command without effect on the next one"
    E0226 Error "command that cannot run as written"
    W0255 Warning "cache path missing from the buildspec"
    E0301 Error "unknown name"
    E0302 Error "circular value or import"
    E0303 Error "component uses itself"
    E0304 Error "file cannot be imported"
    W0304 Warning "unused declaration"
    E0305 Error "missing, unnamed, or unknown component argument"
    E0306 Error "expansion too large"
    E0401 Error "change set executed but not prepared"
    W0402 Warning "change set prepared, never executed"
    W0403 Warning "one stack deployed with two templates"
    E0404 Error "template has no such parameter"
    E0405 Error "template parameter has neither a value nor a default"
    E0406 Error "parameter value rejected by the template"
    E0407 Error "capability missing"
    W0408 Warning "capability not needed"
    E0409 Error "template has no such output"
    E0410 Error "stack output used before the stack is deployed"
    E0411 Error "configuration value too long"
    W0411 Warning "configuration value longer than one source allows"
    E0412 Error "invalid template configuration file"
    W0412 Warning "part of a template configuration file without effect"
    W0413 Warning "packaged code expires"
    W0414 Warning "two actions change one stack at the same time"
    E0415 Error "stack with an unknown template has no role"
    W0415 Warning "stack that is only deleted has no role"
    E0416 Error "template refers to code that is not packaged"
    E0417 Error "handler in no file"
    W0417 Warning "code that nothing makes"
    E0430 Error "target does not match the StackSet's permission model"
    W0431 Warning "deletion of a stack that nothing deploys"
    W0432 Warning "two deployments to one target at the same time"
    W0433 Warning "data deleted with a failed stack"
    E0440 Error "invalid AppSpec"
    W0440 Warning "part of an AppSpec without effect"
    E0441 Error "file of an AppSpec that is not in the artifact"
    E0442 Error "placeholder of a task definition that nothing fills"
    W0442 Warning "image without a placeholder in the task definition"
    E0443 Error "task definition does not fit the AppSpec"
    E0444 Error "image file of another form"
    E0445 Error "container that the service does not have"
    E0450 Error "template refers to something that it does not have"
    W0451 Warning "attribute that a resource type does not have"
    E0452 Error "parameter or resource of a template without a valid type"
    W0453 Warning "unknown resource type"
    E0454 Error "resources of a template depend on each other"
    E0455 Error "default that the template itself rejects"
    E0456 Error "function of a template called wrongly"
    E0457 Error "unknown section of a template"
    E0458 Error "output exported twice"
    E0459 Error "dynamic reference without quotation marks"
    E0501 Error "source outside the first stage, or another action in it"
    E0502 Error "fewer than two stages"
    E0503 Error "too many stages, actions, or variables"
    W0503 Warning "more stages or actions than one AWS page allows"
    E0504 Error "two actions in a stage have the same name"
    E0505 Error "template too large"
    I0506 Info "branches of `parallel` wait for each other"
    E0507 Error "stage without actions"
    E0508 Error "requires a V2 pipeline"
    E0530 Error "both `artifactStore` and `artifactStores` set"
    E0601 Error "tags together with branches or paths"
    E0602 Error "trigger on a source without a connection"
    E0603 Error "too many filters, patterns, or rules"
    E0604 Error "duplicate condition of a stage"
    E0605 Error "`else skip` with a rule that cannot skip"
    E0606 Error "rollback is not possible"
    E0607 Error "failure result combined with rules"
    W0608 Warning "nothing starts the pipeline"
    E0609 Error "not a schedule or deployment window"
    I0609 Info "existing bucket must send events to EventBridge"
    W0610 Warning "only one of two branches starts the pipeline"
    I0611 Info "notifications need a permission in an existing policy"
    E0612 Error "topic or event bus in another Region"
    I0612 Info "artifacts need a permission in an existing policy"
    W0613 Warning "empty dashboard"
    E0614 Error "invalid regular expression"
    W0616 Warning "trigger path that matches nothing"
    I0630 Info "source is polled"
    W0631 Warning "pipeline started twice for one change"
    E0640 Error "duplicate filter"
    W0641 Warning "variable has no value in an automatic execution"
    E0701 Error "run-time value where it must be known earlier"
    E0702 Error "deploy-time value where it must be known at compile time"
    E0703 Error "unknown variable of an action"
    E0704 Error "variable used before its action has run"
    E0705 Error "`#{...}` that is never set"
    W0706 Warning "variable in CodePipeline's syntax"
    E0707 Error "secret visible in plain text"
    E0708 Error "CloudFormation value in an action in another account or Region"
    E0709 Error "pipeline variable used in a source"
    E0710 Error "namespace with the name of an artifact"
    E0773 Error "run-time value in a command"
    W0775 Warning "text that could break the surrounding JSON"
    E0801 Error "role trusts another service"
    E0803 Error "build's role lacks a permission"
    W0804 Warning "declared role lacks permissions for the template"
    W0805 Warning "wildcard action or resource"
    E0806 Error "another account needs a customer managed key"
    E0807 Error "no artifact bucket for a Region"
    E0808 Error "account ID is not 12 digits"
    E0809 Error "verb not supported by the resource"
    E0810 Error "role exceeds IAM policy size limits"
    E0811 Error "not an ARN of the expected kind"
    E0812 Error "two resources have the same name in AWS"
    W0813 Warning "no such IAM action"
    W0814 Warning "`allow` without effect"
    E0815 Error "no build can run with the declared role"
    W0815 Warning "declared role lacks permissions for a build"
    E0816 Error "action cannot run in this account or Region"
    E0817 Error "pipelines of one file in different accounts or Regions"
    E0818 Error "packaged code in another Region"
    E0819 Error "not a Region"
    W0819 Warning "unknown Region"
    E0820 Error "ARN of another account or Region"
    E0821 Error "artifacts not readable from another account"
    E0830 Error "role on an action that cannot have one"
    E0840 Error "pipeline cannot run with the declared role"
    W0840 Warning "declared role lacks permissions for a pipeline"
    E0841 Error "action cannot deploy to a bucket in a different Region"
    I0860 Info "stack can change IAM permissions"
    W0861 Warning "powerful permission on all resources of a type"
    W0862 Warning "resource type without published permissions"
    W0863 Warning "stack's role can pass any role"
    W0867 Warning "nested stack that is not in the repository"
    W0868 Warning "nested stack that cannot be read"
    W0869 Warning "loop or module with unknown resources"
    I0870 Info "macro that can add resources"
    E0873 Error "action cannot run with the declared role"
    W0873 Warning "declared role lacks permissions for an action"
    W0874 Warning "repository code runs with all permissions of the pipeline"
    I0876 Info "pipeline can pass any role to ECS tasks"
    W0876 Warning "ECS tasks can use any role"
    E0877 Error "ACL that the bucket rejects"
    W0877 Warning "ACL that new buckets reject"
    W0878 Warning "project shared with pull requests"
    I0879 Info "instances need to read the artifact bucket"
    I0880 Info "unconfirmed derived permissions"
    E0883 Error "condition operator that IAM does not have"
    W0883 Warning "condition key that requests do not have"
    E0884 Error "resource of a policy that is not an ARN"
    W0884 Warning "resource to which an action does not apply"
    E0885 Error "role or user without the required permissions boundary"
    W0885 Warning "condition value that never matches"
    E0901 Error "literal that looks like a credential"
    W0902 Warning "GitHub source with a personal access token"
    E0903 Error "Docker without privileges"
    W0903 Warning "privileged without Docker"
    W0904 Warning "function cannot report its result"
    W0905 Warning "deprecated build image"
    W0906 Warning "secret in a plain-text variable"
    E0911 Error "setting that the build machine does not support"
    E0912 Error "misspelled build image"
    W0912 Warning "unknown build image"
    W0930 Warning "test that can exceed the time limit of CodePipeline"
    E0940 Error "registry credentials for a CodeBuild image"
    W0951 Warning "one target deployed twice from one artifact"
    W0952 Warning "stack deleted that should stay"
    W0953 Warning "test that cannot fail"
    W0954 Warning "approval after which nothing happens"
    W0955 Warning "executions that deploy at the same time"
    W0956 Warning "test at the same time as its deployment"
    W0957 Warning "deployed from the source instead of the tested build"
    W0983 Warning "secret parameter visible in plain text"
    W0984 Warning "plain-text value for a `NoEcho` parameter"
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let wanted = text.trim();
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(wanted)).ok_or(())
    }
}
