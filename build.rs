//! Converts the data files to the forms that the program reads fastest at startup: TOML to JSON, the SAM rules to one
//! JSON text for each rule set without aliases, some arrays to one JSON text for each element, the sorted tables to the offsets of some lines, those about resource types
//! to one, and the patterns of values to automata.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use saphyr_parser::{Event, Parser, Tag};
use serde_json::{Map, Value};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What the program is built from.
const SOURCES: [&str; 5] = ["Cargo.lock", "Cargo.toml", "build.rs", "grammar", "src"];
const CATALOG: &str = "src/catalog";
const SAM_RULES: &str = "src/workspace/template/sam/rules.yaml";

fn main() -> Outcome {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rustc-env=DOTPIPE_SOURCES={:016x}", sources()?);
    facts(Path::new(CATALOG), &out.join("catalog"))?;
    tables(&Path::new(CATALOG).join("data"), &out.join("tables"))?;
    fs::write(out.join("providers.rs"), providers(&out.join("catalog/providers"))?)?;
    fs::write(out.join("form_patterns.rs"), form_patterns(&out.join("catalog/forms.json"))?)?;
    rows(&out.join("catalog"), &out.join("rows"))?;
    fs::write(out.join("sam_rules.rs"), sam_rules(&fs::read_to_string(SAM_RULES)?)?)?;
    Ok(())
}

/// Returns a hash of what the program is built from. Results that it keeps between runs are those of one build, and the
/// program would take longer to hash itself than to check some files.
fn sources() -> Outcome<u64> {
    let mut hasher = DefaultHasher::new();
    for path in SOURCES {
        println!("cargo::rerun-if-changed={path}");
        hash(Path::new(path), &mut hasher)?;
    }
    Ok(hasher.finish())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> Outcome {
    if path.is_dir() {
        let entries: Result<BTreeSet<PathBuf>, _> =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect();
        return entries?.iter().try_for_each(|entry| hash(entry, hasher));
    }
    (path, fs::read(path)?).hash(hasher);
    Ok(())
}

/// Converts each TOML file in a folder and its subfolders to JSON, at the same path.
fn facts(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().ok_or("a file without a name")?);
        if path.is_dir() {
            facts(&path, &target)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let value: Value =
                toml::from_str(&fs::read_to_string(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
            fs::write(target.with_extension("json"), value.to_string())?;
        }
    }
    Ok(())
}

/// The arrays of which a check needs a few elements: their file, and the field by which an element is asked for.
const ROWS: [(&str, &str, &str); 6] = [
    ("forms", "arn", "id"),
    ("forms", "form", "id"),
    ("images", "runtimes", "image"),
    ("images", "selection", "image"),
    ("limits", "limit", "id"),
    ("names", "name", "kind"),
];

/// Moves some arrays from their files to files of their own, as what `src/catalog/rows.rs` includes.
fn rows(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for (file, array, head) in ROWS {
        let path = from.join(file).with_extension("json");
        let mut content: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        let elements = content.as_object_mut().and_then(|content| content.shift_remove(array));
        let mut code = String::from("&[");
        for element in elements.as_ref().and_then(Value::as_array).ok_or_else(|| format!("{file}: no {array}"))? {
            let head = element[head].as_str().ok_or_else(|| format!("{file}: an element without {head}"))?;
            write!(code, "({head:?}, {:?}),", element.to_string())?;
        }
        code.push(']');
        fs::write(to.join(format!("{file}-{array}.rs")), code)?;
        fs::write(path, content.to_string())?;
    }
    Ok(())
}

/// Returns the entry of each provider file, as a Rust expression.
fn providers(folder: &Path) -> Outcome<String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let word = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file without a name")?.to_owned();
        files.insert(word, serde_json::from_str(&fs::read_to_string(&path)?)?);
    }
    let mut code = String::from("&[");
    for (word, file) in &files {
        let mut categories: Vec<&str> = Vec::new();
        for category in categories_of(file, &files).iter().filter_map(|category| category.as_str()) {
            if !categories.contains(&category) {
                categories.push(category);
            }
        }
        let categories: Vec<String> = categories.iter().map(|category| format!("Category::{category}")).collect();
        write!(
            code,
            "Entry {{ word: {word:?}, categories: &[{}], text: facts!(\"providers/\", {word:?}), \
             parsed: {{ static PARSED: OnceLock<Option<Provider>> = OnceLock::new(); &PARSED }} }},",
            categories.join(", ")
        )?;
    }
    code.push(']');
    Ok(code)
}

