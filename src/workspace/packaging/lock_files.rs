//! The files in which package managers record the versions that they choose.

/// A file, and the commands that write it: a program, and one of these words after it (empty: always).
type LockFile = (&'static str, &'static str, &'static [&'static str]);

/// The known files.
/// <https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json>, <https://classic.yarnpkg.com/en/docs/yarn-lock>,
/// <https://pnpm.io/cli/install>, <https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html>,
/// <https://go.dev/ref/mod#go-sum-files>, <https://python-poetry.org/docs/basic-usage/>,
/// <https://docs.astral.sh/uv/concepts/projects/sync/>, <https://pipenv.pypa.io/en/latest/commands.html>,
/// <https://bundler.io/man/bundle-install.1.html>, <https://getcomposer.org/doc/01-basic-usage.md>,
/// <https://developer.hashicorp.com/terraform/language/files/dependency-lock> (2026-11-30)
const LOCK_FILES: [LockFile; 14] = [
    (".terraform.lock.hcl", "terraform", &["init", "providers"]),
    ("Cargo.lock", "cargo", &[]),
    ("Gemfile.lock", "bundle", &[]),
    ("Pipfile.lock", "pipenv", &["install", "lock", "update", "upgrade"]),
    ("composer.lock", "composer", &["install", "require", "update"]),
    ("go.mod", "go", &["init"]),
    ("go.sum", "go", &["build", "generate", "get", "mod", "run", "test", "work"]),
    ("npm-shrinkwrap.json", "npm", &["shrinkwrap"]),
    ("package-lock.json", "npm", &["add", "i", "install", "it", "install-test", "update", "upgrade"]),
    ("packages.lock.json", "dotnet", &[]),
    ("pnpm-lock.yaml", "pnpm", &["add", "i", "install", "update"]),
    ("poetry.lock", "poetry", &["add", "install", "lock", "update"]),
    ("uv.lock", "uv", &["add", "lock", "run", "sync"]),
    ("yarn.lock", "yarn", &[]),
];

/// Returns whether a command may write the file of this name because it installs packages.
pub fn writes_lock_file(command: &str, name: &str) -> bool {
    let mut words = command.split(|c: char| c.is_whitespace() || ";&|()\"'".contains(c));
    let found = LOCK_FILES.iter().find(|(file, ..)| *file == name);
    found.is_some_and(|(_, program, operations)| {
        words.any(|word| word.rsplit('/').next() == Some(*program))
            && (operations.is_empty() || words.any(|word| operations.contains(&word)))
    })
}
