//! Orders: place one, see how it stands, withdraw it while that is possible.

use domain::access::Caller;
use domain::{
    AccountId, AccountStatus, Agreement, AgreementId, ConfigurationValue, Fault, Offering, Order,
    OrderAction, OrderEvent, OrderId, OrderRequest, OrderState, ProductId, ProductStatus,
    Rejection, ValueType, accept_configurations,
};
use jiff::Timestamp;
use storage::{JobKind, NewJob, NewProduct, OrderFilter, Page, Queue, Transaction};

use crate::idempotency::{self, Answered, Attempts, IdempotencyKey};
use crate::{Failure, SelfService};

/// An order with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderWithHistory {
    /// The order.
    pub order: Order,
    /// Its changes of state, oldest first.
    pub history: Vec<OrderEvent>,
}

/// The ids and the instant of an order that is about to be accepted.
struct Ticket {
    id: OrderId,
    product: ProductId,
    now: Timestamp,
}

impl SelfService {
    /// Accepts an order whole or not at all; once this gives its id, the order is durable.
    pub async fn place_order(
        &self,
        caller: &Caller,
        request: &OrderRequest,
        key: Option<&IdempotencyKey>,
    ) -> Result<Answered<OrderId>, Failure> {
        let mut attempts = Attempts::default();
        loop {
            let outcome = self.try_to_place(caller, request, key).await;
            if let Some(settled) = attempts.settle(outcome, key) {
                self.core.bells.ring();
                return settled;
            }
        }
    }

    async fn try_to_place(
        &self,
        caller: &Caller,
        request: &OrderRequest,
        key: Option<&IdempotencyKey>,
    ) -> Result<Answered<OrderId>, Failure> {
        let ticket = self.ticket(request.action).await?;
        self.core
            .store
            .transact(async |tx| {
                if let Some(answer) = idempotency::recall(tx, caller, key, ticket.now).await? {
                    let id = OrderId::parse(&answer).ok_or_else(|| unreadable(&answer))?;
                    return Ok(Answered::before(id));
                }
                let order = self.accept_order(tx, caller, request, &ticket).await?;
                let answer = (order.id.to_string(), ticket.now);
                idempotency::remember(tx, caller, key, answer).await?;
                Ok(Answered::now(order.id))
            })
            .await
    }

    async fn ticket(&self, action: OrderAction) -> Result<Ticket, Failure> {
        let product = match action {
            OrderAction::UpdateProduct(product) => product,
            OrderAction::AddProduct(_) => self.numbering.product().await?,
        };
        Ok(Ticket {
            id: self.numbering.order().await?,
            product,
            now: self.core.clock.now(),
        })
    }

    async fn accept_order(
        &self,
        tx: &mut Transaction,
        caller: &Caller,
        request: &OrderRequest,
        ticket: &Ticket,
    ) -> Result<Order, Failure> {
        let found = tx
            .agreements()
            .find(caller.reach(), request.agreement)
            .await?;
        let agreement = found.ok_or(Rejection::AgreementNotFound)?;
        agreement.accepts_orders_on(self.core.clock.today())?;
        let offering = offering_of(tx, &agreement, request.action).await?;
        let adds = matches!(request.action, OrderAction::AddProduct(_));
        let configurations =
            accept_configurations(&offering.configurations, &request.configurations, adds)?;
        check_accounts(tx, caller, &offering, (request, ticket.product)).await?;
        if adds {
            add_pending_product(tx, agreement.id, &offering, ticket).await?;
        }
        let turn = tx.products().take_turn(ticket.product).await?;
        let way = self.core.fulfillment.way_of(&offering);
        let plan = self.plan(tx, caller, (way, ticket.now)).await?;
        let order = Order {
            id: ticket.id,
            owner: agreement.owner.number,
            request: OrderRequest {
                configurations,
                ..request.clone()
            },
            product: ticket.product,
            way,
            state: OrderState::Acknowledged,
            created_at: ticket.now,
            updated_at: ticket.now,
        };
        tx.orders().insert(&order, caller).await?;
        let mut due_at = self.core.fulfillment.begins_at(way, ticket.now);
        if let Some(plan) = plan {
            due_at = ticket.now + plan.ends_at.duration_since(ticket.now) / 2;
            tx.sandbox().plan(order.id, &plan).await?;
        }
        self.core
            .scribe
            .order_entered(tx, &order, &caller.into(), "accepted")
            .await?;
        let job = NewJob {
            kind: JobKind::FulfillOrder,
            subject: order.id.get(),
            lane: order.product.get(),
            turn: turn.ok_or(Rejection::ProductNotFound)?,
            queue: Queue::from(way),
            organization: order.owner.clone(),
            due_at,
        };
        tx.jobs().enqueue(&job).await?;
        Ok(order)
    }

