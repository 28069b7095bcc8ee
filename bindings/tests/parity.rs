//! Both shells use everything that the core offers, or list what they leave alone, with the reason, in `not-used.txt` in
//! their folder. A command, view or field that is new in `api.snap` fails here until each shell has decided.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of a test

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

type Names = BTreeSet<String>;

#[test]
fn the_iphone_app_uses_or_lists_everything() {
    decided("ios", &["Sources", "App/Sources", "Widgets"], "swift");
}

#[test]
fn the_android_app_uses_or_lists_everything() {
    decided("android", &["app/src/main/kotlin", "../bindings/kotlin"], "kt");
}

fn decided(shell: &str, sources: &[&str], extension: &str) {
    let folder = root().join(shell);
    let offered = Offered::read();
    assert!(offered.calls.len() > 40 && offered.fields.len() > 120, "api.snap is not read rightly");
    let mut written = Written::default();
    for folder in sources.iter().map(|name| folder.join(name)).filter(|folder| folder.exists()) {
        written.read(&folder, extension);
    }
    let listed = listed(&folder.join("not-used.txt"));
    let neither: Names = offered
        .calls
        .difference(&written.called)
        .chain(offered.fields.difference(&written.all))
        .cloned()
        .collect();
    let forgotten: Vec<_> = neither.iter().filter(|name| !listed.contains_key(*name)).collect();
    assert!(forgotten.is_empty(), "{shell} neither uses nor lists in not-used.txt: {forgotten:?}");
    let outdated: Vec<_> = listed.keys().filter(|name| !neither.contains(*name)).collect();
    assert!(outdated.is_empty(), "{shell}/not-used.txt lists what is used or not offered: {outdated:?}");
}

/// What the core offers, by the names that both languages give it.
#[derive(Default)]
struct Offered {
    /// Functions and methods.
    calls: Names,
    /// Fields of records.
    fields: Names,
}

impl Offered {
    fn read() -> Self {
        let mut offered = Self::default();
        let mut block = "";
        let text = std::fs::read_to_string(root().join("bindings/api.snap")).unwrap();
        for line in text.lines() {
            let inside = line.starts_with(' ');
            if !inside {
                block = line;
            }
            let words = line.split_whitespace().filter(|w| !["async", "constructor", "function"].contains(w));
            let Some(word) = words.into_iter().next() else { continue };
            let name: String = word.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if block.starts_with("function ") || (inside && block.starts_with("object ")) {
                offered.calls.insert(camel_case(&name));
            } else if inside && block.starts_with("record ") {
                offered.fields.insert(camel_case(&name));
            }
        }
        offered
    }
}

fn camel_case(name: &str) -> String {
    let mut parts = name.split('_');
    let mut joined = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        joined.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        joined.extend(letters);
    }
    joined
}

/// Every name in a shell's sources outside of comments, and those that stand before a bracket or are referred to.
#[derive(Default)]
struct Written {
    all: Names,
    called: Names,
}

impl Written {
    fn read(&mut self, path: &Path, extension: &str) {
        if path.is_dir() {
            for entry in std::fs::read_dir(path).unwrap() {
                self.read(&entry.unwrap().path(), extension);
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            for line in std::fs::read_to_string(path).unwrap().lines() {
                self.line(line);
            }
        }
    }

    fn line(&mut self, line: &str) {
        let code = line.trim_start();
        if ["//", "/*", "*"].iter().any(|comment| code.starts_with(comment)) {
            return;
        }
        let part_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut rest = code;
        while let Some(start) = rest.find(part_of_a_name) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|c| !part_of_a_name(c)).unwrap_or(from.len());
            let (name, after) = from.split_at(end);
            if after.starts_with('(') || after.starts_with(" {") || before.ends_with("::") {
                self.called.insert(name.to_owned());
            }
            self.all.insert(name.to_owned());
            rest = after;
        }
    }
}

/// `name: reason`, a line each.
fn listed(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, reason) = line.split_once(": ").expect("name: reason");
            assert!(!reason.trim().is_empty(), "{name} has no reason");
            (name.to_owned(), reason.to_owned())
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
