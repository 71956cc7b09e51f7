use super::*;
use crate::source::{SourceMap, Span};

const TEXT: &str = "\
version: 0.2
env:
  shell: bash
  variables: { STAGE: \"prod\" }
  parameter-store:
    TOKEN: /app/token
  exported-variables: [IMAGE_TAG]
  git-credential-helper: yes
phases:
  install:
    runtime-versions: { nodejs: 20 }
    commands: npm ci
  build:
    commands:
      - npm test
      - |
        echo é
        aws s3 cp a s3://b
      - echo a: b
    finally:
      - rm -rf tmp
reports:
  unit: { files: ['**/*'] }
artifacts:
  files:
    - output.yaml
  discard-paths: no
  secondary-artifacts:
    docs:
      files: ['**/*']
      base-directory: site
cache:
  paths: ['node_modules/**/*']
fases: {}
";

fn parse(text: &str) -> (SourceMap, Buildspec) {
    let mut sources = SourceMap::default();
    let file = sources.add("buildspec.yml".into(), text);
    (sources, Buildspec::parse(text, DocumentOrigin::File(file)))
}

#[test]
fn reads_every_section() {
    let (sources, spec) = parse(TEXT);
    let slice = |spanned: &Spanned<String>| sources.slice(spanned.span).to_owned();
    assert_eq!(spec.version.as_ref().map(slice).as_deref(), Some("0.2"));
    assert_eq!(slice(&spec.env.variables[0].value), "\"prod\"");
    assert_eq!(spec.env.variables[0].value.node, "prod");
    assert_eq!(slice(&spec.env.parameter_store[0].name), "TOKEN");
    assert_eq!(slice(&spec.env.exported[0]), "IMAGE_TAG");
    assert_eq!(spec.env.git_credential_helper.map(|yes| yes.node), Some(true));
    assert_eq!(spec.env.shell.as_ref().map(slice).as_deref(), Some("bash"));
    let commands: Vec<_> = spec.commands().map(|command| (command.text.as_str(), command.finally)).collect();
    assert_eq!(
        commands,
        [("npm ci", false), ("npm test", false), ("echo é\naws s3 cp a s3://b\n", false), ("rm -rf tmp", true)]
    );
    let script = spec.commands().nth(2).expect("the script");
    let at = script.text.find("s3://b").expect("the address");
    assert_eq!(sources.slice(script.map.span(at..at + 6)), "s3://b");
    assert_eq!(slice(&spec.reports[0].group), "unit");
    assert_eq!(slice(&spec.cache_paths[0]), "'node_modules/**/*'");
    let artifacts = spec.artifacts.as_ref().expect("artifacts");
    assert_eq!(slice(&artifacts.files[0]), "output.yaml");
    assert_eq!(artifacts.secondary[0].key.node, "docs");
    assert_eq!(artifacts.secondary[0].base_directory.as_ref().map(slice).as_deref(), Some("site"));
}

#[test]
fn lists_what_does_not_belong() {
    let (sources, spec) = parse(TEXT);
    let unknown: Vec<_> = spec.unknown_keys.iter().map(|key| sources.slice(key.key.span)).collect();
    assert_eq!(unknown, ["fases"]);
    let malformed: Vec<_> = spec.malformed.iter().map(|m| (m.path.as_str(), sources.slice(m.span))).collect();
    assert_eq!(malformed, [("phases.build.commands", "echo a: b")]);
    let (sources, spec) = parse("phases: [\n");
    let error = spec.error.expect("an error");
    assert!(sources.slice(error.span).len() <= 1 && !error.message.is_empty());
}

#[test]
fn inline_text_has_one_span() {
    let mut sources = SourceMap::default();
    let file = sources.add("p.pipe".into(), "buildspec = yaml(x)");
    let span = Span::new(file, 12, 19);
    let spec = Buildspec::parse("phases:\n  build:\n    commands:\n      - ls\n", DocumentOrigin::At(span));
    assert_eq!(spec.commands().map(|command| command.span).collect::<Vec<_>>(), [span]);
    assert_eq!(spec.commands().next().map(|command| command.map.span(0..1)), Some(span));
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "(version|env|phases|artifacts|files|build|commands|: |\\n| |- |\\||a|\\*|&|\\[|\\]|\\{|\\}|,){0,40}") {
        let (_, spec) = parse(&text);
        spec.contents(None);
    }
}
