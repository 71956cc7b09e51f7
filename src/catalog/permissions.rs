//! IAM actions and the permissions of CloudFormation's handlers, looked up in embedded text without parsing all of it.
//!
//! `data/rebuild.py` generates the text and describes its format.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::kept::Kept;
use super::table::{Table, TypeTable, pieces, table, type_table};

static HANDLERS: TypeTable = type_table!("handler-permissions");
static ACTIONS: Table = table!("iam-actions");
static RESOURCES: Table = table!("iam-resources");
static KEYS: Table = table!("iam-keys");
static KEY_SETS: Table = table!("iam-key-sets");

/// The IAM actions that CloudFormation needs for resources of one type, each list sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handlers {
    /// To create one.
    pub create: Vec<String>,
    /// To read one.
    pub read: Vec<String>,
    /// To update one.
    pub update: Vec<String>,
    /// To delete one.
    pub delete: Vec<String>,
}

impl Handlers {
    /// Returns the lists, in the order of the letters `crud`.
    fn lists(&mut self) -> [&mut Vec<String>; 4] {
        [&mut self.create, &mut self.read, &mut self.update, &mut self.delete]
    }
}

/// The access level of an IAM action, as AWS groups them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Lists resources.
    List,
    /// Reads.
    Read,
    /// Writes.
    Write,
    /// Changes permissions.
    Permissions,
    /// Changes tags.
    Tagging,
}

/// An IAM action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamAction {
    /// Its name as AWS spells it, `service:Action`.
    pub name: &'static str,
    /// Its access level.
    pub access: Access,
    /// The ARN patterns to which it can be limited, with `${Partition}`, `${Region}`, `${Account}`, and placeholders of
    /// their own; empty if only `"*"` is possible.
    pub resources: Vec<&'static str>,
    /// Those patterns of which every call needs one.
    pub required: Vec<&'static str>,
    /// The line of its condition keys.
    keys: &'static str,
}

impl IamAction {
    /// Returns the condition keys that AWS's reference lists for it and for its resources; of the global keys, only
    /// those about tags are included. `${...}` and `<...>` are placeholders for any text.
    pub fn condition_keys(&self) -> Vec<&'static str> {
        let numbers = KEY_SETS.numbered(self.keys).unwrap_or_default();
        numbers.split(',').filter_map(|number| KEYS.numbered(number)).collect()
    }
}

/// Returns whether the condition keys of actions are known. A page does without them.
pub fn knows_condition_keys() -> bool {
    KEYS.heads().next().is_some()
}

/// Returns the actions that CloudFormation needs for a resource type; `None` for a type without public handlers.
pub fn handlers(resource_type: &str) -> Option<Handlers> {
    let mut handlers = Handlers::default();
    for action in handler_actions(resource_type)? {
        for (bit, list) in handlers.lists().into_iter().enumerate() {
            if action.lists & 1 << bit != 0 {
                list.push(action.name());
            }
        }
    }
    Some(handlers)
}

/// An action of a type's handlers.
pub(super) struct HandlerAction {
    service: &'static str,
    verb: &'static str,
    /// What AWS's reference says about it, as in `iam-actions.txt`, if it spells it in the same way.
    facts: Option<&'static str>,
    /// A bit for each list of [`Handlers`] that contains it.
    lists: u8,
}

impl HandlerAction {
    pub(super) fn name(&self) -> String {
        [self.service, ":", self.verb].concat()
    }

    /// Returns its entry in AWS's reference under its name, if that spells it in the same way.
    pub(super) fn listed(&self, name: &'static str) -> Option<IamAction> {
        read_facts(name, self.facts?)
    }
}

/// Returns the actions of a type's handlers, sorted; `None` for a type without public handlers.
///
/// `build.rs` replaces the names by their positions in the line of their service, since most of them are there, too: the
/// line of a type is `SERVICE:ACTIONS SERVICE:ACTIONS ...`. An action is the number of actions between it and the one
/// before, or its name in quotes, and a letter whose bits are the lists of [`Handlers`] that contain it.
pub(super) fn handler_actions(resource_type: &str) -> Option<Vec<HandlerAction>> {
    let mut actions = Vec::new();
    for part in pieces(HANDLERS.line(resource_type)?, b' ').filter(|part| !part.is_empty()) {
        let (service, mut rest) = part.split_once(':')?;
        let mut known = pieces(ACTIONS.line(service).unwrap_or_default(), b' ');
        while !rest.is_empty() {
            let ((verb, facts), after) = if let Some(quoted) = rest.strip_prefix('"') {
                let (verb, after) = quoted.split_once('"')?;
                ((verb, None), after)
            } else {
                let (between, after) = number(rest)?;
                let (verb, facts) = known.nth(between)?.split_once('/')?;
                ((verb, Some(facts)), after)
            };
            let (bits, after) = after.split_at_checked(1)?;
            let lists = bits.bytes().next()?.checked_sub(b'a')?;
            actions.push(HandlerAction { service, verb, facts, lists });
            rest = after;
        }
    }
    Some(actions)
}

