//! Where things stand. Pure: the size in, rectangles out.

use ratatui::layout::Rect;

use super::state::Panel;

/// The least size.
pub const LEAST: (u16, u16) = (60, 16);
/// From this width on the map stays beside the other panels.
const WIDE: u16 = 120;

/// The parts of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Product, account, server, cleartext.
    pub header: Rect,
    /// The list with its frame.
    pub list: Rect,
    /// The map with its frame, when it is shown.
    pub map: Option<Rect>,
    /// Details, nearby or history with its frame, when it is shown.
    pub panel: Option<Rect>,
    /// Recent events, or what was just said.
    pub alerts: Rect,
    /// The honest state, two rows.
    pub status: Rect,
    /// Keys.
    pub keys: Rect,
}

/// The parts for a size and panel.
pub fn parts((width, height): (u16, u16), panel: Panel) -> Parts {
    let body = height.saturating_sub(5);
    let list_width = if width >= WIDE { (width * 2 / 5).min(84) } else { width * 19 / 40 };
    let list = Rect::new(0, 1, list_width, body);
    let right = Rect::new(list_width, 1, width - list_width, body);
    let (map, panel) = match panel {
        Panel::Map => (Some(right), None),
        _ if width >= WIDE && body >= 24 => {
            let upper = body / 2;
            (
                Some(Rect { height: upper, ..right }),
                Some(Rect { y: 1 + upper, height: body - upper, ..right }),
            )
        }
        _ => (None, Some(right)),
    };
    Parts {
        header: Rect::new(0, 0, width, 1),
        list,
        map,
        panel,
        alerts: Rect::new(0, 1 + body, width, 1),
        status: Rect::new(0, 2 + body, width, 2),
        keys: Rect::new(0, 4 + body, width, 1),
    }
}

/// Columns and rows inside a frame.
pub fn inside(frame: Rect) -> (u16, u16) {
    (frame.width.saturating_sub(2), frame.height.saturating_sub(2))
}

/// What is drawn over the screen to choose from.
pub fn popup((width, height): (u16, u16)) -> Rect {
    let (wide, high) = (width.saturating_sub(4).min(72), height.saturating_sub(7).min(40));
    Rect::new((width - wide) / 2, 1, wide, high)
}

/// The first row shown, so that the chosen one is: the old one where it can stay.
pub fn scrolled(cursor: usize, top: usize, height: usize) -> usize {
    if cursor < top { cursor } else { top.max((cursor + 1).saturating_sub(height)) }
}
