//! The command line in the person's language: its help, and what is wrong with what was typed.
//!
//! The English help stands with the arguments; decides only which words are shown.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};

use super::{Arguments, Code, Failure};
use crate::text::{HELP, Language};

/// Of a subcommand; clap's own says everything in English.
const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}\n";

/// Reads what was typed. Where it is help or a version that was asked for, prints it and ends the program, as clap does.
///
/// # Errors
/// [`Failure::Say`] with [`Code::Usage`] in Chinese; in English clap says it and ends the program.
pub fn parse(typed: Vec<OsString>, language: Language) -> Result<Arguments, Failure> {
    let outcome = command(language)
        .try_get_matches_from(typed)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    outcome.map_err(|error| match language {
        Language::Zh if error.use_stderr() => Failure::Say(Code::Usage, sentence(&error)),
        _ => error.exit(),
    })
}

/// The language that `--language` asks for, before anything else is read.
pub fn asked(typed: &[OsString]) -> Option<Language> {
    let value = |at: usize, word: &OsString| match word.to_str()?.strip_prefix("--language")? {
        "" => typed.get(at + 1)?.to_str().map(ToOwned::to_owned),
        rest => rest.strip_prefix('=').map(ToOwned::to_owned),
    };
    let word = typed.iter().enumerate().find_map(|(at, word)| value(at, word))?;
    clap::ValueEnum::from_str(&word, true).ok()
}

fn command(language: Language) -> clap::Command {
    let mut command = Arguments::command();
    match language {
        Language::En => command,
        Language::Zh => {
            command.build();
            chinese(command)
        }
    }
}

fn chinese(command: clap::Command) -> clap::Command {
    let about = command.get_about().map(|text| translated(&text.to_string()));
    let after = command.get_after_help().map(|text| translated(&text.to_string()));
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(|argument| {
            let heading = if argument.is_positional() { "参数" } else { "选项" };
            let help = argument.get_help().map(|text| translated(&text.to_string()));
            let argument = argument.help_heading(heading);
            match help {
                Some(help) => argument.help(help),
                None => argument,
            }
        })
        .mut_subcommands(chinese);
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command
}

fn translated(english: &str) -> String {
    let chinese = HELP.iter().find(|(known, _)| *known == english).map(|(_, chinese)| *chinese);
    chinese.unwrap_or(english).to_owned()
}

/// What is wrong with what was typed, in Chinese.
fn sentence(error: &clap::Error) -> String {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let argument = said(ContextKind::InvalidArg);
    let wrong = match error.kind() {
        ErrorKind::UnknownArgument => format!("无法识别“{argument}”。"),
        ErrorKind::InvalidSubcommand => format!("没有命令“{}”。", said(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}。"),
        ErrorKind::MissingSubcommand => "缺少命令。".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!("{argument} 不能与 {} 同时使用。", said(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let valid = said(ContextKind::ValidValue);
            let valid = if valid.is_empty() { valid } else { format!("可用：{valid}。") };
            format!("{argument} 的值“{}”无效。{valid}", said(ContextKind::InvalidValue))
        }
        _ => "命令行有误。".to_owned(),
    };
    format!("{wrong}什么都没有执行。用法见 trak --language zh --help。")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{HELP, asked, chinese, command, parse};
    use crate::cli::{Code, Failure};
    use crate::text::Language::{En, Zh};

    fn collect(command: &clap::Command, said: &mut BTreeSet<String>) {
        let of_arguments = command.get_arguments().filter_map(clap::Arg::get_help);
        let all = of_arguments.chain(command.get_about()).chain(command.get_after_help());
        said.extend(all.map(ToString::to_string));
        command.get_subcommands().for_each(|sub| collect(sub, said));
    }

    fn words(typed: &[&str]) -> Vec<std::ffi::OsString> {
        typed.iter().map(Into::into).collect()
    }

    #[test]
    fn every_help_has_its_chinese_and_every_chinese_its_help() {
        let mut english = command(En);
        english.build();
        let mut said = BTreeSet::new();
        collect(&english, &mut said);
        let known: BTreeSet<String> = HELP.iter().map(|(english, _)| (*english).to_owned()).collect();
        assert_eq!(said, known);
        assert_eq!(HELP.len(), known.len(), "each once");
        let mut shown = BTreeSet::new();
        collect(&chinese(english), &mut shown);
        assert!(shown.iter().all(|text| !text.is_ascii()), "{shown:?}");
    }

    #[test]
    fn the_language_is_known_before_the_rest_is_read() {
        assert_eq!(asked(&words(&["trak", "units", "--language", "zh"])), Some(Zh));
        assert_eq!(asked(&words(&["trak", "--language=ZH", "--nonsense"])), Some(Zh));
        assert_eq!(asked(&words(&["trak", "--language", "fr"])), None);
        assert_eq!(asked(&words(&["trak", "--language"])), None);
        assert_eq!(asked(&words(&["trak", "--languages", "zh"])), None);
    }

    #[test]
    fn what_is_wrong_is_said_in_chinese() {
        for (typed, said) in [
            (&["trak", "--nonsense"][..], "无法识别“--nonsense”。"),
            (&["trak", "unts"], "没有命令“unts”。"),
            (&["trak", "unit"], "缺少 <UNIT>。"),
            (
                &["trak", "units", "--sort", "size"],
                "--sort <SORT> 的值“size”无效。可用：name、freshest、nearest。",
            ),
            (&["trak", "units", "--limit", "x"], "--limit <LIMIT> 的值“x”无效。"),
            (&["trak", "units", "--all", "--limit", "5"], "--all 不能与 --limit <LIMIT> 同时使用。"),
        ] {
            let Err(Failure::Say(Code::Usage, sentence)) = parse(words(typed), Zh) else {
                panic!("{typed:?}")
            };
            assert_eq!(sentence, format!("{said}什么都没有执行。用法见 trak --language zh --help。"));
        }
        assert!(parse(words(&["trak", "units", "--all"]), Zh).is_ok());
    }
}
