//! Any text is parsed completely, its diagnostics point into it, and it can be formatted, twice with the same result.

#![no_main]

use dotpipe::format::format;
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
    let formatted = format(text).expect("it is the same program");
    if formatted.is_whole {
        assert_eq!(format(&formatted.text).expect("it is the same program"), formatted);
    }
});
