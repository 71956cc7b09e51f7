//! Completion of the words of statements: those that may start one, and those that follow in its header.

use crate::catalog::{self, Category, Kind};
use crate::resolve::place::Place;
use crate::resolve::{DefinitionKind, category_of, gives};
use crate::source::FileId;
use crate::syntax::ast::{Stmt, StmtKind};
use crate::syntax::parse;

use super::super::shape::Shape;
use super::items::{self, Item, ItemKind};
use super::snippets::plain;
use super::values::Wanted;
use super::{Cursor, MARK};

/// Statements: the first words, the inserted snippet, and a complete example, which determines where it is allowed.
const STATEMENTS: [(&str, &str, &str); 48] = [
    ("pipeline", "pipeline ${1:Name} {\n\tstage Source {\n\t\t$0\n\t}\n}", "pipeline A {}"),
    ("import", "import { ${1:Name} } from \"./${2:file.pipe}\"", "import { A } from \"./a.pipe\""),
    ("type", "type ${1:Name} = $0", "type A = string"),
    ("option", "option ${1:name}: ${2:string} = $0", "option a: string"),
    ("param", "param ${1:Name}: ${2:string}", "param A: string"),
    ("variable", "variable ${1:Name}: string = \"$2\"", "variable A: string"),
    ("let", "let ${1:name} = $0", "let a = 1"),
    ("component", "component ${1:Name}() {\n\t$0\n}", "component A() {}"),
    ("stage", "stage ${1:Name} {\n\t$0\n}", "stage A {}"),
    ("update", "update ${1:Pipeline} from ${2:App}::${3:pipeline.pipe}", "update A from B::c.pipe"),
    ("parallel", "parallel {\n\t$0\n}", "parallel {}"),
    ("sequence", "sequence {\n\t$0\n}", "sequence {}"),
    ("for", "for ${1:item} in ${2:list} {\n\t$0\n}", "for a in b {}"),
    ("if", "if ${1:condition} {\n\t$0\n}", "if a {}"),
    ("use", "use ${1:Component}($2)", "use A()"),
    ("allow", "allow ${1:read} on ${2:Name}", "allow read on A"),
    ("deny", "deny [\"$1\"] on \"${2:*}\"", "deny [\"a\"] on \"b\""),
    ("on push", "on push {\n\tbranches = [\"${1:main}\"]\n}", "on push {}"),
    ("on pull-request", "on pull-request {\n\tbranches = [\"${1:main}\"]\n}", "on pull-request {}"),
    ("on schedule", "on schedule \"${1:rate(1 day)}\"", "on schedule \"a\""),
    ("on event", "on event {\n\t$0\n}", "on event {}"),
    ("on entry", "on entry require {\n\t$1\n} else ${2|fail,skip|}", "on entry require { a() } else fail"),
    ("on success", "on success require {\n\t$1\n} else ${2|fail,rollback|}", "on success require { a() } else fail"),
    ("on failure", "on failure ${1|retry failed,retry all,rollback|}", "on failure rollback"),
    ("notify", "notify ${1:Topic} on [${2:pipeline-failed}]", "notify A on [b]"),
    ("source", "source ${1:codecommit} ${2:Fetch} -> ${3:App}", "source codecommit A"),
    ("build", "build ${1:codebuild} ${2:Name} from ${3:App}", "build codebuild A"),
    ("test", "test ${1:codebuild} ${2:Name} from ${3:App}", "test codebuild A"),
    ("deploy", "deploy ${1:s3} ${2:Name} from ${3:App}", "deploy s3 A"),
    ("invoke", "invoke ${1:lambda} ${2:Name}", "invoke lambda A"),
    ("approve", "approve ${1:Name}", "approve A"),
    ("run", "run ${1:Name} from ${2:App} {\n\tcommands = [\"$3\"]\n}", "run A"),
    ("action", "action ${1:Name} {\n\t$0\n}", "action A {}"),
    ("deploy stack", "deploy stack ${1:name} from ${2:App}::${3:template.yaml}", "deploy stack a"),
    ("prepare stack", "prepare stack ${1:name} from ${2:App}::${3:template.yaml}", "prepare stack a"),
    ("execute stack", "execute stack ${1:name}", "execute stack a"),
    ("delete stack", "delete stack ${1:name}", "delete stack a"),
    ("project", "project ${1:Name} {\n\timage = \"${2:aws/codebuild/standard:7.0}\"\n}", "project A {}"),
    ("role", "role ${1:Name} for ${2:codebuild} {\n\t$0\n}", "role A for codebuild {}"),
    ("bucket", "bucket ${1:Name}", "bucket A"),
    ("topic", "topic ${1:Name} { email = [\"$2\"] }", "topic A"),
    ("connection", "connection ${1:Name} {\n\tprovider = ${2:github}\n}", "connection A"),
    ("key", "key ${1:Name}", "key A"),
    ("environment", "environment ${1:name} {\n\taccount = \"$2\"\n}", "environment a {}"),
    ("repository", "repository ${1:Name}", "repository A"),
    ("provider", "provider ${1:Name} {\n\t$0\n}", "provider A {}"),
    ("policy", "policy ${1:Name} {\n\tallow [\"$2\"] on \"$3\"\n}", "policy A {}"),
    ("property", "property ${1:Name}: ${2:string}", "property A: string"),
];

