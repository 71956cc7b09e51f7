//! Decimal numbers in texts.

/// Returns the value of a text that `str::parse::<f64>` accepts. It is the same value, rounded correctly, if the text has up to
/// 15 digits and up to 22 zeros would replace its exponent; otherwise, the last digits may be wrong. The table with which
/// the standard library avoids that would be a hundredth of the module for web pages.
pub fn number(text: &str) -> Option<f64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let size = match digits.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        digits => unsigned(digits)?,
    };
    Some(if is_negative { -size } else { size })
}

fn unsigned(text: &str) -> Option<f64> {
    let (digits, exponent) = match text.split_once('e') {
        Some((digits, exponent)) => (digits, power(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        value = value * 10.0 + f64::from(digit(byte)?);
    }
    let exponent = exponent.saturating_sub(i32::try_from(fraction.len()).ok()?);
    Some(match exponent {
        _ if value == 0.0 => 0.0,
        ..0 => value / 10_f64.powi(exponent.saturating_neg()),
        _ => value * 10_f64.powi(exponent),
    })
}

fn power(text: &str) -> Option<i32> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return None;
    }
    let mut power: i32 = 0;
    for byte in digits.bytes() {
        power = power.saturating_mul(10).saturating_add(i32::from(digit(byte)?));
    }
    Some(if is_negative { -power } else { power })
}

fn digit(byte: u8) -> Option<u8> {
    byte.checked_sub(b'0').filter(|digit| *digit < 10)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        let texts = "0 -0 1 +1 007 1. .5 -.5 0.1 3.14159 123456789012345 104857600 0.000001 1e3 1E3 2.5e-3 1e22 1e-22 9.99e+2 \
                     0e999 1e999 1e-999 1e99999999999 1e-99999999999 inf -Infinity - + . e e5 1e 1e+ 1e- 1e+-5 --1 +-1 1.2.3 \
                     1e5e5 0x10 1_000 1,5 one infinit 1f \u{661}";
        for text in texts.split(' ').chain(["", " 1", "1 "]) {
            assert_eq!(number(text), text.parse().ok(), "{text:?}");
        }
        assert!(number("NaN").is_some_and(f64::is_nan));
        assert!(number("nan").is_some_and(f64::is_nan));
    }

    #[test]
    fn other_numbers_are_nearly_those_of_the_standard_library() {
        for text in ["12345678901234567890", "1.2345678901234567e-30", "6.02214076e23", "1.7976931348623157e300"] {
            let (found, wanted) = (number(text).unwrap(), text.parse::<f64>().unwrap());
            assert!((found / wanted - 1.0).abs() < 1e-14, "{text}: {found}");
        }
    }
}
