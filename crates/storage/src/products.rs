//! Products: what is ordered on an agreement, and how it is set.

use std::collections::HashMap;

use domain::{
    AccountId, AgreementId, ConfigurationId, ConfigurationValue, Offering, OfferingId, Product,
    ProductConfiguration, ProductId, ProductStatus,
};
use jiff::Timestamp;

use crate::offerings::offering;
use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static ORDERED_ON: Statement = Statement::new(
    "SELECT p.id, p.name, p.status, p.billing_account_id, p.offering_id, o.name, p.parent_id
     FROM products p JOIN offerings o ON o.id = p.offering_id
     WHERE p.agreement_id = $1 ORDER BY p.created_at, p.id",
);

static CONFIGURATIONS_ON: Statement = Statement::new(
    "SELECT c.product_id, c.configuration_id, d.name, c.value
     FROM products p
     JOIN product_configurations c ON c.product_id = p.id
     LEFT JOIN offering_configurations d
       ON d.offering_id = p.offering_id AND d.configuration_id = c.configuration_id
     WHERE p.agreement_id = $1 ORDER BY c.product_id, c.configuration_id",
);

static FIND_OFFERING: Statement = Statement::new(
    "SELECT o.id, o.name, o.fulfillment FROM products p JOIN offerings o ON o.id = p.offering_id
     WHERE p.id = $1 AND p.agreement_id = $2",
);

static INSERT: Statement = Statement::new(
    "INSERT INTO products (id, agreement_id, parent_id, offering_id, name, status,
            billing_account_id, created_at, turns)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
);

static TAKE_TURN: Statement =
    Statement::new("UPDATE products SET turns = turns + 1 WHERE id = $1 RETURNING turns");

static LOCK: Statement = Statement::new("UPDATE products SET turns = turns WHERE id = $1");

static SET_STATUS: Statement =
    Statement::new("UPDATE products SET status = $2 WHERE id = $1 AND status = $3");

static SET_BILLING_ACCOUNT: Statement =
    Statement::new("UPDATE products SET billing_account_id = $2 WHERE id = $1");

static CONFIGURE: Statement = Statement::new(
    "INSERT INTO product_configurations (product_id, configuration_id, value) VALUES ($1, $2, $3)
     ON CONFLICT (product_id, configuration_id) DO UPDATE SET value = excluded.value",
);

static DELETE_CONFIGURATIONS: Statement = Statement::new(
    "DELETE FROM product_configurations WHERE product_id = $1
       AND EXISTS (SELECT 1 FROM products p WHERE p.id = $1 AND p.status = $2)",
);

static DELETE: Statement = Statement::new("DELETE FROM products WHERE id = $1 AND status = $2");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &ORDERED_ON,
    &CONFIGURATIONS_ON,
    &FIND_OFFERING,
    &INSERT,
    &TAKE_TURN,
    &LOCK,
    &SET_STATUS,
    &SET_BILLING_ACCOUNT,
    &CONFIGURE,
    &DELETE_CONFIGURATIONS,
    &DELETE,
];

/// A product that is to be put on an agreement.
#[derive(Debug, Clone)]
pub struct NewProduct<'a> {
    /// Its id, unused so far.
    pub id: ProductId,
    /// The product that it comes along with, if any.
    pub parent: Option<ProductId>,
    /// The offering that it is ordered from.
    pub offering: OfferingId,
    /// What the customer will call it.
    pub name: &'a str,
    /// Whether it is in place already.
    pub status: ProductStatus,
    /// The billing account that pays for it.
    pub billing_account: Option<AccountId>,
    /// When it was ordered.
    pub created_at: Timestamp,
}

/// The products, within one transaction. Their agreement has been found for the caller before.
pub struct Products<'t>(&'t mut Transaction);

impl Transaction {
    /// The products.
    pub fn products(&mut self) -> Products<'_> {
        Products(self)
    }
}

