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
    E0006 Error "statement not supported by this version"
    W0006 Warning "comment that silences nothing"
    E0007 Error "nested too deeply"
    E0011 Error "settings file cannot be used"
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
    E0201 Error "no action makes this artifact"
    E0203 Error "artifact made twice"
    E0207 Error "file is not in the artifact"
    E0208 Error "outputs and the buildspec's artifacts differ"
    E0210 Error "buildspec or template not found"
    E0211 Error "buildspec or template cannot be read as such"
    E0212 Error "buildspec has not the form CodeBuild wants"
    W0213 Warning "key that buildspecs do not have"
    E0301 Error "unknown name"
    E0302 Error "circular value or import"
    E0303 Error "component that uses itself"
    E0304 Error "file that cannot be imported"
    E0305 Error "component's argument missing or unnamed"
    E0306 Error "expansion too large"
    E0404 Error "template has no such parameter"
    E0405 Error "template parameter without a default is not given"
    E0406 Error "parameter value that the template refuses"
    E0407 Error "capability missing"
    W0408 Warning "capability not needed"
    E0409 Error "template has no such output"
    W0413 Warning "packaged code expires"
    E0701 Error "run-time value in a slot that is fixed earlier"
    E0702 Error "deploy-time value where the compiler needs it"
    E0705 Error "`#{...}` that nothing sets"
    W0706 Warning "typed form of a variable available"
    E0801 Error "role trusts another service"
    E0803 Error "build uses something its role may not"
    W0804 Warning "declared role lacks permissions for the template"
    W0805 Warning "wildcard action or resource"
    E0809 Error "verb that the thing does not have"
    E0810 Error "policies that fit no role"
    W0811 Warning "no such IAM action"
    E0812 Error "two resources get one name in AWS"
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