/// Statements that consist only of a block of settings.
const SETTINGS: [(&str, &str, &str); 2] =
    [("artifacts", "artifacts {\n\t$0\n}", "artifacts {}"), ("dashboard", "dashboard {\n\t$0\n}", "dashboard {}")];

/// Parses an example.
fn statement(sample: &str) -> Option<Stmt> {
    parse(FileId::of_path("sample.pipe".into()), sample).ast.statements.into_iter().next()
}

fn keyword(words: &str, snippet: &str) -> Item {
    let first = words.split(' ').next().unwrap_or_default();
    let doc = catalog::declaration(words).or_else(|| catalog::declaration(first)).map(|it| it.doc.clone());
    let doc = format!("{}\n\n```pipe\n{}\n```", doc.unwrap_or_default(), plain(snippet));
    Item::new(words, ItemKind::Keyword, "").doc(doc.trim_start()).snippet(snippet).rank(30)
}

impl Cursor<'_> {
    /// Returns the items that can start a statement in a block.
    pub(super) fn statements_and_attributes(&self, shape: &Shape<'_>) -> Vec<Item> {
        let is_given = |slot: &&'static catalog::Slot| {
            shape.block.is_some_and(|block| {
                let is_here = |statement: &&Stmt| !self.holds(statement.span);
                let others: Vec<Stmt> = block.statements.iter().filter(is_here).cloned().collect();
                gives(Some(&crate::syntax::ast::Block { statements: others, span: block.span }), &slot.attribute)
            })
        };
        let slots = shape.slots.writable().filter(|slot| slot.header.is_none() && !is_given(slot));
        let mut found: Vec<Item> = slots.map(|slot| items::attribute(slot, self.has_value)).collect();
        if self.has_value {
            return found;
        }
        // A component may be used wherever statements are allowed.
        let places = shape.place.map_or(vec![Place::Pipeline, Place::Stage, Place::Steps], |place| vec![place]);
        for (words, snippet, sample) in STATEMENTS.iter().chain(&SETTINGS) {
            let Some(statement) = statement(sample) else { continue };
            if places.iter().any(|place| place.allows(&statement.kind) && fits(*place, &statement.kind)) {
                found.push(keyword(words, snippet));
            }
        }
        found
    }

    /// Returns the items that can follow the words of an unfinished statement.
    pub(super) fn in_header(&self, before: &str, shape: &Shape<'_>) -> Vec<Item> {
        // A header may have several lines. What precedes a block is not part of this one.
        let before = before.rsplit(['{', '}', ';']).next().unwrap_or_default();
        let spaced = before.replace("->", " -> ").replace(',', " , ").replace(':', " : ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let (first, last) = (words.first().copied().unwrap_or_default(), words.last().copied().unwrap_or_default());
        match (first, last, words.len()) {
            ("", ..) => self.statements_and_attributes(shape),
            (_, "from", _) => self.artifacts(),
            (_, "in", _) if first != "for" => self.of_kind(Kind::Environment),
            ("for", "in", _) => self.of_wanted(Wanted::Value),
            (_, ",", _) if words.contains(&"from") && !words.contains(&"->") => self.artifacts(),
            ("source" | "build" | "test" | "deploy" | "invoke", _, 1) => self.providers(first),
            ("prepare" | "execute" | "delete", _, 1) => stack_kinds(),
            ("on", _, 1) => events(shape.place),
            ("on", _, 2) => on_clauses(),
            ("on", "else", _) => outcomes(),
            ("allow" | "deny", _, 1) => items::verbs(),
            ("allow" | "deny", "on", _) => self.of_wanted(Wanted::Declaration),
            ("allow" | "deny", _, 2) => vec![Item::new("on", ItemKind::Keyword, "what it is allowed on")],
            ("use", _, 1) => {
                self.definitions(|kind| matches!(kind, DefinitionKind::Component | DefinitionKind::Module))
            }
            ("notify", _, 1) => self.of_kind(Kind::Topic),
            ("notify", _, 2) => vec![Item::new("on", ItemKind::Keyword, "the events")],
            ("role", "for", _) => items::services(),
            ("role", _, 2) => vec![Item::new("for", ItemKind::Keyword, "the service that may assume it")],
            ("option" | "param" | "variable" | "property", ":", _) => {
                let own = self.definitions(|kind| kind == DefinitionKind::Type);
                items::types().into_iter().chain(own).collect()
            }
            ("approve" | "run" | "action", _, 2..) | ("source" | "build" | "test" | "deploy" | "invoke", _, 3..) => {
                clauses(before)
            }
            ("prepare" | "execute" | "delete", _, 3..) => clauses(before),
            _ => Vec::new(),
        }
    }

    /// Returns the providers of a category, by its keyword.
    pub(super) fn providers(&self, word: &str) -> Vec<Item> {
        let category = category_of(word);
        let stacks = if category == Category::Deploy { stack_kinds() } else { Vec::new() };
        // Statements about stacks use the keywords of their providers.
        let others = catalog::words_for(category).filter(|word| stacks.iter().all(|stack| stack.label != *word));
        let known: Vec<Item> = others.filter_map(|word| items::provider(word, category)).collect();
        let declared = self.of_kind(Kind::Provider);
        stacks.into_iter().chain(known).chain(declared).filter(|item| !item.label.contains(MARK)).collect()
    }
}

