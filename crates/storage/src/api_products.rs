//! API products: bundles of operations and scopes that apps are given.

use domain::access::{ClientId, Scope};

use crate::sql::{Row, Statement};
use crate::{Error, Quota, QuotaPeriod, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO api_products (name, enabled) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
);

static ADD_OPERATION: Statement = Statement::new(
    "INSERT INTO api_product_operations (api_product, operation) VALUES ($1, $2)
     ON CONFLICT (api_product, operation) DO NOTHING",
);

static ADD_SCOPE: Statement = Statement::new(
    "INSERT INTO api_product_scopes (api_product, scope) VALUES ($1, $2)
     ON CONFLICT (api_product, scope) DO NOTHING",
);

static SET_ENABLED: Statement =
    Statement::new("UPDATE api_products SET enabled = $2 WHERE name = $1");

static DISABLE_OPERATION: Statement = Statement::new(
    "INSERT INTO disabled_operations (operation) VALUES ($1) ON CONFLICT (operation) DO NOTHING",
);

static ENABLE_OPERATION: Statement =
    Statement::new("DELETE FROM disabled_operations WHERE operation = $1");

static LIST_HOLDING: Statement = Statement::new(
    "SELECT p.name, p.enabled AND d.operation IS NULL, h.quota_calls, h.quota_period
     FROM client_app_products h
     JOIN api_product_operations o ON o.api_product = h.api_product AND o.operation = $2
     JOIN api_products p ON p.name = h.api_product
     LEFT JOIN disabled_operations d ON d.operation = o.operation
     WHERE h.client_app = $1 ORDER BY p.name",
);

static LIST_SCOPES: Statement = Statement::new(
    "SELECT DISTINCT s.scope FROM client_app_products h
     JOIN api_product_scopes s ON s.api_product = h.api_product
     WHERE h.client_app = $1 ORDER BY s.scope",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &ADD_OPERATION,
    &ADD_SCOPE,
    &SET_ENABLED,
    &DISABLE_OPERATION,
    &ENABLE_OPERATION,
    &LIST_HOLDING,
    &LIST_SCOPES,
];

/// An API product as one app has it, as far as one operation is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldProduct {
    /// The product's name.
    pub name: String,
    /// False when the operator has switched off the product or the operation.
    pub available: bool,
    /// How often the app may call the product, if that is limited.
    pub quota: Option<Quota>,
}

/// The API products, within one transaction.
pub struct ApiProducts<'t>(&'t mut Transaction);

impl Transaction {
    /// The API products.
    pub fn api_products(&mut self) -> ApiProducts<'_> {
        ApiProducts(self)
    }
}

impl ApiProducts<'_> {
    /// Adds an API product that holds nothing yet; one that is there stays as it is.
    pub async fn insert(&mut self, name: &str) -> Result<(), Error> {
        self.0
            .execute(&INSERT, &[name.into(), true.into()])
            .await
            .map(drop)
    }

    /// Puts an operation, by its operation id, into an API product.
    pub async fn add_operation(&mut self, name: &str, operation: &str) -> Result<(), Error> {
        self.0
            .execute(&ADD_OPERATION, &[name.into(), operation.into()])
            .await
            .map(drop)
    }

    /// Lets the tokens of apps with this API product have a scope.
    pub async fn add_scope(&mut self, name: &str, scope: &Scope) -> Result<(), Error> {
        self.0
            .execute(&ADD_SCOPE, &[name.into(), scope.as_str().into()])
            .await
            .map(drop)
    }

    /// Switches an API product on or off for everyone; false when there is no such product.
    pub async fn set_enabled(&mut self, name: &str, enabled: bool) -> Result<bool, Error> {
        Ok(self
            .0
            .execute(&SET_ENABLED, &[name.into(), enabled.into()])
            .await?
            == 1)
    }

    /// Switches an operation on or off for everyone, in whichever API products it is.
    pub async fn set_operation_enabled(
        &mut self,
        operation: &str,
        enabled: bool,
    ) -> Result<(), Error> {
        let statement = if enabled {
            &ENABLE_OPERATION
        } else {
            &DISABLE_OPERATION
        };
        self.0
            .execute(statement, &[operation.into()])
            .await
            .map(drop)
    }

    /// Those of the app's API products that hold an operation, by name.
    pub async fn list_holding(
        &mut self,
        app: &ClientId,
        operation: &str,
    ) -> Result<Vec<HeldProduct>, Error> {
        self.0
            .fetch_all(
                &LIST_HOLDING,
                &[app.as_str().into(), operation.into()],
                held_product,
            )
            .await
    }

    /// All scopes of the app's API products, by name.
    pub async fn list_scopes(&mut self, app: &ClientId) -> Result<Vec<Scope>, Error> {
        self.0
            .fetch_all(&LIST_SCOPES, &[app.as_str().into()], |row| {
                Ok(Scope::new(row.get::<String>(0)?))
            })
            .await
    }
}

fn held_product(row: &Row<'_>) -> Result<HeldProduct, Error> {
    let period = row.parse_optional(3, QuotaPeriod::parse)?;
    let quota = match (row.get::<Option<i64>>(2)?, period) {
        (Some(calls), Some(period)) => {
            let calls = u32::try_from(calls).map_err(|_| row.inconsistent(2, "out of range"))?;
            Some(Quota { calls, period })
        }
        _ => None,
    };
    Ok(HeldProduct {
        name: row.get(0)?,
        available: row.get(1)?,
        quota,
    })
}
