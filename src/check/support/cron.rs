//! Cron expressions: those of schedules, and those of deployment windows, which start with seconds.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html> and
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html> (2026-11-29)

use crate::diagnostic::wording;

/// A field of an expression: its name, its minimum and maximum, the words for its numbers.
#[derive(Debug)]
struct Field {
    name: &'static str,
    least: u32,
    greatest: u32,
    words: &'static [&'static str],
    /// Special characters besides `,`, `-`, `*`, and `/`.
    signs: &'static [char],
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 7] = [
    Field { name: "seconds", least: 0, greatest: 59, words: &[], signs: &[] },
    Field { name: "minutes", least: 0, greatest: 59, words: &[], signs: &[] },
    Field { name: "hours", least: 0, greatest: 23, words: &[], signs: &[] },
    Field { name: "day of the month", least: 1, greatest: 31, words: &[], signs: &['?', 'L', 'W'] },
    Field { name: "month", least: 1, greatest: 12, words: MONTHS, signs: &[] },
    Field { name: "day of the week", least: 1, greatest: 7, words: DAYS, signs: &['?', 'L', '#'] },
    Field { name: "year", least: 1970, greatest: 2199, words: &[], signs: &[] },
];

/// The number of required fields: in a window, all except the year; a schedule has no seconds.
const NEEDED: usize = FIELDS.len() - 1;

/// The last year that has ended for every user.
const OVER: u32 = 2025;

/// The days of each month in leap years.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The purpose of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Cron {
    /// When a pipeline starts.
    Schedule,
    /// When a stage can be entered.
    Window,
}

impl Cron {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::Schedule => &FIELDS[1..],
            Self::Window => &FIELDS,
        }
    }

    /// Returns the error in an expression that AWS does not accept.
    pub(in crate::check) fn fault(self, text: &str) -> Option<String> {
        let given: Vec<&str> = text.split_ascii_whitespace().collect();
        let fields = self.fields();
        if !(NEEDED..=fields.len()).contains(&given.len()) {
            let expected = match self {
                Self::Schedule => format!("`cron` takes {} fields, not {}", fields.len(), given.len()),
                Self::Window => {
                    let count = wording::count(given.len(), "field");
                    format!("{count}; expected {} or {}", NEEDED, fields.len())
                }
            };
            return Some(expected);
        }
        let wrong = fields.iter().zip(&given).find(|(field, text)| !field.takes(text));
        if let Some((field, text)) = wrong {
            return Some(format!("`{text}` is not valid in the {} field", field.name));
        }
        let days = self.field(&given, "day of the month")? == "?";
        let weekdays = self.field(&given, "day of the week")? == "?";
        match self {
            Self::Schedule if days == weekdays => {
                Some("either the third field (day of month) or the fifth (day of week) must be `?`".to_owned())
            }
            Self::Window if days && weekdays => Some("only one of the two fields for days can be `?`".to_owned()),
            _ => None,
        }
    }

    fn field<'t>(self, given: &[&'t str], name: &str) -> Option<&'t str> {
        let index = self.fields().iter().position(|field| field.name == name)?;
        given.get(index).copied()
    }

    /// Returns why no time matches a valid expression.
    pub(in crate::check) fn never(self, text: &str) -> Option<String> {
        let given: Vec<&str> = text.split_ascii_whitespace().collect();
        let values = |name: &str| -> Option<Vec<u32>> {
            let field = self.fields().iter().find(|field| field.name == name)?;
            field.values(self.field(&given, name)?)
        };
        if let Some(last) = values("year").and_then(|years| years.into_iter().max()).filter(|last| *last <= OVER) {
            return Some(format!("{last} is over"));
        }
        let days = values("day of the month").filter(|days| !days.is_empty())?;
        let months = values("month")?;
        let lasts = months.iter().filter_map(|month| LENGTHS.get(usize::try_from(*month).ok()?.checked_sub(1)?));
        let longest = lasts.copied().max()?;
        let first = days.into_iter().min().filter(|first| *first > longest)?;
        let month = months.first().and_then(|month| MONTHS.get(usize::try_from(*month).ok()?.checked_sub(1)?))?;
        let which = if months.len() == 1 { format!("{month} has") } else { "these months have".to_owned() };
        Some(format!("{which} no day {first}"))
    }

    /// Returns the minutes between two starts in one hour, if there are fewer than `least`.
    pub(in crate::check) fn minutes_between(self, text: &str, least: u32) -> Option<u32> {
        let given: Vec<&str> = text.split_ascii_whitespace().collect();
        let field = self.fields().iter().find(|field| field.name == "minutes")?;
        let mut minutes = match self.field(&given, "minutes")? {
            "*" => (field.least..=field.greatest).collect(),
            text => field.values(text)?,
        };
        minutes.sort_unstable();
        minutes.dedup();
        let gaps = minutes.windows(2).filter_map(|pair| pair.last()?.checked_sub(*pair.first()?));
        gaps.min().filter(|gap| *gap < least)
    }
}

