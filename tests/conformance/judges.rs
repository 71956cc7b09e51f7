//! Runs the judges: each once for all of its folders, when the first case requires its verdict.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

use libtest_mimic::Failed;

use crate::environment::{self, Python};
use crate::faults::{self, Fault};
use crate::outputs::{self, Example, FIXTURE};
use crate::passed::{Inputs, Record};

/// A judge's objections, by the name of the folder.
type Verdicts = BTreeMap<String, Vec<String>>;

/// One run of this test: everything that is built or judged once.
pub struct Session {
    python: Result<Python, String>,
    node: Option<String>,
    examples: Vec<Example>,
    faults: Vec<Fault>,
    folder: PathBuf,
    built: OnceLock<BTreeMap<String, Result<(), String>>>,
    own_python: OnceLock<Result<PathBuf, String>>,
    verdicts: [OnceLock<Result<Verdicts, String>>; crate::JUDGES.len()],
    known: Mutex<Vec<String>>,
}

impl Session {
    /// Creates a session. `node` is the version of Node.
    pub fn new(
        python: Result<Python, String>,
        node: Option<String>,
        examples: Vec<Example>,
        faults: Vec<Fault>,
    ) -> Self {
        // One folder per process: runners such as nextest start one process per case.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conformance-{}", std::process::id()));
        Self {
            python,
            node,
            examples,
            faults,
            folder,
            built: OnceLock::new(),
            own_python: OnceLock::new(),
            verdicts: [const { OnceLock::new() }; crate::JUDGES.len()],
            known: Mutex::default(),
        }
    }

    /// Returns the judges that were not run because they have already accepted the same inputs.
    pub fn known(&self) -> Vec<String> {
        self.known.lock().map(|known| known.clone()).unwrap_or_default()
    }

    /// Returns the examples that are judged.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// Returns the faults that the judges must detect.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns an error if dotpipe does not build all outputs of the example.
    pub fn build(&self, example: &str) -> Result<(), Failed> {
        Ok(self.built()[example].clone()?)
    }

    /// Returns an error if the judge objects to the folder, which is an example or the fixture.
    pub fn accepts(&self, judge: &str, name: &str) -> Result<(), Failed> {
        if self.built().get(name).is_some_and(Result::is_err) {
            return Err(format!("nothing to judge, see build::{name}").into());
        }
        let objections = self.objections(judge, name)?;
        if objections.is_empty() {
            return Ok(());
        }
        Err(format!("in {}:\n{}", self.folder.join(name).display(), objections.join("\n")).into())
    }

    /// Returns an error if the judge does not detect the fault.
    pub fn objects(&self, fault: &Fault) -> Result<(), Failed> {
        let objections = self.objections(&fault.judge, &folder_name(fault))?;
        if objections.iter().any(|objection| objection.contains(&fault.expected)) {
            return Ok(());
        }
        Err(format!("expected an objection with {:?}, got {objections:#?}", fault.expected).into())
    }

