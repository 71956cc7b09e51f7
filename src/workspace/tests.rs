use super::*;
use artifact::Presence;
use file_system::Memory;

fn workspace() -> Workspace {
    let files: [(&str, &[u8]); 5] = [
        ("buildspec.yml", b"version: 0.2\nartifacts:\n  files: output.yaml\n"),
        ("template.yaml", b"Parameters: {Stage: {Type: String}}\n"),
        ("latin.yml", b"a: \xe9\n"),
        ("sub/x.txt", b""),
        ("broken.yml", b"a: b: c\n"),
    ];
    Workspace::new(Memory::new(files), "../app")
}

#[test]
fn files_are_read_once_and_shown_as_the_user_writes_them() {
    let workspace = workspace();
    let pipe = workspace.add_source("pipeline.pipe", "pipeline X {}");
    let build = workspace.build("./buildspec.yml".into()).expect("a buildspec");
    assert!(Arc::ptr_eq(&build, &workspace.build("sub/../buildspec.yml".into()).expect("a buildspec")));
    assert_eq!(workspace.load("buildspec.yml".into()), workspace.load("./buildspec.yml".into()));
    assert_eq!(workspace.sources().files().count(), 2);
    let version = build.spec.version.as_ref().expect("a version").span;
    assert_eq!(workspace.sources().slice(version), "0.2");
    assert_eq!(workspace.sources().file(version.file).path(), "../app/buildspec.yml");
    assert_eq!(workspace.sources().file(pipe).path(), "pipeline.pipe");
    assert!(matches!(build.spec.contents(None).contains("output.yaml"), Presence::Present(Some(_))));
    assert!(workspace.template("template.yaml".into()).is_ok_and(|template| template.parameter("Stage").is_some()));
}

#[test]
fn every_way_to_fail_has_a_name() {
    let workspace = workspace();
    assert_eq!(workspace.load("latin.yml".into()), Err(FileError::NotUtf8(3)));
    assert_eq!(workspace.load("none".into()), Err(FileError::NotFound));
    assert_eq!(workspace.load("sub".into()), Err(FileError::IsDirectory));
    assert_eq!(workspace.load("../x".into()), Err(FileError::OutsideRoot));
    let broken = workspace.build("broken.yml".into()).expect("a file");
    assert!(broken.spec.error.is_some() && broken.spec.contents(None).contains("x") == Presence::Unknown);
    assert!(matches!(workspace.tracked("sub".into()).contains("x.txt"), Presence::Present(None)));
}

#[test]
fn a_workspace_can_move_to_another_thread() {
    fn movable<T: Send>(_: &T) {}
    movable(&workspace());
}

#[test]
fn a_built_template_is_traced_to_its_source() {
    let text = "version: 0.2
phases:
  build:
    commands:
      - aws cloudformation package --template-file app/t.yaml --s3-bucket b --output-template-file build/out.yaml
artifacts:
  base-directory: build
  files: out.yaml
";
    let workspace = Workspace::new(Memory::new([("b.yml", text)]), ".");
    let build = workspace.build("b.yml".into()).expect("a buildspec");
    assert_eq!(build.template_origin(None, "out.yaml"), Some(TemplateOrigin::Files(vec!["app/t.yaml".into()])));
    assert_eq!(build.template_origin(None, "other.yaml"), None);
    assert_eq!(workspace.sources().files().next().map(|(_, file)| file.path().to_string()), Some("b.yml".into()));
}
