//! What imports and exports read and change: pages in the order of keys, and each change by itself.

use domain::access::SystemUserName;
use domain::{
    AccountStatus, AccountType, Address, AddressCard, AddressCardId, AgreementStatus,
    ConfigurationId, OfferingId, Payer, Person, PersonId, ProductId,
};
use storage::{AccountKey, Error, ProductKey, Store, Transaction};

use crate::client_apps::{app, owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{
    ACCOUNT, AT_ONCE, FOREIGN, OWN, PRODUCT, SIM, VPN, account, after, agreement, build, offering,
    organization, own, product, setting,
};

pub(crate) const TESTS: &[Test] = tests![
    parties_come_by_key_and_change,
    an_offering_gets_other_rules,
    an_agreement_changes_with_what_is_offered_on_it,
    an_agreement_tells_whether_it_was_ordered_on,
    products_come_by_agreement_and_age_and_change,
    a_reserved_account_is_kept_and_let_go,
    accounts_come_by_owner_and_place_and_change,
    users_and_apps_come_by_name_and_change,
];

async fn done(store: Store, body: impl AsyncFnOnce(&mut Transaction) -> Result<(), Error> + Clone) {
    store.transact(body).await.expect("a transaction");
}

async fn parties_come_by_key_and_change(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let mut numbers = [owner(), stranger()];
        numbers.sort();
        let found = tx.imports().organizations("", 10).await?;
        assert_eq!(found.len(), 2);
        assert_eq!(
            [&found[0].number, &found[1].number],
            [&numbers[0], &numbers[1]]
        );
        let one = tx.imports().organizations(numbers[1].as_str(), 1).await?;
        assert_eq!(one, [found[1].clone()]);
        let mut renamed = organization(numbers[1].clone());
        renamed.name = String::from("Another name");
        tx.imports().rename_organization(&renamed).await?;
        assert_eq!(tx.imports().organizations("", 10).await?[1], renamed);

        let mut card = AddressCard {
            id: AddressCardId::new(7),
            name: "A card".to_owned(),
            address: Address::default(),
            format: "EHF".to_owned(),
        };
        tx.address_cards().insert(&owner(), &card).await?;
        card.address.postal_code = Some("0001".to_owned());
        card.name = String::from("Another");
        tx.imports().change_card(&card).await?;
        let found = tx.imports().cards(7, 5).await?;
        assert_eq!((&found[0].card, &found[0].organization), (&card, &owner()));
        assert_eq!(tx.imports().cards(8, 5).await?, []);

        let mut person = Person {
            first_name: "Kari".to_owned(),
            middle_name: None,
            last_name: "Nordmann".to_owned(),
        };
        let id = PersonId::new(3);
        tx.persons().insert(id, &person).await?;
        person.middle_name = Some("Ø".to_owned());
        tx.imports().change_person(id, &person).await?;
        assert_eq!(tx.imports().persons(0, 5).await?, [(id, person)]);
        Ok(())
    })
    .await;
}

async fn an_offering_gets_other_rules(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let found = tx.imports().offerings(0, 10).await?;
        let ids: Vec<OfferingId> = found.iter().map(|offering| offering.id).collect();
        assert_eq!(ids, [SIM, VPN]);
        let mut wanted = offering(VPN);
        wanted.name = String::from("Another");
        wanted.fulfillment = Some(domain::FulfillmentWay::Pull);
        wanted.configurations.truncate(1);
        tx.imports().change_offering(&wanted).await?;
        assert_eq!(tx.imports().offerings(VPN.get(), 1).await?, [wanted]);
        Ok(())
    })
    .await;
}

async fn an_agreement_changes_with_what_is_offered_on_it(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let mut wanted = agreement(OWN);
        wanted.owner = organization(stranger());
        wanted.owner.name.clear();
        wanted.status = AgreementStatus::Terminated;
        wanted.valid_to = Some(wanted.valid_from);
        tx.imports().change_agreement(&wanted).await?;
        tx.agreements().offer(OWN, SIM).await?;
        tx.imports().withdraw(OWN, VPN).await?;
        let found = tx.imports().agreements(0, 10).await?;
        let ids: Vec<_> = found.iter().map(|kept| kept.agreement.id).collect();
        assert_eq!(ids, [OWN, FOREIGN]);
        assert_eq!(
            (&found[0].agreement, &found[0].offerings[..]),
            (&wanted, &[SIM][..])
        );
        assert_eq!(tx.imports().agreements(FOREIGN.get() + 1, 1).await?, []);
        Ok(())
    })
    .await;
}

async fn an_agreement_tells_whether_it_was_ordered_on(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        assert!(tx.imports().has_orders(&owner(), OWN).await?);
        assert!(!tx.imports().has_orders(&stranger(), OWN).await?);
        assert!(!tx.imports().has_orders(&stranger(), FOREIGN).await?);
        Ok(())
    })
    .await;
}

