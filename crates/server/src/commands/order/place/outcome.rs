//! What an answer of the API means for a row: its result, or what to do next.

use std::time::Duration;

use axum::http::StatusCode;
use outgoing::Answer;
use serde_json::Value;

/// Says whether this row was placed by an earlier call: `true` or `false`.
const REPLAYED: &str = "idempotency-replayed";
/// When the server asks for patience and does not say for how long.
const SHORT_WAIT: Duration = Duration::from_secs(1);

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is one order for it.
    Placed { order: String, replayed: bool },
    /// The API has said no, for good.
    Rejected { code: Option<u64>, message: String },
    /// It was sent, and nobody knows whether it arrived.
    Unanswered(String),
    /// It was not sent, or certainly had no effect.
    NotTried,
}

/// What to do after one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The row is done.
    Done(Outcome),
    /// The server asks to come again later.
    Later(Duration, String),
    /// There was no proper answer; ask again under the same key.
    Again(String),
    /// The token has ended.
    LogIn(String),
    /// No row can succeed; end the run.
    Halt(String),
}

/// An answer's code with its texts, as far as it is one of the API's.
struct Complaint {
    code: Option<u64>,
    text: String,
}

/// Reads the answer to an order.
pub(super) fn judge_order(answer: &Answer) -> Verdict {
    let complaint = Complaint::read(answer);
    if answer.status.is_success() {
        return match order_id(&answer.body) {
            Some(order) => {
                let replayed = answer.headers.get(REPLAYED);
                let replayed = replayed.is_some_and(|value| value == "true");
                Verdict::Done(Outcome::Placed { order, replayed })
            }
            None => Verdict::Halt("the answer to an order has no order id".to_owned()),
        };
    }
    if let Some(verdict) = patience(answer, &complaint) {
        return verdict;
    }
    match (answer.status.as_u16(), complaint.code) {
        (401, Some(40105 | 40106)) => Verdict::LogIn(complaint.shown()),
        // A row cannot help these: the client app, its token or the address is wrong.
        (401 | 403, _) | (_, Some(40001 | 40401)) => Verdict::Halt(complaint.shown()),
        (400..=499, code) => Verdict::Done(Outcome::Rejected {
            code,
            message: complaint.text,
        }),
        _ => Verdict::Halt(complaint.shown()),
    }
}

/// Reads the answer to a login: the token, or what to do without one.
pub(super) fn judge_login(answer: &Answer) -> Result<String, Verdict> {
    let complaint = Complaint::read(answer);
    if answer.status.is_success() {
        let token = serde_json::from_slice::<Value>(&answer.body).ok();
        let token = token.and_then(|body| Some(body["access_token"].as_str()?.to_owned()));
        return token.ok_or_else(|| Verdict::Halt("the answer to a login has no token".to_owned()));
    }
    Err(patience(answer, &complaint).unwrap_or_else(|| {
        let hint = match complaint.code {
            Some(40108) => "\nhint: check the client id and the client app's secret",
            Some(40001) => "\nhint: check the username and the password",
            _ => "",
        };
        Verdict::Halt(format!(
            "the login was refused: {}{hint}",
            complaint.shown()
        ))
    }))
}

/// Whether the same call is worth another try.
fn patience(answer: &Answer, complaint: &Complaint) -> Option<Verdict> {
    let later =
        |wait: Option<Duration>| Verdict::Later(wait.unwrap_or(SHORT_WAIT), complaint.shown());
    match (answer.status.as_u16(), complaint.code) {
        (429, _) | (409, Some(409_902)) => Some(later(answer.retry_after())),
        // Without `Retry-After` it is a proxy's word that nobody is there.
        (503, _) if answer.retry_after().is_some() => Some(later(answer.retry_after())),
        (408 | 500..=599, _) => Some(Verdict::Again(complaint.shown())),
        _ => None,
    }
}

/// With or without the brackets that the documents print.
fn order_id(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let order = if body.is_array() { &body[0] } else { &body };
    Some(order["orderId"].as_str()?.to_owned())
}

impl Complaint {
    fn read(answer: &Answer) -> Self {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let code = body["errorCode"].as_u64();
        let details = body["details"].as_array().into_iter().flatten();
        let details: Vec<_> = details
            .filter_map(|detail| {
                let (field, message) = (detail["field"].as_str()?, detail["message"].as_str()?);
                Some(format!("{field}: {message}"))
            })
            .collect();
        let description = match body["description"].as_str() {
            Some(text) => text.to_owned(),
            None => describe(answer.status),
        };
        let text = if details.is_empty() {
            description
        } else {
            format!("{description} ({})", details.join("; "))
        };
        Self { code, text }
    }

