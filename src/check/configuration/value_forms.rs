//! E0136, W0136: values whose form does not match what they refer to.

use regex_automata::nfa::thompson;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::util::syntax;

use crate::catalog::form_patterns::{matches, may_match};
use crate::catalog::forms::{ValueForm, form, forms};
use crate::check::support::forms::{Formed, HOLE, each_formed};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "value-forms", codes: &[Code::E0136, Code::W0136], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_formed(subject, &mut |formed| {
        let Some(form) = form(formed.form) else { return };
        // The quoted name of a declaration is reported where it is read.
        if subject.hir.declarations().any(|(_, declaration)| declaration.symbol.node == formed.text) {
            return;
        }
        if let Some(word) = unknown_placeholder(form, &formed.text) {
            let unused = subject.hir.unused.iter().map(|value| &value.name);
            let mut values = unused.chain(subject.hir.params.iter().map(|param| &param.name));
            let declared = values.find(|name| name.node == word).map(|name| name.span);
            findings.push(not_replaced(form, word, formed.span, declared));
        } else if !fits(form, &formed.text) {
            let origin = subject.origin(formed.span, &formed.text, |text| fits(form, text));
            let place = origin.as_ref().filter(|origin| origin.whole).map_or(formed.span, |origin| origin.place);
            let found = of_another_form(form, &formed, (meant(form, &formed.text), place), other(form, &formed.text));
            findings.push(found.labels(origin.map(|origin| (origin.place, origin.label()))));
        }
    });
}

/// Returns an anchored regular expression, or `None` if it cannot be compiled, which a test rules out.
fn whole(pattern: &str) -> Option<PikeVM> {
    let ascii = syntax::Config::new().unicode(false).utf8(false);
    // Values are short, so compilation time matters more than matching time.
    PikeVM::builder()
        .syntax(ascii)
        .thompson(thompson::Config::new().utf8(false))
        .build(&format!("\\A(?:{pattern})\\z"))
        .ok()
}

fn fits(form: &'static ValueForm, text: &str) -> bool {
    let has_form = may_match(&form.pattern, text, HOLE) || form.listed().any(|listed| may_be(listed, text));
    has_form && !is_refused(form, text)
}

/// Returns whether a text is this value for some value of its holes.
fn may_be(value: &str, text: &str) -> bool {
    let Some((start, rest)) = text.split_once(HOLE) else { return value == text };
    let end = rest.rsplit(HOLE).next().unwrap_or_default();
    value.len() >= start.len() + end.len() && value.starts_with(start) && value.ends_with(end)
}

fn is_refused(form: &'static ValueForm, text: &str) -> bool {
    form.refused.iter().any(|pattern| matches(pattern, text))
}

/// Stands for a hole where a pattern expects a name.
const ANY: &str = "zq0hole0qz";

/// Returns the value that is meant by one of another form.
fn meant(form: &'static ValueForm, text: &str) -> Option<String> {
    if text.contains(HOLE) {
        let named = text.replace(HOLE, ANY);
        let found = meant_by_pattern(form, &named)?.replace(ANY, &HOLE.to_string());
        return Some(found).filter(|meant| meant != text && fits(form, meant));
    }
    let near = || similar(text, form.listed()).map(str::to_owned);
    meant_by_pattern(form, text).or_else(near).filter(|meant| meant != text && fits(form, meant))
}

fn meant_by_pattern(form: &'static ValueForm, text: &str) -> Option<String> {
    form.meant.iter().find_map(|pattern| {
        let regex = whole(pattern)?;
        let mut groups = regex.create_captures();
        regex.captures(&mut regex.create_cache(), text, &mut groups);
        let group = groups.get_group(1)?;
        Some(form.framed(text.get(group.range())?))
    })
}

/// Returns the other form that a value certainly has: an ID of another kind, or an ARN.
fn other(form: &ValueForm, text: &str) -> Option<&'static str> {
    if text.starts_with("arn:") {
        return Some("an ARN");
    }
    let is_id = |other: &&ValueForm| !other.starts.is_empty() && other.starts.iter().all(|start| start.ends_with('-'));
    let other = forms()
        .filter(is_id)
        .find(|other| other.id != form.id && other.starts.iter().any(|start| text.starts_with(start.as_str())));
    other.map(|other| other.of.as_str())
}

/// Returns a word in braces that AWS does not replace.
fn unknown_placeholder<'t>(form: &ValueForm, text: &'t str) -> Option<&'t str> {
    // `${name}` is reported separately.
    let parts = text.split('{').zip(text.split('{').skip(1)).filter(|(before, _)| !before.ends_with('$'));
    let words = parts.filter_map(|(_, rest)| rest.split_once('}').map(|(word, _)| word));
    // Nothing can follow the word. Other words with a colon belong to other forms.
    let has_format =
        |word: &str| word.split_once(':').is_some_and(|(head, _)| form.placeholders.iter().any(|known| known == head));
    let is_word = |word: &&str| {
        let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_- ".contains(c));
        is_plain || has_format(word)
    };
    let mut words = words.filter(|_| !form.placeholders.is_empty()).filter(is_word);
    words.find(|word| !form.placeholders.iter().any(|known| known == word))
}

