//! Tests of equal and different values in small documents.

use crate::source::SourceMap;
use crate::workspace::document::{Document, DocumentOrigin};

use super::*;

fn read(text: &str) -> Pipelines {
    let file = SourceMap::default().add("x".into(), text);
    let document = Document::parse(text, DocumentOrigin::File(file));
    Pipelines::read(&document.root.expect("the text is a document"))
}

/// Returns a line for each difference.
fn lines(before: &str, after: &str) -> Vec<String> {
    let line = |difference: &Difference| {
        let parts: Vec<&str> = difference.parts.iter().map(|part| part.name.as_str()).collect();
        let value = |value: &Option<NormalValue>| value.as_ref().map_or_else(String::new, ToString::to_string);
        let consequence = difference.consequence.map_or("", Consequence::word);
        format!(
            "{} {} {}: {} -> {} {consequence}",
            difference.change.word(),
            parts.join("/"),
            difference.path(),
            value(&difference.before),
            value(&difference.after)
        )
        .trim_end()
        .to_owned()
    };
    difference(&read(before), &read(after)).iter().map(line).collect()
}

fn same(one: &str, other: &str) {
    assert_eq!(lines(one, other), Vec::<String>::new(), "{one}\n{other}");
    assert_eq!(lines(other, one), Vec::<String>::new());
    assert_eq!(read(one).pipelines, read(other).pipelines);
}

/// Returns a template with one action with this configuration.
fn configured(configuration: &str) -> String {
    format!(
        "Resources:\n  App:\n    Type: AWS::CodePipeline::Pipeline\n    Properties:\n      Name: app\n      RoleArn: arn\n      \
         Stages:\n        - Name: Build\n          Actions:\n            - Name: Package\n              ActionTypeId: {{Category: Build, Owner: \
         AWS, Provider: CodeBuild, Version: 1}}\n              Configuration: {configuration}\n"
    )
}

#[test]
fn short_and_long_forms_are_the_same() {
    for (one, other) in [
        ("{P: !GetAtt A.B.C}", "{P: {'Fn::GetAtt': [A, B.C]}}"),
        ("{P: !Ref A}", "{P: {Ref: A}}"),
        ("{P: !Ref A}", "{P: !Sub '${A}'}"),
        ("{P: !Sub 'x/${A}/${B.C}'}", "{P: {'Fn::Join': ['', [x/, {Ref: A}, /, {'Fn::GetAtt': [B, C]}]]}}"),
        ("{P: !Join [':', [a, b, !Ref C]]}", "{P: !Sub 'a:b:${C}'}"),
        ("{P: !Sub ['${X}-${Y}', {X: !Ref A, Y: z}]}", "{P: !Sub '${A}-z'}"),
        ("{P: !Sub '${!A}'}", "{P: '${A}'}"),
        ("{P: !Sub plain}", "{P: plain}"),
        ("{P: !ImportValue {'Fn::Sub': '${A}-x'}}", "{P: {'Fn::ImportValue': !Join ['-', [!Ref A, x]]}}"),
        ("{P: !If [C, a, !Ref 'AWS::NoValue']}", "{P: {'Fn::If': [C, a, {Ref: 'AWS::NoValue'}]}}"),
        ("{P: !Base64 {'Fn::Sub': '${A}'}}", "{P: {'Fn::Base64': {Ref: A}}}"),
        ("{P: 'true', N: '7'}", "{P: true, N: 7}"),
        ("{P: a, Q: !Ref 'AWS::NoValue'}", "{P: a}"),
    ] {
        same(&configured(one), &configured(other));
    }
    for (one, other) in [
        ("{P: !Ref A}", "{P: '${A}'}"),
        ("{P: !GetAtt A.Arn}", "{P: !Ref A}"),
        ("{P: !If [C, a, b]}", "{P: !If [C, b, a]}"),
        ("{P: 'yes'}", "{P: yes}"),
        ("{P: ''}", "{}"),
    ] {
        assert_eq!(lines(&configured(one), &configured(other)).len(), 1, "{one} {other}");
    }
}

