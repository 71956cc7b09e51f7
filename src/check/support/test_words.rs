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
/// <https://docs.pytest.org/en/stable/reference/reference.html#command-line-flags>,
/// <https://flake8.pycqa.org/en/latest/user/options.html>, <https://docs.astral.sh/ruff/linter/>,
/// <https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html>,
/// <https://bandit.readthedocs.io/en/latest/man/bandit.html> (2026-11-30)
const LENIENT: [(&str, &str); 10] = [
    ("bandit", "--exit-zero"),
    ("checkov", "--soft-fail"),
    ("flake8", "--exit-zero"),
    ("mvn", "--fail-never"),
    ("mvn", "-fn"),
    ("mvnw", "--fail-never"),
    ("newman", "--suppress-exit-code"),
    ("pylint", "--exit-zero"),
    ("pytest", "--collect-only"),
    ("ruff", "--exit-zero"),
];

/// Returns the option with which a command of a test succeeds whatever it finds.
pub(in crate::check) fn lenient_option(command: &str) -> Option<&'static str> {
    command.split(['&', ';', '|']).find_map(|command| {
        let (program, mut arguments) = program_of(command);
        let of_program = LENIENT.into_iter().filter(|(known, _)| *known == program).map(|(_, option)| option);
        let options: Vec<&'static str> = of_program.collect();
        arguments.find_map(|argument| options.iter().copied().find(|option| *option == argument))
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

/// Returns whether a command probes a service, and keeps nothing but its result.
pub(in crate::check) fn probes(command: &str) -> bool {
    let (program, _) = program_of(command.rsplit("&&").next().unwrap_or_default());
    PROBES.contains(&program) && !command.contains(['>', '|'])
}

/// Returns whether a command runs the tests of a program, rather than using a file or an image with such a name.
pub(in crate::check) fn runs_tests(command: &str) -> bool {
    let (program, mut words) = program_of(command.rsplit("&&").next().unwrap_or_default());
    RUNNERS.contains(&program)
        || TOOLS.contains(&program) && words.any(|word| word == "test" || word.starts_with("test:"))
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
    is_word && runs
}

#[cfg(test)]
mod tests {
    use super::{compares, lenient_option, probes, runs_tests};

    #[test]
    fn a_probe_keeps_only_its_result() {
        assert!(probes("curl -f \"$URL\"") && probes("cd a && curl -f \"$URL\""));
        assert!(!probes("curl -s \"$URL\" > page.html") && !probes("curl -s \"$URL\" | wc -l") && !probes("rm curl"));
    }

    #[test]
    fn lenient_options_belong_to_their_program() {
        assert_eq!(
            lenient_option("npm ci && npx --yes newman run a.json --suppress-exit-code"),
            Some("--suppress-exit-code")
        );
        assert_eq!(lenient_option("mvn -B -fn verify"), Some("-fn"));
        assert_eq!(lenient_option("mvn -B verify && ln -fn a b"), None);
        assert!(compares("curl a | grep -q x") && compares("diff a b") && !compares("grep --quiet-mode x"));
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
