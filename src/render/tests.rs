use super::human::{self, Look};
use super::{Report, github, json, narrated, sarif, short};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{FileId, SourceMap, Span};

const PIPE: &str = "\
pipeline App {
  stage Source {
    source codecommit Fetch -> MyApp { repository = \"app\", branch = \"main\" }
  }
  stage Build {
    build codebuild Package from MyApp -> MyAppBuild { project = Builder }
  }
  stage Deploy {
    deploy stack app from MyAppBuild::ouput.yaml
  }
}
";
const BUILDSPEC: &str = "version: 0.2\nartifacts:\n  files:\n    - output.yaml\n";

fn span_of(sources: &SourceMap, file: FileId, needle: &str) -> Span {
    let start = sources.file(file).text().find(needle).expect("the text holds it");
    Span::new(file, start, start + needle.len())
}

/// Returns the only diagnostic of a text, which underlines `needle`.
fn single(text: &str, needle: &str, label: &str) -> (SourceMap, Diagnostic) {
    let mut sources = SourceMap::default();
    let file = sources.add("app.pipe".into(), text);
    let span = span_of(&sources, file, needle);
    (sources, Diagnostic::new(Code::E0001, "something is wrong here", span, label))
}

fn draw(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    human::render(&[Report { sources, diagnostics }], Look::default())
}

fn two_files() -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::default();
    let pipe = sources.add("app/pipeline.pipe".into(), PIPE);
    let buildspec = sources.add("app/buildspec.yml".into(), BUILDSPEC);
    let wrong = span_of(&sources, pipe, "ouput.yaml");
    let made = span_of(&sources, pipe, "MyAppBuild {");
    let made = Span { end: made.end - 2, ..made };
    let first = Diagnostic::new(
        Code::E0001,
        "artifact `MyAppBuild` has no file `ouput.yaml`",
        wrong,
        "not among the files of the build",
    )
    .label(made, "produced by project `Builder`")
    .label(span_of(&sources, buildspec, "output.yaml"), "the only file in the artifact")
    .note("the run would fail in stage Deploy with \"File [ouput.yaml] does not exist in artifact [MyAppBuild]\"")
    .help("did you mean `MyAppBuild::output.yaml`?")
    .edit(wrong, "output.yaml");
    let mut second = Diagnostic::new(Code::E0001, "nothing uses this", span_of(&sources, pipe, "Fetch"), "");
    second.severity = Severity::Warning;
    (sources, vec![first, second])
}