    /// Removes the judged files. If a case failed, they are kept for inspection.
    pub fn clean_up(&self) {
        // The folder may not exist, and a folder that cannot be removed is harmless.
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    fn built(&self) -> &BTreeMap<String, Result<(), String>> {
        self.built.get_or_init(|| {
            let build =
                |example: &Example| (example.name.clone(), outputs::build(example, &self.folder.join(&example.name)));
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let parts = self.examples.chunks(self.examples.len().div_ceil(cores).max(1));
            std::thread::scope(|scope| {
                let threads = parts.map(|part| scope.spawn(move || part.iter().map(build).collect::<Vec<_>>()));
                let threads: Vec<_> = threads.collect();
                threads.into_iter().flat_map(|part| part.join().expect("it returns what went wrong")).collect()
            })
        })
    }

    fn objections(&self, judge: &str, name: &str) -> Result<Vec<String>, String> {
        let position = crate::JUDGES.iter().position(|known| *known == judge);
        let position = position.ok_or_else(|| format!("no judge `{judge}`"))?;
        let verdicts = self.verdicts[position].get_or_init(|| self.ask(judge)).as_ref()?;
        verdicts.get(name).cloned().ok_or_else(|| format!("{judge} said nothing on {name}"))
    }

    fn ask(&self, judge: &str) -> Result<Verdicts, String> {
        let python = self.own_python.get_or_init(|| environment::prepare(self.python.as_ref()?)).as_ref()?;
        outputs::copy_fixture(&self.folder.join(judge).join(FIXTURE))?;
        let mut folders = BTreeMap::from([(FIXTURE.to_owned(), self.folder.join(judge).join(FIXTURE))]);
        let seen = |name: &String| {
            self.examples.iter().any(|example| example.name == *name && example.judged.by().contains(&judge))
        };
        for (name, _) in self.built().iter().filter(|(name, result)| result.is_ok() && seen(name)) {
            folders.insert(name.clone(), self.folder.join(name));
        }
        let mut unwritten = Verdicts::new();
        for fault in self.faults.iter().filter(|fault| fault.judge == judge) {
            let folder = self.folder.join(folder_name(fault));
            match faults::write(fault, &self.folder, &folder) {
                Ok(()) => drop(folders.insert(folder_name(fault), folder)),
                Err(problem) => drop(unwritten.insert(folder_name(fault), vec![problem])),
            }
        }
        let record = Record::new(judge, &self.inputs(judge, &folders)?);
        if let Some(verdicts) = record.result::<Verdicts>().filter(|_| unwritten.is_empty()) {
            self.known.lock().expect("no case panics while it notes a judge").push(judge.to_owned());
            return Ok(verdicts);
        }
        let mut verdicts = run(python, judge, &folders)?;
        verdicts.append(&mut unwritten);
        if self.passes(judge, &folders, &verdicts) {
            record.keep(&verdicts);
        }
        Ok(verdicts)
    }

    /// Returns everything that a judge reads: the correct and faulty outputs, its code and tables, and the versions of
    /// its runtime.
    fn inputs(&self, judge: &str, folders: &BTreeMap<String, PathBuf>) -> Result<Inputs, String> {
        let mut inputs = Inputs::of(judge);
        inputs.add(environment::made_from(self.python.as_ref()?)?.as_bytes());
        inputs.add(self.node.as_deref().unwrap_or_default().as_bytes());
        inputs.add_files(&environment::home(), &self.folder)?;
        for (name, folder) in folders {
            inputs.add(name.as_bytes());
            inputs.add_files(folder, &self.folder)?;
        }
        Ok(inputs)
    }

    /// Returns whether a judge has accepted all correct outputs and detected every fault.
    fn passes(&self, judge: &str, folders: &BTreeMap<String, PathBuf>, verdicts: &Verdicts) -> bool {
        let fault_of = |name: &str| self.faults.iter().find(|fault| fault.judge == judge && folder_name(fault) == name);
        folders.keys().all(|name| match (verdicts.get(name), fault_of(name)) {
            (Some(objections), Some(fault)) => objections.iter().any(|it| it.contains(&fault.expected)),
            (Some(objections), None) => objections.is_empty(),
            (None, _) => false,
        })
    }
}

fn folder_name(fault: &Fault) -> String {
    format!("{}/{}", fault.judge, fault.title.replace([' ', ','], "-"))
}

fn run(python: &Path, judge: &str, folders: &BTreeMap<String, PathBuf>) -> Result<Verdicts, String> {
    let mut command = Command::new(python);
    command.arg(environment::home().join("judge.py")).arg(judge).args(folders.values());
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1").stdin(Stdio::null());
    let done = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        return Err(format!("{judge} broke down ({}):\n{said}", done.status));
    }
    let mut verdicts: BTreeMap<PathBuf, Vec<String>> =
        serde_json::from_slice(&done.stdout).map_err(|error| format!("{judge} answered no JSON: {error}\n{said}"))?;
    Ok(folders.iter().filter_map(|(name, path)| Some((name.clone(), verdicts.remove(path)?))).collect())
}
