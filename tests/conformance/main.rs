//! Checks dotpipe's outputs for every example with real AWS clients, called judges.
//!
//! The clients are installed in a Python environment that this test creates, with the versions of `requirements.txt`.
//! Without Python, the cases are ignored with a message; if `CI` is `true`, they fail. The same applies to Node, which
//! one judge requires.

mod environment;
mod faults;
mod judges;
mod outputs;
mod passed;
mod published;
mod sam;
mod site;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::judges::Session;
use crate::outputs::Example;

/// The modules in `judges/`, by the names that `judge.py` accepts.
const JUDGES: [&str; 13] = [
    "aws-cli",
    "botocore-input",
    "cfn-lint",
    "cloudformation-validate",
    "iam-simulate",
    "limits",
    "ministack",
    "parliament-iam",
    "references",
    "role-requests",
    "same-template",
    "sarif",
    "support-names",
];

/// The judge of the code scanning reports of `dotpipe check`, which also judges the cases of `tests/ui`.
const OF_FINDINGS: [&str; 1] = ["sarif"];

/// The judges of roles and stacks, which also judge the templates of `tests/stacks/`.
const OF_STACKS: [&str; 2] = ["iam-simulate", "role-requests"];

/// The judge that runs a Node program.
const WITH_NODE: &str = "iam-simulate";

/// The judges that cannot run on this machine.
#[derive(Clone, Copy, Debug)]
struct Skipped {
    all: bool,
    with_node: bool,
}

impl Skipped {
    fn judge(self, judge: &str) -> bool {
        self.all || (self.with_node && judge == WITH_NODE)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let python = environment::find_python();
    if let Err(reason) = &python {
        println!("skipped: conformance ({reason})");
    }
    let node = environment::find_node();
    if let Err(reason) = &node {
        println!("skipped: conformance, {WITH_NODE} ({reason})");
    }
    let skipped = Skipped { all: python.is_err(), with_node: node.is_err() };
    let session = Arc::new(Session::new(python.clone(), node.clone().ok(), outputs::examples(), faults::read()));
    let (translator, builder, fetcher) = (python.clone(), python.clone(), python.clone());
    let without_npm = skipped.all || skipped.with_node;
    let mut trials =
        vec![Trial::test("python", move || required_in_ci(python)), Trial::test("node", move || required_in_ci(node))];
    trials.push(Trial::test("sam::translated", move || sam::translated(&translator)).with_ignored_flag(skipped.all));
    trials.push(Trial::test("site::is_built", move || site::is_built(builder)).with_ignored_flag(skipped.all));
    trials.push(
        Trial::test("published::documents_are_read", move || published::documents_are_read(&fetcher))
            .with_ignored_flag(without_npm),
    );
    trials.push(Trial::test("passed::notices_every_change", passed::notices_every_change));
    trials.push(Trial::test("site::highlights_every_keyword", site::highlights_every_keyword));
    trials.extend(trials_of_examples(&session, skipped));
    trials.extend(trials_of_judges(&session, skipped));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let known = session.known();
    if !known.is_empty() {
        println!(
            "not judged again, as they have accepted exactly this before (CI=true judges everything): {}",
            known.join(", ")
        );
    }
    if !in_ci() {
        println!("one of {} published documents was read (CI=true reads them all)", published::ONE_OF);
    }
    if !conclusion.has_failed() {
        session.clean_up();
    }
    conclusion.exit_code()
}

/// In CI, these cases must not be skipped.
fn required_in_ci<T>(found: Result<T, String>) -> Result<(), Failed> {
    match found {
        Err(reason) if in_ci() => Err(reason.into()),
        _ => Ok(()),
    }
}

/// Returns whether this is a run in CI.
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Returns the cases of the examples: each is built, and every judge accepts the outputs.
fn trials_of_examples(session: &Arc<Session>, skipped: Skipped) -> Vec<Trial> {
    let mut trials = Vec::new();
    for Example { name, judged, .. } in session.examples() {
        let owned = (Arc::clone(session), name.clone());
        trials.push(Trial::test(format!("build::{name}"), move || owned.0.build(&owned.1)));
        trials.extend(
            judged.by().iter().map(|judge| accepts(session, judge, name).with_ignored_flag(skipped.judge(judge))),
        );
    }
    trials
}

/// Returns the cases of the judges: each accepts correct outputs and objects to faulty ones.
fn trials_of_judges(session: &Arc<Session>, skipped: Skipped) -> Vec<Trial> {
    let good = JUDGES.map(|judge| accepts(session, judge, outputs::FIXTURE).with_ignored_flag(skipped.judge(judge)));
    let spoilt = session.faults().iter().cloned().map(|fault| {
        let session = Arc::clone(session);
        let name = format!("{}::objects::{}", fault.judge, fault.title);
        let ignored = skipped.judge(&fault.judge);
        Trial::test(name, move || session.objects(&fault)).with_ignored_flag(ignored)
    });
    good.into_iter().chain(spoilt).collect()
}

fn accepts(session: &Arc<Session>, judge: &'static str, name: &str) -> Trial {
    let session = Arc::clone(session);
    let folder = name.to_owned();
    Trial::test(format!("{judge}::{name}"), move || session.accepts(judge, &folder))
}