#[test]
fn human_draws_places_in_two_files() {
    let (sources, diagnostics) = two_files();
    insta::assert_snapshot!(draw(&sources, &diagnostics), @r#"
    error[E0001]: artifact `MyAppBuild` has no file `ouput.yaml`
       ╭─[app/pipeline.pipe:9:39]
     6 │     build codebuild Package from MyApp -> MyAppBuild { project = Builder }
       ·                                           ─────┬────
       ·                                                ╰── produced by project `Builder`
     7 │   }
     8 │   stage Deploy {
     9 │     deploy stack app from MyAppBuild::ouput.yaml
       ·                                       ─────┬────
       ·                                            ╰─┤ not among the files of the
       ·                                              │ build
       ╰────
       ╭─[app/buildspec.yml:4:7]
     4 │     - output.yaml
       ·       ─────┬─────
       ·            ╰── the only file in the artifact
       ╰────
      note: the run would fail in stage Deploy with "File [ouput.yaml] does not
            exist in artifact [MyAppBuild]"
      help: did you mean `MyAppBuild::output.yaml`?

    warning[E0001]: nothing uses this
       ╭─[app/pipeline.pipe:3:23]
     3 │     source codecommit Fetch -> MyApp { repository = "app", branch = "main…
       ·                       ─────
       ╰────

    1 error, 1 warning
    "#);
}

#[test]
fn human_draws_with_ascii_alone() {
    let (sources, diagnostics) = two_files();
    let look = Look { unicode: false, ..Look::default() };
    let drawn = human::render(&[Report { sources: &sources, diagnostics: &diagnostics[..1] }], look);
    assert!(drawn.is_ascii(), "{drawn}");
    insta::assert_snapshot!(drawn, @r#"
    error[E0001]: artifact `MyAppBuild` has no file `ouput.yaml`
       ,-[app/pipeline.pipe:9:39]
     6 |     build codebuild Package from MyApp -> MyAppBuild { project = Builder }
       :                                           ^^^^^|^^^^
       :                                                `-- produced by project `Builder`
     7 |   }
     8 |   stage Deploy {
     9 |     deploy stack app from MyAppBuild::ouput.yaml
       :                                       ^^^^^|^^^^
       :                                            `-| not among the files of the
       :                                              | build
       `----
       ,-[app/buildspec.yml:4:7]
     4 |     - output.yaml
       :       ^^^^^|^^^^^
       :            `-- the only file in the artifact
       `----
      note: the run would fail in stage Deploy with "File [ouput.yaml] does not
            exist in artifact [MyAppBuild]"
      help: did you mean `MyAppBuild::output.yaml`?

    1 error
    "#);
}

#[test]
fn human_colors_only_when_asked() {
    let (sources, diagnostics) = two_files();
    assert!(!draw(&sources, &diagnostics).contains('\u{1b}'));
    let look = Look { color: true, ..Look::default() };
    let drawn = human::render(&[Report { sources: &sources, diagnostics: &diagnostics }], look);
    assert!(drawn.starts_with("\u{1b}[31merror[E0001]:\u{1b}[0m artifact"), "{drawn:?}");
}

#[test]
fn short_prints_one_line_each() {
    let (sources, diagnostics) = two_files();
    insta::assert_snapshot!(short::render(&[Report { sources: &sources, diagnostics: &diagnostics }]), @"
    app/pipeline.pipe:9:39: error[E0001]: artifact `MyAppBuild` has no file `ouput.yaml`
    app/pipeline.pipe:3:23: warning[E0001]: nothing uses this
    ");
}

#[test]
fn infos_are_called_so_everywhere() {
    let (sources, mut diagnostic) = single("a = 1\n", "a", "");
    diagnostic.severity = Severity::Info;
    let reports = [Report { sources: &sources, diagnostics: &[diagnostic] }];
    assert_eq!(short::render(&reports), "app.pipe:1:1: info[E0001]: something is wrong here\n");
    let drawn = human::render(&reports, Look::default());
    assert!(drawn.starts_with("info[E0001]: ") && drawn.ends_with("\n1 info\n"), "{drawn}");
}

#[test]
fn json_holds_everything() {
    let (sources, diagnostics) = two_files();
    insta::assert_snapshot!(json::render(&[Report { sources: &sources, diagnostics: &diagnostics[..1] }]), @r#"
    {
      "version": 1,
      "files": [
        "app/pipeline.pipe"
      ],
      "diagnostics": [
        {
          "code": "E0001",
          "severity": "error",
          "message": "artifact `MyAppBuild` has no file `ouput.yaml`",
          "file": "app/pipeline.pipe",
          "start": {
            "byte": 263,
            "line": 9,
            "column": 39
          },
          "end": {
            "byte": 273,
            "line": 9,
            "column": 49
          },
          "label": "not among the files of the build",
          "labels": [
            {
              "file": "app/pipeline.pipe",
              "start": {
                "byte": 171,
                "line": 6,
                "column": 43
              },
              "end": {
                "byte": 181,
                "line": 6,
                "column": 53
              },
              "text": "produced by project `Builder`"
            },
            {
              "file": "app/buildspec.yml",
              "start": {
                "byte": 39,
                "line": 4,
                "column": 7
              },
              "end": {
                "byte": 50,
                "line": 4,
                "column": 18
              },
              "text": "the only file in the artifact"
            }
          ],
          "notes": [
            "the run would fail in stage Deploy with \"File [ouput.yaml] does not exist in artifact [MyAppBuild]\""
          ],
          "help": "did you mean `MyAppBuild::output.yaml`?",
          "edits": [
            {
              "file": "app/pipeline.pipe",
              "start": {
                "byte": 263,
                "line": 9,
                "column": 39
              },
              "end": {
                "byte": 273,
                "line": 9,
                "column": 49
              },
              "replacement": "output.yaml"
            }
          ]
        }
      ],
      "summary": {
        "errors": 1,
        "warnings": 0,
        "infos": 0
      }
    }
    "#);
}

#[test]
fn carriage_returns_do_not_move_labels() {
    let (sources, diagnostic) = single("a = 1\r\nbad = 2\r\nc = 3\r\n", "bad", "this one");
    insta::assert_snapshot!(draw(&sources, &[diagnostic]), @"
    error[E0001]: something is wrong here
       ╭─[app.pipe:2:1]
     2 │ bad = 2
       · ─┬─
       ·  ╰── this one
       ╰────

    1 error
    ");
}

#[test]
fn tabs_and_wide_characters_keep_labels_below_their_text() {
    let (sources, diagnostic) = single("\tname = \"日本語\", bad = 1\n", "bad", "this one");
    insta::assert_snapshot!(draw(&sources, std::slice::from_ref(&diagnostic)), @r#"
    error[E0001]: something is wrong here
       ╭─[app.pipe:1:16]
     1 │     name = "日本語", bad = 1
       ·                      ─┬─
       ·                       ╰── this one
       ╰────

    1 error
    "#);
    let reports = [Report { sources: &sources, diagnostics: &[diagnostic] }];
    assert_eq!(short::render(&reports), "app.pipe:1:16: error[E0001]: something is wrong here\n");
}

#[test]
fn an_empty_span_at_the_end_stands_behind_the_last_text() {
    for text in ["a = {\n  b = 1", "a = {\n  b = 1\n", "a = {\n  b = 1\n\n\n"] {
        let mut sources = SourceMap::default();
        let file = sources.add("app.pipe".into(), text);
        let end = Span::new(file, text.len(), text.len());
        let drawn = draw(&sources, &[Diagnostic::new(Code::E0001, "expected `}`", end, "the file ends here")]);
        assert!(drawn.contains("2 │   b = 1\n   ·        ▲\n   ·        ╰── the file ends here\n"), "{drawn}");
    }
}

#[test]
fn an_empty_file_has_a_place_too() {
    let mut sources = SourceMap::default();
    let file = sources.add("app.pipe".into(), "");
    let span = Span::new(file, 0, 0);
    insta::assert_snapshot!(draw(&sources, &[Diagnostic::new(Code::E0001, "no pipeline", span, "empty")]), @"
    error[E0001]: no pipeline
       ╭─[app.pipe:1:1]
     1 │
       · ▲
       · ╰── empty
       ╰────

    1 error
    ");
}

#[test]
fn long_lines_and_labels_fit_the_width() {
    let text = format!("commands = [\"{} --s3-bucket $BUCKET {}\"]\n", "x".repeat(90), "y".repeat(200));
    let label = "this part of the command needs `s3:PutObject` on the bucket, and the role of the project lacks it";
    let (sources, diagnostic) = single(&text, "--s3-bucket $BUCKET", label);
    let drawn = draw(&sources, &[diagnostic]);
    assert!(drawn.lines().all(|line| line.chars().count() <= 80), "{drawn}");
    insta::assert_snapshot!(drawn, @"
    error[E0001]: something is wrong here
       ╭─[app.pipe:1:105]
     1 │ …xxxxxxxxxxxxxxx --s3-bucket $BUCKET yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
       ·                  ─────────┬─────────
       ·                           ╰─┤ this part of the command needs `s3:PutObject`
       ·                             │ on the bucket, and the role of the project
       ·                             │ lacks it
       ╰────

    1 error
    ");
}

#[test]
fn labels_over_several_lines_are_drawn_in_the_margin() {
    let (sources, diagnostic) = single(PIPE, "stage Build {\n    build", "from here");
    insta::assert_snapshot!(draw(&sources, &[diagnostic]), @"
    error[E0001]: something is wrong here
       ╭─[app.pipe:5:3]
     5 │ ╭─▶   stage Build {
     6 │ ├─▶     build codebuild Package from MyApp -> MyAppBuild { project = Builder }
       · ╰──── from here
       ╰────

    1 error
    ");
    let (sources, diagnostic) = single(PIPE, PIPE.trim_end(), "all of it");
    assert!(draw(&sources, &[diagnostic]).lines().count() < 10);
}

#[test]
fn labels_in_one_place_are_all_readable() {
    let (sources, diagnostic) = single("a = bad, c = d\n", "bad", "wrong value");
    let file = diagnostic.primary.span.file;
    let diagnostic = diagnostic
        .label(span_of(&sources, file, "a = bad"), "of this attribute")
        .label(span_of(&sources, file, "d\n").to(span_of(&sources, file, "d")), "and this");
    insta::assert_snapshot!(draw(&sources, &[diagnostic]), @"
    error[E0001]: something is wrong here
       ╭─[app.pipe:1:5]
     1 │ a = bad, c = d
       ·     ─┬─
       ·      ╰── wrong value
       ╰────
       ╭─[app.pipe:1:1]
     1 │ a = bad, c = d
       · ───┬───
       ·    ╰── of this attribute
       ╰────
       ╭─[app.pipe:1:7]
     1 │ a = bad, c = d
       ·       ────┬───
       ·           ╰── and this
       ╰────

    1 error
    ");
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let (sources, diagnostic) = single("a = \"\u{1b}[2J\u{7}\u{202e}\"\n", "\u{1b}[2J", "\u{1b}]0;title\u{7}");
    let diagnostic = diagnostic.note("a\u{1b}b").help("c\u{9b}d\r");
    let reports = [Report { sources: &sources, diagnostics: std::slice::from_ref(&diagnostic) }];
    for drawn in [draw(&sources, std::slice::from_ref(&diagnostic)), short::render(&reports)] {
        assert!(!drawn.contains(|c: char| c.is_control() && c != '\n'), "{drawn:?}");
    }
}

#[test]
fn spans_out_of_bounds_are_drawn_at_the_end() {
    let mut sources = SourceMap::default();
    let file = sources.add("app.pipe".into(), "é = 1\n");
    let drawn = draw(&sources, &[Diagnostic::new(Code::E0001, "wrong", Span::new(file, 70, 99), "here")]);
    assert!(drawn.contains("here"), "{drawn}");
}

#[test]
fn github_gets_one_command_each() {
    let (sources, diagnostics) = two_files();
    insta::assert_snapshot!(github::render(&[Report { sources: &sources, diagnostics: &diagnostics }]), @r#"
    ::error file=app/pipeline.pipe,line=9,endLine=9,col=39,endColumn=49,title=E0001::artifact `MyAppBuild` has no file `ouput.yaml`: not among the files of the build%0Anote: the run would fail in stage Deploy with "File [ouput.yaml] does not exist in artifact [MyAppBuild]"%0Ahelp: did you mean `MyAppBuild::output.yaml`?
    ::warning file=app/pipeline.pipe,line=3,endLine=3,col=23,endColumn=28,title=E0001::nothing uses this
    "#);
    let (sources, diagnostic) = single(PIPE, "stage Build {\n    build", "");
    let command = github::render(&[Report { sources: &sources, diagnostics: &[diagnostic] }]);
    assert_eq!(command, "::error file=app.pipe,line=5,endLine=6,title=E0001::something is wrong here\n");
}

#[test]
fn narration_is_plain_sentences() {
    let (sources, diagnostics) = two_files();
    let told = narrated::render(&[Report { sources: &sources, diagnostics: &diagnostics }]);
    insta::assert_snapshot!(told, @r#"
    Error E0001: artifact `MyAppBuild` has no file `ouput.yaml`.
    Place: app/pipeline.pipe, line 9, columns 39 to 48: not among the files of the build.
    Line 9: deploy stack app from MyAppBuild::ouput.yaml
    See also: app/pipeline.pipe, line 6, columns 43 to 52: produced by project `Builder`.
    Line 6: build codebuild Package from MyApp -> MyAppBuild { project = Builder }
    See also: app/buildspec.yml, line 4, columns 7 to 17: the only file in the artifact.
    Line 4: - output.yaml
    Note: the run would fail in stage Deploy with "File [ouput.yaml] does not exist in artifact [MyAppBuild]"
    Help: did you mean `MyAppBuild::output.yaml`?

    Warning E0001: nothing uses this.
    Place: app/pipeline.pipe, line 3, columns 23 to 27.
    Line 3: source codecommit Fetch -> MyApp { repository = "app", branch = "main" }

    In all: 1 error, 1 warning.
    "#);
    let (sources, diagnostic) = single(PIPE, "stage Build {\n    build", "from here");
    let told = narrated::render(&[Report { sources: &sources, diagnostics: &[diagnostic] }]);
    assert!(told.contains("Place: app.pipe, from line 5, column 3, to line 6, column 9: from here.\n"), "{told}");
    let (sources, diagnostic) = single("", "", "empty");
    let told = narrated::render(&[Report { sources: &sources, diagnostics: &[diagnostic] }]);
    assert!(told.contains("Place: app.pipe, line 1, column 1: empty.\n\nIn all: 1 error.\n"), "{told}");
}

#[test]
fn sarif_holds_everything() {
    let (sources, diagnostics) = two_files();
    let log = sarif::render(&[Report { sources: &sources, diagnostics: &diagnostics[..1] }]);
    let log: serde_json::Value = serde_json::from_str(&log).expect("it is JSON");
    let results = &log["runs"][0]["results"];
    insta::assert_snapshot!(serde_json::to_string_pretty(results).expect("it is JSON"), @r#"
    [
      {
        "ruleId": "E0001",
        "ruleIndex": 0,
        "level": "error",
        "message": {
          "text": "artifact `MyAppBuild` has no file `ouput.yaml`: not among the files of the build\n\nnote: the run would fail in stage Deploy with \"File [ouput.yaml] does not exist in artifact [MyAppBuild]\"\n\nhelp: did you mean `MyAppBuild::output.yaml`?"
        },
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "app/pipeline.pipe"
              },
              "region": {
                "startLine": 9,
                "startColumn": 39,
                "endLine": 9,
                "endColumn": 49
              }
            },
            "message": {
              "text": "not among the files of the build"
            }
          }
        ],
        "relatedLocations": [
          {
            "id": 1,
            "physicalLocation": {
              "artifactLocation": {
                "uri": "app/pipeline.pipe"
              },
              "region": {
                "startLine": 6,
                "startColumn": 43,
                "endLine": 6,
                "endColumn": 53
              }
            },
            "message": {
              "text": "produced by project `Builder`"
            }
          },
          {
            "id": 2,
            "physicalLocation": {
              "artifactLocation": {
                "uri": "app/buildspec.yml"
              },
              "region": {
                "startLine": 4,
                "startColumn": 7,
                "endLine": 4,
                "endColumn": 18
              }
            },
            "message": {
              "text": "the only file in the artifact"
            }
          }
        ],
        "partialFingerprints": {
          "dotpipe/v1": "6486378352031fb4:1"
        },
        "fixes": [
          {
            "description": {
              "text": "did you mean `MyAppBuild::output.yaml`?"
            },
            "artifactChanges": [
              {
                "artifactLocation": {
                  "uri": "app/pipeline.pipe"
                },
                "replacements": [
                  {
                    "deletedRegion": {
                      "startLine": 9,
                      "startColumn": 39,
                      "endLine": 9,
                      "endColumn": 49
                    },
                    "insertedContent": {
                      "text": "output.yaml"
                    }
                  }
                ]
              }
            ]
          }
        ]
      }
    ]
    "#);
}

#[test]
fn sarif_says_how_columns_count_and_what_rules_there_are() {
    let (sources, diagnostics) = two_files();
    let log = sarif::render(&[Report { sources: &sources, diagnostics: &diagnostics }]);
    let log: serde_json::Value = serde_json::from_str(&log).expect("it is JSON");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(1));
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "E0001");
    let help = rule["help"]["markdown"].as_str().expect("help is text");
    assert!(help.contains("`pipeline.pipe`, reports E0001:\n\n```pipe\n") && !help.contains("```pipe,"), "{help}");
    assert_eq!(run["results"][1]["level"], "warning");
}

#[test]
fn formats_for_people_send_no_control_characters() {
    let (sources, diagnostic) = single("a = \"\u{1b}[2J\u{7}\u{202e}\"\n", "\u{1b}[2J", "\u{1b}]0;title\u{7}");
    let diagnostics = [diagnostic.note("a\u{1b}b").help("c\u{9b}d\r")];
    let reports = [Report { sources: &sources, diagnostics: &diagnostics }];
    for text in [narrated::render(&reports), github::render(&reports)] {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
}

#[test]
fn programs_learn_which_fixes_are_guesses() {
    let (sources, mut diagnostics) = two_files();
    let render = |diagnostics: &[Diagnostic]| {
        let reports = [Report { sources: &sources, diagnostics }];
        let has_guess = |text: &str| text.contains("\"guess\": true");
        (has_guess(&json::render(&reports)), has_guess(&sarif::render(&reports)))
    };
    diagnostics[0] = diagnostics[0].clone().did_you_mean("output.yaml");
    assert_eq!(render(&diagnostics), (false, false));
    diagnostics[0].edits[0].replacement = "another.yaml".to_owned();
    assert_eq!(render(&diagnostics), (true, true));
    diagnostics[0] = diagnostics[0].clone().help("write another name");
    assert_eq!(render(&diagnostics), (false, false));
    diagnostics[0] = diagnostics[0].clone().guess();
    assert_eq!(render(&diagnostics), (true, true));
}
