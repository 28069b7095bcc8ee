//! The sign-in form.

use crossterm::event::{KeyCode, KeyEvent};
use zeroize::Zeroizing;

/// Its fields in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // the fields' own names
pub enum Field {
    #[default]
    Server,
    Account,
    Password,
    Code,
    CaFile,
    Cleartext,
    Agree,
}

/// All of them.
pub const FIELDS: [Field; 7] = [
    Field::Server,
    Field::Account,
    Field::Password,
    Field::Code,
    Field::CaFile,
    Field::Cleartext,
    Field::Agree,
];

/// What was typed.
#[derive(Default)]
pub struct Form {
    /// Server address.
    pub server: String,
    /// Sign-in name.
    pub account: String,
    /// Never shown.
    pub password: Zeroizing<String>,
    /// Never shown.
    pub code: Zeroizing<String>,
    /// A private authority's file.
    pub ca_file: String,
    /// Whether cleartext to another machine is wanted.
    pub cleartext: bool,
    /// Whether the privacy policy was agreed to.
    pub agree: bool,
    /// Where typing goes.
    pub focus: Field,
    /// Whether an answer is awaited.
    pub busy: bool,
    /// Why the last try was refused.
    pub refusal: Option<String>,
}

/// What the form wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    None,
    /// Send it.
    Submit,
}

impl Form {
    /// One key.
    pub fn key(&mut self, key: KeyEvent) -> Wish {
        if self.busy {
            return Wish::None;
        }
        let at = FIELDS.iter().position(|f| *f == self.focus).unwrap_or(0);
        let go = |step: usize| FIELDS.get((at + step) % FIELDS.len()).copied().unwrap_or_default();
        match key.code {
            KeyCode::Tab | KeyCode::Down => self.focus = go(1),
            KeyCode::BackTab | KeyCode::Up => self.focus = go(FIELDS.len() - 1),
            KeyCode::Enter => {
                // Enter walks on through what is still needed, then sends.
                let missing = [
                    (self.server.trim().is_empty(), Field::Server),
                    (self.account.trim().is_empty(), Field::Account),
                    (self.password.is_empty(), Field::Password),
                    (!self.agree, Field::Agree),
                ];
                match missing.iter().find(|(missing, _)| *missing) {
                    Some((_, field)) => self.focus = *field,
                    None => return Wish::Submit,
                }
            }
            KeyCode::Char(' ') if self.focus == Field::Cleartext => self.cleartext = !self.cleartext,
            KeyCode::Char(' ') if self.focus == Field::Agree => self.agree = !self.agree,
            KeyCode::Char(c) => {
                if let Some(text) = self.focused() {
                    text.push(c);
                }
            }
            KeyCode::Backspace => {
                if let Some(text) = self.focused() {
                    text.pop();
                }
            }
            _ => {}
        }
        Wish::None
    }

    fn focused(&mut self) -> Option<&mut String> {
        match self.focus {
            Field::Server => Some(&mut self.server),
            Field::Account => Some(&mut self.account),
            Field::Password => Some(&mut self.password),
            Field::Code => Some(&mut self.code),
            Field::CaFile => Some(&mut self.ca_file),
            Field::Cleartext | Field::Agree => None,
        }
    }
}
