//! The sandbox: what a company chooses, what was settled for an order, and what a reset takes away.

use domain::{OrderId, OrderState, ProductId};
use jiff::SignedDuration;
use storage::{Error, JobKind, NewJob, Queue, SandboxPlan, SandboxSettings, Store, Transaction};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{ACCOUNT, FOREIGN, NOW, ORDER, OWN, PRODUCT, TROUBLESOME, after, build, own};

pub(crate) const TESTS: &[Test] = tests![
    a_choice_is_of_one_company,
    a_plan_comes_back_as_it_went_in,
    a_reset_is_about_what_no_other_company_may_see,
    clearing_takes_one_organizations_business_away,
    an_agreement_goes_with_what_was_offered_on_it,
    an_agreement_that_another_s_order_names_stays,
];

async fn in_world<T>(
    store: &Store,
    body: impl AsyncFnOnce(&mut Transaction) -> Result<T, Error> + Clone,
) -> T {
    let done = store.transact(async |tx| {
        build(tx).await?;
        body.clone()(tx).await
    });
    done.await.expect("a world")
}

fn failing() -> SandboxSettings {
    SandboxSettings {
        ending: OrderState::Failed,
        reason: TROUBLESOME.to_owned(),
        delay: Some(SignedDuration::from_millis(1_500)),
    }
}

async fn a_choice_is_of_one_company(store: Store) {
    in_world(&store, async |tx| {
        let mut sandbox = tx.sandbox();
        assert_eq!(sandbox.find(&owner()).await?, None);
        sandbox.set(&owner(), &SandboxSettings::default()).await?;
        let found = sandbox.find(&owner()).await?;
        assert_eq!(found, Some(SandboxSettings::default()));
        sandbox.set(&owner(), &failing()).await?;
        assert_eq!(sandbox.find(&owner()).await?, Some(failing()));
        assert_eq!(sandbox.find(&stranger()).await?, None);
        // No app of this world is registered, so nobody has chosen for it.
        assert_eq!(sandbox.find_of_app(&own().app).await?, None);
        sandbox.forget(&stranger()).await?;
        assert_eq!(sandbox.find(&owner()).await?, Some(failing()));
        sandbox.forget(&owner()).await?;
        assert_eq!(sandbox.find(&owner()).await?, None);
        Ok(())
    })
    .await;
}

async fn a_plan_comes_back_as_it_went_in(store: Store) {
    in_world(&store, async |tx| {
        let plan = SandboxPlan {
            ends_at: after(3),
            ending: OrderState::Held,
            reason: TROUBLESOME.to_owned(),
        };
        tx.sandbox().plan(ORDER, &plan).await?;
        assert_eq!(tx.sandbox().find_plan(ORDER).await?, Some(plan));
        assert_eq!(tx.sandbox().find_plan(OrderId::new(1)).await?, None);
        tx.sandbox().remove_plan(ORDER).await?;
        assert_eq!(tx.sandbox().find_plan(ORDER).await?, None);
        Ok(())
    })
    .await;
}

async fn a_reset_is_about_what_no_other_company_may_see(store: Store) {
    in_world(&store, async |tx| {
        // A system user of the first company may see the other one, which has nobody of its own.
        let both = tx.sandbox().lock_organizations(&owner()).await?;
        assert_eq!(both.len(), 2, "{both:?}");
        assert_eq!(
            tx.sandbox().lock_organizations(&stranger()).await?,
            [stranger()]
        );
        let theirs = crate::system_users::system_user("THEIRS", &stranger());
        tx.system_users().insert(&theirs).await?;
        assert_eq!(tx.sandbox().lock_organizations(&owner()).await?, [owner()]);
        Ok(())
    })
    .await;
}

async fn clearing_takes_one_organizations_business_away(store: Store) {
    in_world(&store, async |tx| {
        let job = NewJob {
            kind: JobKind::FulfillOrder,
            subject: ORDER.get(),
            lane: PRODUCT.get(),
            turn: 0,
            queue: Queue::BuiltIn,
            organization: owner(),
            due_at: NOW,
        };
        tx.jobs().enqueue(&job).await?;
        let theirs = ProductId::new(1);
        let mut product = crate::world::product(theirs);
        product.offering = crate::world::SIM;
        tx.products().insert(FOREIGN, &product).await?;
        tx.sandbox().clear(&stranger()).await?;
        assert_eq!(tx.imports().product(theirs).await?, None);
        assert!(tx.orders().find_accepted(ORDER).await?.is_some());
        assert!(tx.imports().account(ACCOUNT).await?.is_some());
        assert_eq!(tx.jobs().count().await?, 1);
        tx.sandbox().clear(&owner()).await?;
        assert!(tx.orders().find_accepted(ORDER).await?.is_none());
        assert!(tx.imports().account(ACCOUNT).await?.is_none());
        assert_eq!(tx.imports().product(PRODUCT).await?, None);
        assert_eq!(tx.jobs().count().await?, 0);
        assert_eq!(tx.sandbox().agreements(&owner()).await?, [OWN]);
        Ok(())
    })
    .await;
}

async fn an_agreement_goes_with_what_was_offered_on_it(store: Store) {
    in_world(&store, async |tx| {
        tx.sandbox().clear(&owner()).await?;
        tx.sandbox().remove_agreement(OWN).await?;
        assert_eq!(tx.sandbox().agreements(&owner()).await?, []);
        assert_eq!(tx.sandbox().agreements(&stranger()).await?, [FOREIGN]);
        Ok(())
    })
    .await;
}

async fn an_agreement_that_another_s_order_names_stays(store: Store) {
    in_world(&store, async |tx| {
        let mut theirs = crate::world::order(OrderId::new(1));
        theirs.owner = stranger();
        tx.orders().insert(&theirs, &own()).await?;
        tx.sandbox().clear(&owner()).await?;
        tx.sandbox().remove_agreement(OWN).await?;
        assert_eq!(tx.sandbox().agreements(&owner()).await?, [OWN]);
        Ok(())
    })
    .await;
}