/// Reads a number of one digit, or of two after a `!`, and returns it with the rest of the text.
fn number(text: &'static str) -> Option<(usize, &'static str)> {
    /// As in `build.rs`.
    const DIGITS: usize = 78;
    let digit = |byte: u8| Some(usize::from(byte.checked_sub(b'0')?));
    match *text.as_bytes() {
        [b'!', high, low, ..] => Some((digit(high)? * DIGITS + digit(low)?, text.get(3..)?)),
        [one, ..] => Some((digit(one)?, text.get(1..)?)),
        [] => None,
    }
}

/// Returns an IAM action by its name, ignoring case; `None` if AWS's reference does not list it.
pub fn iam_action(name: &str) -> Option<Arc<IamAction>> {
    static KNOWN: Kept<IamAction> = Kept::new();
    KNOWN.get(name, || read_iam_action(name).map(Arc::new))
}

fn read_iam_action(name: &str) -> Option<IamAction> {
    let (service, verb) = name.split_once(':')?;
    let service = service.to_ascii_lowercase();
    let words = ACTIONS.line(&service)?;
    let (found, facts) = search(words, [' ', '/'], |known| folded(known).cmp(folded(verb)))?;
    read_facts(kept_name(&format!("{service}:{found}"))?, facts)
}

/// Reads what follows the name of an action in `iam-actions.txt`.
fn read_facts(name: &'static str, facts: &'static str) -> Option<IamAction> {
    let mut letters = facts.chars();
    let access = match letters.next()? {
        'L' => Access::List,
        'R' => Access::Read,
        'W' => Access::Write,
        'P' => Access::Permissions,
        _ => Access::Tagging,
    };
    let (numbers, keys) = letters.as_str().split_once('/').unwrap_or((letters.as_str(), ""));
    let mut resources = Vec::new();
    let mut required = Vec::new();
    for number in numbers.split(',') {
        let Some(pattern) = arn_pattern(number.trim_end_matches('+')) else { continue };
        resources.push(pattern);
        if number.ends_with('+') {
            required.push(pattern);
        }
    }
    Some(IamAction { name, access, resources, required, keys })
}

/// Returns a name that lives as long as the process. AWS's reference limits their number.
fn kept_name(name: &str) -> Option<&'static str> {
    static NAMES: Kept<&'static str> = Kept::new();
    NAMES.get(name, || Some(Arc::new(&*Box::leak(Box::from(name))))).map(|kept| *kept)
}

/// Returns the ARN pattern with a number.
pub(super) fn arn_pattern(number: &str) -> Option<&'static str> {
    RESOURCES.numbered(number)
}

/// Actions that AWS requires although its reference does not list them, so that linters report them.
/// <https://github.com/aws-amplify/amplify-studio/issues/889> shows AWS's message (2026-11-23).
const UNLISTED: [&str; 2] = ["apigateway:TagResource", "apigateway:UntagResource"];

/// Returns whether AWS requires an action that its reference does not list.
pub fn is_unlisted(name: &str) -> bool {
    UNLISTED.contains(&name)
}

/// Returns the names after the colon of a service's IAM actions, sorted; empty for an unknown service.
pub fn actions_of(service: &str) -> impl Iterator<Item = &'static str> {
    verbs(&service.to_ascii_lowercase()).map(|(name, _)| name)
}

/// Returns the IAM prefixes of all services, sorted.
pub fn services() -> impl Iterator<Item = &'static str> {
    ACTIONS.heads()
}

/// Returns the prefix of the service that people mean by one that no service has.
pub fn meant_service(prefix: &str) -> Option<&'static str> {
    static PARSED: OnceLock<Option<ServicePrefixes>> = OnceLock::new();
    let file = PARSED.get_or_init(|| serde_json::from_str(facts!("service_prefixes")).ok()).as_ref()?;
    file.meant.get(&prefix.to_ascii_lowercase()).map(String::as_str)
}

