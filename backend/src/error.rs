//! What a client is told when something is refused: a status and a short code, never a stack trace.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal. The texts that Traccar's clients look for are kept in `exception`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 401: nobody, or nobody known.
    Unauthorized,
    /// 401 with the header that asks for a one-time code.
    CodeNeeded,
    /// 400: the account may not.
    Denied(&'static str),
    /// 400: the request makes no sense; the code says what.
    Bad(&'static str),
    /// 403: the account may not; the code says why.
    Forbidden(&'static str),
    /// 404.
    NotFound,
    /// 409: what is there forbids it; the code says why.
    Conflict(&'static str),
    /// 413: more than one request may hold.
    TooLarge,
    /// 429: wait so many seconds.
    TooMany(u32),
    /// 500: our fault; details are in the log.
    Internal,
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(failure, _)
                if failure.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                Self::Bad("conflict")
            }
            other => {
                // The error's own text names tables and columns, never values.
                tracing::error!(code = ?other.sqlite_error_code(), "the database refused");
                Self::Internal
            }
        }
    }
}

impl Refusal {
    /// The status and the short code that a client is told.
    fn status_and_code(self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::CodeNeeded => (StatusCode::UNAUTHORIZED, "codeNeeded"),
            Self::Denied(_) => (StatusCode::BAD_REQUEST, "denied"),
            Self::Bad(code) => (StatusCode::BAD_REQUEST, code),
            Self::Forbidden(code) => (StatusCode::FORBIDDEN, code),
            Self::NotFound => (StatusCode::NOT_FOUND, "notFound"),
            Self::Conflict(code) => (StatusCode::CONFLICT, code),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "tooLarge"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "tooMany"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The short code that a client is told.
    pub fn code(self) -> &'static str {
        self.status_and_code().1
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let exception = match self {
            Self::Denied(why) => Some(why),
            _ => None,
        };
        let body = match exception {
            Some(why) => json!({"error": code, "exception": format!("SecurityException: {why}")}),
            None => json!({"error": code}),
        };
        let mut response = (status, Json(body)).into_response();
        if self == Self::CodeNeeded {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("TOTP"));
        }
        // What was not read to its end leaves a connection that nothing more can be asked on.
        if matches!(self, Self::TooLarge | Self::TooMany(_)) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
