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
    E0003 Error "statement cannot stand here"
    E0004 Error "never closed"
    E0005 Error "value missing after `=`"
    E0006 Error "stack sets are only deployed"
    W0006 Warning "comment that silences nothing"
    E0007 Error "nested too deeply"
    E0011 Error "settings or values file cannot be used"
    E0101 Error "duplicate name"
    E0102 Error "characters this kind of name does not allow"
    E0103 Error "name too long"
    E0104 Error "unknown attribute"
    E0105 Error "required attribute missing"
    E0106 Error "wrong type"
    E0107 Error "not one of the allowed values"
    E0108 Error "unknown provider"
    E0109 Error "provider does not do this category"
    E0110 Error "unknown type"
    W0111 Warning "`configuration` replaces an attribute"
    W0112 Warning "configuration key without effect"
    W0113 Warning "unknown configuration key"
    E0118 Error "action type that CodePipeline refuses"
    W0130 Warning "action type that CodePipeline does not have"
    E0131 Error "timeout on something other than an approval"
    W0132 Warning "keys that exclude each other"
    E0133 Error "text that is not JSON"
    W0134 Warning "value that a parameter's default leaves empty"
    W0140 Warning "`raw` sets what the language has words for"
    E0141 Error "`raw` sets what AWS refuses"
    E0150 Error "one mode for two actions"
    E0155 Error "secret named with its key"
    E0156 Error "name in `raw`"
    W0191 Warning "placeholder that is not replaced"
    E0201 Error "no action makes this artifact"
    E0202 Error "artifact used before it is made"
    E0203 Error "artifact made twice"
    W0204 Warning "artifact never used"
    E0205 Error "too few artifacts for the action type"
    E0206 Error "too many artifacts for the action type"
    E0207 Error "file is not in the artifact"
    E0208 Error "outputs and the buildspec's artifacts differ"
    E0209 Error "full clone read by something other than CodeBuild"
    E0210 Error "buildspec or template not found"
    E0211 Error "buildspec or template cannot be read as such"
    E0212 Error "named artifact is no input of the action"
    W0213 Warning "key that buildspecs do not have"
    E0214 Error "buildspec has not the form CodeBuild wants"
    W0215 Warning "variable that CodeBuild does not export"
    W0216 Warning "key written twice in a buildspec or template"
    E0255 Error "path of a cache outside the buildspec"
    E0301 Error "unknown name"
    E0302 Error "circular value or import"
    E0303 Error "component that uses itself"
    E0304 Error "file that cannot be imported"
    W0304 Warning "declared and never used"
    E0305 Error "component's argument missing, unnamed or unknown"
    E0306 Error "expansion too large"
    E0401 Error "change set executed but not prepared"
    W0402 Warning "change set prepared, never executed"
    E0403 Error "one stack deployed with two templates"
    E0404 Error "template has no such parameter"
    E0405 Error "template parameter without a default is not given"
    E0406 Error "parameter value that the template refuses"
    E0407 Error "capability missing"
    W0408 Warning "capability not needed"
    E0409 Error "template has no such output"
    E0410 Error "stack output used before the stack is deployed"
    E0411 Error "configuration value too long"
    W0411 Warning "configuration value longer than one source allows"
    W0413 Warning "packaged code expires"
    W0414 Warning "one stack changed by two actions at once"
    W0415 Warning "stack's role allows nothing"
    E0416 Error "template has code that is not packaged"
    E0430 Error "target that the stack set's permission model does not take"
    W0431 Warning "deletion of a stack that nothing deploys"
    W0432 Warning "two deployments to one place at once"
    W0433 Warning "data deleted with a stack that failed"
    E0501 Error "source outside the first stage, or something else inside it"
    E0502 Error "fewer than two stages"
    E0503 Error "too many stages, actions or variables"
    W0503 Warning "more stages or actions than one source allows"
    E0504 Error "two actions of a stage have one name"
    E0505 Error "template too large"
    I0506 Info "branches of `parallel` wait for each other"
    E0507 Error "stage without actions"
    E0508 Error "needs a pipeline of type V2"
    E0530 Error "artifact store given twice"
    E0601 Error "tags together with branches or paths"
    E0602 Error "trigger on a source without a connection"
    E0603 Error "too many filters, patterns or rules"
    E0604 Error "second condition for one moment of a stage"
    E0605 Error "`else skip` with a rule that cannot skip"
    E0606 Error "rollback that cannot happen"
    E0607 Error "outcome of a failure together with rules"
    W0608 Warning "nothing ever starts this pipeline"
    E0609 Error "not a schedule or deployment window"
    I0609 Info "bucket that must send its events"
    W0610 Warning "two branches of which only one starts the pipeline"
    I0611 Info "notifications need a permission that is not made here"
    E0612 Error "topic or event bus in another region"
    I0612 Info "artifacts need a permission that is not made here"
    W0613 Warning "dashboard that shows nothing"
    E0614 Error "not a regular expression"
    I0630 Info "source that is polled"
    W0631 Warning "started twice for one change"
    E0640 Error "filter written twice"
    W0641 Warning "variable that nobody gives a value"
    E0701 Error "run-time value in a slot that is fixed earlier"
    E0702 Error "deploy-time value where the compiler needs it"
    E0703 Error "action sets no such variable"
    E0704 Error "variable used before its action has run"
    E0705 Error "`#{...}` that nothing sets"
    W0706 Warning "typed form of a variable available"
    E0707 Error "secret in a place that shows it"
    E0708 Error "CloudFormation value in an action that runs elsewhere"
    E0709 Error "pipeline variable in a source"
    E0710 Error "namespace with the name of an artifact"
    E0773 Error "run-time value that a shell would read as a command"
    W0775 Warning "text that may break the JSON it is put into"
    E0801 Error "role trusts another service"
    E0803 Error "build uses something its role may not"
    W0804 Warning "declared role lacks permissions for the template"
    W0805 Warning "wildcard action or resource"
    E0806 Error "another account needs a customer-managed key"
    E0807 Error "no artifact bucket in a region used"
    E0808 Error "account id is not 12 digits"
    E0809 Error "verb that the thing does not have"
    E0810 Error "policies that fit no role"
    E0811 Error "not an ARN of the wanted kind"
    E0812 Error "two resources get one name in AWS"
    W0813 Warning "no such IAM action"
    E0814 Error "`allow` without effect"
    W0815 Warning "declared role lacks what a build needs"
    E0816 Error "action cannot run there"
    E0817 Error "pipelines of one file in two places"
    E0818 Error "packaged code in another region"
    W0819 Warning "unknown region"
    E0820 Error "ARN of another account or region"
    W0821 Warning "artifacts closed to who reads them in another account"
    E0830 Error "role on an action that takes none"
    W0840 Warning "declared role lacks what a pipeline needs"
    E0841 Error "bucket in another region than the action"
    I0860 Info "stack that may write IAM"
    W0861 Warning "strong permission on a whole kind of resource"
    W0862 Warning "resource type without published permissions"
    W0863 Warning "any role may be passed"
    W0867 Warning "nested stack that is not in the repository"
    W0868 Warning "nested stack that cannot be read"
    W0869 Warning "loop or module whose resources are not known"
    I0870 Info "macro that may add resources"
    W0873 Warning "declared role lacks what an action needs"
    W0874 Warning "code of the repository under the pipeline's whole role"
    W0876 Warning "ECS tasks under any role"
    E0877 Error "access control list that the bucket refuses"
    W0877 Warning "access control list that new buckets refuse"
    W0878 Warning "project shared with pull requests"
    I0879 Info "instances have to read the artifact bucket"
    I0880 Info "derived permissions that nobody has confirmed"
    E0883 Error "condition operator that IAM does not have"
    W0883 Warning "condition on a key that requests do not have"
    E0884 Error "resource of a policy that is not an ARN"
    W0884 Warning "resource that an action does not work on"
    E0885 Error "role or user without the permissions boundary demanded"
    W0885 Warning "value that a condition never meets"
    E0901 Error "literal that looks like a credential"
    W0902 Warning "GitHub source with a personal token"
    W0903 Warning "privileged without Docker, or Docker without privileges"
    W0904 Warning "function that may not answer"
    W0905 Warning "deprecated build image"
    W0906 Warning "secret in a plain variable"
    E0911 Error "machine does not fit the build"
    W0912 Warning "unknown build image"
    W0930 Warning "test that may take longer than CodePipeline waits"
    E0940 Error "image of CodeBuild fetched as somebody else's"
    W0983 Warning "secret parameter in a place that shows it"
    W0984 Warning "plain value for a parameter that its template hides"
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
