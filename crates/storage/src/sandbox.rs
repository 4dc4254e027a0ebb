//! The sandbox: how a company lets its orders end, what was settled for each at its acceptance, and
//! taking away all that is not a record of the demo.

use domain::access::ClientId;
use domain::{AgreementId, OrderId, OrderState, OrganizationNumber};
use jiff::{SignedDuration, Timestamp};

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static FIND: Statement =
    Statement::new("SELECT ending, reason, delay_ms FROM sandbox_settings WHERE organization = $1");

static FIND_OF_APP: Statement = Statement::new(
    "SELECT s.ending, s.reason, s.delay_ms
     FROM client_apps c JOIN sandbox_settings s ON s.organization = c.owner_number
     WHERE c.id = $1",
);

static SET: Statement = Statement::new(
    "INSERT INTO sandbox_settings (organization, ending, reason, delay_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organization) DO UPDATE
     SET ending = excluded.ending, reason = excluded.reason, delay_ms = excluded.delay_ms",
);

static REMOVE: Statement = Statement::new("DELETE FROM sandbox_settings WHERE organization = $1");

static PLAN: Statement = Statement::new(
    "INSERT INTO sandbox_plans (order_id, ends_at, ending, reason) VALUES ($1, $2, $3, $4)",
);

static FIND_PLAN: Statement =
    Statement::new("SELECT ends_at, ending, reason FROM sandbox_plans WHERE order_id = $1");

static REMOVE_PLAN: Statement = Statement::new("DELETE FROM sandbox_plans WHERE order_id = $1");

// Its own, and those that its system users may see and nobody else is in. Whoever inserts an order or
// an account of theirs waits for whoever holds them.
static LOCK_ORGANIZATIONS: Statement = Statement::new(
    "SELECT o.number FROM organizations o
     WHERE o.number = $1 OR (
         EXISTS (SELECT 1 FROM system_user_organizations r
                 JOIN system_users u ON u.name = r.system_user
                 WHERE r.organization_number = o.number AND u.owner_number = $1)
         AND NOT EXISTS (SELECT 1 FROM system_user_organizations r
                         JOIN system_users u ON u.name = r.system_user
                         WHERE r.organization_number = o.number AND u.owner_number <> $1)
         AND NOT EXISTS (SELECT 1 FROM client_apps c WHERE c.owner_number = o.number)
         AND NOT EXISTS (SELECT 1 FROM system_users u WHERE u.owner_number = o.number)
         AND NOT EXISTS (SELECT 1 FROM developers d WHERE d.organization_number = o.number))
     ORDER BY o.number /* for update */",
);

// A history gets no further line while its order is held.
static LOCK_ORDERS: Statement =
    Statement::new("SELECT id FROM orders WHERE owner_number = $1 ORDER BY id /* for update */");

static CLEAR_JOBS: Statement = Statement::new("DELETE FROM jobs WHERE organization = $1");

static CLEAR_PLANS: Statement = Statement::new(
    "DELETE FROM sandbox_plans WHERE order_id IN (SELECT id FROM orders WHERE owner_number = $1)",
);

static CLEAR_HISTORIES: Statement = Statement::new(
    "DELETE FROM order_events WHERE order_id IN (SELECT id FROM orders WHERE owner_number = $1)",
);

static CLEAR_ORDERS: Statement = Statement::new("DELETE FROM orders WHERE owner_number = $1");

static CLEAR_CONFIGURATIONS: Statement = Statement::new(
    "DELETE FROM product_configurations WHERE product_id IN (
         SELECT p.id FROM products p JOIN agreements a ON a.id = p.agreement_id
         WHERE a.owner_number = $1)",
);

static CLEAR_PRODUCTS: Statement = Statement::new(
    "DELETE FROM products WHERE agreement_id IN (
         SELECT id FROM agreements WHERE owner_number = $1)",
);

static CLEAR_ACCOUNTS: Statement = Statement::new("DELETE FROM accounts WHERE owner_number = $1");

static COUNT_NO_ACCOUNTS: Statement =
    Statement::new("UPDATE organizations SET accounts = 0 WHERE number = $1");

static CLEAR_CARDS: Statement =
    Statement::new("DELETE FROM address_cards WHERE organization_number = $1");