/// A placeholder that AWS does not have. `declared` is where the file declares a value with that name.
fn not_replaced(form: &ValueForm, word: &str, place: Span, declared: Option<Span>) -> Diagnostic {
    let known: Vec<String> = form.placeholders.iter().map(|known| format!("{{{known}}}")).collect();
    let message = format!("CodePipeline does not replace `{{{word}}}`");
    let label = format!("it replaces {}", wording::and_list(known.iter().map(String::as_str)));
    let diagnostic = Diagnostic::new(Code::W0136, message, place, label);
    if let Some(declared) = declared {
        return diagnostic.label(declared, "declared here").help(format!("write `${{{word}}}`"));
    }
    let mut all = form.placeholders.iter().map(String::as_str);
    match similar(word, all.clone()).or_else(|| all.find(|known| known.starts_with(word))) {
        Some(near) => diagnostic.help(format!("write `{{{near}}}`")),
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().map(String::as_str)))),
    }
}

/// A value of another form. `meant` is the value that is meant, and where it is written; `other` is what the value is
/// instead.
fn of_another_form(
    form: &ValueForm,
    formed: &Formed<'_>,
    (meant, written): (Option<String>, Span),
    other: Option<&str>,
) -> Diagnostic {
    let code = if form.likely { Code::W0136 } else { Code::E0136 };
    let shown = formed.text.replace(HOLE, "...");
    let label = other.map_or_else(|| form.words.clone(), |other| format!("this is {other}"));
    let diagnostic = Diagnostic::new(code, format!("`{shown}` is not {}", form.of), formed.span, label);
    match meant {
        Some(meant) if formed.text.contains(HOLE) => match surplus(formed, &meant) {
            Some((surplus, place)) => diagnostic.help(format!("remove `{surplus}`")).edit(place, String::new()),
            // What else is in the string does not belong there.
            None if !meant.contains(HOLE) && !formed.wide => {
                let diagnostic = diagnostic.help(format!("write `\"{meant}\"`"));
                diagnostic.intend(Intent::SetString { place: formed.span, text: meant })
            }
            None if !meant.contains(HOLE) => diagnostic.help(format!("write `\"{meant}\"`")),
            None => diagnostic.help(format!("for example, `\"{}\"`", form.example)),
        },
        Some(meant) => {
            let diagnostic = diagnostic.help(format!("write `\"{meant}\"`"));
            match formed.argument {
                Some(place) => diagnostic.edit(place, meant),
                None => diagnostic.intend(Intent::SetString { place: written, text: meant }),
            }
        }
        None => diagnostic.help(format!("for example, `\"{}\"`", form.example)),
    }
}

/// Returns what a value that is partly known later has too much at its start or its end, and where that is written.
fn surplus<'t>(formed: &'t Formed<'_>, meant: &str) -> Option<(&'t str, Span)> {
    let text = formed.text.as_str();
    let (surplus, part, is_start) = match (text.strip_suffix(meant), text.strip_prefix(meant)) {
        (Some(start), _) => (start, formed.ends.0?, true),
        (None, Some(end)) => (end, formed.ends.1?, false),
        (None, None) => return None,
    };
    let known = if is_start { text.split(HOLE).next()? } else { text.rsplit(HOLE).next()? };
    // Escapes take more characters than they stand for.
    let std::ops::Range { start, end } = part.range();
    let is_plain = !surplus.contains(HOLE) && end - start == known.len();
    let (start, end) = if is_start { (start, start + surplus.len()) } else { (end - surplus.len(), end) };
    is_plain.then(|| (surplus, Span::new(part.file, start, end)))
}

#[cfg(test)]
mod tests {
    use super::whole;
    use crate::catalog::form_patterns::matches;
    use crate::catalog::forms::{form, forms};
    use crate::check::support::forms::HOLE;

    #[test]
    fn every_pattern_compiles_and_every_example_fits() {
        for form in forms() {
            for pattern in &form.meant {
                assert!(whole(pattern).is_some(), "{}: {pattern}", form.id);
            }
            // The automata agree with the regular expressions.
            for pattern in std::iter::once(&form.pattern).chain(&form.refused) {
                let regex = whole(pattern).expect("a regular expression");
                for text in forms().map(|form| form.example.as_str()).chain(["", "/", "a b", "\u{e9}", "a\nb"]) {
                    assert_eq!(
                        matches(pattern, text),
                        regex.is_match(&mut regex.create_cache(), text),
                        "{}: {pattern}: {text:?}",
                        form.id
                    );
                }
            }
            assert!(super::fits(form, &form.example), "{}", form.id);
        }
    }