impl Field {
    fn takes(&self, text: &str) -> bool {
        text.split(',').all(|part| {
            let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
            step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0)) && self.takes_range(range)
        })
    }

    fn takes_range(&self, text: &str) -> bool {
        match text {
            "*" => true,
            "?" => self.signs.contains(&'?'),
            _ if self.is_special(text) => self.takes_special(text),
            _ => text.split('-').count() <= 2 && text.split('-').all(|one| self.number(one).is_some()),
        }
    }

    /// Returns whether a text has a special character for days, rather than the name of one.
    fn is_special(&self, text: &str) -> bool {
        text.contains(['L', 'W', '#']) && text.split('-').any(|one| self.number(one).is_none())
    }

    /// Returns whether a field accepts `L`, `L-3`, `LW`, `15W`; `6L`, `FRIL`, `6#3`.
    fn takes_special(&self, text: &str) -> bool {
        let has = |sign: char| self.signs.contains(&sign);
        if let Some((day, week)) = text.split_once('#') {
            return has('#')
                && self.number(day).is_some()
                && week.parse::<u32>().is_ok_and(|week| (1..=5).contains(&week));
        }
        if has('W')
            && let Some(day) = text.strip_suffix('W')
        {
            return day == "L" || self.number(day).is_some();
        }
        let Some(day) = text.strip_suffix('L') else {
            return has('W') && text.strip_prefix("L-").is_some_and(|back| self.number(back).is_some());
        };
        has('L') && (day.is_empty() || has('#') && self.number(day).is_some())
    }

    fn number(&self, text: &str) -> Option<u32> {
        let named = self.words.iter().position(|word| word.eq_ignore_ascii_case(text));
        let named = named.and_then(|index| Some(u32::try_from(index).ok()? + self.least));
        let number = || text.parse::<u32>().ok().filter(|number| (self.least..=self.greatest).contains(number));
        named.or_else(number)
    }

    /// Returns the numbers that a valid field lists, or `None` if it is not a list of numbers, such as `*`.
    fn values(&self, text: &str) -> Option<Vec<u32>> {
        let mut all = Vec::new();
        for part in text.split(',') {
            let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
            let step = step.map_or(Some(1), |step| step.parse::<u32>().ok())?;
            let (first, last) = match range.split_once('-') {
                Some((first, last)) => (self.number(first)?, self.number(last)?),
                None if range == "*" && part.contains('/') => (self.least, self.greatest),
                None if part.contains('/') => (self.number(range)?, self.greatest),
                None => (self.number(range)?, self.number(range)?),
            };
            // A range may wrap around.
            let last = if last < first { self.greatest } else { last };
            all.extend((first..=last).step_by(usize::try_from(step.max(1)).ok()?));
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::Cron;

    #[test]
    fn windows_are_told_from_schedules() {
        for window in [
            "0 0 9-17 ? * MON-FRI *",
            "* * 22-23,0-5 ? * MON-THU",
            "0 0/15 8 1,L * ?",
            "0 0 0 15W 1-6 ? 2027",
            "0 0/30 8-15 ? * 2-5 2026-2030",
            "* * * ? * FRIL",
            "* * * L-3 JUL ?",
            "* * * * * MON",
        ] {
            assert_eq!(Cron::Window.fault(window), None, "{window}");
        }
        for other in [
            "0 8-16 ? * MON-THU *",
            "cron(0 3 * * ? *)",
            "0 0 25 ? * MON",
            "0 0 9 ? * FUNDAY",
            "",
            "? 0 9 ? * *",
            "0 60 9 ? * *",
            "0 0/0 9 ? * *",
            "0 0 9 ? * 2#6",
            "0 0 9 ? * 15W",
            "0 0 9 2#1 * ?",
            "* * 9 ? * ?",
            "0 0 9 ? 13 MON",
            "0 0 9 ? * MON 1969",
        ] {
            assert!(Cron::Window.fault(other).is_some(), "{other}");
        }
    }

    #[test]
    fn schedules_have_six_fields() {
        for schedule in ["0 3 * * ? *", "30 18 ? * SUN *", "0/30 8-18 ? * 2#1 *", "15 10 L * ? 2027", "0 9 1W * ? *"] {
            assert_eq!(Cron::Schedule.fault(schedule), None, "{schedule}");
        }
        for other in
            ["0 3 * * *", "0 24 * * ? *", "60 3 * * ? *", "0 3 * * * *", "0 3 ? * ? *", "0 3 * * ? 26", "0 3 ? * 8 *"]
        {
            assert!(Cron::Schedule.fault(other).is_some(), "{other}");
        }
    }

    #[test]
    fn some_times_never_come() {
        for (text, never) in [
            ("0 3 30 2 ? *", true),
            ("0 3 31 4,6,9,11 ? *", true),
            ("0 3 31 * ? *", false),
            ("0 3 29 2 ? *", false),
            ("0 3 30,31 FEB ? *", true),
            ("0 3 1 1 ? 2024-2025", true),
            ("0 3 1 1 ? 2024-2027", false),
            ("0 3 L 2 ? *", false),
            ("0 3 ? 2 MON *", false),
        ] {
            assert_eq!(Cron::Schedule.never(text).is_some(), never, "{text}");
        }
        assert_eq!(Cron::Window.never("* * * 31 JUN ? *").as_deref(), Some("JUN has no day 31"));
    }

    #[test]
    fn starts_are_counted_within_an_hour() {
        for (text, between) in [
            ("* 3 * * ? *", Some(1)),
            ("0/2 * * * ? *", Some(2)),
            ("*/5 * * * ? *", None),
            ("0 * * * ? *", None),
            ("0,1 * * * ? *", Some(1)),
        ] {
            assert_eq!(Cron::Schedule.minutes_between(text, 5), between, "{text}");
        }
    }
}