/// Returns whether a statement is usually written there: `place` allows some statements wherever attributes are
/// allowed.
fn fits(place: Place, kind: &StmtKind) -> bool {
    let only_conditions = matches!(kind, StmtKind::If(_));
    !only_conditions || place != Place::Plain
}

fn stack_kinds() -> Vec<Item> {
    ["stack", "stackset", "stack-instances"]
        .into_iter()
        .map(|word| Item::new(word, ItemKind::Keyword, "AWS CloudFormation").rank(10))
        .collect()
}

/// Returns the clauses that may follow these words of a header.
pub(super) fn clauses(before: &str) -> Vec<Item> {
    let words: Vec<&str> = before.split_whitespace().collect();
    let mut found = Vec::new();
    let (from, to) = (words.contains(&"from"), before.contains("->"));
    if !from && !to && !words.contains(&"in") {
        found.push(Item::new("in", ItemKind::Keyword, "the environment that it runs in").snippet("in $0"));
    }
    if !from && !to {
        found.push(Item::new("from", ItemKind::Keyword, "its input artifacts").snippet("from $0").rank(10));
    }
    if !to {
        found.push(Item::new("->", ItemKind::Keyword, "its output artifacts").snippet("-> ${1:Artifact}").rank(20));
    }
    found
}

/// Returns the events of `on` that are allowed in a block.
pub(super) fn events(place: Option<Place>) -> Vec<Item> {
    let all = ["push", "pull-request", "schedule", "event", "entry", "success", "failure"];
    let allowed = |word: &&str| {
        let sample = match *word {
            "schedule" => "on schedule \"a\"".to_owned(),
            "entry" | "success" => format!("on {word} require {{ a() }} else fail"),
            "failure" => "on failure rollback".to_owned(),
            _ => format!("on {word} {{}}"),
        };
        statement(&sample).is_some_and(|it| place.is_none_or(|place| place.allows(&it.kind)))
    };
    all.into_iter().filter(allowed).map(|word| Item::new(word, ItemKind::Keyword, "event")).collect()
}

