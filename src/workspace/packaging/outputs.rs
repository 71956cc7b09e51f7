//! Files that commands write under a literal name, and their contents.

use camino::{Utf8Path, Utf8PathBuf};

use super::arguments::{Arguments, split_option};
use super::inputs::copied_to;
use super::inside;
use super::replacements::Replaced;
use super::working_folder::in_source;
use crate::source::Span;
use crate::workspace::shell::{ShellWord, SimpleCommand, WordPart, balanced};

/// A file that a command writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its path, relative to the source's folder. It may start with `..`.
    pub path: Utf8PathBuf,
    /// Its contents, if they are in the command. `?` begins a placeholder for what is known only at run time.
    pub text: Option<String>,
    /// The file whose lines the command writes with other values, such as `sed`; relative to the source's folder.
    pub template: Option<Utf8PathBuf>,
    /// What the command replaces in those lines.
    pub replaced: Replaced,
    /// The span of the path.
    pub span: Span,
    /// The span of the command.
    pub command: Span,
    /// Whether it is always written.
    pub whole: bool,
    /// Whether the command keeps the earlier contents of the file.
    pub appends: bool,
}

/// A folder that a command fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFolder {
    /// Its path, relative to the source's folder. It may start with `..`.
    pub path: Utf8PathBuf,
    /// The span of the path, or of a command that uses its default.
    pub span: Span,
}

/// Options of programs whose value is the folder that they fill: program (empty for all), options.
const FOLDERS: [(&str, &[&str]); 7] = [
    ("cdk", &["--output", "-o"]),
    ("dotnet", &["--output", "-o"]),
    ("hugo", &["--destination", "-d"]),
    ("mkdocs", &["--site-dir", "-d"]),
    ("sam", &["--build-dir", "-b"]),
    ("tsc", &["--outDir"]),
    ("", &["--out-dir", "--outdir", "--output-dir", "--output-path", "--dist-dir", "--target-dir"]),
];

/// Returns the folders that a command fills.
pub(super) fn folders(program: &str, arguments: &Arguments<'_>, from: &Utf8Path) -> Vec<OutputFolder> {
    let folder = |path: &str, span: Span| Some(OutputFolder { path: inside(from, path)?, span });
    let options = FOLDERS.iter().filter(|(name, _)| name.is_empty() || *name == program);
    let named = options.filter_map(|(_, names)| exact_option(arguments, names));
    let mut found: Vec<OutputFolder> = named.filter_map(|(path, span)| folder(&path, span)).collect();
    match (program, arguments.operation()) {
        ("cdk", ["synth" | "synthesize", ..]) if found.is_empty() => {
            found.extend(folder("cdk.out", arguments.span()));
        }
        ("cp", _) => {
            let target = arguments.words().last().filter(|word| word.literal().is_some_and(|path| path.ends_with('/')));
            found.extend(target.and_then(|word| folder(&word.literal()?, arguments.bare(word).span)));
        }
        ("mkdir", _) => {
            let words = arguments.words().filter(|word| split_option(word).is_none());
            found.extend(words.filter_map(|word| folder(&word.literal()?, arguments.bare(word).span)));
        }
        _ => {}
    }
    found
}

/// Returns the literal value of an option.
fn exact_option(arguments: &Arguments<'_>, names: &[&str]) -> Option<(String, Span)> {
    let words: Vec<&ShellWord> = arguments.words().collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let (_, value) = split_option(word).filter(|(name, _)| names.contains(name))?;
        let value = value.or_else(|| words.get(at + 1).map(|word| (*word).clone()))?;
        Some((value.literal()?, arguments.bare(&value).span))
    })
}

/// Options of programs whose value is the file that they write.
const OPTIONS: [(&str, &[&str]); 15] = [
    ("aws", &["--output-template-file"]),
    ("bandit", &["-o", "--output"]),
    ("curl", &["-o", "--output"]),
    ("eslint", &["-o", "--output-file"]),
    ("flake8", &["--output-file"]),
    ("jest", &["--outputFile"]),
    ("mypy", &["--junit-xml"]),
    ("newman", &["--reporter-junit-export"]),
    ("pytest", &["--junitxml", "--junit-xml"]),
    ("ruff", &["-o", "--output-file"]),
    ("sam", &["--output-template-file"]),
    ("terraform", &["-out"]),
    ("trivy", &["-o", "--output"]),
    ("vitest", &["--outputFile", "--outputFile.junit"]),
    ("wget", &["-O", "--output-document"]),
];

