//! The text of an `Fn::Sub`.

/// A part of the text of an `Fn::Sub`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubPart<'t> {
    /// Literal text.
    Text(&'t str),
    /// The name between `${` and `}`: a logical ID, an attribute, a parameter, or a variable.
    Name(&'t str),
}

/// Splits the text of an `Fn::Sub` into parts. `${!name}`, which yields `${name}`, is text, and so is an unterminated
/// `${`. <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>
/// (2026-11-29)
pub fn sub_parts(text: &str) -> Vec<SubPart<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("${") {
        let Some((name, after)) = tail.split_once('}') else { break };
        parts.push(SubPart::Text(before));
        match name.strip_prefix('!') {
            Some(escaped) => parts.extend(["${", escaped, "}"].map(SubPart::Text)),
            None => parts.push(SubPart::Name(name.trim())),
        }
        rest = after;
    }
    parts.push(SubPart::Text(rest));
    parts.retain(|part| *part != SubPart::Text(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::SubPart::{Name, Text};
    use super::sub_parts;

    #[test]
    fn names_are_parted_from_text() {
        assert_eq!(sub_parts("a${B}${ C.Arn }d"), [Text("a"), Name("B"), Name("C.Arn"), Text("d")]);
        assert_eq!(sub_parts("${!B}"), [Text("${"), Text("B"), Text("}")]);
        assert_eq!(sub_parts("a${B"), [Text("a${B")]);
        assert_eq!(sub_parts(""), []);
    }
}
