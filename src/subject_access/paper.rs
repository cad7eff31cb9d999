//! The same to read: plain Markdown, which any phone shows as text.

use serde_json::Value;

use crate::dossier::model::words::escaped;

const TITLES: &[(&str, &str)] = &[
    ("person", "Who you are, as we wrote it down"),
    ("case", "Your case"),
    ("history", "How your case went"),
    ("channels", "How you can be reached"),
    ("messages", "What was written"),
    ("places", "What you told of where you are or were"),
    ("consents", "What you agreed to"),
    ("legal_basis", "On what ground we keep this"),
    ("shared", "With whom we shared it"),
    ("earlier_answers", "When we gave you this before"),
    ("left_out", "What is left out, and why"),
];

/// The paper of what was gathered.
pub fn print(gathered: &Value) -> String {
    let made_at = gathered["made_at"].as_str().unwrap_or_default();
    let mut paper =
        format!("# What we keep of you\n\nMade at {made_at} (UTC). Keep it where nobody else reads it.\n");
    for (section, title) in TITLES {
        paper.push_str(&format!("\n## {title}\n\n"));
        match &gathered[*section] {
            Value::Array(items) if items.is_empty() => paper.push_str("Nothing.\n"),
            Value::Array(items) => {
                for (item, number) in items.iter().zip(1..) {
                    paper.push_str(&format!("{number}.\n"));
                    write(&mut paper, item, 1);
                }
            }
            one => write(&mut paper, one, 0),
        }
    }
    paper
}

fn write(paper: &mut String, value: &Value, depth: usize) {
    let indent = "   ".repeat(depth);
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('_', " ");
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        paper.push_str(&format!("{indent}- {name}:\n"));
                        write(paper, value, depth + 1);
                    }
                    plain => paper.push_str(&format!("{indent}- {name}: {}\n", line(plain))),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(_) | Value::Array(_) => write(paper, item, depth),
                    plain => paper.push_str(&format!("{indent}- {}\n", line(plain))),
                }
            }
        }
        plain => paper.push_str(&format!("{indent}- {}\n", line(plain))),
    }
}

/// What somebody wrote must not become markup, nor a line of ours.
fn line(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    text.lines().map(escaped).collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_written_stays_text() {
        let gathered = json!({
            "made_at": "2026-01-01T00:00:00Z",
            "messages": [{"body": "# no title\n[no link] <b>"}],
        });
        let paper = print(&gathered);
        let written = r"- body: \# no title / \[no link\] &lt;b&gt;";
        assert!(paper.contains(written), "{paper}");
    }
}