/// Returns the files that a command writes.
pub(super) fn of(
    simple: &SimpleCommand,
    program: &str,
    arguments: &Arguments<'_>,
    from: &Utf8Path,
) -> Vec<WrittenFile> {
    let whole = simple.depth == 0 && !simple.sometimes;
    let file = |word: &ShellWord, span: Span| {
        let path = word.literal().and_then(|path| inside(from, &path)).or_else(|| in_source(&word.parts))?;
        let (command, replaced) = (arguments.span(), Replaced::Unknown);
        Some(WrittenFile { path, text: None, template: None, replaced, span, command, whole, appends: false })
    };
    let mut found: Vec<WrittenFile> = Vec::new();
    if let Some(output) = arguments.redirected() {
        found.extend(file(&output.word, output.span).map(|it| WrittenFile {
            text: text(program, arguments),
            template: template(program, arguments).and_then(|path| inside(from, &path)),
            replaced: Replaced::by(program, arguments),
            appends: arguments.appends(),
            ..it
        }));
    }
    let named = |word: &ShellWord| file(word, arguments.bare(word).span);
    match program {
        "tee" => {
            let appends = arguments.has_flag("-a") || arguments.has_flag("--append");
            let files = arguments.words().filter(|word| split_option(word).is_none()).filter_map(named);
            found.extend(files.map(|it| WrittenFile { text: heredoc(arguments), appends, ..it }));
        }
        "zip" | "tar" => found.extend(archive(program, arguments).and_then(named).map(|it| WrittenFile {
            path: if program == "zip" { it.path.with_extension("zip") } else { it.path },
            ..it
        })),
        _ => {
            // Of combined options, only the last one can have a value: `curl -fsSLo file`.
            let words: Vec<&ShellWord> = arguments.words().collect();
            let combined = words.windows(2).find_map(|pair| {
                let [option, value] = pair else { return None };
                let is_last = option.prefix().ends_with('o') && !option.prefix().starts_with("--");
                (program == "curl" && option.prefix().starts_with('-') && is_last).then_some(*value)
            });
            found.extend(combined.filter(|_| !arguments.has_flag("-o")).and_then(named));
            let module = arguments.option(&["-m"]).filter(|_| matches!(program, "python" | "python3"));
            let module = module.and_then(|module| module.word.literal()).unwrap_or_else(|| program.to_owned());
            let options = OPTIONS.iter().filter(|(name, _)| *name == module);
            found.extend(
                options.filter_map(|(_, names)| arguments.option(names)).filter_map(|it| file(&it.word, it.span)),
            );
            found.extend(copy(program, arguments, from).into_iter().map(|(path, template, span)| WrittenFile {
                path,
                text: None,
                template: Some(template),
                replaced: Replaced::Nothing,
                span,
                command: arguments.span(),
                whole,
                appends: false,
            }));
            found.extend(edited(program, arguments).and_then(|word| {
                let template = inside(from, &word.literal()?);
                Some(WrittenFile { template, replaced: Replaced::by(program, arguments), ..named(word)? })
            }));
        }
    }
    found
}

/// Returns the single file that `cp` or `mv` writes, its source, and the span of the target, if both are written.
fn copy(program: &str, arguments: &Arguments<'_>, from: &Utf8Path) -> Option<(Utf8PathBuf, Utf8PathBuf, Span)> {
    let copy = copied_to(program, arguments, from)?;
    let [source] = copy.sources.as_slice() else { return None };
    if source.as_str().contains('*') {
        return None;
    }
    // A name without an extension can be that of a folder.
    let is_file = copy.target.extension().is_some() && !copy.into_folder;
    let path = if copy.into_folder {
        copy.target.join(source.file_name()?)
    } else if is_file {
        copy.target
    } else {
        return None;
    };
    Some((path, source.clone(), arguments.bare(arguments.words().last()?).span))
}

/// Returns the file that a command edits in place: `sed -i script file`, `yq -i script file`.
fn edited<'a>(program: &str, arguments: &Arguments<'a>) -> Option<&'a ShellWord> {
    let is_short = |word: &ShellWord| word.prefix().starts_with("-i") || word.prefix().starts_with("--in-place");
    if !matches!(program, "sed" | "yq") || !arguments.words().any(is_short) {
        return None;
    }
    let mut plain: Vec<&ShellWord> = Vec::new();
    let mut words = arguments.words().peekable();
    let mut has_script = false;
    while let Some(word) = words.next() {
        match split_option(word) {
            Some(("-e" | "--expression", None)) => {
                has_script = true;
                words.next();
            }
            Some(_) => {}
            None => plain.push(word),
        }
    }
    match plain.as_slice() {
        [only] if has_script => Some(only),
        [_, only] if !has_script => Some(only),
        _ => None,
    }
}

/// Returns the archive that a command creates. `zip` adds an extension to a name without one.
fn archive<'a>(program: &str, arguments: &Arguments<'a>) -> Option<&'a ShellWord> {
    let mut words = arguments.words();
    if program == "zip" {
        // Options with a value can precede the name.
        let first = words.find(|word| split_option(word).is_none())?;
        let extension = first.literal().as_deref().map(|name| Utf8Path::new(name).extension().map(str::to_owned));
        return match extension {
            Some(None) => first.literal().is_some_and(|name| name != "-").then_some(first),
            _ => (Utf8Path::new(first.prefix()).extension() == Some("zip")).then_some(first),
        };
    }
    let flags = words.next()?.literal()?;
    let creates = flags.contains('c') && flags.ends_with('f') && !flags.starts_with("--");
    words.next().filter(|_| creates)
}