    #[test]
    fn values_fit_their_forms_or_do_not() {
        for (id, fits, others) in [
            (
                "subnet",
                &["subnet-1a2b3c4d", "subnet-0a1b2c3d4e5f60718"][..],
                &["sg-1a2b3c4d", "subnet-1", "subnet-0A1B2C3D"][..],
            ),
            (
                "time-zone",
                &["Europe/Amsterdam", "UTC", "UTC+02:00", "PST", "GMT-5"],
                &["Europe/Amsterdan", "Amsterdam", "UTC+25:00", "europe/oslo"],
            ),
            (
                "email",
                &["a@b.example", "a.b+c@d-e.example.com"],
                &["a.b.example", "a@b", "a@@b.example", "a b@c.example", "a@b.example,c@d.example", "a@b..example"],
            ),
            (
                "url",
                &["https://a.example/x?y=1#z", "http://a.example"],
                &["a.example", "www.a.example/x", "https:/a", "ftp://a.example"],
            ),
            ("image-tag", &["v1.2_3-x", "latest"], &["app:latest", "-x", "a b", "a,b"]),
            (
                "image-repository",
                &["team/app", "a.b__c--d"],
                &["team/app:v1", "Team/App", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app", "app@sha256:ab"],
            ),
            (
                "branch",
                &["main", "release/1.2", "feature/x_y"],
                &["refs/heads/main", "origin/main", "release/*", "a b", "a..b", "main/"],
            ),
            ("object-key", &["a.zip", "a/b/c.zip"], &["/", "/a.zip", "a/", "s3://b/a.zip"]),
            (
                "cache-control",
                &["max-age=600", "public, max-age=31536000, immutable", "no-cache"],
                &["max-age: 600", "600", "maxage=600", "public max-age=1"],
            ),
            (
                "function-strategy",
                &["AllAtOnce", "Canary10Percent5Minutes", "Linear10PercentEvery1Minute"],
                &["Canary", "LambdaCanary10Percent5Minutes", "Canary0Percent5Minutes"],
            ),
            ("role-path", &["/", "/team/x/"], &["team", "/team", "team/"]),
            (
                "image",
                &[
                    "aws/codebuild/standard:7.0",
                    "node:22",
                    "ghcr.io/a/b@sha256:0123456789abcdef0123456789abcdef",
                    "localhost:5000/x",
                    "111122223333.dkr.ecr.eu-west-1.amazonaws.com/a/b:c",
                ],
                &["Node:22", "https://ghcr.io/a", "11112222333.dkr.ecr.eu-west-1.amazonaws.com/a", "a:b:c"],
            ),
            ("ssm-parameter", &["/a/b", "a.b"], &["a/b", "/a//b", "a b"]),
            ("batch-size", &["3", "100%"], &["0", "101%", "half"]),
            ("latitude", &["-90", "52.4"], &["91", "x"]),
        ] {
            let form = form(id).expect("a form");
            for text in fits {
                assert!(super::fits(form, text), "{id}: {text}");
            }
            for text in others {
                assert!(!super::fits(form, text), "{id}: {text}");
            }
        }
    }

    #[test]
    fn the_known_start_of_a_text_has_to_fit() {
        let url = form("url").expect("a form");
        let fits = |text: String| super::fits(url, &text);
        assert!(fits(format!("https://{HOLE}")) && fits(format!("{HOLE}/x")) && fits(format!("ht{HOLE}")));
        assert!(!fits(format!("www.{HOLE}")));
        for (id, text, may) in [
            ("bucket", "Claims-\u{1}-vault", false),
            ("bucket", "claims-\u{1}-vault", true),
            ("time-zone", "Europe/\u{1}", true),
            ("time-zone", "Europa/\u{1}", false),
            ("beanstalk-environment", "\u{1}_test", false),
            ("object-key", "\u{1}/", false),
            ("email", "mailto:\u{1}", false),
            ("email", "\u{1}@example.com", true),
        ] {
            assert_eq!(super::fits(form(id).expect("a form"), text), may, "{id}: {text:?}");
        }
    }

    #[test]
    fn what_is_meant_keeps_its_unknown_parts() {
        for (id, text, meant) in [
            ("bucket", "s3://\u{1}-vault", Some("\u{1}-vault")),
            ("bucket", "arn:aws:s3:::\u{1}-vault", Some("\u{1}-vault")),
            ("alarm", "arn:aws:cloudwatch:\u{1}:\u{1}:alarm:errors", Some("errors")),
            ("bucket", "A-\u{1}", None),
        ] {
            assert_eq!(super::meant(form(id).expect("a form"), text).as_deref(), meant, "{id}: {text:?}");
        }
    }

    #[test]
    fn what_is_meant_is_found() {
        for (id, text, meant) in [
            ("image-repository", "bookings/proxy:stable", Some("bookings/proxy")),
            ("image-repository", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/a/b:c", Some("a/b")),
            ("time-zone", "Europe/Amsterdan", Some("Europe/Amsterdam")),
            ("branch", "refs/heads/main", Some("main")),
            ("ecs-service", "arn:aws:ecs:eu-west-1:111122223333:service/main/web", Some("web")),
            ("role-path", "team", Some("/team/")),
            ("ssm-parameter", "a/b", Some("/a/b")),
            ("object-key", "/a.zip", Some("a.zip")),
            ("object-key", "/", None),
            ("email", "a.b.example", None),
        ] {
            let form = form(id).expect("a form");
            assert_eq!(super::meant(form, text).as_deref(), meant, "{id}: {text}");
        }
    }
}
