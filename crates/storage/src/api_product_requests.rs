//! API products that an organization's people have asked for, where the operator decides.

use domain::OrganizationNumber;
use domain::access::ClientId;
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static ASK: Statement = Statement::new(
    "INSERT INTO api_product_requests (client_app, api_product, state, asked_by, asked_at)
     VALUES ($1, $2, 'ASKED', $3, $4)
     ON CONFLICT (client_app, api_product) DO UPDATE
     SET state = 'ASKED', asked_by = excluded.asked_by, asked_at = excluded.asked_at,
         decided_by = NULL, decided_at = NULL, reason = NULL
     WHERE api_product_requests.state <> 'ASKED'",
);

static LIST_OF: Statement = Statement::new(
    "SELECT r.client_app, r.api_product, r.state, r.asked_by, r.asked_at, r.decided_by, r.decided_at,
            r.reason, a.name, a.owner_number
     FROM api_product_requests r JOIN client_apps a ON a.id = r.client_app
     WHERE a.owner_number = $1 AND r.client_app = $2",
);

static LIST_OPEN: Statement = Statement::new(
    "SELECT r.client_app, r.api_product, r.state, r.asked_by, r.asked_at, r.decided_by, r.decided_at,
            r.reason, a.name, a.owner_number
     FROM api_product_requests r JOIN client_apps a ON a.id = r.client_app
     WHERE r.state = 'ASKED' ORDER BY r.asked_at, r.client_app, r.api_product LIMIT $1",
);

static DECIDE: Statement = Statement::new(
    "UPDATE api_product_requests
     SET state = $3, decided_by = $4, decided_at = $5, reason = $6
     WHERE client_app = $1 AND api_product = $2 AND state = 'ASKED'",
);

static WITHDRAW: Statement = Statement::new(
    "DELETE FROM api_product_requests
     WHERE client_app = $1 AND api_product = $2 AND state = 'ASKED'",
);

pub(crate) static STATEMENTS: &[&Statement] = &[&ASK, &LIST_OF, &LIST_OPEN, &DECIDE, &WITHDRAW];

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// Nobody has decided yet.
    Asked,
    /// The app was given the API product.
    Approved,
    /// It was not.
    Refused,
}

impl RequestState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Asked, Self::Approved, Self::Refused];

    /// The word in the database and in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "ASKED",
            Self::Approved => "APPROVED",
            Self::Refused => "REFUSED",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// That an app is to have an API product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiProductRequest {
    /// Which app.
    pub app: ClientId,
    /// What people call it.
    pub app_name: String,
    /// Whose it is.
    pub owner: OrganizationNumber,
    /// The API product's name.
    pub api_product: String,
    /// What became of it.
    pub state: RequestState,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Who has decided, and when.
    pub decided: Option<(String, Timestamp)>,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// A decision about a request.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// What is decided.
    pub state: RequestState,
    /// Who decides.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
    /// Why it is refused.
    pub reason: Option<&'a str>,
}

/// The requests, within one transaction.
pub struct ApiProductRequests<'t>(&'t mut Transaction);

impl Transaction {
    /// The requests for API products.
    pub fn api_product_requests(&mut self) -> ApiProductRequests<'_> {
        ApiProductRequests(self)
    }
}

impl ApiProductRequests<'_> {
    /// Asks, also once more after a decision; false when the request waits already.
    pub async fn ask(
        &mut self,
        app: &ClientId,
        api_product: &str,
        (by, now): (&str, Timestamp),
    ) -> Result<bool, Error> {
        let params = [
            app.as_str().into(),
            api_product.into(),
            by.into(),
            now.as_millisecond().into(),
        ];
        Ok(self.0.execute(&ASK, &params).await? == 1)
    }

    /// Those about an app of the organization's, by API product.
    pub async fn list_of(
        &mut self,
        owner: &OrganizationNumber,
        app: &ClientId,
    ) -> Result<Vec<ApiProductRequest>, Error> {
        let params = [owner.as_str().into(), app.as_str().into()];
        let mut found = self.0.fetch_all(&LIST_OF, &params, request).await?;
        // Engines differ in the order of texts.
        found.sort_by(|one, other| one.api_product.cmp(&other.api_product));
        Ok(found)
    }

    /// Those that wait for the operator, the oldest first, at most so many.
    pub async fn list_open(&mut self, most: i64) -> Result<Vec<ApiProductRequest>, Error> {
        self.0.fetch_all(&LIST_OPEN, &[most.into()], request).await
    }

    /// Settles a request that waits; false when there is none.
    pub async fn decide(
        &mut self,
        app: &ClientId,
        api_product: &str,
        decision: Decision<'_>,
    ) -> Result<bool, Error> {
        let params = [
            app.as_str().into(),
            api_product.into(),
            decision.state.as_str().into(),
            decision.by.into(),
            decision.at.as_millisecond().into(),
            decision.reason.into(),
        ];
        Ok(self.0.execute(&DECIDE, &params).await? == 1)
    }

    /// Takes back a request that waits; false when there is none.
    pub async fn withdraw(&mut self, app: &ClientId, api_product: &str) -> Result<bool, Error> {
        let params = [app.as_str().into(), api_product.into()];
        Ok(self.0.execute(&WITHDRAW, &params).await? == 1)
    }
}

fn request(row: &Row<'_>) -> Result<ApiProductRequest, Error> {
    let decided_at = row.get::<Option<i64>>(6)?;
    let decided_at = decided_at.map(|_| row.timestamp(6)).transpose()?;
    Ok(ApiProductRequest {
        app: ClientId::new(row.get::<String>(0)?),
        api_product: row.get(1)?,
        state: row.parse(2, RequestState::parse)?,
        asked_by: row.get(3)?,
        asked_at: row.timestamp(4)?,
        decided: row.get::<Option<String>>(5)?.zip(decided_at),
        reason: row.get(7)?,
        app_name: row.get(8)?,
        owner: row.parse(9, OrganizationNumber::parse)?,
    })
}
