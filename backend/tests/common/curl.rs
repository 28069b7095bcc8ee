//! Reads the recorded exchanges: a title, a curl command, a status, headers and a body.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Recorded {
    pub title: String,
    pub command: Vec<String>,
    pub status: Option<u16>,
    pub headers: String,
    pub body: String,
}

/// The exchanges of one file, in order.
pub fn read(path: &Path) -> Vec<Recorded> {
    let text = std::fs::read_to_string(path).unwrap();
    text.split("\n## ").map(|part| part.trim_start_matches("## ")).filter_map(one).collect()
}

fn one(part: &str) -> Option<Recorded> {
    let (title, rest) = part.split_once('\n')?;
    let block = rest.split("```").nth(1)?.trim_start();
    let (command, answer) = block.split_once('\n').unwrap_or((block, ""));
    let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
    let status = head.split_whitespace().nth(1).filter(|_| head.starts_with("HTTP/"));
    Some(Recorded {
        title: title.trim().to_owned(),
        command: words(command.strip_prefix("$ curl ")?),
        status: status.and_then(|s| s.parse().ok()),
        headers: head.to_owned(),
        body: body.trim().to_owned(),
    })
}

/// Splits as a shell does: single quotes keep everything together.
fn words(line: &str) -> Vec<String> {
    let (mut found, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                any = true;
            }
            ' ' if !quoted => {
                if any || !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        found.push(word);
    }
    found
}

pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

/// Runs recorded commands against a backend: keeps the cookie jars, and replaces recorded tokens by its own.
pub struct Runner {
    pub url: String,
    pub http: reqwest::Client,
    pub jars: HashMap<String, String>,
    pub tokens: HashMap<String, String>,
}

impl Runner {
    fn known(&self, text: &str) -> String {
        self.tokens.iter().fold(text.to_owned(), |text, (recorded, own)| text.replace(recorded, own))
    }

    /// `file` is the body to send where the command names a file.
    pub async fn run(&mut self, recorded: &Recorded, file: Option<&str>) -> Answer {
        let (mut method, mut url, mut data, mut headers) = (None, String::new(), Vec::new(), Vec::new());
        let (mut as_query, mut basic, mut save) = (false, None, None);
        let mut words = recorded.command.iter();
        while let Some(word) = words.next() {
            let mut next = || words.next().unwrap().clone();
            match word.as_str() {
                "-X" => method = Some(next()),
                "-I" => method = Some("HEAD".to_owned()),
                "-d" => data.push(next()),
                "--data-urlencode" => {
                    let pair = next();
                    let (name, value) = pair.split_once('=').unwrap();
                    data.push(serde_urlencoded::to_string([(name, self.known(value))]).unwrap());
                }
                "-G" => as_query = true,
                "-H" => headers.push(next()),
                "-u" => basic = Some(next()),
                "-b" => {
                    let jar = next();
                    let cookie = if jar.contains('=') {
                        jar
                    } else {
                        self.jars.get(&jar).cloned().unwrap_or_default()
                    };
                    headers.push(format!("Cookie: {cookie}"));
                }
                "-c" => save = Some(next()),
                "-o" | "-D" | "--max-time" | "--data-binary" => drop(next()),
                other => other.clone_into(&mut url),
            }
        }
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let mut url = format!("{}/{}", self.url, self.known(path));
        let mut body = data.join("&");
        if as_query {
            url = format!("{url}{}{body}", if url.contains('?') { '&' } else { '?' });
            body.clear();
        } else if body.starts_with('@') {
            file.unwrap_or_default().clone_into(&mut body);
        }
        let posts = !data.is_empty() && !as_query;
        let method = method.unwrap_or_else(|| if posts { "POST" } else { "GET" }.to_owned());
        let mut request = self.http.request(method.parse().unwrap(), &url);
        for header in &headers {
            let (name, value) = header.split_once(':').unwrap();
            request = request.header(name, self.known(value.trim()));
        }
        if posts {
            if !headers.iter().any(|h| h.starts_with("Content-Type")) {
                request = request.header("Content-Type", "application/x-www-form-urlencoded");
            }
            request = request.body(self.known(&body));
        }
        if let Some((name, password)) = basic.as_deref().and_then(|pair| pair.split_once(':')) {
            request = request.basic_auth(name, Some(password));
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let cookie =
            headers.get("set-cookie").and_then(|v| v.to_str().ok()).and_then(|v| v.split(';').next());
        if let (Some(jar), Some(cookie)) = (save, cookie) {
            self.jars.insert(jar, cookie.to_owned());
        }
        let body = answer.text().await.unwrap();
        if url.ends_with("/session/token") && status == 200 {
            self.tokens.insert(recorded.body.clone(), body.clone());
        }
        Answer { status, headers, body }
    }
}

/// Where two JSON values differ in their keys and kinds, and in the values of `exact` keys.
pub fn difference(at: &str, recorded: &Value, own: &Value, exact: &[&str]) -> Option<String> {
    match (recorded, own) {
        (Value::Object(a), Value::Object(b)) => {
            let missing = a.keys().find(|k| !b.contains_key(*k)).map(|k| format!("{at}.{k} is missing"));
            let extra = b.keys().find(|k| !a.contains_key(*k)).map(|k| format!("{at}.{k} is not Traccar's"));
            // What stands in attributes depends on the setup, which is not recorded whole.
            let deeper = a
                .iter()
                .filter(|(k, _)| *k != "attributes")
                .find_map(|(key, value)| difference(&format!("{at}.{key}"), value, b.get(key)?, exact));
            if at.ends_with("attributes") { None } else { missing.or(extra).or(deeper) }
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                return Some(format!("{at} has {} elements, not {}", b.len(), a.len()));
            }
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| difference(&format!("{at}[{i}]"), a, b, exact))
        }
        (a, b) => {
            let key = at.rsplit('.').next().unwrap_or_default();
            let kinds = |v: &Value| match v {
                Value::Null => 0,
                Value::Bool(_) => 1,
                Value::Number(_) => 2,
                Value::String(_) => 3,
                _ => 4,
            };
            let kind = kinds(a) != kinds(b) && !a.is_null() && !b.is_null();
            let value = exact.contains(&key)
                && match (a.as_f64(), b.as_f64()) {
                    (Some(a), Some(b)) => (a - b).abs() > 1e-6,
                    _ => a != b,
                };
            (kind || value).then(|| format!("{at}: {a} recorded, {b} here"))
        }
    }
}
