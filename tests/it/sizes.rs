//! Templates near CloudFormation's limits, and beyond.

use std::fmt::Write;

use dotpipe::compilation::{Compilation, Notation, Request};

use crate::support::compile;

/// CloudFormation's limit for a template, in bytes.
const LARGEST: usize = 1 << 20;

/// Pipelines of 500 approvals each, with text of this length in each.
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
    let wanted = "E0505 this file makes a template of 2,379,756 bytes; CloudFormation allows at most 1,048,576";
    assert_eq!(errors(&compilation), [wanted]);
    assert!(compilation.build(Notation::Json).is_none());
}

#[test]
fn templates_of_stack_sets_are_smaller() {
    let mut template = "Resources:\n  News: { Type: \"AWS::SNS::Topic\" }\n".to_owned();
    for _ in 0..4700 {
        let _ = writeln!(template, "#{}", "x".repeat(98));
    }
    let deploy = |header: &str, attributes: &str| {
        let file = format!(
            "pipeline App {{
               stage Source {{ source codecommit Fetch -> App {{ repository = \"app\", branch = \"main\" }} }}
               stage Deploy {{ deploy {header} from App::large.yaml {{ {attributes} }} }}
             }}
             "
        );
        errors(&compile(("pipeline.pipe", &file), &[("large.yaml".to_owned(), template.clone())], &Request::default()))
    };
    assert_eq!(deploy("stack app", ""), [""; 0]);
    let wanted = "E0505 template `large.yaml` has 470,047 bytes; CloudFormation allows at most 460,800";
    assert_eq!(deploy("stackset app", "targets = [\"111122223333\"], regions = [eu-west-1]"), [wanted]);
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
