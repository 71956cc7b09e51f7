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
const RUNNERS: [&str; 16] = [
    "ava",
    "bats",
    "ctest",
    "cypress",
    "ginkgo",
    "gotestsum",
    "jest",
    "mocha",
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
const LAUNCHING: [&str; 11] =
    ["-m", "bundle", "exec", "npx", "pipenv", "poetry", "python", "python3", "run", "time", "uv"];

/// Returns whether a command runs the tests of a program, rather than using a file or an image with such a name.
pub(in crate::check) fn runs_tests(command: &str) -> bool {
    let last = command.rsplit("&&").next().unwrap_or_default();
    let mut words = last.split_whitespace().skip_while(|word| word.contains('=') || LAUNCHING.contains(word));
    let program = words.next().and_then(|word| word.rsplit('/').next()).unwrap_or_default();
    RUNNERS.contains(&program)
        || TOOLS.contains(&program) && words.any(|word| word == "test" || word.starts_with("test:"))
}

/// Returns whether a command tests something. A check whether a file exists does not count.
pub(in crate::check) fn is_test(command: &str) -> bool {
    let is_word = command.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| TESTS.contains(&word));
    let runs = !command.trim_start().starts_with(['[', '#']) && !command.trim_start().starts_with("test ");
    is_word && runs
}

/// Programs that probe a service, if they are all that a test runs.
const PROBES: [&str; 6] = ["artillery", "curl", "http", "locust", "nc", "wget"];

/// Returns whether a command probes a service, and keeps nothing but its result.
pub(in crate::check) fn probes(command: &str) -> bool {
    let program = |command: &str| {
        let mut words = command.split_whitespace().skip_while(|word| word.contains('=') || LAUNCHING.contains(word));
        words.next().is_some_and(|program| PROBES.contains(&program))
    };
    let last = command.rsplit("&&").next().unwrap_or_default();
    let (first, end) = last.split_once('|').unwrap_or((last, ""));
    program(first) && (end.is_empty() || end.trim_start().starts_with("grep -q")) && !command.contains('>')
}

#[cfg(test)]
mod tests {
    use super::{probes, runs_tests};

    #[test]
    fn a_probe_keeps_only_its_result() {
        assert!(probes("curl -f \"$URL\"") && probes("curl -s \"$URL\" | grep -q ok"));
        assert!(!probes("curl -s \"$URL\" > page.html") && !probes("docker logs app | tail") && !probes("rm -f curl"));
        assert!(!probes("grep -c error app.log") && !probes("curl -s \"$URL\" | wc -l"));
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
