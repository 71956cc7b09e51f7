use proptest::prelude::*;

use super::*;

/// Returns the programs with their words, as they are written in the source.
fn words(text: &str) -> Vec<Vec<&str>> {
    parse(text).commands.iter().map(|c| c.words.iter().map(|w| &text[w.range.clone()]).collect()).collect()
}

#[test]
fn splits_commands_and_words() {
    let text = "cd a && X=1 npm ci; FOO=b aws s3 cp \"a b\" 's3://x' | tee log # done\nif test -f x; then echo y >out 2>&1; fi";
    let expected: Vec<Vec<&str>> = vec![
        vec!["cd", "a"],
        vec!["npm", "ci"],
        vec!["aws", "s3", "cp", "\"a b\"", "'s3://x'"],
        vec!["tee", "log"],
        vec!["test", "-f", "x"],
        vec!["echo", "y"],
    ];
    assert_eq!(words(text), expected);
    let commands = parse(text).commands;
    assert_eq!(commands[1].assignments[0].0, "X");
    assert_eq!(commands[5].output.as_ref().and_then(ShellWord::literal), Some("out".into()));
}

#[test]
fn knows_variables_and_what_is_dynamic() {
    let text = "a $X ${Y} ${Z:-d} pre-$X/é ${A%x} $1 $(date +%s) \\$X '$X' \"$X\" `b c` $";
    let commands = parse(text).commands;
    let outer = &commands[0];
    let shown: Vec<_> = outer.words.iter().map(|w| (w.variable(), w.literal())).collect();
    assert_eq!(shown[1].0, Some("X"));
    assert_eq!(shown[2].0, Some("Y"));
    assert_eq!(shown[3].0, Some("Z"));
    assert_eq!(outer.words[4].variables().collect::<Vec<_>>(), ["X"]);
    assert_eq!(outer.words[5].parts, [WordPart::Dynamic]);
    assert_eq!(outer.words[6].parts, [WordPart::Dynamic]);
    assert_eq!(outer.words[7].parts, [WordPart::Dynamic]);
    assert_eq!(shown[8].1.as_deref(), Some("$X"));
    assert_eq!(shown[9].1.as_deref(), Some("$X"));
    assert_eq!(shown[10].0, Some("X"));
    assert_eq!(shown[12].1.as_deref(), Some("$"));
    assert_eq!(words(text)[1..], [vec!["date", "+%s"], vec!["b", "c"]]);
}

#[test]
fn joins_lines_and_skips_heredocs() {
    let text = "aws x \\\n  --y z\ncat <<EOF > f\naws s3 cp a b\nEOF\nls";
    assert_eq!(words(text), [vec!["aws", "x", "--y", "z"], vec!["cat"], vec!["ls"]]);
}

#[test]
fn tells_what_runs_only_sometimes() {
    let shown = |text: &str| -> String {
        let letter = |c: &SimpleCommand| match (c.sometimes, c.may_fail) {
            (false, false) => 'a',
            (false, true) => 'f',
            (true, false) => 's',
            (true, true) => 'b',
        };
        parse(text).commands.iter().map(letter).collect()
    };
    assert_eq!(shown("a && b || c; d"), "ffsa");
    assert_eq!(shown("if a; then b; else c; fi; d"), "fssa");
    assert_eq!(shown("test -f x && b\nc"), "asa");
    assert_eq!(shown("a &&\n b\n! c"), "aaf");
    assert_eq!(shown("case $X in a) b;; c) e ;; esac\nf"), "sssa");
    assert_eq!(shown("deploy() { a; }\nb $(c)"), "saa");
    assert_eq!(shown("for x in 1 2; do a; done; while b; do c; done; (d; e) | g"), "aafsaaa");
    assert_eq!(parse("deploy() { a; }").functions, ["deploy"]);
    assert_eq!(shown("case $X in\n a | b) c ;;\n (d|e) f | g ;;\nesac\nh"), "ssssa");
    let depths: Vec<_> = parse("a; (b; c $(d)); e").commands.iter().map(|c| c.depth).collect();
    assert_eq!(depths, [0, 1, 1, 2, 0]);
}

