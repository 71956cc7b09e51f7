use super::*;

#[test]
fn the_file_is_read() {
    let file: Result<File, _> = serde_json::from_str(facts!("faults"));
    assert!(file.is_ok(), "{}", file.unwrap_err());
    for fault in faults() {
        let title = &fault.messages[0];
        assert!(!fault.means.is_empty() && fault.means.ends_with('.'), "{title}");
        assert!(!fault.r#do.is_empty() && !fault.r#do.ends_with('.'), "{title}");
        assert!(!fault.source.is_empty() && !fault.messages.is_empty(), "{title}");
        let in_document = fault.in_document.as_ref().unwrap_or(&fault.r#do);
        assert!(!in_document.ends_with('.') && !of_pipe_files(in_document), "{title}: {in_document}");
        let texts = fault.messages.iter().chain([&fault.means, &fault.r#do, in_document]);
        for text in texts {
            for piece in pieces(text) {
                let WordingPiece::Placeholder(name) = piece else { continue };
                let known = fault.messages.iter().any(|message| message.contains(&format!("{{{name}}}")));
                assert!(known, "{title}: {{{name}}}");
            }
        }
    }
}

/// Returns whether a text names parts of the language that a template does not have.
fn of_pipe_files(text: &str) -> bool {
    let words = [
        "let dotpipe",
        "`allow",
        "`secret(",
        "`->`",
        "`from",
        "`env = ",
        "`mode = ",
        "`type = ",
        "`clone = ",
        "` declaration",
    ];
    words.iter().any(|word| text.contains(word))
}

/// Returns a text that fits a placeholder.
fn example(name: &str) -> String {
    let hole = hole(name).cloned().unwrap_or_default();
    match hole.form {
        Form::Name => format!("zz-{name}-17"),
        Form::Phrase => "zz some words".to_owned(),
        Form::Number => "17".to_owned(),
        Form::Arn => format!("arn:aws:iam::444455556666:role/zz-{name}"),
        Form::Permission => "zz:DoSomething".to_owned(),
        Form::Operation => "DoSomething".to_owned(),
        Form::Path => "zz/some/file.txt".to_owned(),
        Form::Listed => hole.values[0].clone(),
    }
}

fn filled(wording: &str) -> String {
    let piece = |piece: WordingPiece<'_>| match piece {
        WordingPiece::Text(text) => text.to_owned(),
        WordingPiece::Placeholder(name) => example(name),
    };
    pieces(wording).into_iter().map(piece).collect()
}

/// Returns an error if a fault is not found in a text with its message.
fn objection(fault: &Fault, said: &str) -> Option<String> {
    let found = find(&cleaned(said));
    let is_it = |found: &Match| std::ptr::eq(found.fault, fault);
    let others: Vec<&str> = found.iter().map(|found| found.wording).collect();
    (!found.iter().any(is_it)).then(|| format!("{said}\n  of: {:?}\n  taken for: {others:?}", fault.messages[0]))
}

/// Every wording, with other words for its placeholders, is recognized as its own fault in any context.
#[test]
fn every_message_is_found_whatever_its_names() {
    let mut objections = Vec::new();
    for fault in faults() {
        for message in &fault.messages {
            let text = filled(message);
            let escaped = text.replace('"', "\\\"");
            let texts = [
                text.clone(),
                format!(
                    "[Container] 2026/11/29 08:00:01.000 {{\"message\": \"\u{1b}[31m{escaped}\u{1b}[0m (Request ID: 1f)\"}}"
                ),
            ];
            objections.extend(texts.iter().find_map(|text| objection(fault, text)));
        }
    }
    assert!(objections.is_empty(), "{}", objections.join("\n"));
}

#[test]
fn names_are_read_out_of_the_message() {
    let found = find(
        "InvalidActionDeclarationException: Action configuration for action 'My Build' is missing required configuration 'ProjectName'",
    );
    assert_eq!(found[0].names, [("action", "My Build".to_owned()), ("key", "ProjectName".to_owned())]);
    let found = find(
        "User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::x/y\" because",
    );
    assert_eq!(
        found[0].names,
        [
            ("principal", "arn:aws:sts::1:assumed-role/a/b".to_owned()),
            ("permission", "s3:PutObject".to_owned()),
            ("arn", "arn:aws:s3:::x/y".to_owned())
        ]
    );
}

/// The remedy depends on the state, which must not be guessed.
#[test]
fn a_state_is_one_of_a_list() {
    let advice = |state: &str| {
        let said =
            format!("Stack:arn:aws:cloudformation:eu-west-1:1:stack/app/0 is in {state} state and can not be updated.");
        find(&said).first().map(|found| found.fault.r#do.clone()).unwrap_or_default()
    };
    assert!(advice("ROLLBACK_COMPLETE").contains("delete the stack"));
    for state in ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "CREATE_IN_PROGRESS"] {
        assert!(advice(state).starts_with("wait until"), "{state}");
    }
    assert!(advice("UPDATE_ROLLBACK_FAILED").contains("do not delete"));
    assert_eq!(advice("SOMETHING_ELSE"), "");
}

#[test]
fn other_text_is_nobodys_message() {
    for text in
        ["", "the quick brown fox jumps over the lazy dog", "the pipeline should start with a source", "lorem ipsum"]
    {
        let found = find(text);
        assert!(found.is_empty(), "{text}: {:?}", found[0].wording);
    }
}

#[test]
fn long_text_ends_soon() {
    assert!(find(&"action configuration ".repeat(100_000)).is_empty());
    assert!(find(&"User: ".repeat(20_000)).is_empty());
}
