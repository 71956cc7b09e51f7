//! The diagnostics of single mistakes: code, position, underlined text, message, and edit.

use super::faults;

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_mistake_is_named_once_and_in_its_place() {
    for (text, wanted) in [
        (
            "stage A {\n  branch: \"main\"\n  \"repository\": \"x\",\n  t = 1;\n  u = 2; v = 3\n}\n",
            "E0001 2:9 \":\" expected `=`, found `:` => \" =\" for \":\"\nE0001 3:15 \":\" expected `=`, found `:` => \" =\" for \":\"\nE0001 4:8 \";\" `;` does not end a statement => \"\" for \";\"\nE0001 5:8 \";\" `;` does not end a statement => \",\" for \";\"",
        ),
        (
            "stage A {\n  # hi\n  x = 1 # there\n}\n",
            "E0001 2:3 \"#\" `#` does not start a comment => \"//\" for \"#\"\nE0001 3:9 \"#\" `#` does not start a comment => \"//\" for \"#\"",
        ),
        (
            "deploy stack x from App:t.yaml { config = App:c/prod.json }\n",
            "E0001 1:24 \":\" expected `::`, found `:` => \"::\" for \":\"\nE0001 1:46 \":\" expected `::`, found `:` => \"::\" for \":\"",
        ),
        ("build codebuild X => App\n", "E0001 1:19 \"=>\" expected `->`, found `=>` => \"->\" for \"=>\""),
        ("stage A\n{\n}\n", "E0001 2:1 \"{\" `{` must be on the same line as its header => \" \" for \"\\n\""),
        ("stage A\n", "E0001 1:8 \"\" expected `{`, found end of line"),
        ("stage {\n x = 1\n}\n", "E0001 1:7 \"{\" expected a name, found `{`"),
        ("x =\n  [1, 2]\ny = 1\n", "E0005 1:3 \"=\" value missing after `=` => \" \" for \"\\n  \""),
        ("x =\n", "E0005 1:3 \"=\" value missing after `=`"),
        ("x = [1, 2\ny = 3\n", "E0004 1:5 \"[\" list is never closed => \"]\" for \"\""),
        ("stage A {\n  x = [1, 2\n}\nstage B {\n}\n", "E0004 2:7 \"[\" list is never closed => \"]\" for \"\""),
        (
            "pipeline P {\n  stage A {\n    approve X\n\n  stage B {\n    approve Y\n  }\n}\n",
            "E0004 2:11 \"{\" block is never closed => \"\\n  }\" for \"\"",
        ),
        ("pipeline P {\n  stage A {\n    approve X\n  }\n  }\n}\n", "E0001 5:3 \"}\" unexpected `}` => \"\" for \"}\""),
        (
            "pipeline P {\n  stage A\n    approve X\n  }\n}\n",
            "E0001 2:10 \"\" expected `{`, found end of line => \" {\" for \"\"",
        ),
        (
            "stage A { x = \"abc }\nstage B { y = 'abc }\n",
            "E0004 1:15 \"\\\"\" string is never closed => \"\\\"\" for \"\"\nE0004 2:15 \"'\" string is never closed => \"'\" for \"\"",
        ),
        (
            "x = \"a ${b\"\ny = \"c ${d\nz = 1\n",
            "E0004 1:8 \"${\" interpolation is never closed => \"}\" for \"\"\nE0004 2:8 \"${\" interpolation is never closed => \"}\" for \"\"",
        ),
        (
            "x = \"${}\"\ny = \"${a b}\"\n",
            "E0001 1:8 \"}\" expected a value, found `}`\nE0001 2:10 \"b\" expected `}`, found `b`",
        ),
        (
            "x = yaml(\"\"\"\n  a\n  b\ny = 1\nstage {\n}\n",
            "E0004 1:10 \"\\\"\\\"\\\"\" multi-line string is never closed => \"\\\"\\\"\\\"\" for \"\"\nE0001 5:7 \"{\" expected a name, found `{`",
        ),
        ("x = '''\n  a\n", "E0004 1:5 \"'''\" multi-line string is never closed => \"'''\" for \"\""),
        ("/* a\nstage A {\n", "E0004 1:1 \"/*\" comment is never closed => \"*/\" for \"\""),
        ("stage A {\n/* a\n", "E0004 2:1 \"/*\" comment is never closed => \"*/\" for \"\""),
        (
            "x = f(1, 2]\ny = [1, 2)\n",
            "E0001 1:11 \"]\" expected `)`, found `]` => \")\" for \"]\"\nE0001 2:10 \")\" expected `]`, found `)` => \"]\" for \")\"",
        ),
        (
            "x = [a b]\ny = f(a b)\nz = { a b }\nw = {1 = 2}\n",
            "E0001 1:8 \"b\" expected `]` or `,`, found `b` => \",\" for \"\"\nE0001 2:9 \"b\" expected `)`, `,`, or `=`, found `b`\nE0001 3:9 \"b\" expected `=`, found `b`\nE0001 4:6 \"1\" expected a key, `}`, or `,`, found `1`",
        ),
        (
            "approve Go foo { x = = }\nstage A {} }\n",
            "E0001 1:12 \"foo\" expected `{`, `->`, `in`, `from`, or a new line, found `foo`\nE0001 1:22 \"=\" expected a value, found `=`\nE0001 2:12 \"}\" unexpected `}` => \"\" for \"}\"",
        ),
        (
            "build codebuild from App -> B { x = }\n",
            "E0001 1:17 \"from\" expected a name, found `from`\nE0005 1:35 \"=\" value missing after `=`",
        ),
        ("build codebuild X\n  from -> B\n", "E0001 2:8 \"->\" expected an artifact, found `->`"),
        ("deploy stack\n", "E0001 1:13 \"\" expected a name, found end of line"),
        ("prepare stak x\n", "E0001 1:9 \"stak\" expected `stack`, `stackset`, or `stack-instances`, found `stak`"),
        ("option a = 1\n", "E0001 1:10 \"=\" expected `:`, found `=` => \": number\" for \"\""),
        ("let a: = 1\n", "E0001 1:8 \"=\" expected a type, found `=`"),
        ("type X = \n", "E0001 1:9 \"\" expected a type, found end of line"),
        (
            "foo\nfoo bar\n-> x\n\"x\"\n12\n",
            "E0002 1:1 \"foo\" unknown statement `foo`\nE0002 2:1 \"foo\" unknown statement `foo`\nE0001 3:1 \"->\" expected a statement, found `->`\nE0001 4:4 \"\" expected `=`, found end of line\nE0001 5:1 \"12\" expected a statement, found `12`",
        ),
        ("if a { } els { }\nelse {}\n", "E0001 1:10 \"els\" expected `else` or a new line, found `els`"),
        ("for x [1] { }\n", "E0001 1:7 \"[\" expected `in`, found `[`"),
        ("allow write Packages\n", "E0001 1:13 \"Packages\" expected `on`, found `Packages` => \"on \" for \"\""),
        ("x = a ? b\n", "E0001 1:10 \"\" expected `:`, found end of line"),
        ("x = a &&\ny = 1\n", "E0001 2:3 \"=\" expected a new line, found `=`"),
        ("x = \"a\\qb\"\n", "E0001 1:7 \"\\\\q\" unknown escape `\\q` in a string => \"\\\\\\\\q\" for \"\\\\q\""),
        (
            "x = 5x\ny = 99999999999999999999999d\n",
            "E0001 1:6 \"x\" expected a unit of time, found `x`\nE0001 2:5 \"99999999999999999999999d\" number `99999999999999999999999` is too large",
        ),
        (
            "x = \u{0}1\ny\u{7} = 2\n",
            "E0001 1:5 \"\\0\" unexpected control character U+0000 => \"\" for \"\\0\"\nE0001 2:2 \"\\u{7}\" unexpected control character U+0007 => \"\" for \"\\u{7}\"",
        ),
        ("\u{feff}x = 1\r\nstage {\r\n}\r\n", "E0001 2:7 \"{\" expected a name, found `{`"),
        (
            "on push\non entry require { a }\nnotify X [a]\n",
            "E0001 2:23 \"\" expected `else`, found end of line\nE0001 3:10 \"[\" expected `on`, found `[`",
        ),
        ("import X from \"a\"\n", "E0001 1:8 \"X\" expected a string or `{`, found `X`"),
        ("x = 1 /// foo\n/// end\n", ""),
        (
            "x = 1 2\ny = a.b.\nz = a[1\n",
            "E0001 1:7 \"2\" expected a new line, found `2`\nE0001 2:9 \"\" expected a name, found end of line\nE0004 3:6 \"[\" list is never closed => \"]\" for \"\"",
        ),
        ("project P = = {\n}\n", "E0001 1:13 \"=\" expected a value, found `=`"),
        (
            "component C { }\nuse C\n",
            "E0001 1:13 \"{\" expected `(`, found `{`\nE0001 2:6 \"\" expected `(`, found end of line",
        ),
        ("x = “a”\n", "E0001 1:5 \"“\" expected a value, found `“` => \"\\\"\" for \"“\""),
        (
            "x = a::\ny = a:: b\n",
            "E0001 1:8 \"\" expected a file path or a string, found end of line\nE0001 2:9 \"b\" expected a file path or a string, found `b`",
        ),
        (
            "key:\n  - a\n  - b\n",
            "E0001 1:4 \":\" expected `=`, found `:` => \" = \" for \":\"\nE0001 2:3 \"-\" lists are written `[a, b]`, not with dashes => \" [a, b]\" for \"\\n  - a\\n  - b\"",
        ),
        ("stage \"A {\n  approve B\n}\n", "E0004 1:7 \"\\\"\" string is never closed => \"\\\"\" for \"\""),
        (
            "stage A {\n  approve B {\n    timeout = 2d\n  stage = 1\n  }\n",
            "E0004 2:13 \"{\" block is never closed => \"\\n  }\" for \"\"",
        ),
        (
            "pipe\npipe 1\n",
            "E0001 1:5 \"\" expected a number, found end of line\nE0001 2:1 \"pipe 1\" the edition must come before the first statement",
        ),
    ] {
        assert_eq!(faults(text), wanted, "{text}");
    }
}
