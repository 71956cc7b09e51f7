use proptest::prelude::*;

use super::*;
use crate::source::SourceMap;
use crate::workspace::document::DocumentOrigin;

fn read(commands: &str) -> (SourceMap, BuildCommands) {
    let mut sources = SourceMap::default();
    let text = format!("version: 0.2\nphases:\n  build:\n    commands:\n{commands}");
    let file = sources.add("buildspec.yml".into(), text.as_str());
    let found = BuildCommands::of(&Buildspec::parse(&text, DocumentOrigin::File(file)));
    (sources, found)
}

#[test]
fn the_tutorials_command() {
    let (sources, found) = read(
        "      - npm ci\n      - aws cloudformation package --template template.yaml --s3-bucket $PACKAGE_BUCKET --output-template output.yaml\n",
    );
    let packaging = &found.packagings[0];
    let slice = |argument: &Option<Argument>| {
        argument.as_ref().map(|argument| sources.slice(argument.whole)).unwrap_or_default()
    };
    assert_eq!(slice(&packaging.input), "--template template.yaml");
    assert_eq!(slice(&packaging.output), "--output-template output.yaml");
    assert_eq!(slice(&packaging.bucket), "--s3-bucket $PACKAGE_BUCKET");
    assert!(sources.slice(packaging.span).starts_with("aws cloudformation package --t"));
    assert_eq!(found.template_origin("output.yaml".into()), Some(TemplateOrigin::Files(vec!["template.yaml".into()])));
    let programs: Vec<_> = found.programs.iter().map(|(name, span)| (name.as_str(), sources.slice(*span))).collect();
    assert_eq!(programs, [("npm", "npm"), ("aws", "aws")]);
}

#[test]
fn scripts_in_blocks_keep_their_bytes() {
    let (sources, found) = read(
        "      - |\n        echo é && \\\n        aws --region eu-west-1 cloudformation package \\\n          --s3-bucket=\"${B}\" --template-file=a.yaml \\\n          > out.yaml\n      - >-\n        sam build -t app.yaml\n        && sam package --resolve-s3 --output-template-file x.yaml\n",
    );
    assert_eq!(found.packagings.len(), 3);
    let first = &found.packagings[0];
    let span = first.bucket.as_ref().map(|bucket| (sources.slice(bucket.whole), sources.slice(bucket.span)));
    assert_eq!(span, Some(("--s3-bucket=\"${B}\"", "\"${B}\"")));
    assert_eq!(first.output.as_ref().map(|output| sources.slice(output.span)), Some("out.yaml"));
    assert_eq!(found.template_origin("out.yaml".into()), Some(TemplateOrigin::Files(vec!["a.yaml".into()])));
    assert_eq!(found.template_origin("x.yaml".into()), Some(TemplateOrigin::Files(vec!["app.yaml".into()])));
    assert_eq!(sources.slice(found.packagings[1].span), "sam build -t app.yaml");
}

#[test]
fn folders_are_followed() {
    let (_, found) = read(
        "      - cd backend\n      - sam package --template-file t.yaml --output-template-file ../out.yaml\n      - cd $CODEBUILD_SRC_DIR/web && npx cdk synth\n      - cd $X\n      - sam package --output-template-file lost.yaml\n",
    );
    assert_eq!(found.template_origin("out.yaml".into()), Some(TemplateOrigin::Files(vec!["backend/t.yaml".into()])));
    assert_eq!(found.template_origin("web/cdk.out/App.template.json".into()), Some(TemplateOrigin::Synthesized));
    assert_eq!(found.template_origin("lost.yaml".into()), None);
    assert_eq!(found.packagings.last().map(|packaging| packaging.directory.clone()), Some(None));
}

#[test]
fn calls_and_assignments() {
    let (sources, found) = read(
        "      - TOKEN=$(aws ssm get-parameter --with-decryption --name /t --query Parameter.Value)\n      - export URI=x\n      - if true; then npx cdk deploy --all; fi\n      - docker push $REPO:latest || exit 1\n      - (cd a && export IN=1)\n      - export URI\n",
    );
    let shown: Vec<_> = found
        .invocations
        .iter()
        .map(|call| (call.program.as_str(), call.operation(2).join(" "), call.certain, sources.slice(call.span)))
        .collect();
    assert_eq!(shown[0].1, "ssm get-parameter");
    assert_eq!((shown[1].0, shown[1].2), ("cdk", false));
    assert_eq!((shown[2].0, shown[2].1.as_str(), shown[2].2), ("docker", "push", false));
    let name = found.invocations[0].option("--name").map(|given| sources.slice(given.whole));
    assert_eq!(name, Some("--name /t"));
    let push = found.invocations[2].positional(1).map(|given| sources.slice(given.whole));
    assert_eq!(push, Some("$REPO:latest"));
    let assigned: Vec<_> = found.assignments.iter().map(|it| (it.name.as_str(), it.certain)).collect();
    assert_eq!(assigned, [("TOKEN", true), ("URI", true), ("IN", false)]);
    let reads: Vec<_> = found.reads.iter().map(|read| sources.slice(read.span)).collect();
    assert_eq!(reads, ["$REPO"]);
}

