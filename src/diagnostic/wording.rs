//! Small helpers that keep messages alike: lists, counts, ticks.

/// `` `name` ``
pub fn tick(name: &str) -> String {
    format!("`{name}`")
}

/// "1 stage", "3 stages"; the plural takes an `s`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `` `a`, `b`, or `c` ``
pub fn or_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    join(names, "or")
}

/// `` `a`, `b`, and `c` ``
pub fn and_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    join(names, "and")
}

fn join<'a>(names: impl IntoIterator<Item = &'a str>, word: &str) -> String {
    let ticked: Vec<String> = names.into_iter().map(tick).collect();
    match ticked.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} {word} {second}"),
        [head @ .., last] => format!("{}, {word} {last}", head.join(", ")),
    }
}

/// "a" or "an", by the first letter.
pub fn article(noun: &str) -> &'static str {
    let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    if vowel { "an" } else { "a" }
}
