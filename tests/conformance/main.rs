//! Real AWS clients judge what dotpipe writes for every example.
//!
//! The clients live in a Python environment that this test makes itself, with the versions of `requirements.txt`.
//! Without Python the cases are ignored and the run says so; where `CI` is `true` that is a failure.

mod environment;
mod faults;
mod judges;
mod outputs;
mod sam;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::environment::Python;
use crate::judges::Session;
use crate::outputs::Example;

/// The modules of `judges/`, by the names that `judge.py` takes.
const JUDGES: [&str; 10] = [
    "aws-cli",
    "botocore-input",
    "cfn-lint",
    "cloudformation-validate",
    "limits",
    "parliament-iam",
    "references",
    "same-template",
    "sarif",
    "support-names",
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let python = environment::find_python();
    if let Err(reason) = &python {
        println!("skipped: conformance ({reason})");
    }
    let skipped = python.is_err();
    let session = Arc::new(Session::new(python.clone(), outputs::examples(), faults::read()));
    let translator = python.clone();
    let mut trials = vec![Trial::test("python", move || python_in_ci(python))];
    trials.push(Trial::test("sam::translated", move || sam::translated(translator)).with_ignored_flag(skipped));
    trials.extend(trials_of_examples(&session, skipped));
    trials.extend(trials_of_judges(&session, skipped));
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !conclusion.has_failed() {
        session.clean_up();
    }
    conclusion.exit_code()
}

/// A machine that decides about a change must not skip these cases.
fn python_in_ci(python: Result<Python, String>) -> Result<(), Failed> {
    match python {
        Err(reason) if std::env::var("CI").is_ok_and(|value| value == "true") => Err(reason.into()),
        _ => Ok(()),
    }
}

/// Each example builds, and every judge accepts what was built.
fn trials_of_examples(session: &Arc<Session>, skipped: bool) -> Vec<Trial> {
    let mut trials = Vec::new();
    for Example { name, .. } in session.examples() {
        let owned = (Arc::clone(session), name.clone());
        trials.push(Trial::test(format!("build::{name}"), move || owned.0.build(&owned.1)));
        trials.extend(JUDGES.map(|judge| accepts(session, judge, name).with_ignored_flag(skipped)));
    }
    trials
}

/// Each judge accepts good outputs and objects to spoilt ones.
fn trials_of_judges(session: &Arc<Session>, skipped: bool) -> Vec<Trial> {
    let good = JUDGES.map(|judge| accepts(session, judge, outputs::FIXTURE));
    let spoilt = session.faults().iter().cloned().map(|fault| {
        let session = Arc::clone(session);
        let name = format!("{}::objects::{}", fault.judge, fault.title);
        Trial::test(name, move || session.objects(&fault))
    });
    good.into_iter().chain(spoilt).map(|trial| trial.with_ignored_flag(skipped)).collect()
}

fn accepts(session: &Arc<Session>, judge: &'static str, name: &str) -> Trial {
    let session = Arc::clone(session);
    let folder = name.to_owned();
    Trial::test(format!("{judge}::{name}"), move || session.accepts(judge, &folder))
}