#[test]
fn scripts_that_only_change_the_path_are_known() {
    let opaque = |commands: &str| read(commands).1.opaque.is_some();
    assert!(!opaque(
        "      - source .venv/bin/activate\n      - . $HOME/.nvm/nvm.sh\n      - eval \"$(ssh-agent -s)\"\n"
    ));
    assert!(opaque("      - source ./env.sh\n") && opaque("      - eval \"$(./login)\"\n"));
    let (_, found) = read("      - . venv/bin/activate\n      - echo $VIRTUAL_ENV\n");
    assert!(found.assigns("VIRTUAL_ENV") && found.unnamed == Unnamed::Nothing);
}

#[test]
fn what_programs_write_without_naming_it() {
    let unnamed = |command: &str| read(&format!("      - {command}\n")).1.unnamed;
    for command in [
        "node --version",
        "pip install -r requirements.txt",
        "python -m pip install x",
        "poetry install",
        "aws s3 cp dist s3://site --recursive",
        "go mod download",
        "terraform init",
        "kubectl apply -f k8s",
        "cp $MODEL/model.bin functions/model.bin",
        "cp deploy/appspec.yaml $FILES/taskdef.json .",
        "mkdocs build --site-dir site",
    ] {
        assert_eq!(unnamed(command), Unnamed::Nothing, "{command}");
    }
    for command in [
        "python -m pytest tests",
        "ruff check .",
        "npx eslint src",
        "go test ./...",
        "mvn --batch-mode clean test",
        "./gradlew test",
        "black --check .",
        "dotnet test",
        "poetry run pytest",
    ] {
        assert_eq!(unnamed(command), Unnamed::Results, "{command}");
    }
    for command in [
        "make",
        "npm test",
        "npm run build",
        "mvn package",
        "./build.sh",
        "python gen.py",
        "tar -xf a.tar",
        "cp $MODEL .",
        "cp deploy/* .",
        "cp a.txt $TARGET",
        "mkdocs build",
        "aws s3 sync s3://b .",
    ] {
        assert_eq!(unnamed(command), Unnamed::Anything, "{command}");
    }
    assert!(Unnamed::Results.may_contain("target/classes".into()) && Unnamed::Results.may_contain(".tox/x".into()));
    assert!(!Unnamed::Results.may_contain("functions/app".into()));
}

#[test]
fn copies_and_edits_are_followed() {
    let edited = |commands: &str, path: &str| {
        let text = format!("version: 0.2\nphases:\n  build:\n    commands:\n{commands}");
        let file = SourceMap::default().add("buildspec.yml".into(), text.as_str());
        crate::workspace::Build::parse(&text, DocumentOrigin::File(file)).edited(path.into())
    };
    let both = "      - cp deploy/a.json a.json\n      - sed -i -e s/NAME/live/ -e 's|<TAG>|1|g' a.json\n";
    let found = edited(both, "a.json").unwrap();
    assert_eq!(found.source, "deploy/a.json");
    assert!(found.changes("web-NAME") && found.changes("<TAG>") && !found.changes("web"));
    let found = edited("      - envsubst < a.tpl > a.json\n", "a.json").unwrap();
    assert!(found.source == "a.tpl" && found.changes("$X") && !found.changes("x"));
    for unknown in [
        "      - sed -i s/NA.*/live/ a.json\n",
        "      - sed -i s/NAME/live/ a.json\n      - ./render a.json\n",
        "      - if true; then sed -i s/NAME/live/ a.json; fi\n",
        "      - echo x >> a.json\n",
    ] {
        assert_eq!(edited(unknown, "a.json"), None, "{unknown}");
    }
}

#[test]
fn commands_in_the_folder_of_another_input() {
    let (_, found) = read(
        "      - cd $CODEBUILD_SRC_DIR_Package/infra\n      - cat app.yaml\n      - cd $CODEBUILD_SRC_DIR\n      - cat b\n",
    );
    let files: Vec<_> = found.artifact_files.iter().map(|it| (it.artifact.as_str(), it.path.as_str())).collect();
    assert_eq!(files, [("Package", "infra"), ("Package", "infra/app.yaml")]);
    assert_eq!(found.inputs.last().map(|input| input.path.as_str()), Some("b"));
}

proptest! {
    #[test]
    fn never_panics(words in proptest::collection::vec("(aws|s3|cp|s3://|\\$B|/|--s3-bucket|=|--template|sam|package|cd|\\.\\.|docker|push|npx|-y|\"|'|\\\\|;|>|é)", 0..12), glue in "( |)") {
        let command = words.join(&glue);
        let spec = Buildspec::parse(
            &format!("phases:\n  build:\n    commands:\n      - |\n        {command}\n"),
            DocumentOrigin::At(Span::new(SourceMap::default().add("x".into(), ""), 0, 0)),
        );
        let found = BuildCommands::of(&spec);
        found.template_origin("x".into());
    }
}
