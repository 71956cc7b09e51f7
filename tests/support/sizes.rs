//! Large inputs that loops and components create from a few lines.

use std::fmt::Write;

/// Returns `count` pipelines with a source and fifteen environments of three stages each, from one component that is
/// used in a loop. Stacks share a role: with a role each, twenty pipelines would be too large for one template.
pub fn pipelines(count: usize) -> String {
    let mut text = String::from(
        r#"type Environment = { name: string, approve: bool }

let environments = [for n in 1..15 : { name = "env${n}", approve = n == 15 }]

/// Builds, deploys and tests one environment.
component Environments(env: Environment, source: Artifact, commit: string, template: File) {
  stage "Build-${env.name}" {
    build codebuild Package from source { project = Builder, env = { COMMIT = commit, ENV = env.name } }
  }
  stage "Deploy-${env.name}" {
    if env.approve { approve Ship { message = "${commit} is in ${env.name}" } }
    deploy stack app from template { parameters = { Env = env.name }, role = Deployer }
  }
  stage "Test-${env.name}" {
    test codebuild Smoke from source { project = Builder, env = { TOPIC = app.outputs.TopicArn } }
  }
}

component Delivery(team: string) {
  pipeline Deliver {
    stage Source {
      source codecommit Fetch -> App { repository = "app-${team}", branch = "main" }
    }
    for env in environments {
      use Environments(env = env, source = App, commit = Fetch.CommitId, template = App::template.yaml) as "${env.name}"
    }
  }
}

"#,
    );
    let teams: Vec<String> = (1..=count).map(|team| format!("\"team{team}\"")).collect();
    let _ = writeln!(text, "for team in [{}] {{\n  use Delivery(team = team)\n}}", teams.join(", "));
    text.push_str("\nrole Deployer for cloudformation = \"arn:aws:iam::111122223333:role/deployer\"\n");
    text.push_str("project Builder { image = \"aws/codebuild/standard:7.0\" }\n");
    text
}

/// Returns one pipeline with a source and this number of stages and actions per stage, from two loops.
pub fn loops(stages: usize, actions: usize) -> String {
    format!(
        r#"pipeline Wide {{
  stage Source {{
    source codecommit Fetch -> App {{ repository = "app", branch = "main" }}
  }}
  for stage in 1..{stages} {{
    stage Step {{
      parallel {{
        for action in 1..{actions} {{
          build codebuild Run from App {{ project = Builder, env = {{ NUMBER = "${{stage}}.${{action}}" }} }}
        }}
      }}
    }}
  }}
}}

project Builder {{ image = "aws/codebuild/standard:7.0" }}
"#
    )
}