static CLEAR_KEYS: Statement = Statement::new(
    "DELETE FROM idempotency_keys WHERE system_user IN (
         SELECT name FROM system_users WHERE owner_number = $1)",
);

static CLEAR_ATTEMPTS: Statement = Statement::new(
    "DELETE FROM notification_attempts WHERE (endpoint, position) IN (
         SELECT endpoint, position FROM notification_deliveries
         WHERE organization = $1 AND state = 'PENDING')",
);

static CLEAR_DELIVERIES: Statement = Statement::new(
    "DELETE FROM notification_deliveries WHERE organization = $1 AND state = 'PENDING'",
);

static AGREEMENTS: Statement =
    Statement::new("SELECT id FROM agreements WHERE owner_number = $1 ORDER BY id");

// An order of a former owner keeps the agreement that it names.
static WITHDRAW_ALL: Statement = Statement::new(
    "DELETE FROM agreement_offerings WHERE agreement_id = $1
     AND NOT EXISTS (SELECT 1 FROM orders WHERE agreement_id = $1)",
);

static REMOVE_AGREEMENT: Statement = Statement::new(
    "DELETE FROM agreements WHERE id = $1
     AND NOT EXISTS (SELECT 1 FROM orders WHERE agreement_id = $1)",
);

/// Those that clear an organization, in the order in which rows need each other.
static CLEARING: [&Statement; 11] = [
    &CLEAR_JOBS,
    &CLEAR_PLANS,
    &CLEAR_HISTORIES,
    &CLEAR_ORDERS,
    &CLEAR_CONFIGURATIONS,
    &CLEAR_PRODUCTS,
    &CLEAR_ACCOUNTS,
    &COUNT_NO_ACCOUNTS,
    &CLEAR_CARDS,
    &CLEAR_ATTEMPTS,
    &CLEAR_DELIVERIES,
];

pub(crate) static STATEMENTS: &[&Statement] = &[
    &FIND,
    &FIND_OF_APP,
    &SET,
    &REMOVE,
    &PLAN,
    &FIND_PLAN,
    &REMOVE_PLAN,
    &LOCK_ORGANIZATIONS,
    &LOCK_ORDERS,
    &CLEAR_JOBS,
    &CLEAR_PLANS,
    &CLEAR_HISTORIES,
    &CLEAR_ORDERS,
    &CLEAR_CONFIGURATIONS,
    &CLEAR_PRODUCTS,
    &CLEAR_ACCOUNTS,
    &COUNT_NO_ACCOUNTS,
    &CLEAR_CARDS,
    &CLEAR_KEYS,
    &CLEAR_ATTEMPTS,
    &CLEAR_DELIVERIES,
    &AGREEMENTS,
    &WITHDRAW_ALL,
    &REMOVE_AGREEMENT,
];

/// How a company lets the orders of its apps end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxSettings {
    /// COMPLETED, FAILED or HELD.
    pub ending: OrderState,
    /// What the history of one that is not completed says.
    pub reason: String,
    /// From its acceptance to its end; none for the time that the server was started with.
    pub delay: Option<SignedDuration>,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self {
            ending: OrderState::Completed,
            reason: String::new(),
            delay: None,
        }
    }
}

/// What one order will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPlan {
    /// When it ends.
    pub ends_at: Timestamp,
    /// COMPLETED, FAILED or HELD.
    pub ending: OrderState,
    /// What its history says then, if it is not completed.
    pub reason: String,
}

/// The sandbox, within one transaction.
pub struct Sandbox<'t>(&'t mut Transaction);

impl Transaction {
    /// The sandbox.
    pub fn sandbox(&mut self) -> Sandbox<'_> {
        Sandbox(self)
    }
}

