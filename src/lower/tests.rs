use crate::diagnostic::Diagnostic;
use crate::hir::{Hir, Origin};
use crate::source::SourceMap;
use crate::syntax::parse;

use super::{Inputs, lower};

/// Lowers a text; gives the resolved form and `CODE underlined text: message` for each diagnostic.
fn lowered(text: &str) -> (Hir, Vec<String>) {
    let mut sources = SourceMap::default();
    let file = sources.add("pipeline.pipe".into(), text);
    let parsed = parse(file, text);
    let lowered = lower(&parsed.ast, text, &Inputs::default());
    let mut all = parsed.diagnostics;
    all.extend(lowered.diagnostics);
    let line = |d: &Diagnostic| format!("{} {}: {}", d.code, sources.slice(d.primary.span), d.message);
    (lowered.hir, all.into_sorted().iter().map(line).collect())
}

#[test]
fn explore() {
    for f in std::env::var("F").unwrap_or_default().split(',') {
        let text = std::fs::read_to_string(f).unwrap();
        let (hir, lines) = lowered(&text);
        println!("== {f}\n{}", lines.join("\n"));
        if std::env::var("V").is_ok() {
            for p in &hir.pipelines {
                for a in &p.actions {
                    println!("{} {:?} in={:?} out={:?}", a.name.node, a.origin, a.inputs.len(), a.outputs);
                    for (k, v) in &a.configuration {
                        println!("   {k} = {:?}", v.value.kind);
                    }
                }
            }
        }
    }
}
