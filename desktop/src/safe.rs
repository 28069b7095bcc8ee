//! Foreign text on a terminal: names, plates and addresses come from whoever administers the server, or attacks it.
//!
//! Decides which characters reach the terminal. Escape sequences, control characters, bidirectional overrides and
//! invisible characters become a visible replacement, so that no name can move the cursor, change the title, hide a
//! part of itself or swap digits. Widths are those of East Asian terminals' narrow and wide cells.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const REPLACEMENT: char = '\u{fffd}';

/// Whether a character could act on the terminal or deceive a reader instead of showing itself.
pub fn is_hazard(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with every hazard replaced by `\u{fffd}`, on one line.
pub fn safe(text: &str) -> String {
    text.chars().map(|c| if is_hazard(c) { REPLACEMENT } else { c }).collect()
}

/// JSON text in which every hazard is written as an escape: the same value, harmless to look at.
pub fn safe_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hazard) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hazard(c) && c != '\n' {
            let mut units = [0_u16; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Cells that `text` takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The longest beginning of `text` that fits `cells`, its last cell a `~` when something was cut off.
pub fn cut(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > cells {
            break;
        }
        used += wide;
        out.push(c);
    }
    if cells > 0 {
        out.push('~');
    }
    out
}

/// `text` cut and padded to exactly `cells`.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells);
    let used = width(&out);
    out.extend(core::iter::repeat_n(' ', cells.saturating_sub(used)));
    out
}

/// As [`pad`], to the right edge.
pub fn pad_left(text: &str, cells: usize) -> String {
    let out = cut(text, cells);
    let used = width(&out);
    format!("{}{out}", " ".repeat(cells.saturating_sub(used)))
}

#[cfg(test)]
mod tests {
    use super::{cut, is_hazard, pad, pad_left, safe, safe_json, width};

    #[test]
    fn nothing_that_acts_on_a_terminal_gets_through() {
        let table = [
            ("\u{1b}]0;owned\u{7}Van", "\u{fffd}]0;owned\u{fffd}Van"),
            ("\u{9b}31mred", "\u{fffd}31mred"),
            ("a\r\nb\tc", "a\u{fffd}\u{fffd}b\u{fffd}c"),
            ("abc\u{202e}321", "abc\u{fffd}321"),
            ("\u{2066}x\u{2069}\u{200b}", "\u{fffd}x\u{fffd}\u{fffd}"),
            ("挖掘机 7号 é", "挖掘机 7号 é"),
        ];
        for (given, shown) in table {
            assert_eq!(safe(given), shown);
            assert!(!safe(given).chars().any(is_hazard));
        }
    }

    #[test]
    fn json_keeps_its_value() {
        let name = "a\u{9b}b\u{202e}c\u{e0041}\u{7f}";
        let json = serde_json::to_string(name).unwrap();
        let shown = safe_json(&json);
        assert!(!shown.chars().any(is_hazard), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), name);
    }

    #[test]
    fn wide_characters_take_two_cells() {
        assert_eq!(pad("吊车", 6), "吊车  ");
        assert_eq!(cut("吊车三号", 5), "吊车~");
        assert_eq!(width(&pad("吊车三号", 6)), 6);
        assert_eq!(pad_left("7 分", 6), "  7 分");
        assert_eq!(cut("abc", 0), "");
    }
}
