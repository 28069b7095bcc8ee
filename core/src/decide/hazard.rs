//! Foreign text on a terminal: names, plates and addresses come from whoever administers the server, or attacks it.
//!
//! Decides which characters reach a terminal. Escape sequences, control characters, bidirectional overrides and
//! invisible characters become a visible replacement, so that no name can move the cursor, change the title, hide a
//! part of itself or swap digits. Leaves widths to whoever draws.

use std::borrow::Cow;

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
