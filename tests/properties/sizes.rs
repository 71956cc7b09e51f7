//! Templates near CloudFormation's limits and beyond them.

use std::fmt::Write;

use dotpipe::compilation::{Compilation, Notation, Request};

use crate::support::compile;

/// CloudFormation's maximum template size, in bytes.
const LARGEST: usize = 1 << 20;

/// Compiles pipelines of 500 approvals each, with text of this length in each.
fn approvals(pipelines: usize, text: usize) -> Compilation {
    let message = "x".repeat(text);
    let file = format!(
        "for p in 0..{pipelines} {{
           pipeline \"App-${{p}}\" {{
             stage Source {{ source codecommit Fetch -> App {{ repository = \"app-${{p}}\", branch = \"main\" }} }}
             for s in 0..10 {{
               stage \"Stage-${{s}}\" {{ for a in 0..50 {{ approve \"Ask-${{a}}\" {{ message = \"{message}\" }} }} }}
             }}
           }}
         }}
         "
    );
    compile(("pipeline.pipe", &file), &[], &Request::default())
}

fn errors(compilation: &Compilation) -> Vec<String> {
    let errors = compilation.diagnostics().iter().filter(|found| found.code.as_str().starts_with('E'));
    errors.map(|found| format!("{} {}", found.code, found.message)).collect()
}

#[test]
fn a_template_is_written_without_blanks_where_it_would_be_too_large() {
    let compilation = approvals(3, 200);
    assert_eq!(errors(&compilation), [""; 0]);
    let json = compilation.build(Notation::Json).expect("it has no errors");
    assert!(json.len() <= LARGEST && json.lines().count() == 1, "{} bytes", json.len());
    assert!(compilation.build(Notation::Yaml).is_some_and(|yaml| yaml.len() <= LARGEST));
}

#[test]
fn a_template_that_is_too_large_all_the_same_is_refused() {
    let compilation = approvals(3, 900);
    let wanted = "E0505 this file generates a template with 2,379,817 bytes; CloudFormation allows at most 1,048,576";
    assert_eq!(errors(&compilation), [wanted]);
    assert!(compilation.build(Notation::Json).is_none());
}

/// Returns the diagnostics of a pipeline that deploys `large.yaml`.
fn deployed(template: &str, header: &str, attributes: &str) -> Vec<String> {
    let file = format!(
        "pipeline App {{
           stage Source {{ source codecommit Fetch -> App {{ repository = \"app\", branch = \"main\" }} }}
           stage Build {{ build codebuild Package from App -> Built {{ project = Builder }} }}
           stage Deploy {{ deploy {header} {{ {attributes} }} }}
         }}
         bucket Packages
         project Builder {{
           image = \"aws/codebuild/standard:7.0\"
           env   = {{ PACKAGES = Packages.name }}
           allow write on Packages
         }}
         "
    );
    let buildspec = "version: 0.2\nphases: { build: { commands: [aws cloudformation package \
                     --template-file large.yaml --s3-bucket $PACKAGES --output-template-file output.yaml] } }\n\
                     artifacts: { files: [output.yaml] }\n";
    let files = [("large.yaml", template), ("buildspec.yml", buildspec)];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    errors(&compile(("pipeline.pipe", &file), &files, &Request::default()))
}

const STACK_SET: &str = "targets = [\"111122223333\"], regions = [eu-west-1]";

/// Returns a template of this many bytes.
fn template_of(bytes: usize) -> String {
    let mut template = "Resources:\n  News: { Type: \"AWS::SNS::Topic\" }\n".to_owned();
    while template.len() < bytes {
        let rest = bytes - template.len();
        let _ = writeln!(template, "#{}", "x".repeat(if rest < 200 { rest - 2 } else { 98 }));
    }
    template
}

#[test]
fn templates_of_stack_sets_are_smaller() {
    let (fits, large) = (template_of(460_800), template_of(460_801));
    assert_eq!(deployed(&fits, "stackset app from App::large.yaml", STACK_SET), [""; 0]);
    assert_eq!(deployed(&large, "stack app from App::large.yaml", ""), [""; 0]);
    let wanted = "E0505 template `large.yaml` has 460,801 bytes; CloudFormation allows at most 460,800";
    assert_eq!(deployed(&large, "stackset app from App::large.yaml", STACK_SET), [wanted]);
    // Packaging writes a new template.
    assert_eq!(deployed(&large, "stackset app from Built::output.yaml", STACK_SET), [""; 0]);
}

#[test]
fn templates_hold_as_many_parameters_as_cloudformation_takes() {
    let template = |count: usize| {
        let parameters: String = (0..count).fold(String::new(), |mut text, index| {
            let _ = writeln!(text, "  P{index}: {{ Type: String, Default: a }}");
            text
        });
        format!("Parameters:\n{parameters}Resources:\n  News: {{ Type: \"AWS::SNS::Topic\" }}\n")
    };
    assert_eq!(deployed(&template(200), "stack app from App::large.yaml", ""), [""; 0]);
    let wanted = "E0505 template `large.yaml` has 201 parameters; CloudFormation allows at most 200";
    assert_eq!(deployed(&template(201), "stack app from App::large.yaml", ""), [wanted]);
}

#[test]
fn sources_that_wait_for_the_same_event_share_its_rule() {
    let file = "
        pipeline App {
          stage Source {
            source codecommit Files -> Files { repository = \"app\", branch = \"main\" }
            source codecommit Clone -> Clone { repository = \"app\", branch = \"main\", clone = full }
            source codecommit Other -> Other { repository = \"app\", branch = \"next\" }
          }
          stage Build { build codebuild Package from Files, Clone, Other { project = Builder } }
        }
        project Builder { image = \"aws/codebuild/standard:7.0\" }
        ";
    let compilation = compile(("pipeline.pipe", file), &[], &Request::default());
    let template = compilation.build(Notation::Json).expect("it has no errors");
    assert_eq!(template.matches("AWS::Events::Rule\"").count(), 2, "{template}");
}