/// The whole file about prefixes of actions.
#[derive(Debug, Deserialize)]
struct ServicePrefixes {
    meant: BTreeMap<String, String>,
}

fn verbs(service: &str) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let words = ACTIONS.line(service).unwrap_or_default();
    words.split(' ').filter_map(|word| word.split_once('/'))
}

/// Returns the bytes of a text in lowercase.
fn folded(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// Searches the sorted pieces of a text for a head and returns the head with its rest. `order` compares a head with the
/// wanted one. The first separator is between pieces, the second after a head.
fn search(
    text: &'static str,
    [between, tail]: [char; 2],
    order: impl Fn(&'static str) -> Ordering,
) -> Option<(&'static str, &'static str)> {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = text.get(low..middle)?.rfind(between).map_or(low, |offset| low + offset + 1);
        let end = text.get(start..)?.find(between).map_or(text.len(), |offset| start + offset);
        let (head, rest) = text.get(start..end)?.split_once(tail)?;
        match order(head) {
            Ordering::Equal => return Some((head, rest)),
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_sorted_ascii_and_every_line_is_found() {
        for table in [&ACTIONS, &RESOURCES, &KEYS, &KEY_SETS] {
            assert!(table.text().is_ascii());
            let lines: Vec<_> = table.text().lines().map(|line| line.split_once('\t').unwrap()).collect();
            assert!(lines.windows(2).all(|pair| pair[0].0 < pair[1].0));
            assert!(table.heads().eq(lines.iter().map(|(head, _)| *head)));
            for (head, rest) in lines {
                assert_eq!(table.line(head), Some(rest));
            }
        }
        for table in [&RESOURCES, &KEYS, &KEY_SETS] {
            for (index, head) in table.heads().enumerate() {
                assert_eq!(head, format!("{index:04}"));
                assert_eq!(table.numbered(head), table.line(head));
            }
        }
    }

    #[test]
    fn every_handler_list_and_action_reads_back() {
        for line in include_str!("data/handler-permissions.txt").lines() {
            let (kind, words) = line.split_once('\t').unwrap();
            let mut found = handlers(kind).unwrap();
            for (list, letter) in found.lists().into_iter().zip("crud".chars()) {
                let mut service = "";
                let mut wanted = Vec::new();
                for (action, letters) in words.split(' ').filter_map(|word| word.rsplit_once('/')) {
                    let (now, verb) = action.split_once(':').unwrap_or((service, action));
                    service = now;
                    if letters.contains(letter) {
                        wanted.push(format!("{service}:{verb}"));
                    }
                }
                assert_eq!(*list, wanted, "{kind}");
                assert!(wanted.iter().all(|name| !name.contains('*') && !name.starts_with(':')), "{kind}: {wanted:?}");
            }
        }
        assert_eq!(HANDLERS.heads().count(), include_str!("data/handler-permissions.txt").lines().count());
        for service in services() {
            for (verb, facts) in verbs(service) {
                let action = iam_action(&format!("{service}:{verb}")).unwrap();
                let (listed, _) = facts.split_once('/').unwrap_or((facts, ""));
                let listed = listed.get(1..).unwrap_or_default().split(',').filter(|number| !number.is_empty()).count();
                assert_eq!(action.resources.len(), listed, "{service}:{verb}");
            }
        }
    }

    #[test]
    fn handlers_keep_their_services_apart() {
        let queue = handlers("AWS::SQS::Queue").unwrap();
        assert_eq!(queue.delete, ["sqs:DeleteQueue", "sqs:GetQueueAttributes"]);
        let function = handlers("AWS::Lambda::Function").unwrap();
        assert!(function.create.contains(&"lambda:CreateFunction".to_owned()));
        assert!(function.create.contains(&"iam:PassRole".to_owned()));
        assert_eq!(handlers("AWS::Nothing::AtAll"), None);
    }

    #[test]
    fn an_action_is_found_in_any_case_and_spelt_as_aws_does() {
        let action = iam_action("S3:putobject").unwrap();
        assert_eq!((action.name, action.access), ("s3:PutObject", Access::Write));
        assert!(action.resources.contains(&"arn:${Partition}:s3:::${BucketName}/${ObjectName}"));
        assert!(action.condition_keys().contains(&"s3:x-amz-acl"));
        assert!(iam_action("a2c:StartDeploymentJob").unwrap().condition_keys().is_empty());
        assert!(iam_action("lambda:ListFunctions").unwrap().resources.is_empty());
        assert_eq!(iam_action("s3:PutObjekt"), None);
        assert_eq!(iam_action("PutObject"), None);
    }
}
