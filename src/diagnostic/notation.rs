//! What help shows of a CloudFormation template, in the notation of the file.

/// The notation of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateNotation {
    /// YAML, with functions in their short form.
    Yaml,
    /// JSON.
    Json,
}

impl TemplateNotation {
    /// Returns `Ref` of a resource or parameter.
    pub fn reference(self, id: &str) -> String {
        match self {
            Self::Yaml => format!("!Ref {id}"),
            Self::Json => format!("{{ \"Ref\": \"{id}\" }}"),
        }
    }

    /// Returns `Fn::GetAtt` of an attribute.
    pub fn attribute(self, id: &str, attribute: &str) -> String {
        match self {
            Self::Yaml => format!("!GetAtt {id}.{attribute}"),
            Self::Json => format!("{{ \"Fn::GetAtt\": [\"{id}\", \"{attribute}\"] }}"),
        }
    }

    /// Returns `Fn::Sub` of a text without quotation marks.
    pub fn substituted(self, text: &str) -> String {
        match self {
            Self::Yaml => format!("!Sub \"{text}\""),
            Self::Json => format!("{{ \"Fn::Sub\": \"{text}\" }}"),
        }
    }

    /// Returns `Fn::If` with a value that is used only if a condition holds.
    pub fn only_if(self, condition: &str, value: &str) -> String {
        let nothing = self.reference("AWS::NoValue");
        match self {
            Self::Yaml => format!("!If [{condition}, {value}, {nothing}]"),
            Self::Json => format!("{{ \"Fn::If\": [\"{condition}\", {value}, {nothing}] }}"),
        }
    }

    /// Returns a key with a value that is already in this notation.
    pub fn entry(self, key: &str, value: &str) -> String {
        match self {
            Self::Yaml => format!("{key}: {value}"),
            Self::Json => format!("\"{key}\": {value}"),
        }
    }

    /// Returns a key with a string.
    pub fn text_entry(self, key: &str, text: &str) -> String {
        match self {
            Self::Yaml => self.entry(key, text),
            Self::Json => self.entry(key, &format!("\"{text}\"")),
        }
    }
}