/// Returns the categories of the action types of a provider file, and of those that it shares.
fn categories_of<'a>(file: &'a Value, files: &'a BTreeMap<String, Value>) -> Vec<&'a Value> {
    let shared = file["like"].as_str().and_then(|word| files.get(word));
    let own = file["action"].as_array().into_iter().flatten();
    let others = shared.into_iter().flat_map(|other| other["action"].as_array().into_iter().flatten());
    let others = others.filter(|action| action["chosen-by"].is_null());
    own.chain(others).flat_map(|action| action["categories"].as_array().into_iter().flatten()).collect()
}

/// The lines of a table from one whose offset is known to the next, as in `src/catalog/table.rs`.
const STEP: usize = 8;

/// The tables whose heads are resource types: one table has them as fields, in this order, so that the program does not
/// contain the names of all types six times.
const OF_TYPES: [&str; 7] = [
    "resource-properties",
    "nested-properties",
    "resource-types",
    "create-only",
    "resource-names",
    "role-properties",
    "handler-permissions",
];

/// The tables that pages do without, so that visitors need not download them: what only `dotpipe diff` reads, a command that a
/// page does not have, and the properties of resources in templates, the condition keys of IAM, and the commands of programs, of
/// which a page accepts all.
const NOT_IN_PAGES: [&str; 7] = [
    "create-only",
    "iam-key-sets",
    "iam-keys",
    "nested-properties",
    "program-arguments",
    "program-words",
    "resource-properties",
];

/// The field of a type that is not in a table, as in `src/catalog/table.rs`.
const ABSENT: &str = "-";

/// Writes what `src/catalog/table.rs` includes for each text table in a folder: its text and the offsets of some of its
/// lines, or its number as a field of the table of types.
fn tables(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    let is_page = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    let listed = fs::read_to_string(from.join("iam-actions.txt"))?;
    let actions = positions(&listed);
    let mut types: BTreeMap<String, [Option<String>; OF_TYPES.len()]> = BTreeMap::new();
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let name = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file without a name")?;
        let is_absent = is_page && NOT_IN_PAGES.contains(&name);
        let text = if is_absent { String::new() } else { fs::read_to_string(&path)? };
        let Some(field) = OF_TYPES.iter().position(|known| *known == name) else {
            table(&to.join(name), &text)?;
            continue;
        };
        fs::write(to.join(name).with_extension("rs"), field.to_string())?;
        for line in text.lines() {
            let (head, rest) = line.split_once('\t').ok_or_else(|| format!("{name}: a line without a tab: {line}"))?;
            let rest = if name == HANDLERS { handlers(rest, &actions)? } else { rest.to_owned() };
            if rest == ABSENT || rest.contains('\t') {
                return Err(format!("{name}: the facts of {head} are not one field").into());
            }
            types.entry(head.to_owned()).or_default()[field] = Some(rest);
        }
    }
    let mut text = String::new();
    for (head, fields) in types {
        text.push_str(&head);
        for field in fields {
            write!(text, "\t{}", field.as_deref().unwrap_or(ABSENT))?;
        }
        text.push('\n');
    }
    table(&to.join("of-types"), &text)
}

/// The table of actions that CloudFormation's handlers need.
const HANDLERS: &str = "handler-permissions";

/// The position of each action in the line of its service.
type Positions<'a> = HashMap<&'a str, HashMap<&'a str, usize>>;

/// Returns the positions of the actions of each service in `iam-actions.txt`.
fn positions(listed: &str) -> Positions<'_> {
    listed
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(service, actions)| {
            let names = actions.split(' ').filter_map(|action| action.split('/').next());
            (service, names.enumerate().map(|(position, name)| (name, position)).collect())
        })
        .collect()
}

