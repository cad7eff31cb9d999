//! Numbers in Chinese characters.

/// Longer runs are no numbers.
const LONGEST: usize = 12;

/// Whether a character may be part of a number, a decimal point among them.
pub fn is_numeral(c: char) -> bool {
    digit(c).is_some() || unit(c).is_some() || c == '点'
}

/// The value of a number that has tens or hundreds in it, such as `三十五`; none for digits in a row, which are as
/// often two numbers, as in `两三`.
pub fn counted(numeral: &[char]) -> Option<f64> {
    let is_counted = numeral.iter().any(|c| unit(*c).is_some());
    parsed(numeral).filter(|_| is_counted).map(|(value, _)| value)
}

/// The value of a number and how many digits stand behind its point; `一六点五` is 16.5 as well.
pub fn parsed(numeral: &[char]) -> Option<(f64, usize)> {
    if numeral.len() > LONGEST {
        return None;
    }
    let mut parts = numeral.splitn(2, |c| *c == '点');
    let whole = whole(parts.next()?)?;
    let Some(behind) = parts.next() else { return Some((f64::from(whole), 0)) };
    let decimals = in_a_row(behind)?;
    let shift = 10_f64.powi(i32::try_from(behind.len()).ok()?);
    Some((f64::from(whole) + f64::from(decimals) / shift, behind.len()))
}

fn whole(numeral: &[char]) -> Option<u32> {
    if !numeral.iter().any(|c| unit(*c).is_some()) {
        return in_a_row(numeral);
    }
    let (mut sum, mut open, mut least) = (0, None, u32::MAX);
    for c in numeral {
        match (digit(*c), unit(*c)) {
            // A zero only holds a place.
            (Some(0), _) if open.is_none() => {}
            (Some(digit), _) if open.is_none() => open = Some(digit),
            // Ten needs no one before it.
            (_, Some(unit)) if unit < least => {
                sum += open.take().unwrap_or(1) * unit;
                least = unit;
            }
            _ => return None,
        }
    }
    Some(sum + open.unwrap_or(0))
}

/// Digits one after the other.
fn in_a_row(numeral: &[char]) -> Option<u32> {
    let fits = (1..=8).contains(&numeral.len());
    numeral.iter().filter(|_| fits).map(|c| digit(*c)).try_fold(None, |value: Option<u32>, digit| {
        digit.map(|digit| Some(value.unwrap_or(0) * 10 + digit))
    })?
}

fn digit(c: char) -> Option<u32> {
    const DIGITS: &str = "零一二三四五六七八九";
    match c {
        '〇' | '○' => Some(0),
        '两' | '兩' => Some(2),
        _ => DIGITS.chars().position(|digit| digit == c).and_then(|digit| u32::try_from(digit).ok()),
    }
}

const fn unit(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn numbers_have_their_value() {
        for (text, value, decimals) in [
            ("十六", 16.0, 0),
            ("四十一", 41.0, 0),
            ("九十八", 98.0, 0),
            ("一百零二", 102.0, 0),
            ("一百二十", 120.0, 0),
            ("一〇二", 102.0, 0),
            ("十六点六八", 16.68, 2),
            ("一六点五", 16.5, 1),
            ("两百", 200.0, 0),
        ] {
            let (found, places) = parsed(&of(text)).unwrap();
            assert!((found - value).abs() < 1e-9 && places == decimals, "{text} {found}");
        }
        for text in ["", "点", "二三十", "十点", "一点二点三", "百千", "一二三四五六七八九一二三四"]
        {
            assert!(parsed(&of(text)).is_none(), "{text}");
        }
        assert_eq!(counted(&of("三十五")), Some(35.0));
        assert_eq!(counted(&of("两三")), None);
    }
}
