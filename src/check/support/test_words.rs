//! Recognition of commands that test something.

/// Words of commands that test something.
const TESTS: [&str; 23] = [
    "acceptance",
    "audit",
    "check",
    "cypress",
    "e2e",
    "jest",
    "k6",
    "lint",
    "newman",
    "phpunit",
    "playwright",
    "pytest",
    "rollout",
    "rspec",
    "scan",
    "smoke",
    "test",
    "tests",
    "tox",
    "unit",
    "validate",
    "verify",
    "vitest",
];

/// Programs that only run tests.
const RUNNERS: [&str; 20] = [
    "artillery",
    "ava",
    "bats",
    "ctest",
    "cypress",
    "ginkgo",
    "gotestsum",
    "jest",
    "k6",
    "locust",
    "mocha",
    "newman",
    "nox",
    "phpunit",
    "playwright",
    "pytest",
    "rspec",
    "tox",
    "unittest",
    "vitest",
];

/// Programs that run tests if an argument says so.
const TOOLS: [&str; 15] = [
    "bun", "cargo", "deno", "dotnet", "go", "gradle", "gradlew", "make", "mix", "mvn", "mvnw", "npm", "pnpm", "rake",
    "yarn",
];

/// Words before the program that a launcher runs.
const LAUNCHING: [&str; 10] = ["bundle", "exec", "npx", "pipenv", "poetry", "python", "python3", "run", "time", "uv"];

/// Options with which a tool succeeds whatever it finds.
/// <https://learning.postman.com/docs/collections/using-newman-cli/newman-options/>,
/// <https://maven.apache.org/ref/3.9.9/maven-embedder/cli.html>,
/// <https://maven.apache.org/surefire/maven-surefire-plugin/test-mojo.html>,
/// <https://docs.pytest.org/en/stable/reference/reference.html#command-line-flags>,
/// <https://flake8.pycqa.org/en/latest/user/options.html>, <https://docs.astral.sh/ruff/linter/>,
/// <https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html>,
/// <https://bandit.readthedocs.io/en/latest/man/bandit.html>,
/// <https://github.com/aws-cloudformation/cfn-lint#parameters>, <https://github.com/terraform-linters/tflint#usage>,
/// <https://golangci-lint.run/docs/configuration/cli/>, <https://github.com/hadolint/hadolint#cli>,
/// <https://github.com/securego/gosec#usage>, <https://aquasecurity.github.io/tfsec/latest/guides/usage/>,
/// <https://robotframework.org/robotframework/latest/RobotFrameworkUserGuide.html> (2026-11-30)
const LENIENT: [(&str, &str); 19] = [
    ("bandit", "--exit-zero"),
    ("cfn-lint", "--non-zero-exit-code none"),
    ("checkov", "--soft-fail"),
    ("flake8", "--exit-zero"),
    ("golangci-lint", "--issues-exit-code 0"),
    ("gosec", "-no-fail"),
    ("hadolint", "--no-fail"),
    ("mvn", "--fail-never"),
    ("mvn", "-fn"),
    ("mvn", "-Dmaven.test.failure.ignore"),
    ("mvn", "-Dmaven.test.failure.ignore true"),
    ("newman", "--suppress-exit-code"),
    ("pylint", "--exit-zero"),
    ("pytest", "--collect-only"),
    ("robot", "--nostatusrc"),
    ("rspec", "--failure-exit-code 0"),
    ("ruff", "--exit-zero"),
    ("tflint", "--force"),
    ("tfsec", "--soft-fail"),
];

/// Options with which a tool that also tests does not test.
/// <https://maven.apache.org/surefire/maven-surefire-plugin/examples/skipping-tests.html>,
/// <https://docs.gradle.org/current/userguide/command_line_interface.html> (2026-11-30)
const SKIPPING: [(&str, &str); 5] = [
    ("gradle", "-x test"),
    ("mvn", "-DskipTests"),
    ("mvn", "-DskipTests true"),
    ("mvn", "-Dmaven.test.skip"),
    ("mvn", "-Dmaven.test.skip true"),
];

/// Returns the option with which a command of a test succeeds whatever it finds, as it is written.
pub(in crate::check) fn lenient_option(command: &str) -> Option<String> {
    option_of(command, &LENIENT)
}

