//! Pipelines of the maximum size that AWS accepts, written in a few lines.

use dotpipe::compilation::{Compilation, Notation, Request};

use crate::support::compile;

#[path = "../support/sizes.rs"]
mod sizes;

fn compiled(text: &str) -> Compilation {
    compile(("pipeline.pipe", text), &[], &Request::default())
}

/// Returns the codes of all diagnostics, each once.
fn codes(compilation: &Compilation) -> Vec<&str> {
    let mut codes: Vec<&str> = compilation.diagnostics().iter().map(|found| found.code.as_str()).collect();
    codes.dedup();
    codes
}

#[test]
fn loops_make_a_pipeline_at_the_limits() {
    for (stages, actions, said) in [(49, 10, vec![]), (49, 20, vec!["W0503"])] {
        let compilation = compiled(&sizes::loops(stages, actions));
        assert_eq!(codes(&compilation), said);
        let pipeline = &compilation.hir().pipelines[dotpipe::model::PipelineId(0)];
        assert_eq!((pipeline.stages.len(), pipeline.actions.len()), (stages + 1, stages * actions + 1));
        assert!(compilation.build(Notation::Json).is_some());
    }
    let past = compiled(&sizes::loops(49, 21));
    assert_eq!(codes(&past), ["E0503"]);
    assert_eq!(past.sources().slice(past.diagnostics()[0].primary.span), "for");
    assert!(past.build(Notation::Json).is_none());
}

#[test]
fn components_make_many_pipelines() {
    let compilation = compiled(&sizes::pipelines(20));
    assert_eq!(dotpipe::render::short::render(&[compilation.report()]), "");
    let pipelines = &compilation.hir().pipelines;
    assert_eq!(pipelines.len(), 20);
    assert!(pipelines.iter().all(|it| it.stages.len() == 1 + 15 * 3 && it.actions.len() == 1 + 15 * 4 + 1));
    assert!(compilation.build(Notation::Json).is_some());
    let expanded = compilation.expand().expect("it has no errors");
    assert_eq!(compiled(&expanded).build(Notation::Json), compilation.build(Notation::Json));
}