impl Sandbox<'_> {
    /// What a company has chosen, if it has.
    pub async fn find(
        &mut self,
        company: &OrganizationNumber,
    ) -> Result<Option<SandboxSettings>, Error> {
        let params = [company.as_str().into()];
        self.0.fetch_optional(&FIND, &params, settings).await
    }

    /// What the company has chosen that owns an app, if it has.
    pub async fn find_of_app(&mut self, app: &ClientId) -> Result<Option<SandboxSettings>, Error> {
        let params = [app.as_str().into()];
        self.0.fetch_optional(&FIND_OF_APP, &params, settings).await
    }

    /// Keeps what a company chooses, for orders that are accepted from now on.
    pub async fn set(
        &mut self,
        company: &OrganizationNumber,
        chosen: &SandboxSettings,
    ) -> Result<(), Error> {
        let delay = chosen
            .delay
            .map(|delay| i64::try_from(delay.as_millis()).unwrap_or(i64::MAX));
        let params = [
            company.as_str().into(),
            chosen.ending.as_str().into(),
            chosen.reason.as_str().into(),
            delay.into(),
        ];
        self.0.execute(&SET, &params).await.map(drop)
    }

    /// Settles what an order will do.
    pub async fn plan(&mut self, order: OrderId, plan: &SandboxPlan) -> Result<(), Error> {
        let params = [
            order.get().into(),
            plan.ends_at.as_millisecond().into(),
            plan.ending.as_str().into(),
            plan.reason.as_str().into(),
        ];
        self.0.execute(&PLAN, &params).await.map(drop)
    }

    /// What was settled for an order, if something was.
    pub async fn find_plan(&mut self, order: OrderId) -> Result<Option<SandboxPlan>, Error> {
        let params = [order.get().into()];
        self.0
            .fetch_optional(&FIND_PLAN, &params, |row| {
                Ok(SandboxPlan {
                    ends_at: row.timestamp(0)?,
                    ending: row.parse(1, OrderState::parse)?,
                    reason: row.get(2)?,
                })
            })
            .await
    }

    /// From now on, an order is carried out like any other.
    pub async fn remove_plan(&mut self, order: OrderId) -> Result<(), Error> {
        let params = [order.get().into()];
        self.0.execute(&REMOVE_PLAN, &params).await.map(drop)
    }

    /// Holds the organizations that a company's reset is about until the transaction ends: its own,
    /// and those that its system users may see, unless another company has something to do with them.
    pub async fn lock_organizations(
        &mut self,
        company: &OrganizationNumber,
    ) -> Result<Vec<OrganizationNumber>, Error> {
        let params = [company.as_str().into()];
        let number = |row: &Row<'_>| row.parse(0, OrganizationNumber::parse);
        self.0.fetch_all(&LOCK_ORGANIZATIONS, &params, number).await
    }

    /// Takes away an organization's orders, products, accounts and address cards, with the jobs and
    /// notifications that wait because of them. Its agreements stay.
    pub async fn clear(&mut self, organization: &OrganizationNumber) -> Result<(), Error> {
        let params = [organization.as_str().into()];
        self.0.fetch_all(&LOCK_ORDERS, &params, |_| Ok(())).await?;
        for statement in CLEARING {
            self.0.execute(statement, &params).await?;
        }
        Ok(())
    }

    /// Forgets what a company has chosen, and the answers to its idempotency keys.
    pub async fn forget(&mut self, company: &OrganizationNumber) -> Result<(), Error> {
        for statement in [&REMOVE, &CLEAR_KEYS] {
            let params = [company.as_str().into()];
            self.0.execute(statement, &params).await?;
        }
        Ok(())
    }

    /// The agreements of an organization.
    pub async fn agreements(
        &mut self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<AgreementId>, Error> {
        let params = [organization.as_str().into()];
        let id = |row: &Row<'_>| Ok(AgreementId::new(row.get(0)?));
        self.0.fetch_all(&AGREEMENTS, &params, id).await
    }

    /// Takes away an agreement on which there is nothing any more, unless an order names it.
    pub async fn remove_agreement(&mut self, id: AgreementId) -> Result<(), Error> {
        for statement in [&WITHDRAW_ALL, &REMOVE_AGREEMENT] {
            self.0.execute(statement, &[id.get().into()]).await?;
        }
        Ok(())
    }
}

fn settings(row: &Row<'_>) -> Result<SandboxSettings, Error> {
    let delay: Option<i64> = row.get(2)?;
    Ok(SandboxSettings {
        ending: row.parse(0, OrderState::parse)?,
        reason: row.get(1)?,
        delay: delay.map(SignedDuration::from_millis),
    })
}