/// Returns a line of `handler-permissions.txt` with positions for names, as `src/catalog/permissions.rs` reads it: most names
/// are in `iam-actions.txt`, too.
fn handlers(line: &str, actions: &Positions) -> Outcome<String> {
    let mut text = String::new();
    let mut known = None;
    let mut next = 0;
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let (action, letters) = word.rsplit_once('/').ok_or_else(|| format!("{HANDLERS}: {word}"))?;
        let verb = match action.split_once(':') {
            Some((service, verb)) => {
                let separator = if text.is_empty() { "" } else { " " };
                write!(text, "{separator}{service}:")?;
                (known, next) = (actions.get(service), 0);
                verb
            }
            None => action,
        };
        match known.and_then(|known| known.get(verb)).and_then(|position| position.checked_sub(next)) {
            Some(distance) => {
                if distance >= DIGITS {
                    text.extend(['!', digit(distance / DIGITS)?, digit(distance % DIGITS)?]);
                } else {
                    text.push(digit(distance)?);
                }
                next += distance + 1;
            }
            None => write!(text, "\"{verb}\"")?,
        }
        let bits = letters.chars().filter_map(|letter| "crud".find(letter)).fold(0, |bits, bit| bits | 1 << bit);
        text.push(char::from(b'a' + bits));
    }
    Ok(text)
}

/// The number of digits from `0` on that distances are written with.
const DIGITS: usize = 78;

fn digit(number: usize) -> Outcome<char> {
    if number >= DIGITS {
        return Err("a distance of more than two digits".into());
    }
    Ok(char::from(b'0' + u8::try_from(number)?))
}

/// Writes a table, and the offsets of every eighth line of it as a Rust expression.
fn table(path: &Path, text: &str) -> Outcome {
    let mut start = 0;
    let mut starts = String::from("&[");
    for (index, line) in text.split_inclusive('\n').enumerate() {
        // The lints require a digit separator.
        match (index % STEP, start) {
            (0, ..1000) => write!(starts, "{start},")?,
            (0, 1000..1_000_000) => write!(starts, "{}_{:03},", start / 1000, start % 1000)?,
            (0, _) => write!(starts, "{}_{:03}_{:03},", start / 1_000_000, start / 1000 % 1000, start % 1000)?,
            _ => {}
        }
        start += line.len();
    }
    starts.push(']');
    fs::write(path.with_extension("rs"), starts)?;
    fs::write(path.with_extension("txt"), text)?;
    Ok(())
}

/// Returns the patterns of values, sorted, each with its automaton, as a Rust expression, so that a check compiles none.
fn form_patterns(forms: &Path) -> Outcome<String> {
    let forms: Value = serde_json::from_str(&fs::read_to_string(forms)?)?;
    let forms = forms["form"].as_array().ok_or("no forms")?;
    let refused = forms.iter().flat_map(|form| form["refused"].as_array().into_iter().flatten());
    let patterns = forms.iter().map(|form| &form["pattern"]).chain(refused);
    let patterns: BTreeSet<&str> = patterns.filter_map(Value::as_str).collect();
    let mut code = String::from("&[");
    for pattern in patterns {
        let (classes, next) = automaton(pattern).map_err(|error| format!("{pattern}: {error}"))?;
        let width = 1 + classes.iter().max().ok_or("no classes")?;
        write!(code, "Pattern {{ text: {pattern:?}, classes: &{classes:?}, width: {width}, next: &{next:?} }},")?;
    }
    code.push(']');
    Ok(code)
}

