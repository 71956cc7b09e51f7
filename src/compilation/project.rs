//! A project: its files and settings, which are kept between compilations.

use std::sync::{Arc, LazyLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::settings::Settings;
use crate::source::SourceMap;
use crate::workspace::file_system::{FileError, FileSystem};
use crate::workspace::{ProjectFiles, Survey, Workspace};

use super::{Compilation, CompilationInput, Request};

/// A project. Threads can compile different entry files of it at the same time; each file is read only once.
#[derive(Debug)]
pub struct Project {
    files: Arc<ProjectFiles>,
}

/// A settings file.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: Utf8PathBuf,
    settings: Settings,
}

impl SettingsFile {
    /// Returns its path from the root.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Returns the settings that could be read.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// An entry file.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Its path from the root.
    pub path: &'a Utf8Path,
    /// Its path as messages show it.
    pub shown: &'a Utf8Path,
    /// Its text.
    pub text: &'a str,
}

impl Project {
    /// Creates a project from a tree of files. Paths are shown with `display_prefix` (the root relative to the working
    /// folder) before them.
    pub fn new(files: impl FileSystem + 'static, display_prefix: impl Into<Utf8PathBuf>) -> Self {
        Self { files: Arc::new(ProjectFiles::new(files, display_prefix)) }
    }

    /// Parses a settings file at this path from the root. Each compilation reports what cannot be used.
    pub fn settings(&self, path: &Utf8Path, text: &str) -> SettingsFile {
        let file = self.files.set(path, text);
        SettingsFile { path: path.to_owned(), settings: Settings::parse(file.source().id(), text) }
    }

    /// Returns its files, which compilations share.
    pub(super) fn files(&self) -> &Arc<ProjectFiles> {
        &self.files
    }

    /// Returns a view of its files for code that inspects the results of a compilation.
    pub fn workspace(&self) -> Workspace {
        Workspace::of(Arc::clone(&self.files))
    }

    /// Returns the text of a file, by its normalized path from the root.
    ///
    /// # Errors
    /// Returns an error if there is no such text file in the root.
    pub fn text(&self, path: &Utf8Path) -> Result<Arc<str>, FileError> {
        self.files.file(path).map(|file| file.source().shared_text())
    }

    /// Lists all files for a search in a single run of the program.
    pub fn survey(&self, markers: &[&str]) -> Option<Arc<Survey>> {
        self.files.system().survey(markers)
    }

    /// Returns the files that were requested but could not be read.
    pub fn missing(&self) -> Vec<Utf8PathBuf> {
        self.files.missing()
    }

    /// Returns whether a file was requested but could not be read.
    pub fn is_missing(&self, path: &Utf8Path) -> bool {
        self.files.is_missing(path)
    }

    /// Sets the text of a file that is being edited, by its path from the root, instead of that in the tree.
    pub fn set(&self, path: &Utf8Path, text: &str) {
        self.files.set(path, text);
    }

    /// Discards a file's text, so that the next compilation that needs it reads it again.
    pub fn forget(&self, path: &Utf8Path) {
        self.files.forget(path);
    }

    /// Frees the memory for files that a check has read, unless an earlier one has read them, too.
    pub fn release(&self, read: &SourceMap) {
        self.files.release(read.files().map(|(_, file)| self.files.from_root(file.path())));
    }

    /// Compiles an entry file.
    pub fn compile(&self, entry: &Entry<'_>, settings: Option<&SettingsFile>, request: &Request) -> Compilation {
        Compilation::new(self.input(entry, settings, request))
    }

