//! Files that would exhaust the stack, the memory, or the time: each is rejected quickly, with one error.

use std::fmt::Write;

use dotpipe::compilation::{Compilation, Request};

use crate::support::compile;

/// The number of links in a chain, far above every limit.
const LINKS: usize = 3000;

fn compiled(text: &str) -> Compilation {
    compile(("pipeline.pipe", text), &[], &Request::default())
}

fn errors(text: &str) -> Vec<String> {
    let compilation = compiled(text);
    let errors = compilation.diagnostics().iter().filter(|found| found.code.as_str().starts_with('E'));
    errors.map(|found| format!("{} {}", found.code, found.message)).collect()
}

/// Returns a line for each link, in which `n` is its number and `m` is the next number.
fn chain(links: usize, line: &str, end: &str) -> String {
    let mut text = String::new();
    for link in 0..links {
        let _ = writeln!(text, "{}", line.replace("{n}", &link.to_string()).replace("{m}", &(link + 1).to_string()));
    }
    text + &end.replace("{n}", &links.to_string()) + "\n"
}

#[test]
fn chains_end() {
    let values = ["E0007 values refer to each other more than 200 levels deep"];
    assert_eq!(errors(&chain(LINKS, "let a{n} = a{m}", "let a{n} = 1")), values);
    assert_eq!(errors(&chain(LINKS, "let a{n} = [[a{m}]]", "let a{n} = 1")), values);
    let environments = chain(
        LINKS,
        "environment e{n} { settings = { a = e{m}.settings.a } }",
        "environment e{n} { settings = { a = 1 } }",
    );
    assert_eq!(errors(&(environments + "let first = e0.settings.a\n")), values);
    let components = chain(LINKS, "component c{n}() {\n use c{m}()\n}", "component c{n}() {\n approve Go\n}");
    let pipeline = "pipeline A {\n stage S {\n source codecommit F -> A { repository = \"a\", branch = \"b\" }\n }\n stage T {\n use c0()\n }\n}\n";
    assert_eq!(errors(&(components + pipeline)), ["E0007 components use each other more than 128 levels deep"]);
    let types = chain(LINKS, "type t{n} = { a: t{m} }", "type t{n} = string");
    assert_eq!(errors(&types), ["E0007 types refer to each other more than 1,000 levels deep"]);
}

#[test]
fn chains_of_a_hundred_are_read() {
    assert_eq!(errors(&chain(100, "let a{n} = a{m}", "let a{n} = 1")), [""; 0]);
}

#[test]
fn imports_end() {
    let file = |n: usize| format!("import {{ a{0} }} from \"./f{0}.pipe\"\nlet a{n} = a{0}\n", n + 1);
    let files: Vec<(String, String)> = (1..300).map(|n| (format!("f{n}.pipe"), file(n))).collect();
    let compilation = compile(("pipeline.pipe", &file(0)), &files, &Request::default());
    let found: Vec<&str> = compilation.diagnostics().iter().map(|found| found.message.as_str()).collect();
    assert_eq!(found.first(), Some(&"files import each other more than 128 levels deep"));
}

/// Each value contains the previous one twice, so that the sixtieth would not fit on any disk.
#[test]
fn values_that_double_end() {
    for (first, next) in [
        ("\"ten bytes!\"", "\"${a{n}}${a{n}}\""),
        ("[\"x\"]", "[a{n}, a{n}]"),
        ("[\"x\"]", "concat(a{n}, a{n})"),
        ("\"aaaa\"", "replace(a{n}, \"a\", \"${a{n}}aa\")"),
        ("{ a = 1 }", "{ a = a{n}, b = a{n} }"),
    ] {
        let mut text = format!("let a0 = {first}\n");
        for n in 0..60 {
            let _ = writeln!(text, "let a{} = {}", n + 1, next.replace("{n}", &n.to_string()));
        }
        assert_eq!(errors(&text), ["E0306 the values in this file exceed 64 MiB"], "{next}");
    }
}

/// Thousands of similar names, none of which is declared.
#[test]
fn unknown_names_are_not_compared_all_day() {
    let found = errors(&chain(LINKS, "let a{n} = b{n}", ""));
    assert_eq!((found.len(), found.first().map(String::as_str)), (3000, Some("E0301 no value named `b0`")));
}

#[test]
fn names_without_end_are_quoted_in_part() {
    let name = "x".repeat(100_000);
    let member = format!("let b = \"a\"\nlet c = b{}\n", ".a".repeat(100_000));
    for text in [format!("{name} A {{\n}}\n"), format!("let a = {name}\n"), member] {
        let found = errors(&text);
        assert!(found.len() == 1 && found.iter().all(|message| message.len() < 200), "{found:?}");
    }
}
