//! What counts as the same text: case, width, accents and compatibility forms do not matter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text for search and for order: compatibility decomposition (fullwidth to plain, ligatures apart),
/// lower case, accents removed from Latin, Greek and Cyrillic letters, Korean and Japanese recomposed, runs of
/// white space and control characters as one space.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return squeeze(text.chars().map(|c| c.to_ascii_lowercase()));
    }
    let mut kept = String::with_capacity(text.len());
    let mut base_is_letter_with_accents = false;
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            // Both forms of the Turkish i, and the long s, are what people type as i and s.
            'ı' => kept.push('i'),
            'ß' => kept.push_str("ss"),
            'ς' => kept.push('σ'),
            'ø' => kept.push('o'),
            'ł' => kept.push('l'),
            'đ' => kept.push('d'),
            'æ' => kept.push_str("ae"),
            'œ' => kept.push_str("oe"),
            _ if is_combining_mark(c) && base_is_letter_with_accents => {}
            _ => {
                base_is_letter_with_accents = c < '\u{0530}';
                kept.push(c);
            }
        }
    }
    squeeze(kept.nfc())
}

fn squeeze(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in chars {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
        } else {
            if gap {
                out.push(' ');
                gap = false;
            }
            out.push(c);
        }
    }
    out
}

/// The digits of a text that is a number written with separators ("+86 138-0000"), folded; `None` where it is not.
/// Such a query also finds the number written without them.
pub fn fold_digits(folded: &str) -> Option<String> {
    let separator = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '+');
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let only = folded.chars().all(|c| c.is_ascii_digit() || separator(c));
    (only && !digits.is_empty() && digits.len() < folded.len()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_digits};

    #[test]
    fn the_same_text_in_other_clothes() {
        let table = [
            ("ＶＡＮ　１２", "van 12"),
            ("Crème Brûlée", "creme brulee"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("ISPARTA ı", "isparta i"),
            ("Łódź", "lodz"),
            ("沪A·D1234", "沪a·d1234"),
            ("冷链车 12号", "冷链车 12号"),
            ("한국", "한국"),
            ("が", "が"),
            ("  two \t spaces\u{7}", "two spaces"),
            ("ﬁre", "fire"),
            ("", ""),
        ];
        for (text, folded) in table {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn numbers_with_separators() {
        assert_eq!(fold_digits("+86 138-0000").as_deref(), Some("861380000"));
        assert_eq!(fold_digits("1380000"), None, "already plain");
        assert_eq!(fold_digits("van 12"), None);
        assert_eq!(fold_digits("-"), None);
    }
}
