//! The behavior of the program if files, disks, and pipes cause errors: a clear message, the right exit code, and no
//! partial output.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::cli::FAULTY_SETTINGS;
use crate::program::{CLEAN, code, project, read, run, stderr, stdout};

#[test]
fn errors_leave_the_output_file_alone() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS), ("out.json", "before")]);
    let output = run(&folder, &["build", "-o", "out.json"]);
    assert_eq!((code(&output), stdout(&output)), (Some(1), ""));
    assert_eq!(fs::read_to_string(folder.path().join("out.json")).expect("it is there"), "before");
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 4);
}

#[test]
fn a_full_disk_is_reported() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let folder = project(&[]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device is there");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("dotpipe"));
    let output =
        command.args(["explain", "E0001"]).current_dir(folder.path()).stdout(full).stderr(Stdio::piped()).output();
    let output = output.expect("it runs");
    assert_eq!(code(&output), Some(2));
    assert_eq!(stderr(&output), "error: cannot write `standard output`: no space left on the device\n");
}

#[test]
fn standard_output_may_be_named_as_a_file() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let wanted = stdout(&run(&folder, &["build"])).to_owned();
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        if name == "-" || Path::new(name).exists() {
            let output = run(&folder, &["build", "-o", name]);
            assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(0), wanted.as_str(), ""), "{name}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS)]);
    for (arguments, wanted) in [(&["explain"][..], 0), (&["check", "--format", "json"], 1)] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("dotpipe"));
        let output = command.args(arguments).current_dir(folder.path()).stdout(writer).stderr(Stdio::piped()).output();
        let output = output.expect("it runs");
        assert_eq!((code(&output), stderr(&output)), (Some(wanted), ""), "{arguments:?}");
    }
}

#[test]
fn a_template_that_cannot_be_read_is_no_template_that_is_fine() {
    let deploy = "project = Builder }\n    deploy stack app from App::template.yaml";
    let pipeline = CLEAN.replacen("project = Builder }", deploy, 1);
    let folder =
        project(&[("app/pipeline.pipe", &pipeline), ("app/dotpipe.toml", ""), ("secret.yaml", "Resources: 1\n")]);
    let check = || {
        let output = run(&folder, &["check", "--format", "short", "app/pipeline.pipe"]);
        (code(&output), stderr(&output).lines().next().unwrap_or_default().to_owned())
    };
    let template = folder.path().join("app/template.yaml");
    fs::write(&template, b"Resources: caf\xe9\n").expect("a file is written");
    let (code, said) = check();
    assert!(code == Some(1) && said.ends_with("error[E0210]: template `template.yaml` cannot be read"), "{said}");
    #[cfg(unix)]
    {
        fs::remove_file(&template).expect("it was there");
        std::os::unix::fs::symlink("../secret.yaml", &template).expect("a link is made");
        let (code, said) = check();
        assert!(
            code == Some(1) && said.ends_with("error[E0210]: template `template.yaml` is outside the root folder"),
            "{said}"
        );
    }
}

#[test]
fn a_huge_file_is_refused_by_its_size() {
    let folder = project(&[]);
    let huge = fs::File::create(folder.path().join("huge.pipe")).expect("a file is made");
    huge.set_len(100 << 20).expect("it grows");
    for command in ["check", "build", "expand", "graph"] {
        let output = run(&folder, &[command, "huge.pipe"]);
        assert_eq!((code(&output), stdout(&output)), (Some(2), ""), "{command}");
        assert_eq!(stderr(&output), "error: cannot read `huge.pipe`: larger than 16 MiB\n");
    }
}

#[test]
fn a_folder_is_no_file() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("x.pipe/keep", "")]);
    let build = run(&folder, &["build", "x.pipe"]);
    assert_eq!((code(&build), stderr(&build)), (Some(2), "error: cannot read `x.pipe`: is a folder\n"));
    let check = run(&folder, &["check", "x.pipe"]);
    let wanted = "error: no file below `x.pipe` defines a pipeline; `dotpipe init` creates one\n";
    assert_eq!((code(&check), stderr(&check)), (Some(2), wanted));
    let all = run(&folder, &["check", "."]);
    assert_eq!((code(&all), stderr(&all)), (Some(0), ""));
    let output = run(&folder, &["build", "-o", "x.pipe"]);
    let wanted = "error: cannot write `x.pipe`: is a folder; choose a file in it\n";
    assert_eq!((code(&output), stderr(&output)), (Some(2), wanted));
}