/// Returns what a command prints, with placeholders for what is known only at run time.
fn text(program: &str, arguments: &Arguments<'_>) -> Option<String> {
    let shown = |word: &ShellWord| -> String {
        word.parts.iter().map(|part| if let WordPart::Text(text) = part { text.as_str() } else { "?" }).collect()
    };
    let mut words = arguments.words().skip_while(|word| word.prefix().starts_with('-'));
    match program {
        "echo" => Some(words.map(shown).collect::<Vec<_>>().join(" ")),
        "printf" => {
            let form = shown(words.next()?);
            Some(filled(&form.replace("\\n", "\n"), words.map(shown)))
        }
        "cat" if words.next().is_none() => heredoc(arguments),
        "jq" => created(arguments),
        _ => None,
    }
}

/// Returns what `printf` prints. An argument that is missing is an empty text.
fn filled(form: &str, mut arguments: impl Iterator<Item = String>) -> String {
    let mut found = String::new();
    let mut parts = form.split('%');
    found.push_str(parts.next().unwrap_or_default());
    let mut escaped = false;
    for part in parts {
        if std::mem::take(&mut escaped) {
            found.push_str(part);
            continue;
        }
        match part.chars().next() {
            // `%%`
            None => {
                found.push('%');
                escaped = true;
            }
            Some('s') => {
                found.push_str(&arguments.next().unwrap_or_default());
                found.push_str(part.get(1..).unwrap_or_default());
            }
            Some('d') => {
                drop(arguments.next());
                found.push('0');
                found.push_str(part.get(1..).unwrap_or_default());
            }
            Some(_) => {
                found.push('%');
                found.push_str(part);
            }
        }
    }
    found
}

/// Returns the text of the here-document.
fn heredoc(arguments: &Arguments<'_>) -> Option<String> {
    let (text, expands) = arguments.heredoc()?;
    Some(if expands { with_placeholders(text) } else { text.to_owned() })
}

/// Replaces what a shell expands by `?` and the name of the variable.
fn with_placeholders(text: &str) -> String {
    let mut found = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '`', '\\']) {
        let (before, tail) = rest.split_at(at);
        found.push_str(before);
        let after = tail.get(1..).unwrap_or_default();
        let name = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (shown, length) = match after.chars().next() {
            Some(escaped) if tail.starts_with('\\') => (escaped.to_string(), escaped.len_utf8()),
            _ if tail.starts_with('`') => ("?output".to_owned(), after.find('`').map_or(after.len(), |end| end + 1)),
            Some(open @ ('{' | '(')) => {
                let close = if open == '{' { '}' } else { ')' };
                let inner = after.get(1..).unwrap_or_default();
                ("?value".to_owned(), (balanced(inner, open, close) + 2).min(after.len()))
            }
            _ if name > 0 => (format!("?{}", after.get(..name).unwrap_or_default()), name),
            _ => ("$".to_owned(), 0),
        };
        found.push_str(&shown);
        rest = after.get(length..).unwrap_or_default();
    }
    found + rest
}

/// Returns the JSON that `jq -n` creates, if its filter consists only of objects, lists, strings, and variables that
/// are values of keys.
fn created(arguments: &Arguments<'_>) -> Option<String> {
    let is_alone = arguments.words().any(|word| matches!(word.prefix(), "-n" | "-nc" | "-cn" | "--null-input"));
    let filter = arguments.words().find(|word| word.prefix().trim_start().starts_with(['{', '[']))?.literal()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "{}[]:,\"_-$/".contains(c);
    if !is_alone || !filter.chars().all(is_plain) {
        return None;
    }
    let mut found = String::new();
    let mut parts = filter.split('$');
    found.push_str(parts.next()?);
    for part in parts {
        // A variable alone names both the key and its value.
        if !found.trim_end().ends_with(':') {
            return None;
        }
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
        found.push_str("\"?\"");
        found.push_str(part.get(end..).unwrap_or_default());
    }
    // In YAML, a space follows the colon after a key without quotes.
    Some(found.replace(':', ": "))
}

/// Returns the file whose lines a command prints with other values.
fn template(program: &str, arguments: &Arguments<'_>) -> Option<String> {
    if let Some(input) = arguments.input().filter(|_| matches!(program, "envsubst" | "sed" | "cat")) {
        return input.literal();
    }
    let mut files = arguments.words().filter(|word| split_option(word).is_none());
    match program {
        "cat" => {}
        "sed" => {
            let quiet = arguments.words().any(|word| matches!(word.prefix(), "-n" | "-i" | "-f"));
            let script = !arguments.words().any(|word| matches!(word.prefix(), "-e" | "--expression"));
            // After `-e`, each script follows its option.
            if quiet || !script {
                return None;
            }
            files.next()?;
        }
        _ => return None,
    }
    let only = files.next()?;
    files.next().is_none().then(|| only.literal()).flatten()
}
