//! What is kept, by its key.

use storage::{Error, Transaction};

use crate::records::{Key, Meant, Timed};

/// What is kept under a key.
pub(crate) async fn load(tx: &mut Transaction, key: &Key) -> Result<Option<Meant>, Error> {
    let mut kept = tx.imports();
    Ok(match key {
        Key::Organization(number) => {
            let found = kept.organizations(number.as_str(), 1).await?.pop();
            let found = found.filter(|found| found.number == *number);
            found.map(Meant::Organization)
        }
        Key::AddressCard(id) => {
            let found = kept.cards(id.get(), 1).await?.pop();
            let found = found.filter(|found| found.card.id == *id);
            found.map(Meant::AddressCard)
        }
        Key::Person(id) => {
            let found = kept.persons(id.get(), 1).await?.pop();
            let found = found.filter(|(found, _)| found == id);
            found.map(|(id, person)| Meant::Person(id, person))
        }
        Key::Offering(id) => {
            let found = kept.offerings(id.get(), 1).await?.pop();
            found.filter(|found| found.id == *id).map(Meant::Offering)
        }
        Key::Agreement(id) => {
            let found = kept.agreements(id.get(), 1).await?.pop();
            let found = found.filter(|found| found.agreement.id == *id);
            found.map(Meant::Agreement)
        }
        Key::Account(id) => {
            let found = kept.account(*id).await?;
            found.map(|thing| Meant::Account(Box::new(timed(thing))))
        }
        Key::Product(id) => {
            let found = kept.product(*id).await?;
            found.map(|thing| Meant::Product(timed(thing)))
        }
        Key::SystemUser(name) => {
            let found = kept.user(name).await?;
            found.map(|found| Meant::SystemUser(found, None))
        }
        Key::App(id) => {
            let found = kept.app(id).await?;
            found.map(|found| Meant::App(Box::new(found), None))
        }
    })
}

const fn timed<T>(thing: T) -> Timed<T> {
    Timed {
        thing,
        is_timed: true,
    }
}
