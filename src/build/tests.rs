//! Tests of the results of building small files, and of the diagnostics of invalid ones.

use crate::diagnostic::Diagnostic;
use crate::hir::{ActionId, Hir, Origin, PartKind, PipelineId, ProjectId, Step, ValueKind};
use crate::resolve::{Module, resolve};
use crate::source::SourceMap;
use crate::syntax::parse;

use crate::expand::{Given, Inputs};

use super::build;

/// Builds a text. Returns the resolved form and `CODE underlined text: message` for each diagnostic.
fn built_with(text: &str, inputs: &Inputs) -> (Hir, Vec<String>) {
    let mut sources = SourceMap::default();
    let file = sources.add("pipeline.pipe".into(), text);
    let parsed = parse(file, text);
    let module = Module { path: "pipeline.pipe", ast: &parsed.ast, text, imports: &[] };
    let modules = [module];
    let resolved = resolve(&modules);
    let built = build(&modules, &resolved.index, inputs);
    let mut all = parsed.diagnostics;
    all.extend(resolved.diagnostics);
    all.extend(built.diagnostics);
    let line = |d: &Diagnostic| format!("{} {}: {}", d.code, sources.slice(d.primary.span), d.message);
    (built.hir, all.into_sorted(&sources).iter().map(line).collect())
}

fn built(text: &str) -> (Hir, Vec<String>) {
    built_with(text, &Inputs::default())
}

