//! People's rights over their own data, as the embedded backend offers them. A plain Traccar server answers 404 to all but
//! the account's own change.

use reqwest::RequestBuilder;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::decide::ending::Said;
use crate::model::{
    AccessEntry, Account, AccountChange, Cancellation, CorrectionField, CorrectionRequest, LookedAt, Notice,
    NoticeKind, Receipt, RequestState, RetentionTerms, Secret, UnitId, UtcMs,
};
use crate::traccar::ApiError;
use crate::traccar::client::{Client, LARGEST, LARGEST_ERROR, account, read, refused, retry_after_s};

/// Why an account's end was not taken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelRefusal {
    /// The password is wrong.
    WrongPassword,
    /// The account has a one-time code, and none was given.
    CodeNeeded,
    /// The one-time code is wrong.
    WrongCode,
    /// The server would be left without an administrator.
    LastAdministrator,
    /// Anything else.
    Api(ApiError),
}

impl From<ApiError> for CancelRefusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl Client {
    async fn ask<T>(
        &self,
        request: RequestBuilder,
        token: &Secret,
        understood: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<T, ApiError> {
        let (body, _) = self.send(request.bearer_auth(token.expose()), LARGEST).await?;
        understood(&body).ok_or(ApiError::Unreadable)
    }

    /// Asks the administrator for a correction.
    pub async fn ask_correction(
        &self,
        token: &Secret,
        field: CorrectionField,
        text: &str,
    ) -> Result<CorrectionRequest, ApiError> {
        let word = field_words().into_iter().find(|(f, _)| *f == field).map_or("other", |(_, word)| word);
        let request = self.door.open()?.post(self.url("api/trak/requests")?);
        self.ask(request.json(&json!({ "field": word, "text": text })), token, |body| {
            correction(serde_json::from_slice(body).ok()?)
        })
        .await
    }

    /// The requests this account has made, in the server's order.
    pub async fn corrections(&self, token: &Secret) -> Result<Vec<CorrectionRequest>, ApiError> {
        self.ask(self.get("api/trak/requests")?, token, |body| list(body, correction)).await
    }

    /// Changes one's own account and answers with it. What the server has beside stays as it is.
    pub async fn change_account(
        &self,
        token: &Secret,
        account_id: i64,
        change: &AccountChange,
    ) -> Result<Account, ApiError> {
        let now = self.account(token, account_id).await?;
        let mut whole: Value = serde_json::from_str(&now.raw_json).map_err(|_| ApiError::Unreadable)?;
        let fields = whole.as_object_mut().ok_or(ApiError::Unreadable)?;
        let password = change.password.as_ref().map(Secret::expose);
        let changed = [
            ("name", change.name.as_deref()),
            ("email", change.email.as_deref()),
            ("phone", change.phone.as_deref()),
            ("password", password),
        ];
        for (key, value) in changed {
            if let Some(value) = value {
                fields.insert(key.to_owned(), value.into());
            }
        }
        let request = self.door.open()?.put(self.url(&format!("api/users/{account_id}"))?);
        self.ask(request.json(&whole), token, account).await
    }

    /// Erases positions of an own unit, both ends of the range included. Answers with how many.
    pub async fn erase_positions(
        &self,
        token: &Secret,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<u64, ApiError> {
        let (from, to) = from.to_rfc3339().zip(to.to_rfc3339()).ok_or(ApiError::Unreadable)?;
        let request = self.door.open()?.delete(self.url("api/trak/positions")?);
        self.ask(request.json(&json!({ "deviceId": unit.0, "from": from, "to": to })), token, |body| {
            serde_json::from_slice::<Value>(body).ok()?.get("deleted")?.as_u64()
        })
        .await
    }

    /// Asks for the end of the account; the password is asked for again. Answers also with what asks about it afterwards.
    pub async fn cancel_account(
        &self,
        token: &Secret,
        password: &Secret,
        code: Option<&Secret>,
    ) -> Result<(Cancellation, Option<Receipt>), CancelRefusal> {
        let body = json!({ "password": password.expose(), "code": code.map(Secret::expose) });
        let request = self.door.open()?.post(self.url("api/trak/cancel")?).bearer_auth(token.expose());
        let response = request.json(&body).send().await.map_err(ApiError::from)?;
        let (status, wait) = (response.status().as_u16(), retry_after_s(&response));
        let body = read(response, LARGEST_ERROR).await?;
        if status == 200 {
            return cancellation(&body).ok_or(CancelRefusal::Api(ApiError::Unreadable));
        }
        let told = serde_json::from_slice::<Value>(&body).ok();
        let word = told.as_ref().and_then(|told| told.get("error")?.as_str());
        Err(match (status, word) {
            (403, Some("wrongPassword")) => CancelRefusal::WrongPassword,
            (403, Some("codeNeeded")) => CancelRefusal::CodeNeeded,
            (403, Some("wrongCode")) => CancelRefusal::WrongCode,
            (409, Some("lastAdministrator")) => CancelRefusal::LastAdministrator,
            _ => ApiError::from_answer(status, wait, &String::from_utf8_lossy(&body)).into(),
        })
    }

    /// Ends the account at once, as a plain Traccar server does it.
    pub async fn delete_account(&self, token: &Secret, account_id: i64) -> Result<(), ApiError> {
        let request = self.door.open()?.delete(self.url(&format!("api/users/{account_id}"))?);
        self.ask(request, token, |_| Some(())).await
    }

    /// Whether the account ends, and when. That the token is not accepted is an answer here too.
    pub async fn ending(&self, token: &Secret) -> Result<Said, ApiError> {
        let request = self.get("api/trak/cancel")?.bearer_auth(token.expose());
        match self.told_of_the_end(request).await {
            Err(ApiError::SignedOut) => Ok(Said::Refused),
            answer => answer,
        }
    }

    /// The same by the receipt of the cancellation, without a sign-in. One that nobody knows was taken back, where the
    /// server is one that keeps cancellations.
    pub async fn ending_by(&self, receipt: &Receipt) -> Result<Said, ApiError> {
        let request = self.get(&format!("api/trak/cancel/{}", receipt.0))?;
        match self.told_of_the_end(request).await {
            Err(ApiError::NotFound) if self.server_info().await?.has("cancel") => Ok(Said::Stays),
            answer => answer,
        }
    }

    async fn told_of_the_end(&self, request: RequestBuilder) -> Result<Said, ApiError> {
        let response = request.send().await?;
        if !response.status().is_success() {
            return Err(refused(response).await);
        }
        let body = read(response, LARGEST_ERROR).await?;
        if body.is_empty() {
            return Ok(Said::Stays);
        }
        cancellation(&body).map(|(ends, receipt)| Said::Ends(ends, receipt)).ok_or(ApiError::Unreadable)
    }

    /// Takes the end of the account back.
    pub async fn keep_account(&self, token: &Secret) -> Result<(), ApiError> {
        let request = self.door.open()?.delete(self.url("api/trak/cancel")?);
        self.ask(request, token, |_| Some(())).await
    }

    /// The operator's notices, newest first.
    pub async fn notices(&self, token: &Secret) -> Result<Vec<Notice>, ApiError> {
        self.ask(self.get("api/trak/notices")?, token, |body| list(body, notice)).await
    }

    /// The person has read a notice.
    pub async fn acknowledge_notice(&self, token: &Secret, id: i64) -> Result<(), ApiError> {
        let request = self.door.open()?.post(self.url(&format!("api/trak/notices/{id}/acknowledge"))?);
        self.ask(request, token, |_| Some(())).await
    }

    /// Who looked at this person's data, newest first.
    pub async fn access_log(&self, token: &Secret) -> Result<Vec<AccessEntry>, ApiError> {
        self.ask(self.get("api/trak/access-log")?, token, |body| list(body, access)).await
    }

    /// How long the server keeps things.
    pub async fn retention_terms(&self, token: &Secret) -> Result<RetentionTerms, ApiError> {
        self.ask(self.get("api/trak/retention")?, token, retention).await
    }
}

/// A list, whole: of one's rights nothing is left out because it could not be read.
fn list<T>(body: &[u8], one: impl Fn(Value) -> Option<T>) -> Option<Vec<T>> {
    serde_json::from_slice::<Vec<Value>>(body).ok()?.into_iter().map(one).collect()
}

fn field_words() -> [(CorrectionField, &'static str); 5] {
    [
        (CorrectionField::AccountName, "accountName"),
        (CorrectionField::UnitName, "unitName"),
        (CorrectionField::Plate, "plate"),
        (CorrectionField::Phone, "phone"),
        (CorrectionField::Other, "other"),
    ]
}

fn time(text: &str) -> Option<UtcMs> {
    UtcMs::parse(text)
}

/// No time is one; something that is none makes the whole unreadable.
fn optional_time(text: Option<&str>) -> Result<Option<UtcMs>, ApiError> {
    text.map(|text| time(text).ok_or(ApiError::Unreadable)).transpose()
}

fn correction(value: Value) -> Option<CorrectionRequest> {
    #[derive(Deserialize)]
    struct Wire {
        id: i64,
        field: String,
        text: String,
        state: String,
        answer: Option<String>,
        created: String,
        closed: Option<String>,
    }
    let wire: Wire = serde_json::from_value(value).ok()?;
    Some(CorrectionRequest {
        id: wire.id,
        field: field_words()
            .into_iter()
            .find(|(_, word)| *word == wire.field)
            .map_or(CorrectionField::Other, |(field, _)| field),
        text: wire.text,
        state: match wire.state.as_str() {
            "open" => RequestState::Open,
            "done" => RequestState::Done,
            "refused" => RequestState::Refused,
            _ => return None,
        },
        answer: wire.answer,
        created: time(&wire.created)?,
        closed: optional_time(wire.closed.as_deref()).ok()?,
    })
}

fn cancellation(body: &[u8]) -> Option<(Cancellation, Option<Receipt>)> {
    #[derive(Deserialize)]
    struct Wire {
        requested: String,
        deadline: String,
        state: String,
        receipt: Option<Receipt>,
    }
    let wire: Wire = serde_json::from_slice(body).ok()?;
    let ends = Cancellation {
        requested: time(&wire.requested)?,
        deadline: time(&wire.deadline)?,
        done: wire.state == "done",
    };
    // It becomes a part of an address: what is none of ours asks nothing.
    let ours =
        |r: &Receipt| !r.0.is_empty() && r.0.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    Some((ends, wire.receipt.filter(ours)))
}

fn notice(value: Value) -> Option<Notice> {
    #[derive(Deserialize)]
    struct Both {
        en: String,
        #[serde(rename = "zh-Hans")]
        zh: String,
    }
    #[derive(Deserialize)]
    struct Wire {
        id: i64,
        kind: String,
        title: Both,
        text: Both,
        created: String,
        acknowledged: Option<String>,
    }
    let wire: Wire = serde_json::from_value(value).ok()?;
    Some(Notice {
        id: wire.id,
        kind: match wire.kind.as_str() {
            "endOfService" => NoticeKind::EndOfService,
            _ => NoticeKind::Security,
        },
        title: (wire.title.en, wire.title.zh),
        text: (wire.text.en, wire.text.zh),
        created: time(&wire.created)?,
        acknowledged: optional_time(wire.acknowledged.as_deref()).ok()?,
    })
}

fn access(value: Value) -> Option<AccessEntry> {
    #[derive(Deserialize)]
    struct Wire {
        at: String,
        by: String,
        what: String,
    }
    let wire: Wire = serde_json::from_value(value).ok()?;
    Some(AccessEntry { at: time(&wire.at)?, by: wire.by, what: LookedAt::from_word(&wire.what) })
}

fn retention(body: &[u8]) -> Option<RetentionTerms> {
    #[derive(Deserialize)]
    struct Run {
        at: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        position_days: Option<u32>,
        event_days: Option<u32>,
        runs: Vec<Run>,
    }
    let wire: Wire = serde_json::from_slice(body).ok()?;
    Some(RetentionTerms {
        position_days: wire.position_days,
        event_days: wire.event_days,
        last_run: wire.runs.iter().filter_map(|run| time(&run.at)).max(),
    })
}

#[cfg(test)]
mod tests {
    use super::{access, cancellation, correction, notice, retention};
    use crate::model::{Cancellation, CorrectionField, LookedAt, NoticeKind, RequestState, UtcMs};
    use serde_json::json;

    #[test]
    fn answers_are_read_whole_or_not_at_all() {
        let at = "2026-11-25T03:33:06.476+00:00";
        let then = UtcMs(1_795_577_586_476);
        let asked = json!({"id": 3, "field": "plate", "text": "t", "state": "refused", "answer": "a", "created": at,
            "closed": at});
        let read = correction(asked.clone()).unwrap();
        assert_eq!(
            (read.field, read.state, read.closed),
            (CorrectionField::Plate, RequestState::Refused, Some(then))
        );
        for (key, bad) in [("state", json!("lost")), ("created", json!("soon")), ("closed", json!("soon"))] {
            let mut changed = asked.clone();
            changed[key] = bad;
            assert!(correction(changed).is_none(), "{key}");
        }
        let ends = json!({"requested": at, "deadline": at, "state": "requested", "kept": ["auditLog"]});
        let wanted = Cancellation { requested: then, deadline: then, done: false };
        for (receipt, kept) in
            [(json!(null), false), (json!("aB3_-"), true), (json!("../units"), false), (json!(""), false)]
        {
            let mut ends = ends.clone();
            ends["receipt"] = receipt;
            let (read, receipt) = cancellation(ends.to_string().as_bytes()).unwrap();
            assert_eq!((read, receipt.is_some()), (wanted, kept), "{ends}");
        }
        assert_eq!(cancellation(b"<html>"), None);
        let told = json!({"id": 1, "kind": "endOfService", "title": {"en": "E", "zh-Hans": "Z"},
            "text": {"en": "e", "zh-Hans": "z"}, "created": at, "acknowledged": null});
        let read = notice(told).unwrap();
        assert_eq!(
            (read.kind, read.title.1.as_str(), read.acknowledged),
            (NoticeKind::EndOfService, "Z", None)
        );
        assert_eq!(access(json!({"at": at, "by": "B", "what": "new"})).unwrap().what, LookedAt::Other);
        let terms =
            retention(json!({"positionDays": 180, "runs": [{"at": at}]}).to_string().as_bytes()).unwrap();
        assert_eq!((terms.position_days, terms.event_days, terms.last_run), (Some(180), None, Some(then)));
    }
}