#[test]
fn json_in_a_text_is_compared_as_json() {
    same(
        &configured(r#"{E: '[{"name":"A","value":"1"}]'}"#),
        &configured(r#"{E: '[ { "value": "1", "name": "A" } ]'}"#),
    );
    same(
        &configured(r#"{E: !Sub '{"a":"x/${B}","c":1}'}"#),
        &configured(r#"{E: !Join ['', ['{"c": 1, "a":"x/', !Ref B, '"}']]}"#),
    );
    let changed = lines(
        &configured(r#"{E: '[{"name":"A","value":"1"},{"name":"B","value":"2"}]'}"#),
        &configured(r#"{E: '[{"name":"B","value":"2"},{"name":"A","value":"3"}]'}"#),
    );
    assert_eq!(
        changed,
        [
            "changed App/Build/Package configuration.E[A].value: 1 -> 3",
            "moved App/Build/Package configuration.E: [A, B] -> [B, A]"
        ]
    );
    // A number is not equal to a string of its digits, and a reference outside a string is not valid JSON.
    assert_eq!(lines(&configured(r#"{E: '{"a":1}'}"#), &configured(r#"{E: '{"a":"1"}'}"#)).len(), 1);
    same(&configured(r#"{E: !Sub '{"a":${B}}'}"#), &configured(r#"{E: !Join ['', ['{"a":', !Ref B, '}']]}"#));
}

const DEFINITION: &str = r#"{"pipeline": {
    "name": "app", "roleArn": "arn", "version": 7, "executionMode": "SUPERSEDED", "triggers": [],
    "artifactStores": {"us-east-1": {"type": "S3", "location": "a"}, "eu-west-1": {"type": "S3", "location": "b"}},
    "stages": [{"name": "Build", "actions": [{"name": "Package", "runOrder": 1, "inputArtifacts": [], "configuration": {"Flag": "true"},
        "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}}]}]},
    "metadata": {"pipelineArn": "arn:aws:codepipeline:us-east-1:111122223333:app"}}"#;

#[test]
fn a_template_and_a_definition_have_one_form() {
    let template = "Resources: {App: {Type: 'AWS::CodePipeline::Pipeline', Properties: {Name: app, RoleArn: arn, ArtifactStores: [
      {Region: us-east-1, ArtifactStore: {Type: S3, Location: a}}, {Region: eu-west-1, ArtifactStore: {Type: S3, Location: b}}],
      Stages: [{Name: Build, Actions: [{Name: Package, Configuration: {Flag: true},
      ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: 1}}]}]}}}";
    let (one, other) = (read(template), read(DEFINITION));
    assert_eq!(
        (&one.pipelines[0].fields, &one.pipelines[0].stages),
        (&other.pipelines[0].fields, &other.pipelines[0].stages)
    );
    assert_eq!(compare(&one, &other), Comparison { differences: Vec::new(), unknown: 0 });
    let open =
        template.replace("Location: a", "Location: !Sub '${Bucket}'").replace("RoleArn: arn", "RoleArn: !GetAtt R.Arn");
    assert_eq!(compare(&read(&open), &other), Comparison { differences: Vec::new(), unknown: 2 });
    let other_end = template.replace("Location: a", "Location: !Sub '${Bucket}-x'");
    assert_eq!(compare(&read(&other_end), &other).differences.len(), 1);
    same(DEFINITION, &DEFINITION.replace("\"pipeline\": {", "").replace("},\n    \"metadata\"", ",\n    \"metadata\""));
}

/// Returns a definition with these stages.
fn stages(stages: &str) -> String {
    let action = |name: &str| {
        let (name, order) = name.split_once(':').unwrap_or((name, "1"));
        format!("{{name: {name}, runOrder: {order}, actionTypeId: {{category: Build, provider: CodeBuild}}}}")
    };
    let stage = |stage: &str| {
        let (name, actions) = stage.split_once('=').expect("it has a name");
        let actions: Vec<String> = actions.split(',').filter(|it| !it.is_empty()).map(action).collect();
        format!("{{name: {name}, actions: [{}]}}", actions.join(", "))
    };
    let stages: Vec<String> = stages.split(' ').map(stage).collect();
    format!("{{name: app, roleArn: arn, stages: [{}]}}", stages.join(", "))
}

#[test]
fn stages_and_actions_are_added_removed_and_moved() {
    let changes = |before: &str, after: &str| -> Vec<String> {
        // Leave out the contents of what is added or removed.
        let shown = |line: String| line.split(" {").next().unwrap_or_default().trim_end_matches(" ->").to_owned();
        lines(&stages(before), &stages(after)).into_iter().map(shown).collect()
    };
    for (before, after, forth, back) in [
        ("S=s B=b", "S=s T=t B=b", "added app/T :  ->", "removed app/T :"),
        ("S=s B=b", "S=s B=b,c", "added app/B/c :  ->", "removed app/B/c :"),
        ("S=s B=b,c:2", "S=s B=b,c:3", "changed app/B/c runOrder: 2 -> 3", "changed app/B/c runOrder: 3 -> 2"),
        ("S=s B=b D=d", "D=d S=s B=b", "moved app/D : after B -> first", "moved app/D : first -> after B"),
        ("S=a,b,c", "S=c,a,b", "moved app/S/c : after b -> first", "moved app/S/c : first -> after b"),
        ("S=s,b B=c", "S=s B=c,b", "moved app/B/b : stage S -> stage B", "moved app/S/b : stage B -> stage S"),
        ("S=s B=b", "S=s B=x", "changed app/B/x name: b -> x", "changed app/B/b name: x -> b"),
        ("S=s B=b", "S=s X=b", "changed app/X name: B -> X", "changed app/B name: X -> B"),
        ("S=a,a", "S=a,b", "changed app/S/b name: a -> b", "changed app/S/a name: b -> a"),
    ] {
        let arrow = |line: &str| line.trim_end_matches(" ->").to_owned();
        assert_eq!(changes(before, after), [arrow(forth)], "{before} -> {after}");
        assert_eq!(changes(after, before), [arrow(back)], "{after} -> {before}");
    }
    assert_eq!(changes("S=s T=t,u", "S=s B=b,t"), ["removed app/T :", "added app/B : "]);
    assert_eq!(changes("S=s T=t,u B=b", "S=s B=b,t"), ["removed app/T :", "moved app/B/t : stage T -> stage B"]);
}

#[test]
fn stages_under_a_condition_have_it() {
    let template = |stage: &str| {
        format!(
            "Resources: {{App: {{Type: 'AWS::CodePipeline::Pipeline', Properties: {{Name: app, RoleArn: arn, Stages: [{stage}]}}}}}}"
        )
    };
    let plain = template("{Name: B, Actions: []}");
    let conditional = template("!If [IsProd, {Name: B, Actions: []}, !Ref 'AWS::NoValue']");
    assert_eq!(lines(&plain, &conditional), ["added App/B condition:  -> IsProd"]);
    assert_eq!(lines(&conditional, &plain), ["removed App/B condition: IsProd ->"]);
    let either = template("!If [IsProd, {Name: B, Actions: []}, {Name: C, Actions: []}]");
    let more = lines(&conditional, &either);
    assert!(matches!(more.as_slice(), [one] if one.starts_with("added App/C : ")), "{more:?}");
}

/// Returns a template with these resources.
fn template(resources: &str) -> String {
    format!(
        "Resources:\n  Pipe: {{Type: 'AWS::CodePipeline::Pipeline', Properties: {{Name: p, RoleArn: !GetAtt R.Arn, Stages: []}}}}\n{resources}"
    )
}

fn role(id: &str, rest: &str) -> String {
    format!(
        "  {id}: {{Type: 'AWS::IAM::Role', Properties: {{AssumeRolePolicyDocument: {{Version: '2012-10-17', Statement: \
         [{{Effect: Allow, Principal: {{Service: codepipeline.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}, {rest}}}}}\n"
    )
}

fn inline(statements: &str) -> String {
    format!("Policies: [{{PolicyName: p, PolicyDocument: {{Version: '2012-10-17', Statement: [{statements}]}}}}]")
}

#[test]
fn permissions_count_and_not_how_statements_say_them() {
    let one = inline("{Effect: Allow, Action: ['s3:GetObject', 's3:PutObject'], Resource: ['a', 'b']}");
    let split = inline(
        "{Effect: Allow, Sid: X, Action: 's3:GetObject', Resource: [b, a]}, {Effect: Allow, Action: 's3:PutObject', Resource: [a, b]}",
    );
    let with = |rest: &str| template(&role("R", rest));
    same(&with(&one), &with(&split));
    let policy = "  P: {Type: 'AWS::IAM::Policy', Properties: {PolicyName: p, Roles: [!Ref R], PolicyDocument: {Version: '2012-10-17', \
         Statement: {Effect: Allow, Action: ['s3:GetObject', 's3:PutObject'], Resource: [a, b]}}}}\n";
    let apart = lines(&with(&one), &(with("Path: /") + policy));
    assert_eq!(apart.len(), 2, "{apart:?}");
    assert!(apart[0].starts_with("added P : ") && apart[1] == "added R Path:  -> / replaced", "{apart:?}");
    let less = inline("{Effect: Allow, Action: ['s3:GetObject'], Resource: [a]}");
    let lost = "lost R : {actions: [s3:PutObject], effect: allow, on: a} ->";
    assert_eq!(
        lines(&with(&one), &with(&less)),
        [lost, "lost R : {actions: [s3:GetObject, s3:PutObject], effect: allow, on: b} ->"]
    );
    assert_eq!(
        lines(&with(&less), &with(&(less.clone() + ", ManagedPolicyArns: [x]"))),
        ["gained R :  -> {actions: [], effect: managed policy, on: x}"]
    );
    let denied = less.replace("Allow", "Deny");
    assert_eq!(lines(&with(&less), &with(&denied)).len(), 2);
    let conditional = less.replace("Resource: [a]", "Resource: [a], Condition: {Bool: {x: true}}");
    assert_eq!(
        lines(&with(&less), &with(&conditional)),
        [
            "lost R : {actions: [s3:GetObject], effect: allow, on: a} ->",
            "gained R :  -> {actions: [s3:GetObject], effect: allow, on: a, when: {Bool: {x: true}}}"
        ]
    );
    let trust = with("Path: /").replace("codepipeline.", "codebuild.");
    assert_eq!(
        lines(&with("Path: /"), &trust),
        [
            "lost R : {actions: [sts:AssumeRole], effect: trust, on: codepipeline.amazonaws.com} ->",
            "gained R :  -> {actions: [sts:AssumeRole], effect: trust, on: codebuild.amazonaws.com}"
        ]
    );
}

#[test]
fn policies_of_resources_are_permissions_by_principal() {
    let key = |principal: &str| {
        template(&format!(
            "  K: {{Type: 'AWS::KMS::Key', Properties: {{KeyPolicy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: \
             {{AWS: {principal}}}, Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: '*'}}]}}}}}}\n"
        ))
    };
    assert_eq!(
        lines(&key("a"), &key("[a, !GetAtt R.Arn]")),
        ["gained K :  -> {actions: [kms:Decrypt, kms:Encrypt], effect: allow, on: * by ${R.Arn}}"]
    );
}

#[test]
fn the_role_of_a_pipeline_pairs_under_another_name() {
    let one = inline("{Effect: Allow, Action: 's3:GetObject', Resource: a}");
    let other = one.replace("GetObject", "PutObject");
    let renamed = template(&role("Other", &other)).replace("R.Arn", "Other.Arn");
    assert_eq!(
        lines(&template(&role("R", &one)), &renamed),
        [
            "lost Other : {actions: [s3:GetObject], effect: allow, on: a} ->",
            "gained Other :  -> {actions: [s3:PutObject], effect: allow, on: a}",
            "changed Other logical ID: R -> Other replaced"
        ]
    );
}

#[test]
fn references_to_a_new_logical_id_are_no_differences() {
    let with = |bucket: &str, policy: &str| {
        let role =
            role("R", &inline(&format!("{{Effect: Allow, Action: 's3:GetObject', Resource: !GetAtt {bucket}.Arn}}")));
        template(&format!(
            "{role}  {bucket}: {{Type: 'AWS::S3::Bucket'}}\n  {policy}: {{Type: 'AWS::S3::BucketPolicy', DependsOn: {bucket}, Properties: \
             {{Bucket: !Ref {bucket}, PolicyDocument: {{}}}}}}\n"
        ))
    };
    assert_eq!(
        lines(&with("A", "P"), &with("B", "Q")),
        ["changed B logical ID: A -> B replaced", "changed Q logical ID: P -> Q replaced"]
    );
    // Two resources with the same name in AWS correspond.
    let named = |id: &str, tag: &str| {
        template(&format!(
            "  {id}: {{Type: 'AWS::S3::Bucket', Properties: {{BucketName: x, Tags: [{{Key: a, Value: {tag}}}]}}}}\n"
        ))
    };
    assert_eq!(
        lines(&named("A", "1"), &named("B", "2")),
        ["changed B logical ID: A -> B replaced", "changed B Tags[a].Value: 1 -> 2"]
    );
}

#[test]
fn what_cloudformation_would_replace_is_said() {
    let bucket = |id: &str, rest: &str| template(&format!("  {id}: {{Type: 'AWS::S3::Bucket'{rest}}}\n"));
    let plain = bucket("B", "");
    assert_eq!(lines(&plain, &bucket("C", "")), ["changed C logical ID: B -> C replaced"]);
    assert_eq!(lines(&plain, &bucket("B", ", Properties: {BucketName: x}")), ["added B BucketName:  -> x replaced"]);
    assert_eq!(lines(&plain, &bucket("B", ", Properties: {Tags: []}")), ["added B Tags:  -> []"]);
    assert_eq!(lines(&plain, &bucket("B", ", DeletionPolicy: Retain")), ["added B DeletionPolicy:  -> Retain"]);
    let named = lines(&plain, &plain.replace("Name: p", "Name: q"));
    assert_eq!(named, ["changed Pipe name: p -> q replaced"]);
    let moved = lines(&plain, &plain.replace("Pipe:", "Main:"));
    assert_eq!(moved, ["changed Main logical ID: Pipe -> Main replaced"]);
    let gone = lines(&plain, &template(""));
    assert_eq!(gone, ["removed B : {Properties: {}, Type: AWS::S3::Bucket} ->  deleted"]);
    let kept = lines(&bucket("B", ", DeletionPolicy: RetainExceptOnCreate"), &template(""));
    assert!(kept[0].ends_with(" retained"), "{kept:?}");
    let other_type = lines(&plain, &plain.replace("AWS::S3::Bucket", "AWS::SNS::Topic"));
    assert_eq!(other_type.len(), 2, "{other_type:?}");
}

#[test]
fn a_policy_without_a_version_has_the_first_one() {
    let role = |version: &str| {
        let statement = "{Effect: Allow, Action: 's3:GetObject', Resource: '*'}";
        let policy = format!("{{PolicyName: p, PolicyDocument: {{{version}Statement: [{statement}]}}}}");
        template(&format!("  R: {{Type: 'AWS::IAM::Role', Properties: {{Policies: [{policy}]}}}}\n"))
    };
    assert_eq!(lines(&role(""), &role("Version: 2008-10-17, ")), Vec::<String>::new());
    assert_ne!(lines(&role(""), &role("Version: 2012-10-17, ")), Vec::<String>::new());
}

#[test]
fn other_sections_are_compared_and_descriptions_are_not() {
    let with = |rest: &str| format!("{rest}\n{}", template(""));
    assert_eq!(lines(&with("Description: a"), &with("Description: b")), Vec::<String>::new());
    assert_eq!(
        lines(&with("Parameters: {A: {Type: String}}"), &with("Parameters: {A: {Type: String, Default: x}}")),
        ["added A Default:  -> x"]
    );
    assert_eq!(lines(&with("Transform: X"), &with("")), ["removed Transform : X ->"]);
    assert_eq!(lines(&with("Conditions: {C: !Equals [a, b]}"), &with("Conditions: {C: !Equals [a, c]}")).len(), 1);
}