    fn shown(&self) -> String {
        match self.code {
            Some(code) => format!("{code} {}", self.text),
            None => self.text.clone(),
        }
    }
}

fn describe(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or_default();
    let shown = format!("{} {reason}", status.as_str());
    format!("the answer is {}, and not the API's", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use bytes::Bytes;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| {
            let value = axum::http::HeaderValue::from_static(value);
            (axum::http::HeaderName::from_static(name), value)
        });
        Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: headers.collect::<HeaderMap>(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    fn error(status: u16, code: u32) -> Answer {
        let body = format!("{{\"errorCode\":{code},\"description\":\"No\"}}");
        answer(status, &[], &body)
    }

    #[test]
    fn an_order_is_placed_in_either_style_and_a_repeat_is_told() {
        for body in [
            "[{\"orderId\":\"000000000001\"}]",
            "{\"orderId\":\"000000000001\"}",
        ] {
            for (headers, replayed) in [
                (&[][..], false),
                (&[(REPLAYED, "false")], false),
                (&[(REPLAYED, "true")], true),
            ] {
                let order = "000000000001".to_owned();
                let placed = Outcome::Placed { order, replayed };
                assert_eq!(
                    judge_order(&answer(200, headers, body)),
                    Verdict::Done(placed)
                );
            }
        }
    }

    #[test]
    fn a_row_is_rejected_with_all_that_the_api_says() {
        let body = r#"{"errorCode":400901,"description":"Invalid configuration","details":[
            {"field":"configurations[0].value","message":"must be an address"},
            {"field":"configurations[1].id","message":"unknown"}]}"#;
        let rejected = Outcome::Rejected {
            code: Some(400_901),
            message: "Invalid configuration (configurations[0].value: must be an address; \
                      configurations[1].id: unknown)"
                .to_owned(),
        };
        assert_eq!(
            judge_order(&answer(400, &[], body)),
            Verdict::Done(rejected)
        );
        let foreign = judge_order(&answer(413, &[], "<html>"));
        let Verdict::Done(Outcome::Rejected { code, message }) = foreign else {
            panic!("not rejected: {foreign:?}");
        };
        assert_eq!(code, None);
        assert_eq!(
            message,
            "the answer is 413 Payload Too Large, and not the API's"
        );
    }

    #[test]
    fn what_no_row_can_help_ends_the_run() {
        for (status, code) in [
            (401, 40102),
            (401, 40103),
            (401, 40107),
            (403, 40301),
            (400, 40001),
            (404, 40401),
            (302, 0),
        ] {
            let verdict = judge_order(&error(status, code));
            assert!(
                matches!(verdict, Verdict::Halt(_)),
                "{status} {code}: {verdict:?}"
            );
        }
        let unread = judge_order(&answer(200, &[], "<html>"));
        assert!(matches!(unread, Verdict::Halt(_)), "{unread:?}");
    }

    #[test]
    fn what_passes_is_tried_again() {
        for code in [40105, 40106] {
            let verdict = judge_order(&error(401, code));
            assert!(matches!(verdict, Verdict::LogIn(_)), "{code}: {verdict:?}");
        }
        for (status, code) in [(429, 42901), (429, 42902), (409, 409_902)] {
            let verdict = judge_order(&error(status, code));
            assert!(matches!(verdict, Verdict::Later(..)), "{code}: {verdict:?}");
        }
        for (status, code) in [(500, 500_100), (503, 0), (502, 0), (504, 0), (408, 0)] {
            let verdict = judge_order(&error(status, code));
            assert!(matches!(verdict, Verdict::Again(_)), "{code}: {verdict:?}");
        }
        let named = judge_order(&answer(503, &[("retry-after", "7")], "{}"));
        let Verdict::Later(wait, _) = named else {
            panic!("not later: {named:?}");
        };
        assert_eq!(wait, Duration::from_secs(7));
    }

    #[test]
    fn a_login_gives_a_token_or_says_what_to_check() {
        let token = judge_login(&answer(200, &[], "{\"access_token\":\"abc\"}"));
        assert_eq!(token, Ok("abc".to_owned()));
        for (status, code, words) in [
            (401, 40108, "client app's secret"),
            (400, 40001, "password"),
        ] {
            let refused = judge_login(&error(status, code)).expect_err("refused");
            assert!(format!("{refused:?}").contains(words), "{refused:?}");
        }
    }
}