/// Returns the option with which a command that can run tests does not, as it is written.
pub(in crate::check) fn skipping_option(command: &str) -> Option<String> {
    option_of(command, &SKIPPING)
}

fn option_of(command: &str, known: &[(&str, &str)]) -> Option<String> {
    command.split(['&', ';', '|', '\n']).find_map(|command| {
        let (program, arguments) = program_of(command);
        // `mvnw` and `gradlew` are Maven and Gradle.
        let name = program.strip_suffix('w').filter(|name| matches!(*name, "mvn" | "gradle")).unwrap_or(program);
        let mut options = known.iter().filter(|(program, _)| *program == name).peekable();
        options.peek()?;
        let words: Vec<&str> = arguments.collect();
        options.find_map(|(_, option)| {
            let (flag, value) = option.split_once(' ').unwrap_or((option, ""));
            words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix(flag)?.strip_prefix('=') {
                Some(given) if !value.is_empty() && given == value => Some((*word).to_owned()),
                None if *word != flag => None,
                None if value.is_empty() => Some((*word).to_owned()),
                None if words.get(at + 1) == Some(&value) => Some(format!("{word} {value}")),
                _ => None,
            })
        })
    })
}

/// Returns whether a command compares what others print.
pub(in crate::check) fn compares(command: &str) -> bool {
    let last = command.rsplit(['|', '&']).next().unwrap_or_default();
    let mut words = last.split_whitespace();
    match words.next() {
        Some("grep") => words.any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('q')),
        Some(program) => matches!(program, "cmp" | "diff"),
        None => false,
    }
}

/// Programs that probe a service.
const PROBES: [&str; 4] = ["curl", "http", "nc", "wget"];

/// Words in the names of scripts that use what a test has written.
const AFTERWARD: [&str; 5] = ["clean", "merge", "publish", "report", "upload"];

/// Returns whether a command uses what a test has written, as `npm run test:report` and `artillery report` do.
fn only_reports(command: &str) -> bool {
    let (program, words) = program_of(command.rsplit("&&").next().unwrap_or_default());
    let mut words = words.filter(|word| !word.starts_with('-') && !matches!(*word, "run" | "run-script"));
    let first = words.next().unwrap_or_default();
    let is_part = first.split([':', '-', '_']).skip(1).any(|word| AFTERWARD.contains(&word));
    is_part || RUNNERS.contains(&program) && AFTERWARD.contains(&first)
}

/// Returns whether a command probes a service, and keeps nothing but its result.
pub(in crate::check) fn probes(command: &str) -> bool {
    let (program, _) = program_of(command.rsplit("&&").next().unwrap_or_default());
    PROBES.contains(&program) && !command.contains(['>', '|']) && !downloads(command)
}

/// Returns whether a command writes what it gets to a file.
fn downloads(command: &str) -> bool {
    let keeps = |word: &str| {
        let short = word.starts_with('-') && !word.starts_with("--") && word.contains(['o', 'O']);
        short || matches!(word, "--output" | "--remote-name" | "--output-document")
    };
    !command.contains("/dev/null") && command.split_whitespace().any(keeps)
}

/// Returns whether a pipeline, up to what only shows its output, looks for a text in the answer of a service, or fails if
/// the service does.
pub(in crate::check) fn probes_and_searches(command: &str) -> bool {
    let (program, mut words) = program_of(command.rsplit("&&").next().unwrap_or_default());
    let fails = |word: &str| word == "--fail" || word.starts_with('-') && !word.starts_with("--") && word.contains('f');
    PROBES.contains(&program)
        && !command.contains('>')
        && !downloads(command)
        && (command.contains("| grep ") || words.any(fails))
}

/// Programs that run a script, or a part of a program, that an argument names.
const INTERPRETERS: [&str; 12] =
    ["bash", "helm", "kubectl", "node", "npm", "perl", "php", "pnpm", "python", "ruby", "sh", "yarn"];

