//! Files and folders that programs write without naming them: installed packages, the versions of packages, and results.

/// A file or folder, and the commands that write it: a program, and one of these words after it (empty: always).
type Installed = (&'static str, &'static str, &'static [&'static str]);

/// The known files and folders.
/// <https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json>, <https://docs.npmjs.com/cli/v11/configuring-npm/folders>,
/// <https://classic.yarnpkg.com/en/docs/yarn-lock>, <https://pnpm.io/cli/install>,
/// <https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html>, <https://go.dev/ref/mod#go-sum-files>,
/// <https://python-poetry.org/docs/basic-usage/>, <https://docs.astral.sh/uv/concepts/projects/sync/>,
/// <https://pipenv.pypa.io/en/latest/commands.html>, <https://bundler.io/man/bundle-install.1.html>,
/// <https://getcomposer.org/doc/01-basic-usage.md>, <https://developer.hashicorp.com/terraform/cli/commands/init>,
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-build.html>,
/// <https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-synth.html> (2026-11-30)
const INSTALLED: [Installed; 24] = [
    (".aws-sam", "sam", &["build"]),
    (".terraform", "terraform", &["init", "get"]),
    (".terraform.lock.hcl", "terraform", &["init", "providers"]),
    ("Cargo.lock", "cargo", &[]),
    ("Gemfile.lock", "bundle", &[]),
    ("Pipfile.lock", "pipenv", &["install", "lock", "update", "upgrade"]),
    ("cdk.out", "cdk", &[]),
    ("composer.lock", "composer", &["install", "require", "update"]),
    ("go.mod", "go", &["init"]),
    ("go.sum", "go", &["build", "generate", "get", "mod", "run", "test", "work"]),
    ("node_modules", "bun", &[]),
    ("node_modules", "npm", &["add", "ci", "i", "install", "install-ci-test", "it", "install-test", "link", "update"]),
    ("node_modules", "pnpm", &[]),
    ("node_modules", "yarn", &[]),
    ("npm-shrinkwrap.json", "npm", &["shrinkwrap"]),
    ("package-lock.json", "npm", &["add", "i", "install", "it", "install-test", "update", "upgrade"]),
    ("packages.lock.json", "dotnet", &[]),
    ("pnpm-lock.yaml", "pnpm", &["add", "i", "install", "update"]),
    ("poetry.lock", "poetry", &["add", "install", "lock", "update"]),
    ("uv.lock", "uv", &["add", "lock", "run", "sync"]),
    (".venv", "uv", &[]),
    (".venv", "poetry", &[]),
    ("vendor", "composer", &["install", "update"]),
    ("yarn.lock", "yarn", &[]),
];

/// Returns whether a command may write the file or folder of this name because it installs packages, or builds with a
/// folder of its own.
pub fn installs(command: &str, name: &str) -> bool {
    let words = || command.split(|c: char| c.is_whitespace() || ";&|()\"'".contains(c));
    INSTALLED.iter().filter(|(file, ..)| *file == name).any(|(_, program, operations)| {
        let mut words = words();
        words.any(|word| word.rsplit('/').next() == Some(*program))
            && (operations.is_empty() || words.any(|word| operations.contains(&word)))
    })
}