/// Returns the items that can follow the event of an `on` statement.
pub(super) fn on_clauses() -> Vec<Item> {
    let require = Item::new("require", ItemKind::Keyword, "rules that have to hold");
    let require = require.snippet("require {\n\t$1\n} else ${2|fail,skip,rollback|}");
    std::iter::once(require).chain(outcomes()).collect()
}

/// Returns the possible results for a stage.
pub(super) fn outcomes() -> Vec<Item> {
    ["fail", "skip", "rollback", "retry failed", "retry all"]
        .into_iter()
        .map(|word| Item::new(word, ItemKind::Keyword, "outcome"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_a_statement_that_may_stand_somewhere() {
        for (words, snippet, sample) in STATEMENTS.iter().chain(&SETTINGS) {
            let parsed = parse(FileId::of_path("sample.pipe".into()), sample);
            assert!(parsed.diagnostics.is_empty(), "{sample}");
            let kind = &parsed.ast.statements[0].kind;
            assert!(!matches!(kind, StmtKind::Error(_)), "{sample}");
            assert!(Place::ALL.iter().any(|place| place.allows(kind)), "{words}");
            assert!(snippet.starts_with(words.split(' ').next().expect("a word")), "{snippet}");
            let filled = (0..4).fold((*snippet).to_owned(), |text, number| text.replace(&format!("${number}"), "a"));
            let filled = parse(FileId::of_path("sample.pipe".into()), &plain(&filled));
            assert!(
                std::mem::discriminant(&filled.ast.statements[0].kind) == std::mem::discriminant(kind),
                "{snippet}"
            );
        }
    }

    /// Returns a snippet with its placeholders filled in.
    fn filled_in(snippet: &str) -> String {
        let numbered = (0..20).rev().fold(snippet.to_owned(), |text, number| {
            let is_text = text.contains(&format!("\"${number}\""));
            text.replace(&format!("${number}"), if is_text { "x" } else { "it" })
        });
        plain(&numbered).replace('\t', "  ")
    }

    fn in_style(text: &str) -> String {
        crate::format::format(text).map_or_else(|fault| fault.to_string(), |formatted| formatted.text)
    }

    #[test]
    fn statements_are_inserted_in_the_style() {
        for (words, snippet, _) in STATEMENTS.iter().chain(&SETTINGS) {
            let text = filled_in(snippet) + "\n";
            assert_eq!(in_style(&text), text, "{words}");
        }
    }

    #[test]
    fn providers_are_inserted_in_the_style() {
        let mut tried = 0;
        let categories = [
            ("source", Category::Source),
            ("build", Category::Build),
            ("test", Category::Test),
            ("deploy", Category::Deploy),
            ("invoke", Category::Invoke),
        ];
        for (verb, category) in categories {
            for word in catalog::words_for(category) {
                let Some(item) = items::provider(word, category) else { continue };
                let text = format!("{verb} {}\n", filled_in(&item.snippet));
                assert_eq!(in_style(&text), text, "{verb} {word}");
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
    }
}
