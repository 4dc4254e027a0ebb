//! `/corporate-accounts/v2/accounts`: open a billing account, list them, read one.

mod account;
mod request;

use std::slice;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{AccountId, BillingAccount, OrganizationNumber};

use self::account::AccountBody;
pub(crate) use self::request::CreateAccount;
use crate::Services;
use crate::answer::{Json, Listed};
use crate::error::{ApiError, ErrorCode};
use crate::extract::{Admitted, JsonBody, PageParameters, PathParameter, Query, page};
use crate::idempotency::{idempotency_key, replayed};
use crate::touched::Touched;

const ACCOUNTS: &str = "/corporate-accounts/v2/accounts";

/// Create a new account
///
/// Some of the required parameters can be obtained by invoking other resources. Which ones are
/// explained on each parameter in the request body documentation. Expect up to a minute before the new
/// account is listed; it can be read by its id, and orders may name it, at once.
#[utoipa::path(
    post,
    path = "/corporate-accounts/v2/accounts",
    tag = "corporate-accounts",
    params((
        "Idempotency-Key" = Option<String>, Header, pattern = "^[!-~]{1,255}$",
        nullable = false,
        description = "A name of your own for this request, such as a UUID. Sent again with the \
                       same body within 30 days, it gives the same answer and no second account.",
        example = "0b0e9a53-0c2c-4d8e-8a3e-9d5c9b1a2f44"
    )),
    request_body(content = CreateAccount, description = "The account to open."),
    responses((
        status = 200,
        description = "The account as it was opened.",
        body = AccountBody,
        headers(("Idempotency-Replayed" = bool, description = "Whether this key has been \
             answered before, so that this call did nothing."))
    ))
)]
pub(crate) async fn create_account(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let key = idempotency_key(&headers, "create_account", &body.bytes)?;
    let request = request::read(body.document)?;
    let opened = services
        .selfservice
        .open_account(&caller, &request, key.as_ref(), in_words)
        .await?;
    let json = HeaderValue::from_static("application/json");
    let replayed = replayed(opened.replayed);
    // They were found to be numbers of the caller's organizations, now or when the key was new.
    let shown = [&request.owner, &request.payer].map(|text| OrganizationNumber::parse(text));
    let touched = Touched::of(shown.iter().flatten());
    let json = [(header::CONTENT_TYPE, json)];
    Ok((touched, replayed, json, opened.answer).into_response())
}

/// The answer's text, which is kept with an idempotency key. There is nothing in it that could fail
/// to be written.
fn in_words(account: &BillingAccount) -> String {
    serde_json::to_string(&AccountBody::from(account.clone())).unwrap_or_default()
}

/// Get accounts
///
/// The accounts that your organizations own, by owner and age.
#[utoipa::path(
    get,
    path = "/corporate-accounts/v2/accounts",
    tag = "corporate-accounts",
    params(PageParameters),
    responses((
        status = 200,
        description = "One page of the accounts.",
        body = Vec<AccountBody>,
        headers(
            ("X-Total-Count" = i64, description = "How many accounts there are on all pages."),
            ("Link" = String, description = "The first, previous, next and last page (RFC 8288).")
        )
    ))
)]
pub(crate) async fn list_accounts(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    mut query: Query,
) -> Result<(Touched, Listed<AccountBody>), ApiError> {
    let page = page(&mut query)?;
    query.finish()?;
    let (accounts, total) = services.selfservice.list_accounts(&caller, page).await?;
    let touched = Touched::of_accounts(&accounts);
    let listed = Listed {
        items: accounts.into_iter().map(AccountBody::from).collect(),
        total,
        page,
        address: format!("{}{ACCOUNTS}", services.settings.public_url),
    };
    Ok((touched, listed))
}

/// Get one account
///
/// Works as soon as the account is opened. A number from an invoice, with 55 before the id, is
/// understood too.
#[utoipa::path(
    get,
    path = "/corporate-accounts/v2/accounts/{accountId}",
    tag = "corporate-accounts",
    params(("accountId" = String, Path, description = "The account's id.", example = "1234567")),
    responses((status = 200, description = "The account.", body = AccountBody))
)]
pub(crate) async fn get_account(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<(Touched, Json<AccountBody>), ApiError> {
    // What is no account id is no account of the caller's either.
    let id = AccountId::parse(&id).ok_or_else(|| ApiError::new(ErrorCode::AccountNotFound))?;
    let account = services.selfservice.find_account(&caller, id).await?;
    let touched = Touched::of_accounts(slice::from_ref(&account));
    Ok((touched, Json(account.into())))
}