/// Returns a pipeline whose second stage has these statements.
fn with_stage(statements: &str, rest: &str) -> String {
    format!(
        "pipeline P {{
  stage Source {{ source codecommit Fetch -> App {{ repository = \"app\", branch = \"main\" }} }}
  stage Work {{
{statements}
  }}
}}
{rest}"
    )
}

const PROJECT: &str = "project Builder { image = \"aws/codebuild/standard:7.0\" }";

#[track_caller]
fn says(text: &str, expected: &[&str]) {
    let (_, found) = built(text);
    assert_eq!(found, expected);
}

/// Returns the keys and plain values of an action's configuration.
fn configuration(hir: &Hir, action: usize) -> Vec<(String, String)> {
    let action = &hir.pipelines[PipelineId(0)].actions[ActionId(action)];
    let plain = |kind: &ValueKind| match kind {
        ValueKind::Text(text) => text.as_literal().unwrap_or("...").to_owned(),
        other => format!("{other:?}"),
    };
    action.configuration.iter().map(|(key, setting)| (key.clone(), plain(&setting.value.kind))).collect()
}

#[test]
fn the_change_set_pair_is_two_actions_with_one_stack_and_one_change_set() {
    let text = with_stage(
        "    build codebuild Package from App -> Out { project = Builder }
    deploy stack shop from Out::output.yaml { capabilities = [CAPABILITY_IAM] }",
        PROJECT,
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    let pipeline = &hir.pipelines[PipelineId(0)];
    let names: Vec<_> = pipeline.actions.iter().map(|action| (action.name.node.as_str(), action.origin)).collect();
    assert_eq!(
        names[2..],
        [("shop.GenerateChangeSet", Origin::PrepareStack), ("shop.ExecuteChangeSet", Origin::ExecuteStack)]
    );
    for key in ["StackName", "ChangeSetName"] {
        let of = |action: usize| pipeline.actions[ActionId(action)].value(key).and_then(|value| value.as_str());
        assert!(of(2).is_some());
        assert_eq!(of(2), of(3), "{key}");
    }
    assert_eq!(pipeline.actions[ActionId(2)].inputs.len(), 1);
    assert_eq!(pipeline.actions[ActionId(3)].inputs.len(), 0);
    let keys = |action: usize| configuration(&hir, action).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(2), ["ActionMode", "StackName", "ChangeSetName", "TemplatePath", "Capabilities"]);
    assert_eq!(keys(3), ["ActionMode", "StackName", "ChangeSetName"]);
    assert!(matches!(pipeline.stages[1].steps.as_slice(), [Step::Action(_), Step::Sequence(pair)] if pair.len() == 2));
}

#[test]
fn attributes_of_every_action_are_no_configuration_of_a_stack() {
    let text = with_stage(
        "    deploy stack shop from App::t.yaml {
      mode = create-update, role = \"arn:aws:iam::1:role/own\", action-role = \"arn:aws:iam::1:role/other\"
      region = eu-west-1, namespace = \"shop\"
    }",
        "",
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    let (role, rest): (Vec<_>, Vec<_>) = configuration(&hir, 1).into_iter().partition(|(key, _)| key == "RoleArn");
    assert_eq!(role, [("RoleArn".to_owned(), "arn:aws:iam::1:role/own".to_owned())]);
    let keys: Vec<_> = rest.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["ActionMode", "StackName", "TemplatePath"]);
}

#[test]
fn execute_takes_its_names_from_the_prepare_of_the_same_stack() {
    let text = with_stage(
        "    prepare stack shop from App::t.yaml { name = \"shop-prod\", change-set = \"release\" }
    approve Go
    execute stack shop",
        "",
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(
        configuration(&hir, 3),
        [("ActionMode", "CHANGE_SET_EXECUTE"), ("StackName", "shop-prod"), ("ChangeSetName", "release")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[test]
fn a_mode_gives_one_action_and_delete_another() {
    let text = with_stage("    deploy stack a from App::t.yaml { mode = create-update }\n    delete stack b", "");
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    let modes: Vec<_> = hir.pipelines[PipelineId(0)].actions.as_slice()[1..]
        .iter()
        .map(|action| (action.name.node.as_str(), action.literal("ActionMode").unwrap_or_default()))
        .collect();
    assert_eq!(modes, [("a", "CREATE_UPDATE"), ("b.Delete", "DELETE_ONLY")]);
}

#[test]
fn outputs_of_a_stack_are_those_of_its_deployment_even_when_it_is_deleted_later() {
    let deploy = "deploy stack a from App::t.yaml { mode = create-update }";
    says(&with_stage(&format!("{deploy}\n    approve Go {{ message = a.outputs.X }}\n    delete stack a"), ""), &[]);
}

#[test]
fn inputs_follow_from_every_artifact_named() {
    let text = with_stage(
        "    build codebuild A from App -> X, Y { project = Builder }
    deploy stack s from X::t.yaml { config = Y::prod.json }
    test codebuild B from Y, X { project = Builder }",
        PROJECT,
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    let pipeline = &hir.pipelines[PipelineId(0)];
    let inputs = |action: usize| {
        let inputs = pipeline.actions[ActionId(action)].inputs.iter();
        inputs.map(|input| pipeline.artifact(input.artifact).name.node.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(inputs(2), ["X", "Y"]);
    assert_eq!(inputs(4), ["Y", "X"]);
    let primary = pipeline.actions[ActionId(4)].value("PrimarySource").map(|value| value.kind.clone());
    assert_eq!(primary, Some(ValueKind::Artifact(pipeline.actions[ActionId(4)].inputs[0].artifact)));
}

#[test]
fn phases_meet_in_one_text() {
    let text = with_stage(
        "    invoke lambda Tell from App { function = \"f\", input = \"v${Fetch.CommitId} in ${AWS::Region} of ${team}\" }",
        "option team: string = \"billing\"",
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    let value =
        hir.pipelines[PipelineId(0)].actions[ActionId(1)].value("UserParameters").map(|value| value.kind.clone());
    let Some(ValueKind::Text(text)) = value else { panic!("no text: {value:?}") };
    let kinds: Vec<_> = text.parts.iter().map(|part| &part.kind).collect();
    assert!(matches!(
        kinds.as_slice(),
        [PartKind::Literal(v), PartKind::Output(_, commit), PartKind::Literal(_), PartKind::Pseudo(region), PartKind::Literal(team)]
            if v == "v" && commit == "CommitId" && region == "Region" && team == " of billing"
    ));
}

#[test]
fn options_come_from_outside_and_are_typed() {
    let text = format!(
        "option level: \"a\" | \"b\" = \"a\"\noption on: bool = false\n{}",
        with_stage("    invoke lambda F from App { function = on ? \"f-${level}\" : \"g\" }", "")
    );
    let inputs = |pairs: &[(&str, &str)]| Inputs {
        options: pairs.iter().map(|(name, value)| ((*name).to_owned(), Given::Written((*value).to_owned()))).collect(),
        ..Inputs::default()
    };
    let (hir, said) = built_with(&text, &inputs(&[("level", "b"), ("on", "true")]));
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(hir.pipelines[PipelineId(0)].actions[ActionId(1)].literal("FunctionName"), Some("f-b"));
    let (_, said) = built_with(&text, &inputs(&[("level", "c")]));
    assert_eq!(said, ["E0107 level: `c` is not a valid value for `level`"]);
}

#[test]
fn values_that_nothing_takes_are_listed() {
    let text = format!("option level: string = \"a\"\nparam Tag: string\n{}", with_stage("", ""));
    let given = |name: &str| (name.to_owned(), Given::Written("x".to_owned()));
    let inputs = Inputs {
        options: ["level", "levle", "Tag"].map(given).into(),
        params: ["Tag", "other"].map(|name| (name.to_owned(), "x".to_owned())).into(),
    };
    let mut sources = SourceMap::default();
    let file = sources.add("x.pipe".into(), text.as_str());
    let parsed = parse(file, &text);
    let module = Module { path: "pipeline.pipe", ast: &parsed.ast, text: &text, imports: &[] };
    let unused = build(&[module], &resolve(&[module]).index, &inputs).unused_inputs;
    let said: Vec<_> = unused.iter().map(|it| (it.name.as_str(), it.similar.as_deref(), it.other_kind)).collect();
    assert_eq!(said, [("Tag", None, true), ("levle", Some("level"), false), ("other", None, false)]);
}

#[test]
fn unknown_names_are_reported_once_with_what_they_should_be() {
    says(
        &with_stage("    build codebuild P from App { project = Bulder }", PROJECT),
        &["E0301 Bulder: no project named `Bulder`"],
    );
    says(
        &with_stage("    build codebuild P from Ap { project = Builder }", PROJECT),
        &["E0201 Ap: no action produces an artifact named `Ap`"],
    );
    says(
        &with_stage("    build codebild P from App { project = Builder }", PROJECT),
        &["E0108 codebild: no provider named `codebild`"],
    );
    says(
        &with_stage("    deploy codebuild P from App { project = Builder }", PROJECT),
        &["E0109 deploy: provider `codebuild` has no `deploy` actions"],
    );
    says(
        &with_stage("    invoke lambda P from App { function = \"${Packages.nam}\" }", "bucket Packages"),
        &["E0301 nam: bucket `Packages` has no member `nam`"],
    );
}

#[test]
fn what_was_not_understood_forgives_the_names_it_may_have_introduced() {
    says(
        &with_stage(
            "    build codebuild A from App -> Out { project = \"}\" ) }
    deploy stack s from Out::t.yaml",
            PROJECT,
        ),
        &["E0001 ): unexpected `)`"],
    );
    says(
        &format!(
            "provider CI {{ kind = jenkins }}\n{}",
            with_stage("    build CI P from App { project-name = \"x\" }", "")
        ),
        &["E0105 CI: provider `CI` needs attribute `categories`"],
    );
}

#[test]
fn statements_and_attributes_have_their_places() {
    says(
        &with_stage("    build codebuild P from App { project = Builder }\n    bucket B", PROJECT),
        &["E0003 bucket: `bucket` is not allowed inside `stage`"],
    );
    says(
        &format!("name = 1\n{}", with_stage("    approve Go", "")),
        &["E0003 name: attribute `name` is not allowed at the top level of a file"],
    );
    says(
        &with_stage("    approve Go { mesage = \"x\" }", ""),
        &["E0104 mesage: action `Go` has no attribute `mesage`"],
    );
    says(
        &with_stage("    approve Go { CustomData = \"x\" }", ""),
        &["E0104 CustomData: action `Go` has no attribute `CustomData`"],
    );
    says(&with_stage("    approve Go { timeout = 2m }", ""), &["E0106 2m: `timeout` must be from 5 to 86,400 minutes"]);
    says(&with_stage("    build codebuild P from App", PROJECT), &["E0105 P: action `P` needs attribute `project`"]);
    says(
        &with_stage("    approve Go\n    deploy stack s from App::t { capabilities = [CAPABILITY_IAN] }", ""),
        &["E0107 CAPABILITY_IAN: `CAPABILITY_IAN` is not a valid value for `capabilities`"],
    );
}

#[test]
fn a_value_that_is_known_too_late_is_refused_where_it_is_needed() {
    says(
        &with_stage("    invoke lambda F from App { function = \"f-${Fetch.BranchName}\" }", ""),
        &[
            "E0701 Fetch.BranchName: `function` is fixed when the pipeline is created, but `Fetch.BranchName` is known only when the pipeline runs",
        ],
    );
    let text = format!("param X: string\n{}", with_stage("    approve \"Go-${X}\"", ""));
    says(
        &text,
        &["E0702 X: a name must be known when dotpipe runs, but `X` is known only when the template is deployed"],
    );
}

#[test]
fn lets_may_not_need_themselves() {
    let text = format!("let a = \"${{b}}\"\nlet b = \"${{a}}\"\n{}", with_stage("    approve Go { message = a }", ""));
    says(&text, &["E0302 a: the value of `a` depends on itself"]);
}

#[test]
fn names_follow_the_rules_of_their_kind() {
    says(&with_stage("    approve \"Go now\"", ""), &["E0102 \"Go now\": `Go now` is not valid as an action name"]);
    let long = "x".repeat(101);
    says(
        &with_stage(&format!("    approve {long}"), ""),
        &[&format!("E0103 {long}: an action name can have at most 100 characters; `{}...` has 101", &long[..17])],
    );
    says(
        &with_stage("    deploy stack \"1st\" from App::t.yaml", ""),
        &["E0102 \"1st\": `1st` is not valid as a stack name"],
    );
}

#[test]
fn runtime_text_is_resolved_and_offered_in_its_typed_form() {
    let source = "pipeline P {
  stage Source { source codecommit Fetch -> App { repository = \"app\", branch = \"main\", namespace = \"Src\" } }
  stage Work { approve Go { message = \"#{Src.CommitId} #{codepipeline.PipelineExecutionId} #{Sorce.X}\" } }
}";
    says(
        source,
        &[
            "W0706 #{Src.CommitId}: variable `#{Src.CommitId}` is in CodePipeline's syntax",
            "E0705 #{Sorce.X}: nothing in this pipeline sets the namespace `Sorce`",
        ],
    );
}

/// Returns `stage: action action` for each stage.
fn outline(hir: &Hir) -> Vec<String> {
    let pipeline = &hir.pipelines[PipelineId(0)];
    let of_stage = |index: usize| {
        let actions = pipeline.actions.iter().filter(|action| action.stage == index);
        actions.map(|action| action.name.node.as_str()).collect::<Vec<_>>().join(" ")
    };
    pipeline
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| format!("{}: {}", stage.name.node, of_stage(index)))
        .collect()
}

#[test]
fn loops_write_their_body_out_and_keep_its_names_apart() {
    let text = with_stage(
        "    parallel {
      for env in [\"dev\", \"prod\"] {
        sequence {
          build codebuild Package from App -> Out { project = Builder }
          deploy stack shop from Out::t.yaml
          invoke lambda Tell { function = \"tell-${env}\", input = shop.outputs.Url }
        }
      }
    }",
        PROJECT,
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(
        outline(&hir)[1],
        "Work: Package-dev shop-dev.GenerateChangeSet shop-dev.ExecuteChangeSet Tell-dev Package-prod shop-prod.GenerateChangeSet shop-prod.ExecuteChangeSet Tell-prod"
    );
    let pipeline = &hir.pipelines[PipelineId(0)];
    let artifacts: Vec<_> = pipeline.artifacts.iter().map(|artifact| artifact.name.node.as_str()).collect();
    assert_eq!(artifacts, ["App", "Out-dev", "Out-prod"]);
    let output =
        |action: usize| match &pipeline.actions[ActionId(action)].value("UserParameters").map(|value| &value.kind) {
            Some(ValueKind::Text(text)) => match &text.parts[0].kind {
                PartKind::Output(from, _) => pipeline.action(*from).name.node.clone(),
                other => format!("{other:?}"),
            },
            other => format!("{other:?}"),
        };
    assert_eq!(
        (output(4), output(8)),
        ("shop-dev.ExecuteChangeSet".to_owned(), "shop-prod.ExecuteChangeSet".to_owned())
    );
}

#[test]
fn a_quoted_name_is_taken_as_it_is_and_seen_outside_the_loop() {
    let text = format!(
        "for name in [\"Unit\", \"Lint\"] {{ project \"${{name}}Tests\" {{ image = \"aws/codebuild/standard:7.0\" }} }}\n{}",
        with_stage("    test codebuild A from App { project = LintTests }", "")
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(
        hir.projects.iter().map(|project| project.declaration.symbol.node.as_str()).collect::<Vec<_>>(),
        ["UnitTests", "LintTests"]
    );
    assert_eq!(hir.pipelines[PipelineId(0)].actions[ActionId(1)].project(), Some(ProjectId(1)));
}

#[test]
fn conditions_choose_statements_and_attributes() {
    let text = format!(
        "option prod: bool = true\n{}",
        with_stage(
            "    if prod { approve Go { if prod { timeout = 2h } else { timeout = 1h } } } else if !prod { approve No } else { approve Never }",
            ""
        )
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(outline(&hir)[1], "Work: Go");
    assert_eq!(
        hir.pipelines[PipelineId(0)].actions[ActionId(1)].timeout.as_ref().map(|minutes| minutes.node),
        Some(120)
    );
}

const COMPONENT: &str = "
type Settings = { size: \"small\" | \"large\", approve: bool, alarm: string? }
component Deliver(env: Settings, template: File, version: string) {
  stage Deploy {
    if env.approve { approve Ok }
    deploy stack app from template { parameters = { Size = env.size, Version = version } }
  }
}
";

#[test]
fn components_are_written_out_with_their_arguments() {
    let text = format!(
        "{COMPONENT}pipeline P {{
  stage Source {{ source codecommit Fetch -> App {{ repository = \"app\", branch = \"main\" }} }}
  for size in [\"small\", \"large\"] {{
    use Deliver(env = {{ size = size, approve = size == \"large\" }}, template = App::t.yaml, version = Fetch.CommitId) as \"to-${{size}}\"
  }}
}}"
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(
        outline(&hir)[1..],
        [
            "Deploy-small-to-small: app-small-to-small.GenerateChangeSet app-small-to-small.ExecuteChangeSet",
            "Deploy-large-to-large: Ok-large-to-large app-large-to-large.GenerateChangeSet app-large-to-large.ExecuteChangeSet",
        ]
    );
}

#[test]
fn components_are_checked_where_they_are_used() {
    let used = |arguments: &str| {
        format!(
            "{COMPONENT}pipeline P {{
  stage Source {{ source codecommit Fetch -> App {{ repository = \"app\", branch = \"main\" }} }}
  use Deliver({arguments}) as prod
}}"
        )
    };
    says(
        &used("env = { size = \"big\", approve = true }, template = App::t.yaml, version = \"1\""),
        &["E0106 \"big\": field `size` of `env` takes `\"small\"` or `\"large\"`, not `\"big\"`"],
    );
    says(
        &used("env = { size = \"small\" }, template = App::t.yaml, version = \"1\""),
        &["E0106 { size = \"small\" }: field `approve` of `env` is missing"],
    );
    says(
        &used("env = { size = \"small\", approve = false }, template = App, version = \"1\""),
        &["E0106 App: `template` takes a file in an artifact, not an artifact"],
    );
    says(
        &used("env = { size = \"small\", approve = false }, template = App::t.yaml"),
        &["E0305 Deliver: component `Deliver` needs parameter `version`"],
    );
    says(
        &used("env = { size = \"small\", approve = false }, templat = App::t.yaml, version = \"1\""),
        &["E0305 templat: component `Deliver` has no parameter `templat`"],
    );
}

#[test]
fn a_component_that_uses_itself_ends() {
    let text = with_stage("    use A()", "component A() { use B() }\ncomponent B() { use A() }");
    says(&text, &["E0303 A: component `A` uses itself"]);
}

#[test]
fn one_mistake_in_a_component_is_one_diagnostic() {
    let text = with_stage("    use Ask() as a\n    use Ask() as b", "component Ask() { approve Go { message = 5 } }");
    let mut sources = SourceMap::default();
    let file = sources.add("pipeline.pipe".into(), text.as_str());
    let parsed = parse(file, &text);
    let module = Module { path: "pipeline.pipe", ast: &parsed.ast, text: &text, imports: &[] };
    let found = build(&[module], &resolve(&[module]).index, &Inputs::default()).diagnostics.into_sorted(&sources);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, crate::diagnostic::Code::E0106);
    assert_eq!(
        found[0].secondary.iter().map(|label| sources.slice(label.span)).collect::<Vec<_>>(),
        ["use Ask() as a"]
    );
}

#[test]
fn comprehensions_and_ranges_are_lists() {
    let text = format!(
        "let all = [\"a\", \"b\", \"c\"]\nlet some = [for x in all : \"${{x}}!\" if x != \"b\"]\n{}",
        with_stage(
            "    for x in some { approve \"Go-${x == \"a!\" ? \"first\" : \"last\"}\" }\n    for n in 1..2 { approve N }",
            ""
        )
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(outline(&hir)[1], "Work: Go-first Go-last N-1 N-2");
}

#[test]
fn functions_are_few_and_total() {
    let text = format!(
        "let names = split(\"web,api\", \",\")\nlet all = concat(names, [\"job\"])\n{}",
        with_stage(
            "    for n in all { if contains(names, n) { approve \"${upper(replace(n, \"web\", \"www\"))}-${length(all)}-${join(keys({ a = 1, b = 2 }), \"+\") == \"a+b\" ? lower(\"OK\") : \"no\"}\" } }",
            ""
        )
    );
    let (hir, said) = built(&text);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(outline(&hir)[1], "Work: WWW-3-ok API-3-ok");
    says(
        &with_stage("    approve Go { message = join(\"a\") }", ""),
        &["E0106 join(\"a\"): wrong arguments for `join`"],
    );
    says(&with_stage("    approve Go { message = uper(\"a\") }", ""), &["E0301 uper: no function named `uper`"]);
}

#[test]
fn conditions_follow_from_each_other_through_the_values_of_parameters() {
    let text = "param Stage: \"dev\" | \"test\" | \"prod\" = \"dev\"
param Name: string
param Fast: bool = false
let IsProd = Stage == \"prod\"
let IsLive = Stage != \"dev\"
let IsOther = Stage != \"dev\" && Stage != \"test\"
let IsA = Name == \"a\"
let IsB = Name == \"b\"
let IsFast = Fast == true
let IsBoth = IsProd && IsFast
pipeline P {
  stage Source { source codecommit Fetch -> App { repository = \"app\", branch = IsOther ? \"a\" : \"b\" } }
  stage Work {
    approve A { message = IsA ? \"a\" : IsB ? \"b\" : IsLive ? \"c\" : IsBoth ? \"d\" : \"e\" }
  }
}
";
    let (hir, diagnostics) = built(text);
    assert_eq!(diagnostics, Vec::<String>::new());
    let id = |name: &str| {
        let is_it = |given: &crate::source::Spanned<String>| given.node == name;
        let found = hir.conditions.entries().find(|(_, condition)| condition.given.as_ref().is_some_and(is_it));
        found.unwrap_or_else(|| panic!("no condition {name}")).0
    };
    let implies = |first: &str, truth: bool, second: &str| hir.implies(&[(id(first), truth)], id(second));
    assert_eq!(implies("IsProd", true, "IsLive"), Some(true));
    assert_eq!(implies("IsLive", true, "IsProd"), Some(false));
    assert_eq!(implies("IsOther", true, "IsProd"), Some(true), "no other value is left");
    assert_eq!(implies("IsProd", true, "IsOther"), Some(true));
    assert_eq!(implies("IsBoth", true, "IsFast"), Some(true));
    assert_eq!(implies("IsFast", false, "IsBoth"), Some(false));
    assert_eq!(implies("IsA", true, "IsB"), Some(false));
    let cases = |names: &[&str]| hir.cases(names.iter().map(|name| id(name))).map(|cases| cases.iter().count());
    assert_eq!(cases(&["IsA", "IsB"]), Some(3), "a name is not both");
    assert_eq!(cases(&["IsProd", "IsLive"]), Some(3));
    assert_eq!(cases(&["IsProd", "IsFast", "IsBoth"]), Some(4));
}
