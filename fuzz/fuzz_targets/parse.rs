//! Any text is read to its end, and what is said about it points into it.

#![no_main]

use dotpipe::source::SourceMap;
use dotpipe::syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut sources = SourceMap::default();
    let file = sources.add("fuzz.pipe".into(), text);
    for found in parse(file, text).diagnostics {
        let labels = found.secondary.iter().map(|label| label.span);
        for span in labels.chain([found.primary.span]).chain(found.edits.iter().map(|edit| edit.span)) {
            assert!(text.get(span.range()).is_some(), "{found:?}");
        }
    }
});
