//! Foreign text on this terminal: which characters reach it is the core's (`decide::hazard`). Widths are those of East Asian
//! terminals' narrow and wide cells.

pub use trak_core::decide::hazard::{is_hazard, safe, safe_json};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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