async fn products_come_by_agreement_and_age_and_change(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let mut younger = product(ProductId::new(5));
        younger.created_at = after(1);
        younger.parent = Some(PRODUCT);
        tx.products().insert(OWN, &younger).await?;
        let mut others = product(ProductId::new(1));
        others.offering = SIM;
        tx.products().insert(FOREIGN, &others).await?;
        tx.products()
            .configure(younger.id, &setting(3, "a"))
            .await?;
        tx.products()
            .configure(younger.id, &setting(7, "b"))
            .await?;

        let mut after_key = ProductKey::START;
        let mut ids = Vec::new();
        while let Some(kept) = tx.imports().products(after_key, 1).await?.pop() {
            after_key = kept.key();
            ids.push(kept.id);
        }
        assert_eq!(ids, [PRODUCT, younger.id, others.id]);
        let all = tx.imports().products(ProductKey::START, 10).await?;
        let mut kept = tx.imports().product(younger.id).await?.expect("a product");
        assert_eq!((&kept, kept.configurations.len()), (&all[1], 2));

        kept.name = String::from("Another");
        kept.billing_account = Some(ACCOUNT);
        kept.created_at = after(2);
        tx.imports().change_product(&kept).await?;
        tx.imports()
            .remove_setting(kept.id, ConfigurationId::new(3))
            .await?;
        kept.configurations.remove(0);
        assert_eq!(tx.imports().product(younger.id).await?, Some(kept));
        assert_eq!(tx.imports().product(ProductId::new(77)).await?, None);
        Ok(())
    })
    .await;
}

async fn a_reserved_account_is_kept_and_let_go(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let mut reserved = account(domain::AccountId::new(9));
        reserved.account_type = AccountType::Reserved;
        tx.accounts().insert(&reserved, None, AT_ONCE).await?;
        for id in [reserved.id, ACCOUNT] {
            tx.imports().reserve(id, PRODUCT).await?;
        }
        let kept = tx
            .imports()
            .account(reserved.id)
            .await?
            .expect("an account");
        assert_eq!(kept.reserved_for, Some(PRODUCT));
        let normal = tx.imports().account(ACCOUNT).await?.expect("an account");
        assert_eq!(normal.reserved_for, None);
        tx.imports().release(PRODUCT, Some(reserved.id)).await?;
        let kept = tx
            .imports()
            .account(reserved.id)
            .await?
            .expect("an account");
        assert_eq!(kept.reserved_for, Some(PRODUCT));
        tx.imports().release(PRODUCT, None).await?;
        let kept = tx
            .imports()
            .account(reserved.id)
            .await?
            .expect("an account");
        assert_eq!(kept.reserved_for, None);
        Ok(())
    })
    .await;
}

async fn accounts_come_by_owner_and_place_and_change(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let mut second = account(domain::AccountId::new(1));
        tx.accounts().insert(&second, None, AT_ONCE).await?;
        let start = AccountKey {
            owner: String::new(),
            place: 0,
        };
        let found = tx.imports().accounts(&start, 10).await?;
        let places: Vec<_> = found
            .iter()
            .map(|kept| (kept.account.id, kept.place))
            .collect();
        assert_eq!(places, [(ACCOUNT, 0), (second.id, 1)]);
        let first = AccountKey {
            owner: owner().to_string(),
            place: 0,
        };
        assert_eq!(tx.imports().accounts(&first, 10).await?, found[1..]);

        let person = Person {
            first_name: "Ola".to_owned(),
            middle_name: None,
            last_name: "Nordmann".to_owned(),
        };
        let id = PersonId::new(4);
        tx.persons().insert(id, &person).await?;
        second.payer = Payer::Person(person);
        second.status = AccountStatus::Cancelled;
        second.format = String::from("PAPER");
        tx.imports()
            .change_account(&second, Some(id), after(5))
            .await?;
        let kept = tx.imports().account(second.id).await?.expect("an account");
        assert_eq!((&kept.account, kept.person), (&second, Some(id)));
        assert_eq!((kept.opened_at, kept.place), (after(5), 1));
        Ok(())
    })
    .await;
}

async fn users_and_apps_come_by_name_and_change(store: Store) {
    done(store, async |tx: &mut Transaction| {
        tx.imports().take_time().await?;
        build(tx).await?;
        let names = tx.imports().user_names().await?;
        let names: Vec<_> = names.iter().map(SystemUserName::as_str).collect();
        assert_eq!(names, ["BOTH", "FOREIGN", "IDLE", "OWN"]);
        let kept = tx
            .imports()
            .user(&own().system_user)
            .await?
            .expect("a user");
        assert_eq!(kept.organizations, [owner()]);
        assert_eq!(tx.imports().user(&SystemUserName::new("none")).await?, None);

        tx.api_products().insert("info").await?;
        assert_eq!(tx.imports().api_products().await?, ["info"]);
        let mut registered = app("an-app");
        tx.client_apps().insert(&registered).await?;
        tx.client_apps()
            .add_product(&registered.app.id, "info", None)
            .await?;
        assert_eq!(tx.imports().app_ids().await?, [registered.app.id.clone()]);
        registered.app.name = String::from("Another");
        registered.app.enabled = !registered.app.enabled;
        registered.app.bound_system_user = None;
        registered.pace.burst = 3;
        registered.may_introspect = true;
        tx.imports().change_app(&registered).await?;
        let kept = tx.imports().app(&registered.app.id).await?.expect("an app");
        assert_eq!(kept.registered, registered);
        assert_eq!(kept.products, [("info".to_owned(), None)]);
        Ok(())
    })
    .await;
}
