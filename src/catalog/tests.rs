//! Tests of all the data: the invariants of every file.

use std::collections::BTreeSet;

use super::*;

/// Calls `visit` with each slot and each field of a record.
fn each_slot<'a>(slots: &'a [Slot], visit: &mut dyn FnMut(&'a Slot)) {
    for slot in slots {
        visit(slot);
        each_slot(&slot.field, visit);
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, byte)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

fn is_aws_page(link: &str) -> bool {
    link.strip_prefix("https://docs.aws.amazon.com/").and_then(|page| page.strip_suffix(".html")).is_some()
}

/// Returns the names in `${...}`.
fn placeholders(text: &str) -> Vec<&str> {
    text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
}

fn check_sentence(text: &str, of: &str) {
    assert!(text.ends_with('.') && text.len() > 10, "{of}: `{text}` is no sentence");
    assert!(!text.contains("TODO") && !text.contains("  "), "{of}: {text}");
}

fn check_slots(slots: &[Slot], of: &str) {
    let mut words = BTreeSet::new();
    for slot in slots {
        assert!(words.insert(&slot.attribute), "{of}: `{}` twice", slot.attribute);
    }
    each_slot(slots, &mut |slot| check_slot(slot, &format!("{of}.{}", slot.attribute)));
}

fn check_slot(slot: &Slot, of: &str) {
    check_sentence(&slot.doc, of);
    assert!(
        slot.attribute.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
        "{of}: no lower-kebab"
    );
    let has_values = matches!(slot.ty, SlotType::Enum | SlotType::EnumList | SlotType::Cache);
    assert_eq!(has_values, !slot.values.is_empty(), "{of}: values and type");
    let spellings: BTreeSet<_> = slot.values.values().collect();
    assert_eq!(spellings.len(), slot.values.len(), "{of}: one AWS spelling, two words");
    assert_eq!(slot.ty == SlotType::Reference, slot.to.is_some(), "{of}: `to` and type");
    assert_eq!(slot.ty == SlotType::Record, !slot.field.is_empty(), "{of}: fields and type");
    assert!(slot.service.is_none() || slot.to == Some(Kind::Role), "{of}: only a role has a service");
    assert!(slot.min.zip(slot.max).is_none_or(|(min, max)| min <= max), "{of}: min and max");
    if let Some(kind) = &slot.charset {
        assert!(names::rules(kind).is_some(), "{of}: no charset `{kind}`");
    }
    if let Some(id) = &slot.form {
        assert!(forms::form(id).is_some() || forms::arn_form(id).is_some(), "{of}: no form `{id}`");
    }
    if slot.ty == SlotType::Enum {
        for word in [&slot.default, &slot.emit].into_iter().flatten() {
            assert!(slot.values.contains_key(word), "{of}: `{word}` is not among the values");
        }
    }
}

/// Actions that can be limited but must not be for some resources: a composite alarm is described only by a call on
/// `*`.
const WIDE_ON_PURPOSE: [&str; 1] = ["cloudwatch:DescribeAlarms"];

/// What the plan determines about the task definition of a deployment to Amazon ECS.
const OF_TASK_DEFINITION: [&str; 3] = ["AnyTaskRole", "Family", "TaskRole"];

/// Checks the invariants of every permission in the catalog.
fn check_grant(grant: &Grant, keys: &BTreeSet<&str>, of: &str) {
    assert!(is_aws_page(&grant.source), "{of}: {}", grant.source);
    assert!(!grant.reason.ends_with('.') && !grant.reason.is_empty(), "{of}: {}", grant.reason);
    assert!(grant.actions.is_sorted() && !grant.actions.is_empty() && !grant.resources.is_empty(), "{of}");
    for action in &grant.actions {
        let known = permissions::iam_action(action).unwrap_or_else(|| panic!("{of}: AWS has no action {action}"));
        assert_eq!(&known.name, action, "{of}: spelling");
        if grant.resources.iter().any(|resource| resource == "*") {
            let wide = known.resources.is_empty() || WIDE_ON_PURPOSE.contains(&action.as_str());
            assert!(wide, "{of}: {action} can be limited to {:?}", known.resources);
        } else {
            assert!(!known.resources.is_empty(), "{of}: {action} cannot be limited and needs `*`");
        }
    }
    let conditions = grant.condition.values().flat_map(|entries| entries.values());
    let used = grant.resources.iter().chain(conditions).flat_map(|text| placeholders(text));
    let used = used.chain(grant.when.iter().map(|when| when.key.as_str()));
    for key in used.filter(|key| !["Partition", "Region", "Account", "Pipeline"].contains(key)) {
        let key = key.strip_suffix(".name").unwrap_or(key);
        assert!(keys.contains(key), "{of}: `{key}` stands for nothing");
    }
}

fn check_conditions(slot: &Slot, keys: &BTreeSet<&str>, of: &str) {
    for when in slot.required_when.iter().chain(&slot.only_when).chain(&slot.ignored_when) {
        assert!(keys.contains(when.key.as_str()), "{of}.{}: no key `{}`", slot.attribute, when.key);
    }
}

/// Returns every string in a JSON value.
fn texts(value: &serde_json::Value) -> Vec<&str> {
    match value {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(items) => items.iter().flat_map(texts).collect(),
        serde_json::Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn check_action(action: &ActionType, of: &str) {
    check_slots(&action.slot, of);
    let mut keys: BTreeSet<_> = action.slot.iter().filter_map(|slot| slot.key.as_deref()).collect();
    if keys.contains("TaskRoles") {
        keys.extend(OF_TASK_DEFINITION);
    }
    assert!(action.inputs.min <= action.inputs.max && action.outputs.min <= action.outputs.max, "{of}: counts");
    action.slot.iter().for_each(|slot| check_conditions(slot, &keys, of));
    action.grant.iter().for_each(|grant| check_grant(grant, &keys, of));
    action.variable.iter().for_each(|variable| check_sentence(&variable.doc, of));
    for limit in &action.consumer_limit {
        assert!(is_aws_page(&limit.source) && !limit.providers.is_empty(), "{of}: consumers");
        assert!(limit.when.iter().all(|when| keys.contains(when.key.as_str())), "{of}: consumers");
    }
    let Some(detection) = &action.change_detection else { return };
    assert!(is_aws_page(&detection.source), "{of}: {}", detection.source);
    if let Some(webhook) = &detection.webhook {
        assert!(keys.contains(webhook.secret.as_str()) && action.slot_of_key(&webhook.secret).unwrap().secret, "{of}");
        assert!((1..=5).contains(&webhook.filters.len()), "{of}: filters of the webhook");
    }
    let mut named = detection.set.keys().chain(&detection.sender);
    assert!(named.all(|key| keys.contains(key.as_str())), "{of}: change detection");
    for key in detection.pattern.iter().flat_map(texts).flat_map(placeholders) {
        assert!(keys.contains(key) || ["Partition", "Region", "Account"].contains(&key), "{of}: `{key}`");
    }
}

#[test]
fn every_provider_holds_together() {
    for word in words() {
        let provider = provider(word).unwrap();
        check_sentence(&provider.doc, word);
        assert!(is_aws_page(&provider.link) && is_date(&provider.verified), "{word}");
        assert!(!provider.action.is_empty(), "{word}: no action");
        provider.action.iter().for_each(|action| check_action(action, word));
        for action in &provider.action {
            let head = |category: &Category| match category {
                Category::Approval | Category::Compute => format!("{} ", category.word()),
                _ => format!("{} {word} ", category.word()),
            };
            let shown = action.categories.iter().any(|category| provider.example.contains(&head(category)));
            assert!(shown, "{word}: the example shows no {:?}", action.categories);
        }
    }
}

#[test]
fn every_declaration_holds_together() {
    for word in declaration_words() {
        let declaration = declaration(word).unwrap_or_else(|| panic!("{word} does not parse"));
        check_sentence(&declaration.doc, word);
        assert!(is_aws_page(&declaration.link) && is_date(&declaration.verified), "{word}");
        check_slots(&declaration.slot, word);
    }
}

#[test]
fn every_rule_holds_together() {
    for word in rule_words() {
        let rule = rule_type(word).unwrap_or_else(|| panic!("{word} does not parse"));
        check_sentence(&rule.doc, word);
        assert!(is_aws_page(&rule.link) && is_date(&rule.verified), "{word}");
        check_slots(&rule.slot, word);
        assert!(rule.slot.iter().any(|slot| slot.attribute == rule.first && slot.required), "{word}: first argument");
        assert!(rule.inputs.min <= rule.inputs.max, "{word}: counts");
        let keys: BTreeSet<_> = rule.slot.iter().filter_map(|slot| slot.key.as_deref()).collect();
        rule.slot.iter().for_each(|slot| check_conditions(slot, &keys, word));
        rule.grant.iter().for_each(|grant| check_grant(grant, &keys, word));
        let common = declaration("rule").unwrap();
        assert!(rule.slot.iter().all(|slot| common.slot_of_attribute(&slot.attribute).is_none()), "{word}: common");
    }
    assert!(rule_words().is_sorted());
}

#[test]
fn every_role_holds_together() {
    for role in RoleKind::ALL {
        let set = role.grants().unwrap_or_else(|| panic!("{role:?} does not parse"));
        check_sentence(&set.doc, &format!("{role:?}"));
        assert!(is_aws_page(&set.link) && is_date(&set.verified), "{role:?}");
        let keys: BTreeSet<_> = set.keys.keys().map(String::as_str).collect();
        set.grant.iter().for_each(|grant| check_grant(grant, &keys, &format!("{role:?}")));
        for key in keys {
            let used = format!("${{{key}}}");
            let in_use = |grant: &Grant| {
                grant.when.iter().any(|when| when.key == key)
                    || grant.resources.iter().any(|resource| resource.contains(&used))
                    || grant.condition.values().flat_map(|entries| entries.values()).any(|text| text.contains(&used))
            };
            assert!(set.grant.iter().any(in_use), "{role:?}: `{key}` is never used");
        }
    }
}

#[test]
fn files_of_rows_tell_when_they_were_verified() {
    for text in [facts!("forms"), facts!("images"), facts!("limits"), facts!("names")] {
        let file: serde_json::Value = serde_json::from_str(text).unwrap();
        assert!(file["verified"].as_str().is_some_and(is_date), "{text}");
    }
}

#[test]
fn every_verb_holds_together() {
    let verbs = verbs::verbs().unwrap();
    assert!(is_date(&verbs.verified));
    for kind in &verbs.kind {
        for verb in &kind.verb {
            let of = format!("{} {}", verb.word, kind.name);
            verb.grant.iter().for_each(|grant| check_grant(grant, &BTreeSet::from(["Arn"]), &of));
            assert!(verb.includes.iter().all(|word| kind.verb.iter().any(|other| other.word == *word)), "{of}");
        }
    }
}

/// All permissions on `"*"`: none of them can be limited, and each has its reason in its file.
#[test]
fn little_is_granted_on_everything() {
    let providers = words().filter_map(provider).flat_map(|provider| &provider.action).flat_map(|action| &action.grant);
    let of_conditions: Vec<_> = rule_words().filter_map(rule_type).flat_map(|rule| &rule.grant).collect();
    let roles = RoleKind::ALL.iter().filter_map(|role| role.grants()).flat_map(|set| &set.grant);
    let verbs = verbs::verbs().unwrap();
    let verbs = verbs.kind.iter().flat_map(|kind| &kind.verb).flat_map(|verb| &verb.grant);
    let wide: BTreeSet<_> = providers
        .chain(roles)
        .chain(verbs)
        .chain(of_conditions)
        .filter(|grant| grant.resources.iter().any(|resource| resource == "*"))
        .flat_map(|grant| &grant.actions)
        .map(String::as_str)
        .collect();
    let expected = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeNotificationConfigurations",
        "autoscaling:DescribeScalingActivities",
        "cloudformation:CreateStackSet",
        "cloudformation:ValidateTemplate",
        "cloudwatch:DescribeAlarms",
        "codedeploy:ListDeploymentConfigs",
        "devicefarm:ListProjects",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstances",
        "ec2:DescribeKeyPairs",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVolumes",
        "ec2:DescribeVpcs",
        "ecr-public:GetAuthorizationToken",
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "elasticbeanstalk:CreateStorageLocation",
        "elasticloadbalancing:DescribeInstanceHealth",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "inspector-scan:ScanSbom",
        "lambda:ListFunctions",
        "organizations:ListDelegatedAdministrators",
        "route53:ListHostedZones",
        "ssm:CancelCommand",
        "ssm:DescribeInstanceInformation",
        "ssm:ListCommandInvocations",
        "sts:GetServiceBearerToken",
    ];
    assert_eq!(wide.into_iter().collect::<Vec<_>>(), expected);
}

/// The action types that CodePipeline offers: owner, category, provider, and the words for it here.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-valid-providers.html> (2026-11-23)
const OFFERED: [(Owner, Category, &str, &str); 40] = [
    (Owner::Aws, Category::Source, "S3", "s3"),
    (Owner::Aws, Category::Source, "CodeCommit", "codecommit"),
    (Owner::Aws, Category::Source, "ECR", "ecr"),
    (Owner::Aws, Category::Source, "CodeStarSourceConnection", "github"),
    (Owner::ThirdParty, Category::Source, "GitHub", "github"),
    (Owner::Aws, Category::Build, "CodeBuild", "codebuild"),
    (Owner::Aws, Category::Test, "CodeBuild", "codebuild"),
    (Owner::Aws, Category::Build, "ECRBuildAndPublish", "ecr-build"),
    (Owner::Custom, Category::Build, "TeamCity", "teamcity"),
    (Owner::Custom, Category::Build, "CloudBees", "cloudbees"),
    (Owner::Custom, Category::Build, "SolanoCI", "solano"),
    (Owner::Aws, Category::Test, "DeviceFarm", "devicefarm"),
    (Owner::Custom, Category::Test, "BlazeMeter", "blazemeter"),
    (Owner::ThirdParty, Category::Test, "GhostInspector", "ghostinspector"),
    (Owner::ThirdParty, Category::Test, "Micro Focus StormRunner Load", "stormrunner"),
    (Owner::ThirdParty, Category::Test, "Nouvola", "nouvola"),
    (Owner::ThirdParty, Category::Test, "Runscope", "runscope"),
    (Owner::ThirdParty, Category::Test, "Reflect", "reflect"),
    (Owner::Aws, Category::Deploy, "CloudFormation", "cloudformation"),
    (Owner::Aws, Category::Deploy, "CloudFormationStackSet", "stackset"),
    (Owner::Aws, Category::Deploy, "CloudFormationStackInstances", "stack-instances"),
    (Owner::Aws, Category::Deploy, "CodeDeploy", "codedeploy"),
    (Owner::Aws, Category::Deploy, "CodeDeployToECS", "ecs-bluegreen"),
    (Owner::Aws, Category::Deploy, "ECS", "ecs"),
    (Owner::Aws, Category::Deploy, "EKS", "eks"),
    (Owner::Aws, Category::Deploy, "EC2", "ec2"),
    (Owner::Aws, Category::Deploy, "Lambda", "lambda"),
    (Owner::Aws, Category::Deploy, "S3", "s3"),
    (Owner::Aws, Category::Deploy, "ElasticBeanstalk", "beanstalk"),
    (Owner::Aws, Category::Deploy, "AppConfig", "appconfig"),
    (Owner::Aws, Category::Deploy, "ServiceCatalog", "servicecatalog"),
    (Owner::Aws, Category::Deploy, "OpsWorks", "opsworks"),
    (Owner::ThirdParty, Category::Deploy, "AlexaSkillsKit", "alexa"),
    (Owner::Custom, Category::Deploy, "XebiaLabs", "xebialabs"),
    (Owner::Aws, Category::Approval, "Manual", "manual"),
    (Owner::Aws, Category::Invoke, "Lambda", "lambda"),
    (Owner::Aws, Category::Invoke, "StepFunctions", "stepfunctions"),
    (Owner::Aws, Category::Invoke, "CodePipeline", "pipeline"),
    (Owner::Aws, Category::Invoke, "InspectorScan", "inspector"),
    (Owner::ThirdParty, Category::Invoke, "Snyk", "snyk"),
];

/// What `provider` declares is in no catalog; `commands` is the only type with its own statement (`run`).
#[test]
fn every_action_type_has_a_word() {
    let commands = (Owner::Aws, Category::Compute, "Commands", "commands");
    for (owner, category, name, word) in OFFERED.into_iter().chain([commands]) {
        let found = by_aws(owner, category, name).map(|(word, _)| word);
        assert_eq!(found, Some(word), "{owner:?} {category:?} {name}");
    }
    let mut held: Vec<_> = words().filter_map(provider).filter(|it| it.like.is_none()).collect();
    held.retain(|provider| !provider.action.is_empty());
    let held: usize = held.iter().flat_map(|it| &it.action).map(|action| action.categories.len()).sum();
    assert_eq!(held, OFFERED.len() + 1, "an entry that CodePipeline does not offer");
}