#[test]
fn notes_what_no_shell_runs() {
    use ShellFault::*;
    let faults = |text: &str| parse(text).faults.into_iter().map(|(fault, _)| fault).collect::<Vec<_>>();
    for (text, fault) in [
        ("echo \"a", OpenQuote),
        ("echo 'a", OpenQuote),
        ("if a; then b", OpenBlock { word: "if", end: "fi" }),
        ("b; fi", NoBlock("fi")),
        ("if [ a ] then b; fi", NoBody { word: "if", body: "then" }),
        ("while a; done", NoBody { word: "while", body: "do" }),
        ("if [-n \"$A\" ]; then b; fi", BracketTogether),
        ("[\"$A\" = b ]", BracketTogether),
        ("[ \"$A\" = b]", NoBracket),
        ("TAG = $(date)", SpacedAssignment),
        ("export tag = 1", SpacedAssignment),
        ("$TAG=1", DollarAssignment),
        ("export $TAG=1", DollarAssignment),
        ("tag = 1", SpacedAssignment),
        ("TAG =1", SpacedAssignment),
        ("TAG= $(date)", SpacedValue),
        ("export TAG= \"a\"", SpacedValue),
        ("TAG=git describe", BareCommand),
        ("TAG=date +%s", BareCommand),
        ("echo `date", OpenBacktick),
        ("echo ${{ TAG }}", DoubleBrace),
    ] {
        assert_eq!(faults(text), [fault], "{text}");
    }
    for text in [
        "echo \"it's\" 'a\"b' $'it\\'s' don\\'t # it's",
        "function f { a; }; f() { if b; then c; fi; }",
        "case $X in a|b) if c; then d; fi ;; *) e ;; esac",
        "for a in b; do c; done; until d; do e; done",
        "if [ -n \"$A\" ] && [ \"$B\" = c ]; then d; elif e; then f; else g; fi",
        "cat <<EOF\nit's\nEOF\nls [a-z]*",
        "[[ $A =~ (b|c) ]] && d",
        "echo if then fi done { }",
        "PAGER=cat git log; CC=gcc make; IFS= read -r a; A= $B; export A= B=c; echo = a; A=\"\" \"$b\"",
        "case $X in\ndone)\na ;;\nfi|if) b ;;\nesac",
        "for ((T = 0; T < $((3 * 2)); T++)); do a; done; ((B = 1)); if ((B > 0)); then c; fi",
    ] {
        assert_eq!(faults(text), [], "{text}");
    }
}

#[test]
fn notes_every_variable_that_is_read() {
    let text = "a \"$X\" ${Y:-1} ${Z%x} '$N' ${#L} > $F <<EOF\n$H\nEOF\ncat <<'EOF'\n$N\nEOF\nb ${P:0:7} ${Q:?no} $1";
    let reads: Vec<_> =
        parse(text).reads.iter().map(|read| (text[read.range.clone()].to_owned(), read.guarded)).collect();
    let expected = [
        ("$X", false),
        ("${Y:-1}", true),
        ("${Z%x}", false),
        ("${#L}", true),
        ("$F", false),
        ("$H", false),
        ("${P:0:7}", false),
        ("${Q:?no}", true),
    ];
    assert_eq!(reads, expected.map(|(text, guarded)| (text.to_owned(), guarded)));
}