/// Returns the automaton of a pattern as `src/catalog/form_patterns.rs` describes it: the class of each byte, and the next states.
fn automaton(pattern: &str) -> Outcome<(Vec<u8>, Vec<usize>)> {
    let automaton = dense::Builder::new()
        .configure(dense::Config::new().start_kind(StartKind::Anchored))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build(&format!("(?:{pattern})\\z"))?;
    let start = automaton.start_state_forward(&Input::new("").anchored(Anchored::Yes))?;
    let mut states = vec![start];
    // Zero is the state from which nothing matches.
    let mut numbers = HashMap::from([(start, 1)]);
    let mut columns = vec![vec![0]; 256];
    let mut ends = vec![0];
    let mut index = 0;
    while let Some(state) = states.get(index).copied() {
        ends.push(usize::from(automaton.is_match_state(automaton.next_eoi_state(state))));
        for (byte, column) in (0..=u8::MAX).zip(&mut columns) {
            let next = automaton.next_state(state, byte);
            let is_dead = automaton.is_dead_state(next);
            column.push(if is_dead { 0 } else { *numbers.entry(next).or_insert(states.len() + 1) });
            if !is_dead && numbers.len() > states.len() {
                states.push(next);
            }
        }
        index += 1;
    }
    let mut distinct: Vec<&Vec<usize>> = vec![&ends];
    let mut classes = Vec::new();
    for column in &columns {
        let known = distinct.iter().skip(1).position(|known| *known == column);
        if known.is_none() {
            distinct.push(column);
        }
        let class = known.map_or(distinct.len() - 1, |known| known + 1);
        classes.push(u8::try_from(class)?);
    }
    let next = (0..=states.len()).flat_map(|state| distinct.iter().map(move |column| column[state])).collect();
    Ok((classes, next))
}

/// Returns a Rust expression: for each SAM type, its rule sets, each with the type of an event (empty for the resource
/// itself) and JSON. A local tag becomes a mapping with one key, the tag with its `!`.
fn sam_rules(text: &str) -> Outcome<String> {
    let mut reader = Reader { events: Parser::new_from_str(text), anchors: HashMap::new() };
    let Value::Object(sections) = reader.document()? else { return Err("the SAM rules are not a mapping".into()) };
    let mut code = String::from("&[");
    // The shared section contains only anchors.
    for (kind, section) in sections.iter().filter(|(kind, _)| *kind != "Shared") {
        let sets = section.as_object().ok_or_else(|| format!("{kind} is not a mapping"))?;
        write!(code, "({kind:?}, &[")?;
        for (name, rules) in sets {
            match (name.as_str(), rules) {
                ("Resources", rules) => write!(code, "(\"\", {:?}),", rules.to_string())?,
                ("Events", Value::Object(events)) => {
                    for (event, rules) in events {
                        write!(code, "({event:?}, {:?}),", rules.to_string())?;
                    }
                }
                _ => return Err(format!("unknown part {name} of {kind}").into()),
            }
        }
        code.push_str("]),");
    }
    code.push(']');
    Ok(code)
}

struct Reader<'a> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    anchors: HashMap<usize, Value>,
}

impl Reader<'_> {
    fn next(&mut self) -> Outcome<Event<'_>> {
        Ok(self.events.next_event().ok_or("the SAM rules end too early")??.0)
    }

    fn document(&mut self) -> Outcome<Value> {
        loop {
            if let Event::DocumentStart(_) = self.next()? {
                break;
            }
        }
        self.value()?.ok_or_else(|| "the SAM rules are empty".into())
    }

    /// Returns the next value, or `None` at the end of a list or mapping.
    fn value(&mut self) -> Outcome<Option<Value>> {
        let (value, anchor) = match self.next()? {
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).cloned();
                return Ok(Some(known.ok_or("an alias of something unknown")?));
            }
            Event::Scalar(text, _, anchor, tag) => {
                let value = Value::String(text.into_owned());
                (tagged(value, tag.as_deref()), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = tag.map(Cow::into_owned);
                let mut items = Vec::new();
                while let Some(item) = self.value()? {
                    items.push(item);
                }
                (tagged(Value::Array(items), tag.as_ref()), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                let tag = tag.map(Cow::into_owned);
                let mut entries = Map::new();
                while let Some(key) = self.value()? {
                    let key = key.as_str().ok_or("a key that is not text")?.to_owned();
                    entries.insert(key, self.value()?.ok_or("a key without a value")?);
                }
                (tagged(Value::Object(entries), tag.as_ref()), anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => return Ok(None),
            other => return Err(format!("unexpected {other:?}").into()),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(Some(value))
    }
}

fn tagged(value: Value, tag: Option<&Tag>) -> Value {
    match tag {
        Some(tag) => Value::Object(Map::from_iter([(format!("!{}", tag.suffix), value)])),
        None => value,
    }
}
