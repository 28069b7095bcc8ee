//! All words of the program, English and Simplified Chinese as equals.
//!
//! Decides the language and how numbers are put into words. Leaves which facts are shown to the callers.

mod ages;
mod en;
mod help_zh;
mod measures;
mod privacy;
mod reporting;
mod table;
mod trouble;
mod words;
mod zh;

pub use ages::{ago, clock, day, day_clock, day_time, local_time, local_zone, long_duration, short_age};
pub use help_zh::HELP;
pub use measures::{compass, distance, speed};
pub use privacy::{answer, purpose};
pub use reporting::{blocked, gap_cause, profile, rejection, set_aside};
pub use table::Text;
pub use trouble::{consent, consent_error, query_error, record_error, refusal, store, trouble};
pub use words::{attribute, event, freshness, freshness_sign, kind, link};

/// The two languages: English and Simplified Chinese.
#[allow(missing_docs)] // a comment would be a help text of the command line, in one language
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    En,
    Zh,
}

impl Language {
    /// From the values of `LC_ALL`, `LC_MESSAGES` and `LANG`, the first that is set deciding, as the system does.
    pub fn from_environment(values: &[Option<String>]) -> Self {
        let first = values.iter().flatten().find(|value| !value.is_empty());
        if first.is_some_and(|value| value.starts_with("zh")) { Self::Zh } else { Self::En }
    }

    /// Its texts.
    pub fn text(self) -> &'static Text {
        match self {
            Self::En => &en::TEXT,
            Self::Zh => &zh::TEXT,
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }
}

/// Puts `value` where `template` says `{n}`.
pub fn fill(template: &str, value: impl core::fmt::Display) -> String {
    template.replace("{n}", &value.to_string())
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_language_comes_from_the_first_variable_that_is_set() {
        let some = |v: &str| Some(v.to_owned());
        let table = [
            (vec![None, None, some("zh_CN.UTF-8")], Language::Zh),
            (vec![some("en_GB"), None, some("zh_CN.UTF-8")], Language::En),
            (vec![some(""), None, some("zh")], Language::Zh),
            (vec![None, None, None], Language::En),
            (vec![some("C.UTF-8")], Language::En),
        ];
        for (values, language) in table {
            assert_eq!(Language::from_environment(&values), language, "{values:?}");
        }
    }
}
