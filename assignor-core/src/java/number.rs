//! Numbers and durations as Java reads them from text, and doubles as Java prints them.
//!
//! Source of truth: JDK 17, `Long.parseLong`, `Double.parseDouble`, `Double.toString` and
//! `java.time.Duration.parse`.

/// Every character of the basic plane that stands for zero, by `Character.digit`; the nine after
/// it are one to nine. Java reads numbers char by char, so digits beyond the plane don't count.
const ZEROS: [u16; 37] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10,
];

fn digit(char: char) -> Option<i64> {
    let code = u16::try_from(u32::from(char)).ok()?;
    let zero = ZEROS.iter().rev().find(|zero| **zero <= code)?;
    let value = code - zero;
    (value < 10).then_some(i64::from(value))
}

/// Why a text is not a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnInteger {
    /// It isn't an optional sign and digits.
    Malformed,
    /// It is, but doesn't fit 64 bits.
    Overflow,
}

/// `Long.parseLong`: an optional sign and at least one digit of any script, nothing else.
pub fn parse_long(text: &str) -> Result<i64, NotAnInteger> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || digits.chars().any(|char| digit(char).is_none()) {
        return Err(NotAnInteger::Malformed);
    }
    // Counted down from zero, because the smallest number has no positive counterpart.
    let down = digits
        .chars()
        .filter_map(digit)
        .try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_sub(digit))
        .ok_or(NotAnInteger::Overflow)?;
    if negative {
        Ok(down)
    } else {
        down.checked_neg().ok_or(NotAnInteger::Overflow)
    }
}

/// `Double.parseDouble`: decimal or hexadecimal with an optional `d` or `f` at the end, `NaN` and
/// `Infinity`; characters up to U+0020 are dropped at both ends.
pub fn parse_double(text: &str) -> Option<f64> {
    let text = text.trim_matches(|char| char <= ' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return text.parse().ok();
    }
    let number = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    if let Some(digits) = unsigned
        .strip_prefix("0x")
        .or_else(|| unsigned.strip_prefix("0X"))
    {
        // A `d` may be a hexadecimal digit, so it is dropped only behind the exponent.
        let value = hexadecimal(digits)?;
        return Some(if text.starts_with('-') { -value } else { value });
    }
    let decimal = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    if decimal { number.parse().ok() } else { None }
}

/// `HEX.HEXp±DIGITS`, the exponent required. Rounded at most once more than Java would.
fn hexadecimal(text: &str) -> Option<f64> {
    let at = text.find(['p', 'P'])?;
    let exponent = text.get(at + 1..)?;
    let exponent = exponent
        .strip_suffix(['d', 'D', 'f', 'F'])
        .unwrap_or(exponent);
    let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut mantissa = 0.0_f64;
    let mut scale = 0_i32;
    let mut digits = 0_u32;
    let mut fraction = false;
    for char in text.get(..at)?.chars() {
        if char == '.' && !fraction {
            fraction = true;
            continue;
        }
        mantissa = mantissa * 16.0 + f64::from(char.to_digit(16)?);
        digits += 1;
        if fraction {
            scale = scale.saturating_sub(4);
        }
    }
    if digits == 0 {
        return None;
    }
    let exponent: i32 = match exponent.parse::<i32>() {
        Ok(exponent) => exponent,
        Err(_) if exponent.starts_with('-') => i32::MIN / 2,
        Err(_) => i32::MAX / 2,
    };
    Some(mantissa * 2.0_f64.powi(exponent.saturating_add(scale)))
}

/// `Double.toString`: the shortest digits that tell the number from its neighbours, at least one
/// behind the point, with an exponent below 10⁻³ and from 10⁷ on.
pub fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = value.abs();
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        let text = value.to_string();
        return if text.contains('.') {
            text
        } else {
            format!("{text}.0")
        };
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digits, exponent)) => format!("{digits}.0E{exponent}"),
        None => text,
    }
}