    /// One order with its history.
    pub async fn find_order(
        &self,
        caller: &Caller,
        id: OrderId,
    ) -> Result<OrderWithHistory, Failure> {
        self.core
            .store
            .read(async |tx| {
                let found = tx.orders().find(caller.reach(), id).await?;
                let order = found.ok_or(Rejection::OrderNotFound)?;
                let history = tx.orders().history(order.id).await?;
                Ok(OrderWithHistory { order, history })
            })
            .await
    }

    /// One page of the caller's orders, newest first, and how many there are on all pages.
    pub async fn list_orders(
        &self,
        caller: &Caller,
        filter: &OrderFilter,
        page: Page,
    ) -> Result<(Vec<Order>, i64), Failure> {
        self.core
            .store
            .read(async |tx| Ok(tx.orders().list(caller.reach(), filter, page).await?))
            .await
    }

    /// Withdraws an order that is not in progress yet; nothing of it remains but its record.
    pub async fn cancel_order(
        &self,
        caller: &Caller,
        id: OrderId,
    ) -> Result<OrderWithHistory, Failure> {
        self.core
            .store
            .transact(async |tx| {
                let found = tx.orders().find(caller.reach(), id).await?;
                let order = found.ok_or(Rejection::OrderNotFound)?;
                let from = order.state;
                let order = order.cancel(self.core.clock.now())?;
                if !tx.orders().advance(&order, from).await? {
                    // Fulfillment was faster, between the look and the step.
                    let state = OrderState::InProgress;
                    return Err(Rejection::OrderNotCancellable { state }.into());
                }
                self.core
                    .scribe
                    .order_entered(tx, &order, &caller.into(), "withdrawn by the caller")
                    .await?;
                tx.products().lock(order.product).await?;
                tx.jobs().withdraw(JobKind::FulfillOrder, id.get()).await?;
                if matches!(order.request.action, OrderAction::AddProduct(_)) {
                    tx.products().delete_pending(order.product).await?;
                }
                let history = tx.orders().history(id).await?;
                Ok(OrderWithHistory { order, history })
            })
            .await
    }
}

/// The offering of the product that is updated or added, with the settings that it may have.
async fn offering_of(
    tx: &mut Transaction,
    agreement: &Agreement,
    action: OrderAction,
) -> Result<Offering, Failure> {
    match action {
        OrderAction::UpdateProduct(product) => {
            let found = tx.products().find_offering(agreement.id, product).await?;
            Ok(found.ok_or(Rejection::ProductNotFound)?)
        }
        OrderAction::AddProduct(offering) => {
            let found = tx
                .offerings()
                .find_available(agreement.id, offering)
                .await?;
            Ok(found.ok_or(Rejection::OfferingNotAvailable)?)
        }
    }
}

/// The account that a setting names, if it is a setting that does.
pub(crate) fn paying_account(
    offering: &Offering,
    setting: &ConfigurationValue,
) -> Option<AccountId> {
    let names_account = offering
        .configurations
        .iter()
        .any(|known| known.id == setting.id && known.value_type == ValueType::BillingAccount);
    AccountId::parse(&setting.value).filter(|_| names_account)
}

/// Unknown and foreign accounts are rejected in the same words.
async fn check_accounts(
    tx: &mut Transaction,
    caller: &Caller,
    offering: &Offering,
    (request, product): (&OrderRequest, ProductId),
) -> Result<(), Failure> {
    for (position, setting) in request.configurations.iter().enumerate() {
        let Some(id) = paying_account(offering, setting) else {
            continue;
        };
        let message = match tx.accounts().find_paying(caller.reach(), id).await? {
            None => "not one of your billing accounts that is open or passive",
            Some(account) if account.status == AccountStatus::Cancelled => {
                "the billing account is cancelled"
            }
            Some(account) if account.reserved_for.is_some_and(|other| other != product) => {
                "the billing account is reserved for one product, and has one"
            }
            Some(_) => continue,
        };
        let fault = Fault::new(format!("configurations[{position}].value"), message);
        return Err(Rejection::InvalidConfiguration(vec![fault]).into());
    }
    Ok(())
}

/// The product shows as pending from the acceptance of its order on.
async fn add_pending_product(
    tx: &mut Transaction,
    agreement: AgreementId,
    offering: &Offering,
    ticket: &Ticket,
) -> Result<(), Failure> {
    let product = NewProduct {
        id: ticket.product,
        parent: None,
        offering: offering.id,
        name: &offering.name,
        status: ProductStatus::Pending,
        billing_account: None,
        created_at: ticket.now,
    };
    Ok(tx.products().insert(agreement, &product).await?)
}

fn unreadable(answer: &str) -> Failure {
    storage::Error::Unavailable(format!("remembered answer is not an order id: {answer}")).into()
}
