//! The sign-in form.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use trak_core::privacy::policy;

use super::super::form::{FIELDS, Field};
use super::super::state::State;
use super::{block, tail};
use crate::safe::{cut, pad, safe, width};
use crate::text::fill;

pub(super) fn draw(frame: &mut Frame<'_>, state: &State, at: Rect) {
    let (text, form) = (state.text(), &state.form);
    let wide = at.width.min(76);
    let frame_at = Rect::new(at.x + (at.width - wide) / 2, at.y, wide, at.height.min(18));
    let cells = usize::from(wide.saturating_sub(4));
    let labels = FIELDS.map(|field| match field {
        Field::Server => text.label_server,
        Field::Account => text.label_account,
        Field::Password => text.label_password,
        Field::Code => text.label_code,
        Field::CaFile => text.label_ca,
        Field::Cleartext => text.label_cleartext,
        Field::Agree => text.label_agree,
    });
    let widest = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let mut lines = vec![Line::from(text.sign_in_intro), Line::default()];
    for (field, label) in FIELDS.iter().zip(labels) {
        let hidden = |text: &str| "*".repeat(text.chars().count().min(40));
        let value = match field {
            Field::Server => tail(&safe(&form.server), cells.saturating_sub(widest + 5)),
            Field::Account => tail(&safe(&form.account), cells.saturating_sub(widest + 5)),
            Field::Password => hidden(&form.password),
            Field::Code => hidden(&form.code),
            Field::CaFile if form.ca_file.is_empty() && form.focus != Field::CaFile => {
                format!("({})", text.sign_in_ca_hint)
            }
            Field::CaFile => tail(&safe(&form.ca_file), cells.saturating_sub(widest + 5)),
            Field::Cleartext => ticked(form.cleartext, text.sign_in_cleartext_hint),
            Field::Agree => ticked(form.agree, &fill(text.agree_hint, policy::newest().version)),
        };

        let focused = *field == form.focus;
        let (mark, end) = if focused { ('>', "_") } else { (' ', "") };
        let end = if matches!(field, Field::Cleartext | Field::Agree) { "" } else { end };
        let line = Line::from(cut(&format!("{mark} {}  {value}{end}", pad(label, widest)), cells + 2));
        lines.push(if focused { line.style(Style::new().add_modifier(Modifier::BOLD)) } else { line });
    }
    lines.push(Line::default());
    if form.busy {
        lines.push(Line::from(text.sign_in_wait));
    }
    if let Some(refusal) = &form.refusal {
        lines.push(Line::from(format!("! {refusal}")).style(Style::new().add_modifier(Modifier::BOLD)));
    }
    let paragraph = Paragraph::new(lines).wrap(Wrap { trim: false });
    frame.render_widget(paragraph.block(block(text.sign_in_title.to_owned(), false)), frame_at);
}

fn ticked(on: bool, hint: &str) -> String {
    format!("[{}] {hint}", if on { 'x' } else { ' ' })
}