/// Returns whether the name of a program, or of the script that it runs, is that of a test.
pub(in crate::check) fn is_named_test(command: &str) -> bool {
    let (program, words) = program_of(command.rsplit("&&").next().unwrap_or_default());
    let is_word = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| TESTS.contains(&word));
    let program_is_test = is_word(program) && !matches!(program, "test" | "[");
    let runs = INTERPRETERS.contains(&program) || command.trim_start().starts_with("python");
    !only_reports(command) && (program_is_test || runs && (is_word(program) || words.take(2).any(is_word)))
}

/// Returns whether a command runs the tests of a program, rather than using a file or an image with such a name.
pub(in crate::check) fn runs_tests(command: &str) -> bool {
    let (program, mut words) = program_of(command.rsplit("&&").next().unwrap_or_default());
    let is_runner = RUNNERS.contains(&program);
    let tests = is_runner || TOOLS.contains(&program) && words.any(|word| word == "test" || word.starts_with("test:"));
    tests && !only_reports(command)
}

/// Options before the name of an environment or a folder, which may be that of a test.
const NAMING: [&str; 9] =
    ["--directory", "--env", "--environment", "--filter", "--namespace", "--prefix", "--profile", "--stage", "-P"];

/// Subcommands that test, of programs that have others.
const CHECKERS: [(&str, &str); 6] = [
    ("cdk", "synth"),
    ("helm", "lint"),
    ("helm", "test"),
    ("packer", "validate"),
    ("sam", "validate"),
    ("terraform", "validate"),
];

/// Returns whether a command of a buildspec, which may have several lines, runs a test or a linter. A file, an image, or a
/// stack with such a name does not count.
pub(in crate::check) fn has_test(text: &str) -> bool {
    let lines =
        text.lines().map(str::trim_start).filter(|line| !line.starts_with(['#', '[']) && !line.starts_with("echo "));
    lines.flat_map(|line| line.split(['&', ';', '|'])).any(runs_a_test)
}

fn runs_a_test(command: &str) -> bool {
    if skipping_option(command).is_some() || only_reports(command) {
        return false;
    }
    let (program, words) = program_of(command);
    let words: Vec<&str> = words.collect();
    // What follows `run` in a container is a command of its own.
    if matches!(program, "docker" | "docker-compose") {
        let start = words.iter().position(|word| matches!(*word, "run" | "exec")).map(|start| start + 1);
        let inside = start.and_then(|start| words.get(start..)).unwrap_or_default();
        let tools =
            |at: usize, word: &str| TOOLS.contains(&word) && inside.get(at + 1).is_some_and(|next| *next == "test");
        return inside.iter().enumerate().any(|(at, word)| RUNNERS.contains(word) || tools(at, word));
    }
    let is_test = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| TESTS.contains(&word));
    let arguments = || {
        let all = words.iter().enumerate();
        all.filter(|(at, _)| !at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|it| NAMING.contains(it)))
            .map(|(_, word)| *word)
            .filter(|word| !word.starts_with('-') && !matches!(*word, "run" | "run-script"))
    };
    let first = arguments().next().unwrap_or_default();
    match program {
        "" | "test" => false,
        _ if RUNNERS.contains(&program) || is_test(program) => true,
        // Installing a tool for tests is none.
        _ if TOOLS.contains(&program) => {
            is_test(first) && !RUNNERS.contains(&first) || arguments().any(|it| it == "test" || it.starts_with("test:"))
        }
        "bash" | "node" | "perl" | "php" | "ruby" | "sh" => is_test(first),
        _ if program.strip_suffix(".py").is_some() => arguments().next() == Some("test"),
        _ => CHECKERS.contains(&(program, first)),
    }
}

/// Returns the program that a command runs, without its folder, and the arguments.
fn program_of(command: &str) -> (&str, impl Iterator<Item = &str>) {
    let is_before = |word: &&str| word.contains('=') || word.starts_with('-') || LAUNCHING.contains(word);
    let mut words = command.split_whitespace().skip_while(is_before);
    (words.next().and_then(|word| word.rsplit('/').next()).unwrap_or_default(), words)
}

/// Returns whether a command tests something. A check whether a file exists does not count.
pub(in crate::check) fn is_test(command: &str) -> bool {
    let is_word = command.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| TESTS.contains(&word));
    let runs = !command.trim_start().starts_with(['[', '#']) && !command.trim_start().starts_with("test ");
    is_word && runs && !only_reports(command)
}