    /// Returns what the compilation of an entry file starts from.
    pub fn input<'a>(
        &self,
        entry: &Entry<'_>,
        settings: Option<&'a SettingsFile>,
        request: &'a Request,
    ) -> CompilationInput<'a> {
        static NO_SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
        let workspace = Workspace::of(Arc::clone(&self.files));
        let file = workspace.add_entry(entry.path, entry.shown, entry.text);
        if let Some(settings) = settings {
            // To include its diagnostics; the file was read with the settings.
            let _ = workspace.load(&settings.path);
        }
        let settings = settings.map_or(&*NO_SETTINGS, |file| &file.settings);
        CompilationInput { workspace, entry: file, settings, request }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::source::sampling::one_of;
    use crate::workspace::file_system::{Memory, Tracked};

    /// A file system that records which files are read.
    #[derive(Debug)]
    struct Counting {
        files: Memory,
        read: Arc<Mutex<Vec<Utf8PathBuf>>>,
        listed: Arc<AtomicUsize>,
    }

    impl FileSystem for Counting {
        fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, FileError> {
            self.read.lock().unwrap().push(path.to_owned());
            self.files.read(path)
        }

        fn tracked(&self) -> Arc<Tracked> {
            self.listed.fetch_add(1, Ordering::Relaxed);
            self.files.tracked()
        }

        fn is_file(&self, path: &Utf8Path) -> bool {
            self.files.is_file(path)
        }

        fn is_dir(&self, path: &Utf8Path) -> bool {
            self.files.is_dir(path)
        }
    }

    /// Returns about 3,100 lines: a file with pipelines, imports with components, and a buildspec.
    fn large() -> (String, Memory) {
        let mut entry = String::new();
        let mut files =
            vec![("buildspec.yml".to_owned(), "version: 0.2\nphases:\n  build:\n    commands: [make]\n".to_owned())];
        for number in 0..10 {
            writeln!(entry, "import {{ Lint{number} }} from \"./lint{number}.pipe\"").unwrap();
            files.push((
                format!("lint{number}.pipe"),
                format!("component Lint{number}(app: artifact) {{\n  build codebuild Lint{number} from app {{ project = Builder }}\n}}\nproject Builder {{ image = \"aws/codebuild/standard:7.0\" }}\n"),
            ));
        }
        entry.push_str("project Builder { image = \"aws/codebuild/standard:7.0\" }\n");
        for pipeline in 0..5 {
            writeln!(entry, "pipeline P{pipeline} {{\n  stage Source {{\n    source codecommit Fetch -> App {{\n      repository = \"app\"\n      branch = \"main\"\n    }}\n  }}").unwrap();
            for stage in 0..3 {
                writeln!(entry, "  stage S{stage} {{\n    parallel {{").unwrap();
                for action in 0..50 / one_of() {
                    writeln!(entry, "      build codebuild B{stage}x{action} from App {{\n        project = Builder\n        env = {{ N = \"{action}\" }}\n      }}").unwrap();
                }
                entry.push_str("    }\n  }\n");
            }
            entry.push_str("}\n");
        }
        (entry, Memory::new(files))
    }

    #[test]
    fn a_second_compilation_reads_nothing_again() {
        let (text, files) = large();
        assert!(text.lines().count() > 3_000 / one_of(), "{}", text.lines().count());
        let (read, listed) = (Arc::default(), Arc::default());
        let project = Project::new(Counting { files, read: Arc::clone(&read), listed: Arc::clone(&listed) }, "");
        let compile = |text: &str| {
            let entry = Entry { path: "p.pipe".into(), shown: "p.pipe".into(), text };
            let compilation = project.compile(&entry, None, &Request::default());
            compilation.diagnostics().iter().map(|found| found.message.clone()).collect::<Vec<_>>()
        };
        let first = compile(&text);
        let before = read.lock().unwrap().len();
        assert!(before >= 11, "{:?}", read.lock().unwrap());
        assert_eq!(compile(&text.replace("B0x0 ", "Changed ")), first);
        assert_eq!(read.lock().unwrap().len(), before, "{:?}", read.lock().unwrap());
        project.forget("lint3.pipe".into());
        assert_eq!(compile(&text), first);
        assert_eq!(read.lock().unwrap().get(before..), Some(&["lint3.pipe".into()][..]));
        project.set("lint3.pipe".into(), "component Other() {}");
        assert_ne!(compile(&text), first);
    }

    #[test]
    fn what_is_read_after_it_was_released_is_kept() {
        let (text, files) = large();
        let (read, listed) = (Arc::default(), Arc::default());
        let project = Project::new(Counting { files, read: Arc::clone(&read), listed }, "here");
        let compile = || {
            let entry = Entry { path: "p.pipe".into(), shown: "here/p.pipe".into(), text: &text };
            let result = project.compile(&entry, None, &Request::default()).into_result();
            project.release(result.sources());
            let read = read.lock().unwrap().iter().filter(|path| path.as_str() == "lint3.pipe").count();
            (read, result.diagnostics().len())
        };
        let (first, found) = compile();
        assert_eq!(first, 1);
        assert_eq!([compile(), compile(), compile()], [(2, found); 3]);
    }

    #[test]
    fn files_compiled_together_have_the_same_results() {
        let (text, files) = large();
        let faulty = text.replace("from App {", "from Other {");
        let texts = [("a.pipe", text.as_str()), ("b.pipe", faulty.as_str()), ("c.pipe", "pipeline {"), ("d.pipe", "")];
        let project = Project::new(files, "");
        let entries = texts.map(|(name, text)| Entry { path: name.into(), shown: name.into(), text });
        let request = Request::default();
        let inputs = entries.iter().map(|entry| project.input(entry, None, &request)).collect();
        let together = Compilation::all(inputs);
        assert_eq!(together.len(), entries.len());
        for (entry, compilation) in entries.iter().zip(together) {
            let alone = project.compile(entry, None, &request);
            assert_eq!(format!("{:?}", compilation.diagnostics()), format!("{:?}", alone.diagnostics()));
            assert_eq!(compilation.draft(), alone.draft());
        }
    }

    #[test]
    fn threads_share_a_project() {
        fn shared<T: Send + Sync>() {}
        fn sent<T: Send>() {}
        shared::<Project>();
        sent::<Compilation>();
        let (text, files) = large();
        let project = Project::new(files, "");
        let compile = |name: &str| {
            let entry = Entry { path: name.into(), shown: name.into(), text: &text };
            project.compile(&entry, None, &Request::default()).diagnostics().len()
        };
        let found: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = ["a.pipe", "b.pipe"].map(|name| scope.spawn(move || compile(name))).into();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(found[0], found[1]);
    }
}
