//! What the identifiers of small files refer to.

use crate::source::{FileId, SourceMap};
use crate::syntax::parse;

use super::{DefinitionId, Index, Meaning, Module, resolve};

/// A text with marks `<1>`, `<2>`, ... before identifiers, and its index.
struct Marked {
    text: String,
    marks: Vec<u32>,
    file: FileId,
    index: Index,
    said: Vec<String>,
}

fn marked(text: &str) -> Marked {
    let mut plain = String::new();
    let mut marks = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let (mark, tail) = after.split_once('>').expect("a mark is closed");
        plain.push_str(before);
        assert_eq!(mark.parse::<usize>().ok(), Some(marks.len() + 1), "marks are numbered in order");
        marks.push(u32::try_from(plain.len()).expect("texts here are short"));
        rest = tail;
    }
    plain.push_str(rest);
    let mut sources = SourceMap::default();
    let file = sources.add("pipeline.pipe".into(), plain.as_str());
    let parsed = parse(file, &plain);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let module = Module { path: "pipeline.pipe", ast: &parsed.ast, text: &plain, imports: &[] };
    let resolved = resolve(&[module]);
    let said = resolved.diagnostics.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    Marked { text: plain, marks, file, index: resolved.index, said }
}

impl Marked {
    fn definition(&self, mark: usize) -> Option<DefinitionId> {
        self.index.definition_at(self.file, self.marks[mark - 1])
    }

    /// Asserts that both marks refer to one definition.
    #[track_caller]
    fn same(&self, one: usize, other: usize) {
        assert!(self.definition(one).is_some(), "{one}: {:?}", self.meaning(one));
        assert_eq!(self.definition(one), self.definition(other));
    }

    fn meaning(&self, mark: usize) -> Option<Meaning> {
        self.index.mention_at(self.file, self.marks[mark - 1]).map(|it| it.meaning)
    }

    fn visible(&self, mark: usize) -> Vec<&str> {
        let visible = self.index.visible_at(self.file, self.marks[mark - 1]);
        visible.into_iter().filter_map(|id| self.index.definition(id)).map(|it| it.name.as_str()).collect()
    }
}

const SOURCE: &str = "stage Source { source codecommit Fetch -> App { repository = \"app\", branch = \"main\" } }";

