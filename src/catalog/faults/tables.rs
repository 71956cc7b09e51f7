//! The tables of events that `sam deploy` prints: cells are wrapped to the width of their column.
//!
//! <https://github.com/aws/aws-sam-cli/blob/develop/samcli/commands/_utils/table_print.py> (2026-11-29)

/// The first and the last heading of a table of events.
const FIRST: &str = "ResourceStatus";
const LAST: &str = "ResourceStatusReason";

/// Returns a text with each row of its event tables on one line, and the other lines unchanged.
pub(super) fn unfolded(text: &str) -> String {
    if !text.contains(LAST) {
        return text.to_owned();
    }
    let mut lines: Vec<String> = Vec::new();
    let mut table: Option<Table> = None;
    for line in text.lines() {
        if let Some(starts) = headings(line) {
            table = Some(Table { starts, row: Vec::new() });
            continue;
        }
        let Some(open) = &mut table else {
            lines.push(line.to_owned());
            continue;
        };
        if line.trim_end().chars().all(|c| c == '-') && !line.trim().is_empty() {
            lines.extend(open.take());
        } else if let Some(cells) = open.cells(line) {
            if cells.first().is_some_and(|cell| !cell.trim().is_empty()) {
                lines.extend(open.take());
            }
            open.add(&cells);
        } else {
            lines.extend(open.take());
            lines.push(line.to_owned());
            table = None;
        }
    }
    lines.extend(table.and_then(|mut table| table.take()));
    lines.join("\n")
}

struct Table {
    /// The start of each column, in characters.
    starts: Vec<usize>,
    /// The cells of the current row.
    row: Vec<String>,
}

impl Table {
    /// Returns the cells of a line; `None` if it is not a row.
    fn cells(&self, line: &str) -> Option<Vec<String>> {
        let characters: Vec<char> = line.chars().collect();
        let ends = self.starts.iter().skip(1).copied().chain([characters.len()]);
        let cells: Vec<String> = self
            .starts
            .iter()
            .zip(ends)
            .map(|(start, end)| {
                let part = characters.get((*start).min(characters.len())..end.min(characters.len()));
                part.unwrap_or_default().iter().collect()
            })
            .collect();
        // A space separates columns.
        let separated = self.starts.iter().skip(1).all(|start| {
            let before = start.checked_sub(1).and_then(|at| characters.get(at));
            before.is_none_or(|c| *c == ' ')
        });
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        (separated && filled > 0).then_some(cells)
    }

    fn add(&mut self, cells: &[String]) {
        self.row.resize(self.starts.len().max(cells.len()), String::new());
        for (at, cell) in cells.iter().enumerate() {
            let Some(own) = self.row.get_mut(at) else { continue };
            let piece = cell.trim();
            let width = self.starts.get(at + 1).zip(self.starts.get(at)).map(|(next, start)| next - start - 1);
            // A long word, such as an ARN, is split at the width of the column.
            let last = own.rsplit(' ').next().unwrap_or_default().chars().count();
            let cut = width.is_some_and(|width| last >= width) || at + 1 == self.starts.len() && last > 30;
            if !own.is_empty() && !piece.is_empty() && !cut {
                own.push(' ');
            }
            own.push_str(piece);
        }
    }

    fn take(&mut self) -> Option<String> {
        let row = std::mem::take(&mut self.row);
        let line = row.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }
}

/// Returns where the columns in a line of headings start.
fn headings(line: &str) -> Option<Vec<usize>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.first() != Some(&FIRST) || words.last() != Some(&LAST) {
        return None;
    }
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, c) in line.chars().enumerate() {
        if before == ' ' && c != ' ' {
            starts.push(at);
        }
        before = c;
    }
    Some(starts)
}

#[cfg(test)]
mod tests {
    use super::unfolded;

    #[test]
    fn rows_become_lines() {
        let text = "before\n\
                    ----------------------------------------------------------------------\n\
                    ResourceStatus     ResourceType       LogicalResourceId  ResourceStatusReason\n\
                    ----------------------------------------------------------------------\n\
                    CREATE_FAILED      AWS::S3::Bucket    Uploads            uploads already     \n\
                    \u{20}                                                        exists (Service: S3)\n\
                    CREATE_FAILED      AWS::IAM::Role     WorkerRole         cancelled           \n\
                    ----------------------------------------------------------------------\n\
                    Error: after";
        let expected = "before\n\
                        ----------------------------------------------------------------------\n\
                        CREATE_FAILED AWS::S3::Bucket Uploads uploads already exists (Service: S3)\n\
                        CREATE_FAILED AWS::IAM::Role WorkerRole cancelled\n\
                        Error: after";
        assert_eq!(unfolded(text), expected);
        assert_eq!(unfolded("a\nb"), "a\nb");
    }
}
