//! What an order changes on its agreement.

use domain::{Configuration, ConfigurationValue, Fault, Order, Rejection};
use storage::Transaction;

use super::progress::adds;
use crate::Failure;
use crate::orders::paying_account;

/// Makes the change that the order asks for. Doing it twice is the same as doing it once.
pub(super) async fn apply(tx: &mut Transaction, order: &Order) -> Result<(), Failure> {
    let found = tx
        .products()
        .find_offering(order.request.agreement, order.product)
        .await?;
    let offering = found.ok_or(Rejection::ProductNotFound)?;
    for setting in &order.request.configurations {
        if let Some(account) = paying_account(&offering, setting) {
            if !tx.accounts().pay_for(account, order.product).await? {
                let message = "the account was cancelled, or reserved for another product";
                let fault = Fault::new(account.to_string(), message);
                return Err(Rejection::InvalidConfiguration(vec![fault]).into());
            }
            tx.products()
                .set_billing_account(order.product, account)
                .await?;
        }
        tx.products().configure(order.product, setting).await?;
    }
    if adds(order) {
        set_defaults(tx, order, &offering.configurations).await?;
        if !tx.products().put_in_place(order.product).await? {
            return Err(Rejection::ProductNotFound.into());
        }
    }
    Ok(())
}

pub(super) fn in_words(rejection: &Rejection) -> String {
    match rejection {
        Rejection::ProductNotFound => "the product is no longer on the agreement".to_owned(),
        Rejection::InvalidConfiguration(faults) => {
            let words: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
            words.join("; ")
        }
        _ => "what was ordered is no longer possible".to_owned(),
    }
}

/// What the order left open becomes what the catalogue says.
async fn set_defaults(
    tx: &mut Transaction,
    order: &Order,
    catalogue: &[Configuration],
) -> Result<(), Failure> {
    let set = &order.request.configurations;
    for known in catalogue
        .iter()
        .filter(|known| set.iter().all(|s| s.id != known.id))
    {
        if let Some(value) = known.default_value.clone() {
            let setting = ConfigurationValue {
                id: known.id,
                value,
            };
            tx.products().configure(order.product, &setting).await?;
        }
    }
    Ok(())
}
