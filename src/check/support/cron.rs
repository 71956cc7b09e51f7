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

    /// Returns the expression that is meant, if its form shows it: the five fields of Unix, days of the week in other
    /// words, or `*` for both kinds of days. A window needs its seconds.
    pub(in crate::check) fn corrected(self, text: &str) -> Option<String> {
        let mut given: Vec<String> = text.split_ascii_whitespace().map(str::to_ascii_uppercase).collect();
        let is_unix = self == Self::Schedule && given.len() == NEEDED - 1;
        if is_unix {
            given.push("*".to_owned());
        }
        let index = |name: &str| self.fields().iter().position(|field| field.name == name);
        let (day, weekday) = (index("day of the month")?, index("day of the week")?);
        let of_week = given.get(weekday)?;
        // In Unix, 0 is Sunday, and 1 is Monday.
        let from_zero = is_unix || of_week.split(['-', ',']).any(|number| number == "0");
        let of_week = days_of_week(of_week, from_zero)?;
        given.get_mut(weekday)?.clone_from(&of_week);
        let any = "?".to_owned();
        match (given.get(day)?.as_str(), of_week.as_str()) {
            (_, "*") if self == Self::Schedule => *given.get_mut(weekday)? = any,
            ("*", week) if week != "?" && self == Self::Schedule => *given.get_mut(day)? = any,
            ("?", "?") => "*".clone_into(given.get_mut(day)?),
            _ => {}
        }
        let corrected = given.join(" ");
        (corrected != text && self.fault(&corrected).is_none()).then_some(corrected)
    }

    /// Returns the expressions that can be meant by a valid window that restricts one kind of days although the other is
    /// not `?`: one, or two if both are restricted. The expressions are those of Quartz, which rejects this:
    /// <https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html> (2026-11-30)
    pub(in crate::check) fn both_days(self, text: &str) -> Vec<String> {
        let given: Vec<&str> = text.split_ascii_whitespace().collect();
        let index = |name: &str| self.fields().iter().position(|field| field.name == name);
        let days = [index("day of the month"), index("day of the week")];
        let [Some(day), Some(weekday)] = days.map(|index| given.get(index?).copied()) else { return Vec::new() };
        let open = match (day, weekday) {
            ("?", _) | (_, "?") | ("*", "*") => &[][..],
            ("*", _) => &days[..1],
            (_, "*") => &days[1..],
            _ => &days[..],
        };
        let with = |open: Option<usize>| -> String {
            let fields = given.iter().enumerate().map(|(index, text)| if Some(index) == open { "?" } else { text });
            fields.collect::<Vec<_>>().join(" ")
        };
        open.iter().copied().map(with).collect()
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

/// Converts the days of the week to the names of EventBridge: `MO-FR`, `Monday`, and, if Sunday is 0, numbers.
fn days_of_week(text: &str, from_zero: bool) -> Option<String> {
    if text.contains(['?', '*', '/', '#', 'L']) {
        return (!from_zero || text.len() == 1).then(|| text.to_owned());
    }
    let named = |word: &str| -> Option<String> {
        if let Ok(number) = word.parse::<usize>() {
            return if from_zero { DAYS.get(number % 7).map(|day| (*day).to_owned()) } else { Some(word.to_owned()) };
        }
        let is_meant = |day: &&&str| word.len() > 1 && (word.starts_with(**day) || day.starts_with(word));
        DAYS.iter().find(is_meant).map(|day| (*day).to_owned())
    };
    let range = |part: &str| -> Option<String> {
        let ends: Vec<String> = part.split('-').map(named).collect::<Option<_>>()?;
        let position = |day: &String| DAYS.iter().position(|name| name == day);
        // A range that ends with Sunday has no form in which Sunday is the first day.
        let ascends = ends.windows(2).all(|pair| pair.first().and_then(position) <= pair.last().and_then(position));
        ascends.then(|| ends.join("-"))
    };
    Some(text.split(',').map(range).collect::<Option<Vec<_>>>()?.join(","))
}

#[cfg(test)]
mod tests {
    use super::Cron;

    #[test]
    fn the_expression_that_is_meant_is_recognized() {
        for (text, meant) in [
            ("15 2 * * 1-5", Some("15 2 ? * MON-FRI *")),
            ("0 3 * * *", Some("0 3 * * ? *")),
            ("0 3 1 * *", Some("0 3 1 * ? *")),
            ("0 3 * * 0", Some("0 3 ? * SUN *")),
            ("0 3 * * 0,6", Some("0 3 ? * SUN,SAT *")),
            ("0 3 * * 5-7", None),
            ("0 3 * * */2", None),
            // Both kinds of days.
            ("0 3 1 * 1", None),
            ("15 2 ? * MO-FR *", Some("15 2 ? * MON-FRI *")),
            ("15 2 ? * monday *", Some("15 2 ? * MON *")),
            ("15 2 ? * 0 *", Some("15 2 ? * SUN *")),
            ("15 2 * * MON-FRI *", Some("15 2 ? * MON-FRI *")),
            ("15 2 * * * *", Some("15 2 * * ? *")),
            ("15 2 ? * ? *", Some("15 2 * * ? *")),
            ("15 2 ? * MON-FRI *", None),
            ("75 2 * * 1-5", None),
        ] {
            assert_eq!(Cron::Schedule.corrected(text).as_deref(), meant, "{text}");
        }
        assert_eq!(Cron::Window.corrected("* * 9 ? * MO-FR *").as_deref(), Some("* * 9 ? * MON-FRI *"));
        assert_eq!(Cron::Window.corrected("0 7-14 * * 1-4"), None);
    }

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
        for (text, both) in [
            ("* * * * * MON", &["* * * ? * MON"][..]),
            ("* * * 1 * *", &["* * * 1 * ?"]),
            ("* * * 1-7 * MON", &["* * * ? * MON", "* * * 1-7 * ?"]),
            ("* * * * * *", &[]),
            ("* * * ? * MON", &[]),
        ] {
            assert_eq!(Cron::Window.both_days(text), both, "{text}");
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
