//! Small helpers that keep messages alike: lists, counts, ticks.

/// `` `name` ``
pub fn tick(name: &str) -> String {
    format!("`{name}`")
}

/// "1 stage", "3 stages"; the plural takes an `s`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// "1,000"
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
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