#[test]
fn knows_whose_result_a_script_has() {
    let found = |text: &str| -> Vec<(String, String, Loss)> {
        let lost = parse(text).lost_results(text, &mut ShellOptions::default());
        let cut = |range: &Range<usize>| text[range.clone()].trim().to_owned();
        lost.iter().map(|it| (cut(&it.command), cut(&it.by), it.loss)).filter(|(it, ..)| it.starts_with('t')).collect()
    };
    for (text, command, by, loss) in [
        ("t a || true", "t a", "|| true", Loss::Fallback),
        ("t a && echo b || { echo c; echo d; }", "t a", "|| { echo c; echo d; }", Loss::Fallback),
        ("t a || (echo failed >&2)", "t a", "|| (echo failed >&2)", Loss::Fallback),
        ("(cd a && t b) || :", "t b", "|| :", Loss::Fallback),
        ("t 2>&1 | tail -n 5", "t 2>&1", "| tail -n 5", Loss::Filter),
        ("t | /usr/bin/tee b", "t", "| /usr/bin/tee b", Loss::Filter),
        ("t; echo b", "t", "; echo b", Loss::Next { quiet: true }),
        ("t # it\nls out | wc -l\n", "t", "# it\nls out | wc -l", Loss::Next { quiet: true }),
        ("t\naws s3 sync a b", "t", "aws s3 sync a b", Loss::Next { quiet: false }),
        ("set -e\nset +e; t\ndeploy", "t", "deploy", Loss::Next { quiet: false }),
        ("(set -e; x); t; deploy", "t", "; deploy", Loss::Next { quiet: false }),
        ("set -e\nt && x\ny", "t", "y", Loss::Next { quiet: false }),
        ("t &", "t", "&", Loss::Background),
        ("if ! t; then echo a; fi", "t", "if ! t; then echo a; fi", Loss::Condition),
        ("if t; then a; fi", "t", "if t; then a; fi", Loss::Condition),
        ("for a in b c; do (cd $a && t); done", "t", "for a in b c; do (cd $a && t); done", Loss::Round),
    ] {
        assert_eq!(found(text), [(command.to_owned(), by.to_owned(), loss)], "{text}");
    }
    for text in [
        "cd a && t",
        "t || exit 1",
        "t || { echo a; exit 1; }",
        "t || echo failed > status",
        "t || RESULT=$?",
        "t || t again",
        "t | grep -q ok",
        "t | jq -e .ok",
        "set -o pipefail; t | tee a",
        "set -euo pipefail\nt | tee a\nb",
        "t; RESULT=$?; echo; exit $RESULT",
        "t | tee a; exit ${PIPESTATUS[0]}",
        "a; t",
        "set -e\nt\nb",
        "if t; then a; else b; fi",
        "if ! t; then echo a; exit 1; fi",
        "until t; do sleep 5; done",
        "for i in 1 2 3; do t && break; sleep 5; done",
        "f() { t || true; }; f",
        "! t",
        "case $A in b) t || true ;; esac",
        "A=(b c); t || true",
        "echo \"$(t || true)\"",
        "for a in b c; do t || exit 1; done",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn elements_of_an_array_are_no_commands() {
    let programs = |text: &str| -> Vec<String> {
        parse(text).commands.iter().filter_map(|command| command.words.first()?.literal()).collect()
    };
    assert_eq!(programs("FILES=(app/*.js $(find x)) && node \"${FILES[@]}\""), [":", "find", "node"]);
    assert_eq!(programs("A=(\n  b # it\n  c\n)\nd"), [":", "d"]);
    assert_eq!(programs("A= (b); (c)"), ["b", "c"]);
    assert_eq!(parse("A=(\"$B\" c); t").reads.len(), 1);
}

#[test]
fn notes_what_needs_bash() {
    use Bashism::*;
    let found = |text: &str| {
        parse(text).bashisms.into_iter().map(|(it, range)| (it, text[range].to_owned())).collect::<Vec<_>>()
    };
    for (text, bashism, shown) in [
        ("if [[ -f a ]]; then b; fi", DoubleBracket, "[["),
        ("[ \"$A\" == b ] && c", DoubleEquals, "=="),
        ("source a.sh", Source { bare: true }, "source"),
        ("function f { a; }", Function, "function"),
        ("echo \"${A:0:7}\"", Expansion, "${A:0:7}"),
        ("echo $(echo ${A: -3})", Expansion, "${A: -3}"),
        ("B=${A//-/_}", Expansion, "${A//-/_}"),
        ("cat <<< a", HereString, "<<<"),
    ] {
        assert_eq!(found(text), [(bashism, shown.to_owned())], "{text}");
    }
    for text in
        ["[ a = b ]; . ./a.sh; f() { b; }", "echo ${A:-0} ${A%/*} ${#A} ${A:=0}", "echo '[[' source == <<EOF\na\nEOF"]
    {
        assert_eq!(found(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in "[ \\n\\r\\\\'\"$`(){}<>|&;#=aé1-]{0,40}") {
        for command in parse(&text).commands {
            for word in &command.words {
                prop_assert!(text.get(word.range.clone()).is_some());
            }
        }
    }
}

#[test]
fn notes_operators_and_words_of_bash() {
    let noted = |text: &str| {
        let script = parse(text);
        script.bashisms.iter().map(|(_, range)| text.get(range.clone()).unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (text, place) in [
        ("a &> b", "&>"),
        ("a >& b", ">&"),
        ("a |& b", "|&"),
        ("a <(b)", "<("),
        ("(( A > 0 ))", "(("),
        ("A=(b c)", "("),
        ("A[0]=b", "A[0]=b"),
        ("A+=b", "A+=b"),
        ("echo $'a'", "$'"),
        ("mkdir a/{b,c}", "a/{b,c}"),
        ("for a in {1..3}; do b; done", "{1..3}"),
        ("select a in b; do c; done", "select"),
        ("echo ${A[0]}", "${A[0]}"),
        ("echo ${!A}", "${!A}"),
        ("echo $RANDOM", "$RANDOM"),
        ("echo -ne 'a' > b", "-ne"),
        ("echo -e a | b", "-e"),
        ("read -ra A", "-ra"),
        ("local -r A=1", "-r"),
        ("trap a EXIT ERR", "ERR"),
        ("set -eo pipefail", "pipefail"),
        (". names.sh", "."),
        ("source a/names.sh", "source"),
        ("sh -c 'let a=1'", "let"),
    ] {
        assert_eq!(noted(text), [place], "{text}");
    }
    for text in [
        "a > b 2>&1; a >&2; a >&$B; a | b & c",
        "echo -e a; echo -n b > c; read -rp 'a' B; local A=1; trap a EXIT; set -eu; export A; printf %s a",
        "grep -E 'a{1,3}' b; curl -w %{http_code},%{time_total} c; aws d --query e[].{f:g,h:i}",
        "mkdir \"a/{b,c}\" 'd{1..2}' e{}; cp ${A}b,c d; . ./names.sh; . a/b.sh",
        "bash -c 'declare -A A; [[ a ]]'; echo \"pushd let\" source; A=$((1 + 2)); $( (a) )",
        "echo ${RANDOM:-1} ${A:-b} ${A#b} ${#A} ${A%/*}",
    ] {
        assert_eq!(noted(text), [] as [&str; 0], "{text}");
    }
}

#[test]
fn reads_scripts_in_arguments() {
    let programs = |text: &str| {
        let commands = parse(text).commands.into_iter();
        commands.filter_map(|it| it.words.first().and_then(ShellWord::literal)).collect::<Vec<_>>()
    };
    assert_eq!(programs("sh -c 'a; b $C' && d"), ["sh", "a", "b", "d"]);
    assert_eq!(programs("timeout 60 bash -euxo pipefail -c \"a\""), ["timeout", "a"]);
    assert_eq!(programs("eval 'a'; bash b.sh -c 'd'; docker run e sh -c 'f'"), ["eval", "a", "bash", "docker"]);
    assert_eq!(programs("sh -c \"a \\\"b\\\"\""), ["sh"]);
    let reads = parse("sh -c 'echo $A'; sh -c \"echo $B\"").reads;
    assert_eq!(reads.iter().map(|read| read.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn knows_what_receives_a_pipe() {
    let piped = |text: &str| parse(text).commands.into_iter().map(|command| command.piped).collect::<Vec<_>>();
    assert_eq!(piped("a | b; c && d"), [false, true, false, false]);
    assert_eq!(piped("a | while read b; do C=d; done; e"), [false, true, true, false]);
    assert_eq!(piped("a | b && c"), [false, true, false]);
    let quoted = parse("a '$B ${C} $1 $' \"$D\"; e").commands;
    let names: Vec<_> = quoted.iter().flat_map(|command| &command.quoted).map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["B", "C"]);
}