#[test]
fn results_need_a_folder_and_spare_the_source() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let output = run(&folder, &["build", "-o", "none/out.json"]);
    let wanted = "error: cannot write `none/out.json`: folder `none` does not exist\n";
    assert_eq!((code(&output), stderr(&output)), (Some(2), wanted));
    assert!(!folder.path().join("none").exists());
    for command in ["build", "expand", "graph"] {
        let output = run(&folder, &[command, "pipeline.pipe", "-o", "./pipeline.pipe"]);
        let wanted = "error: `pipeline.pipe` is the pipeline file itself; choose another output file\n";
        assert_eq!((code(&output), stderr(&output)), (Some(2), wanted));
        assert_eq!(read(&folder, "pipeline.pipe"), CLEAN);
    }
}

#[test]
fn results_spare_what_was_read_for_them() {
    let deploy = "project = Builder }\n    deploy stack app from App::template.yaml";
    let pipeline = CLEAN.replacen("project = Builder }", deploy, 1);
    let template = "Resources:\n  News: { Type: \"AWS::SNS::Topic\" }\n";
    let folder = project(&[("pipeline.pipe", &pipeline), ("template.yaml", template)]);
    for command in ["build", "expand", "graph"] {
        let output = run(&folder, &[command, "pipeline.pipe", "-o", "./template.yaml"]);
        let wanted = "error: `template.yaml` is an input of the pipeline; choose another output file\n";
        assert_eq!((code(&output), stderr(&output)), (Some(2), wanted), "{command}");
        assert_eq!(read(&folder, "template.yaml"), template);
    }
    // A pipeline can deploy itself: files that dotpipe wrote are overwritten. The template has roles.
    let pipeline = pipeline.replace("template.yaml", "template.yaml { capabilities = [CAPABILITY_IAM] }");
    fs::write(folder.path().join("pipeline.pipe"), pipeline).expect("a file");
    fs::write(folder.path().join("template.yaml"), format!("Description: \"Generated by dotpipe: App\"\n{template}"))
        .expect("a file");
    let output = run(&folder, &["build", "pipeline.pipe", "-o", "template.yaml"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert!(read(&folder, "template.yaml").contains("AWS::CodePipeline::Pipeline"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_an_output_file_is_reported() {
    let folder = project(&[("pipeline.pipe", CLEAN)]);
    let output = run(&folder, &["build", "-o", "/dev/full"]);
    assert_eq!(
        (code(&output), stderr(&output)),
        (Some(2), "error: cannot write `/dev/full`: no space left on the device\n")
    );
}

/// If diagnostics cannot be printed to standard error, the exit code still indicates them.
#[cfg(target_os = "linux")]
#[test]
fn findings_that_cannot_be_printed_still_fail() {
    let folder = project(&[("pipeline.pipe", CLEAN), ("dotpipe.toml", FAULTY_SETTINGS)]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device is there");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("dotpipe"));
    let status = command.arg("check").current_dir(folder.path()).stderr(full).status().expect("it runs");
    assert_eq!(status.code(), Some(1));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Output};

    use super::*;

    /// A user other than root, who can read all files whatever their permissions.
    const NOBODY: u32 = 65_534;

    #[test]
    fn a_named_pipe_is_not_waited_for() {
        let folder = project(&[("pipeline.pipe", CLEAN)]);
        for name in ["fifo.pipe", "other/dotpipe.toml"] {
            fs::create_dir_all(folder.path().join("other")).expect("a folder");
            let made = Command::new("mkfifo").arg(folder.path().join(name)).status();
            if !made.is_ok_and(|status| status.success()) {
                println!("skipped: no mkfifo");
                return;
            }
        }
        let wanted = "is not a regular file; to read the output of a program, use `-`\n";
        let entry = run(&folder, &["check", "fifo.pipe"]);
        assert_eq!((code(&entry), stderr(&entry)), (Some(2), &*format!("error: cannot read `fifo.pipe`: {wanted}")));
        fs::write(folder.path().join("other/x.pipe"), CLEAN).expect("a file is written");
        let settings = run(&folder, &["check", "other/x.pipe"]);
        assert_eq!(stderr(&settings), format!("error: cannot read `other/dotpipe.toml`: {wanted}"));
        fs::remove_file(folder.path().join("other/dotpipe.toml")).expect("it is there");
        let all = run(&folder, &["check", "."]);
        assert!(!stderr(&all).contains("fifo"), "{}", stderr(&all));
    }

    #[test]
    fn a_shell_may_hand_over_a_program_as_a_file() {
        let folder = project(&[("pipeline.pipe", CLEAN)]);
        let program = assert_cmd::cargo::cargo_bin("dotpipe");
        let script = format!("'{}' check <(cat pipeline.pipe)", program.display());
        let Ok(output) = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output() else {
            println!("skipped: no bash");
            return;
        };
        // Its folder is not a project, so that only the buildspec is missing.
        assert!(!stderr(&output).contains("cannot read"), "{}", stderr(&output));
    }

    #[test]
    fn links_that_lead_out_of_the_root_are_refused() {
        let outside = project(&[("far.pipe", CLEAN), ("far.toml", "account = \"secret\"\n")]);
        let folder = project(&[("a/pipeline.pipe", CLEAN), ("b/near.pipe", CLEAN)]);
        let link = |to: &str, from: &str| symlink(outside.path().join(to), folder.path().join(from)).expect("a link");
        link("far.pipe", "link.pipe");
        link("far.toml", "a/dotpipe.toml");
        for (path, shown) in [("link.pipe", "link.pipe"), ("a/pipeline.pipe", "a/dotpipe.toml")] {
            let output = run(&folder, &["check", path]);
            assert_eq!(code(&output), Some(2));
            let wanted = format!("error: cannot read `{shown}`: is a symbolic link that leads out of the root `");
            assert!(stderr(&output).starts_with(&wanted), "{}", stderr(&output));
            assert!(!stderr(&output).contains("secret"));
        }
        // Inside the root, a link is equivalent to its file, and a broken link is not a file.
        symlink("b/near.pipe", folder.path().join("good.pipe")).expect("a link");
        assert_eq!(code(&run(&folder, &["check", "good.pipe"])), Some(0));
        symlink("nowhere", folder.path().join("dangling.pipe")).expect("a link");
        let dangling = run(&folder, &["check", "dangling.pipe"]);
        assert_eq!(stderr(&dangling), "error: cannot read `dangling.pipe`: no such file\n");
    }

    /// Runs the program as a user without special permissions, or returns `None` if that is not possible.
    fn run_as_nobody(folder: &tempfile::TempDir, arguments: &[&str]) -> Option<Output> {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        // The user may not have access to the folder of the build.
        let program = folder.path().join("program");
        fs::copy(assert_cmd::cargo::cargo_bin("dotpipe"), &program).expect("a copy");
        let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
        let mut command = Command::new(&program);
        command.args(arguments).current_dir(folder.path());
        if root {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.output();
        fs::remove_file(&program).expect("it was copied");
        output.ok()
    }

    #[test]
    fn what_may_not_be_read_or_written_is_said() {
        let folder = project(&[
            ("pipeline.pipe", CLEAN),
            ("secret.pipe", CLEAN),
            ("out.json", "before"),
            ("shut/out.json", "before"),
        ]);
        let mode = |path: &str, mode: u32| {
            fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(mode)).expect("permissions");
        };
        mode("secret.pipe", 0o000);
        mode("out.json", 0o444);
        mode("shut", 0o555);
        for (arguments, wanted) in [
            (&["check", "secret.pipe"][..], "error: cannot read `secret.pipe`: permission denied\n"),
            (&["build", "-o", "out.json"], "error: cannot write `out.json`: permission denied\n"),
            (
                &["build", "-o", "shut/new.json"],
                "error: cannot write `shut/new.json`: folder `shut`: permission denied\n",
            ),
        ] {
            let Some(output) = run_as_nobody(&folder, arguments) else {
                println!("skipped: the program cannot be run as somebody else");
                return;
            };
            assert_eq!((code(&output), stdout(&output), stderr(&output)), (Some(2), "", wanted));
        }
        mode("shut", 0o755);
        assert_eq!(read(&folder, "out.json"), "before");
        assert_eq!(fs::read_dir(folder.path().join("shut")).expect("it is there").count(), 1);
    }
}
