//! Products, flat: each names its parent.

use std::collections::HashMap;

use domain::{
    AccountId, AccountType, AgreementId, ConfigurationId, ConfigurationValue, OfferingId,
    ProductId, ProductStatus,
};
use jiff::Timestamp;

use super::Imports;
use crate::Error;
use crate::sql::{Row, Statement};

static PRODUCTS: Statement = Statement::new(
    "SELECT id, agreement_id, parent_id, offering_id, name, status, billing_account_id, created_at
     FROM products WHERE (agreement_id, created_at, id) > ($1, $2, $3)
     ORDER BY agreement_id, created_at, id LIMIT $4",
);

static PRODUCT: Statement = Statement::new(
    "SELECT id, agreement_id, parent_id, offering_id, name, status, billing_account_id, created_at
     FROM products WHERE id = $1",
);

static SETTINGS: Statement = Statement::new(
    "SELECT c.product_id, c.configuration_id, c.value
     FROM products p JOIN product_configurations c ON c.product_id = p.id
     WHERE p.agreement_id >= $1 AND p.agreement_id <= $2
     ORDER BY c.product_id, c.configuration_id",
);

static SETTINGS_OF: Statement = Statement::new(
    "SELECT product_id, configuration_id, value FROM product_configurations
     WHERE product_id = $1 ORDER BY configuration_id",
);

static CHANGE_PRODUCT: Statement = Statement::new(
    "UPDATE products SET name = $2, billing_account_id = $3, created_at = $4 WHERE id = $1",
);

static REMOVE_SETTING: Statement = Statement::new(
    "DELETE FROM product_configurations WHERE product_id = $1 AND configuration_id = $2",
);

static RESERVE: Statement =
    Statement::new("UPDATE accounts SET reserved_for = $2 WHERE id = $1 AND account_type = $3");

static RELEASE: Statement = Statement::new(
    "UPDATE accounts SET reserved_for = NULL
     WHERE reserved_for = $1 AND (CAST($2 AS BIGINT) IS NULL OR id <> $2)",
);

pub(super) static STATEMENTS: &[&Statement] = &[
    &PRODUCTS,
    &PRODUCT,
    &SETTINGS,
    &SETTINGS_OF,
    &CHANGE_PRODUCT,
    &REMOVE_SETTING,
    &RESERVE,
    &RELEASE,
];

/// A product as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptProduct {
    /// Its id.
    pub id: ProductId,
    /// The agreement that it is on.
    pub agreement: AgreementId,
    /// The product that it came along with, if any.
    pub parent: Option<ProductId>,
    /// The offering that it was ordered from.
    pub offering: OfferingId,
    /// What the customer calls it.
    pub name: String,
    /// Whether it is in place already.
    pub status: ProductStatus,
    /// The billing account that pays for it.
    pub billing_account: Option<AccountId>,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// How it is set, by configuration.
    pub configurations: Vec<ConfigurationValue>,
}

/// Where a page of products begins: after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductKey {
    /// Its agreement.
    pub agreement: i64,
    /// When it was ordered, in milliseconds since 1970.
    pub created_at: i64,
    /// Its id.
    pub id: i64,
}

impl ProductKey {
    /// Before all products.
    pub const START: Self = Self {
        agreement: -1,
        created_at: i64::MIN,
        id: -1,
    };
}

impl KeptProduct {
    /// Where the page after this product begins.
    #[must_use]
    pub fn key(&self) -> ProductKey {
        ProductKey {
            agreement: self.agreement.get(),
            created_at: self.created_at.as_millisecond(),
            id: self.id.get(),
        }
    }
}

impl Imports<'_> {
    /// At most so many products after a place, by agreement and age.
    pub async fn products(
        &mut self,
        after: ProductKey,
        most: i64,
    ) -> Result<Vec<KeptProduct>, Error> {
        let params = [
            after.agreement.into(),
            after.created_at.into(),
            after.id.into(),
            most.into(),
        ];
        let mut found = self.0.fetch_all(&PRODUCTS, &params, product).await?;
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            return Ok(found);
        };
        let params = [first.agreement.get().into(), last.agreement.get().into()];
        let settings = self.0.fetch_all(&SETTINGS, &params, setting).await?;
        let mut of: HashMap<ProductId, Vec<ConfigurationValue>> = HashMap::new();
        for (id, setting) in settings {
            of.entry(id).or_default().push(setting);
        }
        for product in &mut found {
            product.configurations = of.remove(&product.id).unwrap_or_default();
        }
        Ok(found)
    }

    /// The product with this id.
    pub async fn product(&mut self, id: ProductId) -> Result<Option<KeptProduct>, Error> {
        let params = [id.get().into()];
        let Some(found) = self.0.fetch_optional(&PRODUCT, &params, product).await? else {
            return Ok(None);
        };
        let settings = self.0.fetch_all(&SETTINGS_OF, &params, setting).await?;
        Ok(Some(KeptProduct {
            configurations: settings.into_iter().map(|(_, setting)| setting).collect(),
            ..found
        }))
    }

    /// Makes a product what is wanted; its agreement, parent, offering and status stay, and so do
    /// its configurations.
    pub async fn change_product(&mut self, wanted: &KeptProduct) -> Result<(), Error> {
        let params = [
            wanted.id.get().into(),
            wanted.name.as_str().into(),
            wanted.billing_account.map(AccountId::get).into(),
            wanted.created_at.as_millisecond().into(),
        ];
        self.0.execute(&CHANGE_PRODUCT, &params).await.map(drop)
    }

    /// A product is no longer set in one respect.
    pub async fn remove_setting(
        &mut self,
        id: ProductId,
        configuration: ConfigurationId,
    ) -> Result<(), Error> {
        let params = [id.get().into(), configuration.get().into()];
        self.0.execute(&REMOVE_SETTING, &params).await.map(drop)
    }

    /// Keeps an account that may pay for one product alone for this one.
    pub async fn reserve(&mut self, account: AccountId, product: ProductId) -> Result<(), Error> {
        let params = [
            account.get().into(),
            product.get().into(),
            AccountType::Reserved.as_str().into(),
        ];
        self.0.execute(&RESERVE, &params).await.map(drop)
    }

    /// No account is kept for a product any more, but the one that pays for it.
    pub async fn release(
        &mut self,
        product: ProductId,
        payer: Option<AccountId>,
    ) -> Result<(), Error> {
        let params = [product.get().into(), payer.map(AccountId::get).into()];
        self.0.execute(&RELEASE, &params).await.map(drop)
    }
}

fn product(row: &Row<'_>) -> Result<KeptProduct, Error> {
    Ok(KeptProduct {
        id: ProductId::new(row.get(0)?),
        agreement: AgreementId::new(row.get(1)?),
        parent: row.get::<Option<i64>>(2)?.map(ProductId::new),
        offering: OfferingId::new(row.get(3)?),
        name: row.get(4)?,
        status: row.parse(5, ProductStatus::parse)?,
        billing_account: row.get::<Option<i64>>(6)?.map(AccountId::new),
        created_at: row.timestamp(7)?,
        configurations: Vec::new(),
    })
}

fn setting(row: &Row<'_>) -> Result<(ProductId, ConfigurationValue), Error> {
    let setting = ConfigurationValue {
        id: ConfigurationId::new(row.get(1)?),
        value: row.get(2)?,
    };
    Ok((ProductId::new(row.get(0)?), setting))
}