#[test]
fn values_actions_artifacts_and_things_are_linked() {
    let text = format!(
        "let <1>message = \"go\"
         pipeline P {{
           {SOURCE}
           stage Build {{
             build codebuild <2>Pack from <3>App -> <4>Out {{ project = <5>Builder, env = {{ M = <6>message }} }}
             approve Go {{ message = \"${{<7>Pack.Version}} ${{Build.<8>Pack.Version}}\" }}
             deploy s3 Put from <9>Out {{ bucket = <10>Files, extract = true }}
           }}
         }}
         project <11>Builder {{ image = \"x\" }}
         bucket <12>Files"
    );
    let it = marked(&text);
    it.same(1, 6);
    it.same(2, 7);
    it.same(2, 8);
    it.same(4, 9);
    it.same(5, 11);
    it.same(10, 12);
    assert_eq!(it.said, Vec::<String>::new());
    let out = it.definition(4).unwrap();
    assert_eq!(it.index.references_of(out).count(), 1);
    let place = it.index.references_of(out).next().unwrap();
    assert_eq!(&it.text[place.range()], "Out");
    assert_eq!(it.index.definition(out).unwrap().owner, it.definition(2));
}

#[test]
fn an_inner_name_hides_an_outer_one() {
    let it = marked(
        "let <1>x = \"a\"
         let all = [for <2>x in [\"b\"] : <3>x]
         component C(<4>x: string) { approve A { message = <5>x } }
         let y = <6>x",
    );
    it.same(2, 3);
    it.same(4, 5);
    it.same(1, 6);
    assert_ne!(it.definition(1), it.definition(2));
}

#[test]
fn what_an_instance_declares_is_linked_into_its_component() {
    let it = marked(&format!(
        "component C(<1>from-file: File) {{ deploy stack <2>app from from-file }}
         pipeline P {{
           {SOURCE}
           stage S {{
             use C(<3>from-file = App::t.yaml) as <4>dev
             approve A {{ message = <5>dev.<6>app.outputs.X }}
           }}
         }}"
    ));
    it.same(1, 3);
    it.same(4, 5);
    it.same(2, 6);
}

#[test]
fn words_of_enumerations_are_no_names() {
    let it = marked(&format!("pipeline P {{ mode = <1>queued\n {SOURCE} }}\n let <2>queued = \"x\""));
    assert_eq!(it.meaning(1), Some(Meaning::Word(super::Word::Value)));
    assert!(it.definition(2).is_some());
}

#[test]
fn names_in_branches_and_in_components_that_nothing_uses_are_looked_for() {
    let it = marked(
        "component C(a: <1>Sting) { approve A { message = <2>wrong } }
         if false { let x = <3>nothing }
         let y = true ? \"a\" : <4>missing",
    );
    let found: Vec<_> = (1..=4).map(|mark| it.meaning(mark)).collect();
    assert_eq!(found, [Some(Meaning::Unknown); 4]);
    insta::assert_snapshot!(it.said.join("\n"), @r"
    E0110 no type named `Sting`
    E0301 no value named `wrong`
    E0301 no value named `nothing`
    E0301 no value named `missing`
    ");
}

#[test]
fn what_two_branches_declare_is_one_name() {
    let it = marked(
        "if true { bucket <1>Files } else { bucket <2>Files }
         role R { allow read on <3>Files }",
    );
    it.same(1, 3);
    let first = |mark| it.definition(mark).and_then(|id| it.index.definition(id)).map(|it| it.first);
    assert_eq!(first(1), it.definition(1));
    assert_eq!(first(2), it.definition(1));
}

#[test]
fn a_type_may_have_the_name_of_one_of_the_language() {
    let it =
        marked("type <1>File = { size: number }\ncomponent C(a: <2>File, b: <3>string) { approve A { message = b } }");
    it.same(1, 2);
    assert_eq!(it.meaning(3), Some(Meaning::Word(super::Word::Type)));
}

#[test]
fn a_name_that_may_be_computed_is_open() {
    let it = marked(&format!(
        "pipeline P {{
           {SOURCE}
           stage S {{
             for n in 1..2 {{ invoke lambda \"F-${{n}}\" {{ function = \"f\" }} }}
             approve A {{ message = \"${{<1>F-1.X}}\" }}
           }}
         }}"
    ));
    assert_eq!(it.meaning(1), Some(Meaning::Open));
    assert_eq!(it.said, Vec::<String>::new());
}

#[test]
fn what_can_be_named_at_an_offset() {
    let it = marked(&format!(
        "let top = \"a\"
         pipeline P {{
           {SOURCE}
           stage S {{
             for n in 1..2 {{ invoke lambda Call {{ function = <1>top }} }}
           }}
         }}
         component C(x: string) {{ approve A {{ message = <2>x }} }}"
    ));
    assert_eq!(it.visible(1), ["n", "Call", "Source", "Fetch", "App", "S", "top", "P", "C"]);
    assert_eq!(it.visible(2), ["x", "A", "top", "P", "C"]);
}

#[test]
fn names_of_another_file_are_linked_into_it() {
    let library = "component Go(text: string) { approve A { message = text } }\nlet region = \"eu-west-1\"";
    let entry = "import { Go, Gone } from \"./lib.pipe\"\nimport \"./lib.pipe\" as lib\nlet here = lib.region";
    let mut sources = SourceMap::default();
    let files: Vec<_> = [("lib.pipe", library), ("pipeline.pipe", entry)]
        .into_iter()
        .map(|(path, text)| (path, text, sources.add(path.into(), text)))
        .collect();
    let parsed: Vec<_> = files.iter().map(|(_, text, file)| parse(*file, text)).collect();
    let imports: [&[Option<usize>]; 2] = [&[], &[Some(0), Some(0)]];
    let modules: Vec<Module<'_>> = files
        .iter()
        .zip(&parsed)
        .zip(imports)
        .map(|(((path, text, _), parsed), imports)| Module { path, ast: &parsed.ast, text, imports })
        .collect();
    let resolved = resolve(&modules);
    let place_of = |file: usize, word: &str| {
        let start = files[file].1.find(word).expect("the word is there");
        resolved.index.definition_at(files[file].2, u32::try_from(start).expect("it is short"))
    };
    assert!(place_of(0, "Go").is_some());
    assert_eq!(place_of(1, "Go"), place_of(0, "Go"));
    assert_eq!(place_of(1, "region"), place_of(0, "region"));
    let said: Vec<_> = resolved.diagnostics.iter().map(|it| it.message.clone()).collect();
    assert_eq!(said, ["`lib.pipe` declares nothing named `Gone`"]);
    // An import alone is not a use.
    let go = place_of(0, "Go").and_then(|id| resolved.index.definition(id)).map(|it| it.uses);
    assert_eq!(go, Some(0));
}
