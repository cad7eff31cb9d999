//! Names and numbers as a reader should see them.

/// Marks that sit on the letter before them: a hostile name can pile up hundreds.
fn is_stackable(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// What turns the direction of writing, hides, or is no character in XML.
fn is_unfit(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// A text in one line of at most so many characters, without what breaks XML or a reader's eyes.
pub(super) fn clean(text: &str, most: usize) -> String {
    let mut cleaned = String::new();
    let (mut count, mut stacked, mut gap) = (0, 0, false);
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = !cleaned.is_empty();
            continue;
        }
        stacked = if is_stackable(c) { stacked + 1 } else { 0 };
        if is_unfit(c) || stacked > 2 {
            continue;
        }
        if count >= most {
            cleaned.push('…');
            break;
        }
        if std::mem::take(&mut gap) {
            cleaned.push(' ');
        }
        cleaned.push(c);
        count += 1;
    }
    cleaned
}

/// A probability in percent that never says "certain" or "impossible".
pub(super) fn percent(probability: f64) -> String {
    let percent = probability * 100.0;
    if !percent.is_finite() {
        "?".to_owned()
    } else if percent < 0.5 {
        "<1%".to_owned()
    } else if percent > 99.5 {
        ">99%".to_owned()
    } else {
        format!("{percent:.0}%")
    }
}

/// A number with as many digits as it deserves, thousands apart.
fn rounded(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        return "?".to_owned();
    }
    if value < 10.0 {
        return format!(
            "{value:.*}",
            if value < 0.1 {
                3
            } else if value < 1.0 {
                2
            } else {
                1
            }
        );
    }
    let unit = 10_f64.powf((value.log10().floor() - 1.0).max(0.0));
    let digits = format!("{:.0}", (value / unit).round() * unit);
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// An area.
pub(super) fn area(km2: f64) -> String {
    format!("{} km²", rounded(km2))
}

/// A length.
pub(super) fn length(metres: f64) -> String {
    if metres < 1_000.0 {
        format!("{} m", rounded(metres.round()))
    } else {
        format!("{} km", rounded(metres / 1_000.0))
    }
}

/// How wide a text is in units of its size, for a wide sans serif: rather too wide than too narrow.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(advance).sum()
}

fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | '\'' | '|' | ':' | ';' | '!' | ' ' => 0.33,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 0.43,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 0.99,
        'A'..='Z' | '&' | '<' | '>' | '+' | '=' => 0.80,
        ' '..='~' => 0.64,
        _ if is_stackable(c) => 0.0,
        '\u{a0}'..='\u{24f}' => 0.72,
        // Scripts in which some marks take no room and some letters much.
        '\u{250}'..='\u{10ff}' | '\u{1780}'..='\u{17ff}' | '\u{1e00}'..='\u{20ff}' => 0.85,
        _ => 1.15,
    }
}

/// The text, cut where it would be wider than so many units of its size.
pub(super) fn fitted(text: &str, most: f64) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut room = most - advance('…');
    let kept = text.chars().take_while(|c| {
        room -= advance(*c);
        room >= 0.0
    });
    let kept: String = kept.collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_lose_what_breaks_a_page() {
        assert_eq!(clean("a\u{0}\u{202e}b\n\t  c\u{ffff} ", 9), "a b c");
        assert_eq!(clean(&format!("a{}b", "\u{301}".repeat(99)), 9), "a\u{301}\u{301}b");
        assert_eq!(clean("ကရင်ပြည်နယ်", 40), "ကရင်ပြည်နယ်");
        assert_eq!(clean(&"x".repeat(99), 5), "xxxxx…");
        assert_eq!(clean(" \r\n", 5), "");
    }

    #[test]
    fn numbers_promise_no_more_than_they_know() {
        assert_eq!([0.0, 0.006, 0.994, 1.0, f64::NAN].map(percent), ["<1%", "1%", "99%", ">99%", "?"]);
        assert_eq!(
            [0.004, 0.28, 3.12, 47.3, 12_345.0, 1_889_000.0, f64::INFINITY].map(area),
            ["0.004 km²", "0.28 km²", "3.1 km²", "47 km²", "12,000 km²", "1,900,000 km²", "? km²"]
        );
        assert_eq!([310.0, 2_500.0, 136_000.0].map(length), ["310 m", "2.5 km", "140 km"]);
    }

    #[test]
    fn long_texts_are_cut_to_their_room() {
        let cut = fitted("a name that goes on and on", 6.0);
        assert!(width(&cut) <= 6.0 && cut.ends_with('…'), "{cut}");
        assert_eq!(fitted("short", 6.0), "short");
        assert_eq!(fitted("", 0.0), "");
    }
}
