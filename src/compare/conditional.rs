//! Lists whose items depend on conditions.

use super::normal::NormalValue;

/// An item of a list, with the conditions under which it exists.
pub(super) struct Conditional<'v> {
    /// The conditions.
    pub(super) conditions: Vec<String>,
    /// The item.
    pub(super) value: &'v NormalValue,
}

/// Returns the items of a list, including those in branches of `Fn::If`.
pub(super) fn under_conditions(items: &[NormalValue]) -> Vec<Conditional<'_>> {
    fn add<'v>(found: &mut Vec<Conditional<'v>>, conditions: &[String], value: &'v NormalValue) {
        if let Some(("Fn::If", argument)) = value.as_call()
            && let [condition, when, otherwise] = argument.items()
        {
            let condition = condition.to_string();
            for (condition, branch) in [(condition.clone(), when), (format!("not {condition}"), otherwise)] {
                add(found, &[conditions, &[condition]].concat(), branch);
            }
        } else if !value.is_no_value() {
            found.push(Conditional { conditions: conditions.to_vec(), value });
        }
    }
    let mut found = Vec::new();
    for item in items {
        add(&mut found, &[], item);
    }
    found
}