impl Products<'_> {
    /// Those on an agreement, oldest first, each with its sub-products and configurations.
    pub async fn ordered_on(&mut self, agreement: AgreementId) -> Result<Vec<Product>, Error> {
        let params = [agreement.get().into()];
        let mut rows = self.0.fetch_all(&ORDERED_ON, &params, product).await?;
        let settings = self
            .0
            .fetch_all(&CONFIGURATIONS_ON, &params, setting)
            .await?;
        let mut settings_of: HashMap<ProductId, Vec<ProductConfiguration>> = HashMap::new();
        for (id, setting) in settings {
            settings_of.entry(id).or_default().push(setting);
        }
        for (product, _) in &mut rows {
            product.configurations = settings_of.remove(&product.id).unwrap_or_default();
        }
        Ok(nest(rows))
    }

    /// The offering of a product, if the product is on that agreement.
    pub async fn find_offering(
        &mut self,
        agreement: AgreementId,
        id: ProductId,
    ) -> Result<Option<Offering>, Error> {
        let params = [id.get().into(), agreement.get().into()];
        let Some(found) = self
            .0
            .fetch_optional(&FIND_OFFERING, &params, offering)
            .await?
        else {
            return Ok(None);
        };
        let configurations = self.0.offerings().configurations(found.id).await?;
        Ok(Some(Offering {
            configurations,
            ..found
        }))
    }

    /// Puts a product on an agreement.
    pub async fn insert(
        &mut self,
        agreement: AgreementId,
        product: &NewProduct<'_>,
    ) -> Result<(), Error> {
        let params = [
            product.id.get().into(),
            agreement.get().into(),
            product.parent.map(ProductId::get).into(),
            product.offering.get().into(),
            product.name.into(),
            product.status.as_str().into(),
            product.billing_account.map(AccountId::get).into(),
            product.created_at.as_millisecond().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// The next place in the row of orders on a product; none if the product is gone.
    pub async fn take_turn(&mut self, id: ProductId) -> Result<Option<i64>, Error> {
        self.0
            .fetch_optional(&TAKE_TURN, &[id.get().into()], |row| row.get(0))
            .await
    }

    /// Keeps others from taking a turn until this transaction ends: whoever takes a job out of the
    /// product's lane must not miss one that is being put in.
    pub async fn lock(&mut self, id: ProductId) -> Result<(), Error> {
        self.0.execute(&LOCK, &[id.get().into()]).await.map(drop)
    }

    /// Marks a pending product as in place; false if it is not there or not pending.
    pub async fn put_in_place(&mut self, id: ProductId) -> Result<bool, Error> {
        let params = [
            id.get().into(),
            ProductStatus::Ordered.as_str().into(),
            ProductStatus::Pending.as_str().into(),
        ];
        Ok(self.0.execute(&SET_STATUS, &params).await? == 1)
    }

    /// Sets who pays; false if the product is not there.
    pub async fn set_billing_account(
        &mut self,
        id: ProductId,
        account: AccountId,
    ) -> Result<bool, Error> {
        let params = [id.get().into(), account.get().into()];
        Ok(self.0.execute(&SET_BILLING_ACCOUNT, &params).await? == 1)
    }

    /// Sets one configuration, whether or not it was set before.
    pub async fn configure(
        &mut self,
        id: ProductId,
        setting: &ConfigurationValue,
    ) -> Result<(), Error> {
        let params = [
            id.get().into(),
            setting.id.get().into(),
            setting.value.as_str().into(),
        ];
        self.0.execute(&CONFIGURE, &params).await.map(drop)
    }

    /// Takes a product away that never came into place.
    pub async fn delete_pending(&mut self, id: ProductId) -> Result<(), Error> {
        let params = [id.get().into(), ProductStatus::Pending.as_str().into()];
        self.0.execute(&DELETE_CONFIGURATIONS, &params).await?;
        self.0.execute(&DELETE, &params).await.map(drop)
    }
}

fn product(row: &Row<'_>) -> Result<(Product, Option<ProductId>), Error> {
    let product = Product {
        id: ProductId::new(row.get(0)?),
        name: row.get(1)?,
        status: row.parse(2, ProductStatus::parse)?,
        billing_account: row.get::<Option<i64>>(3)?.map(AccountId::new),
        offering: OfferingId::new(row.get(4)?),
        offering_name: row.get(5)?,
        sub_products: Vec::new(),
        configurations: Vec::new(),
    };
    Ok((product, row.get::<Option<i64>>(6)?.map(ProductId::new)))
}

/// A configuration that the catalogue has dropped keeps its number as its name.
fn setting(row: &Row<'_>) -> Result<(ProductId, ProductConfiguration), Error> {
    let id: i64 = row.get(1)?;
    let setting = ProductConfiguration {
        id: ConfigurationId::new(id),
        name: row
            .get::<Option<String>>(2)?
            .unwrap_or_else(|| id.to_string()),
        value: row.get(3)?,
    };
    Ok((ProductId::new(row.get(0)?), setting))
}

/// The products without a parent, each with its own sub-products, in the order of the rows.
fn nest(rows: Vec<(Product, Option<ProductId>)>) -> Vec<Product> {
    let mut children: HashMap<Option<ProductId>, Vec<Product>> = HashMap::new();
    for (product, parent) in rows {
        children.entry(parent).or_default().push(product);
    }
    take_children(&mut children, None)
}

fn take_children(
    children: &mut HashMap<Option<ProductId>, Vec<Product>>,
    parent: Option<ProductId>,
) -> Vec<Product> {
    let mut mine = children.remove(&parent).unwrap_or_default();
    for product in &mut mine {
        product.sub_products = take_children(children, Some(product.id));
    }
    mine
}