const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// `Duration.parse` (`PnDTnHnMn.nS`), in nanoseconds; `None` for what Java refuses.
pub fn parse_duration(text: &str) -> Option<i128> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = rest.strip_prefix(['P', 'p'])?;
    let (days, time) = match rest.find(['T', 't']) {
        Some(at) => (rest.get(..at)?, Some(rest.get(at + 1..)?)),
        None => (rest, None),
    };
    if time == Some("") || (days.is_empty() && time.is_none()) {
        return None;
    }
    let mut nanos = 0_i128;
    if !days.is_empty() {
        let number = days.strip_suffix(['D', 'd'])?;
        nanos += whole_seconds(number, 86_400)? * NANOS_PER_SECOND;
    }
    let mut time = time.unwrap_or_default();
    for (unit, seconds) in [(['H', 'h'], 3_600), (['M', 'm'], 60)] {
        if let Some((number, rest)) = time.split_once(unit) {
            nanos += whole_seconds(number, seconds)? * NANOS_PER_SECOND;
            time = rest;
        }
    }
    if !time.is_empty() {
        nanos += second_nanos(time.strip_suffix(['S', 's'])?)?;
    }
    let fits = |nanos: i128| i64::try_from(nanos.div_euclid(NANOS_PER_SECOND)).is_ok();
    let nanos_signed = if negative { -nanos } else { nanos };
    (fits(nanos) && fits(nanos_signed)).then_some(nanos_signed)
}

fn whole_seconds(number: &str, seconds: i64) -> Option<i128> {
    if !is_signed_ascii(number) {
        return None;
    }
    let number = parse_long(number).ok()?;
    number.checked_mul(seconds).map(i128::from)
}

/// Seconds with at most nine digits behind a point or a comma.
fn second_nanos(number: &str) -> Option<i128> {
    let (whole, fraction) = match number.find(['.', ',']) {
        Some(at) => (number.get(..at)?, number.get(at + 1..)?),
        None => (number, ""),
    };
    if !is_signed_ascii(whole) || fraction.len() > 9 {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = i128::from(parse_long(whole).ok()?) * NANOS_PER_SECOND;
    let nanos: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some(if whole.starts_with('-') {
        seconds - nanos
    } else {
        seconds + nanos
    })
}

fn is_signed_ascii(number: &str) -> bool {
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_of_any_script() {
        for (text, expected) in [
            ("+5", Ok(5)),
            ("-0", Ok(0)),
            ("007", Ok(7)),
            ("\u{665}", Ok(5)),
            ("\u{ff15}", Ok(5)),
            ("-9223372036854775808", Ok(i64::MIN)),
            ("9223372036854775808", Err(NotAnInteger::Overflow)),
            ("\u{1d7d7}", Err(NotAnInteger::Malformed)),
            ("--5", Err(NotAnInteger::Malformed)),
            ("1_000", Err(NotAnInteger::Malformed)),
            ("", Err(NotAnInteger::Malformed)),
        ] {
            assert_eq!(parse_long(text), expected, "{text:?}");
        }
    }

    #[test]
    fn doubles_are_read_as_java_reads_them() {
        for (text, expected) in [
            ("0x1p3", Some(8.0)),
            ("-0X1P-2D", Some(-0.25)),
            ("0x.8p1", Some(1.0)),
            ("1fd", None),
            ("0x1", None),
            ("0xp1", None),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1e400", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("infinity", None),
            ("1e", None),
            ("d", None),
        ] {
            assert_eq!(parse_double(text), expected, "{text:?}");
        }
        assert!(parse_double("+NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn doubles_are_printed_as_java_prints_them() {
        for (value, expected) in [
            (5.0, "5.0"),
            (0.2, "0.2"),
            (1e7, "1.0E7"),
            (1.5e-4, "1.5E-4"),
            (-0.0, "-0.0"),
            (9_999_999.0, "9999999.0"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double_text(value), expected);
        }
    }

    #[test]
    fn durations_as_java_reads_them() {
        let second = 1_000_000_000_i128;
        for (text, expected) in [
            ("PT1H", Some(3_600 * second)),
            ("pt1m", Some(60 * second)),
            ("-PT1H", Some(-3_600 * second)),
            ("P1DT1H1.5S", Some(90_001 * second + second / 2)),
            ("PT-0.5S", Some(-second / 2)),
            ("PT1,5S", Some(second + second / 2)),
            ("PT1.S", Some(second)),
            ("PT", None),
            ("P", None),
            ("P1DT", None),
            ("PT1M2H", None),
            ("P1W", None),
            ("PT.5S", None),
            ("PT0.1234567891S", None),
            ("PT9223372036854775808S", None),
            (" PT1H", None),
        ] {
            assert_eq!(parse_duration(text), expected, "{text:?}");
        }
    }
}