#[cfg(test)]
mod tests {
    use super::{
        compares, has_test, is_named_test, lenient_option, probes, probes_and_searches, runs_tests, skipping_option,
    };

    #[test]
    fn a_probe_keeps_only_its_result() {
        assert!(probes("curl -f \"$URL\"") && probes("cd a && curl -f \"$URL\""));
        assert!(!probes("curl -s \"$URL\" > page.html") && !probes("curl -s \"$URL\" | wc -l") && !probes("rm curl"));
    }

    #[test]
    fn names_tell_tests() {
        for command in ["./smoke.sh", "python3 scripts/smoke.py a", "npm run lint", "helm test web", "bash -x e2e.sh"] {
            assert!(is_named_test(command), "{command}");
        }
        for command in [
            "npm run test:report",
            "artillery report a.json",
            "cd tests",
            "aws s3 cp test.zip s3://a",
            "mkdir test",
            "ls smoke",
            "[ -d test ]",
        ] {
            assert!(!is_named_test(command), "{command}");
        }
        assert!(probes_and_searches("curl -fsS \"$URL\"") && probes_and_searches("curl -s a | grep b"));
        assert!(!probes_and_searches("curl -s a") && !probes_and_searches("curl -fsSLo a.zip b"));
    }

    #[test]
    fn lenient_options_belong_to_their_program() {
        assert_eq!(
            lenient_option("npm ci && npx --yes newman run a.json --suppress-exit-code"),
            Some("--suppress-exit-code".to_owned())
        );
        for (command, option) in [
            ("mvn -B -fn verify", Some("-fn")),
            ("mvn -B verify && ln -fn a b", None),
            ("./mvnw verify -Dmaven.test.failure.ignore=true", Some("-Dmaven.test.failure.ignore=true")),
            ("mvn verify -Dmaven.test.failure.ignore=false", None),
            ("golangci-lint run --issues-exit-code=0", Some("--issues-exit-code=0")),
            ("cfn-lint --non-zero-exit-code none a.yaml", Some("--non-zero-exit-code none")),
            ("cfn-lint --non-zero-exit-code error a.yaml", None),
        ] {
            assert_eq!(lenient_option(command).as_deref(), option, "{command}");
        }
        assert_eq!(skipping_option("./gradlew build -x test").as_deref(), Some("-x test"));
        assert_eq!(skipping_option("mvn package -DskipTests=false"), None);
        assert!(compares("curl a | grep -q x") && compares("diff a b") && !compares("grep --quiet-mode x"));
    }

    #[test]
    fn only_programs_test() {
        for command in [
            "npm test",
            "cd a && npx jest",
            "./run-tests.sh",
            "bash scripts/smoke.sh",
            "npm run lint",
            "cfn-lint a.yaml",
            "python -m pytest",
            "python manage.py test",
            "mvn -B test",
            "docker run --rm app pytest -q",
            "CI=1 npm run e2e",
            "set -e\nmake check",
            "pytest | tee log",
        ] {
            assert!(has_test(command), "{command}");
        }
        for command in [
            "docker build -t $R:test-$T .",
            "echo checking the tests",
            "aws cloudformation deploy --stack-name s-test",
            "aws s3 cp a s3://b/tests/",
            "docker tag a b-test-c",
            "npm install -g newman",
            "npm install jest",
            "npm run deploy -- --stage test",
            "mvn package -P test",
            "mvn -DskipTests test",
            "sh deploy.sh test",
            "[ -d tests ]",
            "test -f a",
            "git clone test",
            "# npm test",
            "kubectl apply -n test -f a",
        ] {
            assert!(!has_test(command), "{command}");
        }
    }

    #[test]
    fn tests_are_told_from_names() {
        for command in ["pytest -q", "python3 -m unittest", "cd a && npm test", "CI=1 npx jest", "./gradlew :app test"]
        {
            assert!(runs_tests(command), "{command}");
        }
        for command in ["docker rm test", "cp -r test out", "npm run lint", "rm -rf pytest", "mkdir tests"] {
            assert!(!runs_tests(command), "{command}");
        }
    }
}
