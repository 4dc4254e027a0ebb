//! Billing accounts: open one, list them, read one.

use domain::access::Caller;
use domain::{
    AccountChange, AccountId, AccountReferences, AccountRequest, AccountStatus, AccountTimes,
    AccountType, AddressCard, AddressCardId, BillingAccount, Fault, Organization, Payer, Rejection,
};
use jiff::Timestamp;
use storage::{JobKind, NewJob, Page, Queue, Transaction};

use crate::idempotency::{self, Answered, Attempts, IdempotencyKey};
use crate::organizations::{LookUp, invalid, look_up, unknown};
use crate::{Failure, SelfService};

/// Puts an account into the words of the answer, which are remembered with an idempotency key.
pub type Render = fn(&BillingAccount) -> String;

/// What a request means, once everything in it is known to the caller.
struct Meaning {
    owner: Organization,
    payer: Organization,
    card: AddressCard,
    references: AccountReferences,
}

impl SelfService {
    /// Opens an account and gives the rendered answer; once this returns, the account is durable.
    pub async fn open_account(
        &self,
        caller: &Caller,
        request: &AccountRequest,
        key: Option<&IdempotencyKey>,
        render: Render,
    ) -> Result<Answered<String>, Failure> {
        let mut attempts = Attempts::default();
        loop {
            let outcome = self.try_to_open(caller, request, key, render).await;
            if let Some(settled) = attempts.settle(outcome, key) {
                self.core.bells.ring();
                return settled;
            }
        }
    }

    async fn try_to_open(
        &self,
        caller: &Caller,
        request: &AccountRequest,
        key: Option<&IdempotencyKey>,
        render: Render,
    ) -> Result<Answered<String>, Failure> {
        let id = self.numbering.account().await?;
        let now = self.core.clock.now();
        self.core
            .store
            .transact(async |tx| {
                if let Some(answer) = idempotency::recall(tx, caller, key, now).await? {
                    return Ok(Answered::before(answer));
                }
                let account = new_account(id, understand(tx, caller, request).await?);
                self.keep(tx, caller, &account, now).await?;
                let answer = render(&account);
                idempotency::remember(tx, caller, key, (answer.clone(), now)).await?;
                Ok(Answered::now(answer))
            })
            .await
    }

    async fn keep(
        &self,
        tx: &mut Transaction,
        caller: &Caller,
        account: &BillingAccount,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let schedule = self.core.fulfillment.schedule;
        let times = AccountTimes {
            opened_at: now,
            visible_at: schedule.visible_at(now),
        };
        tx.accounts().insert(account, None, times).await?;
        let job = NewJob {
            kind: JobKind::ActivateAccount,
            subject: account.id.get(),
            lane: account.id.get(),
            turn: 0,
            queue: Queue::BuiltIn,
            organization: account.owner.number.clone(),
            due_at: self.activates_at(tx, caller, now).await?,
        };
        tx.jobs().enqueue(&job).await?;
        let change = AccountChange {
            account: account.id,
            status: account.status,
        };
        let when = (&account.owner.number, now);
        let scribe = &self.core.scribe;
        Ok(scribe
            .account_entered(tx, change, when, caller.into())
            .await?)
    }

    /// One page of the caller's accounts, and how many there are on all pages.
    pub async fn list_accounts(
        &self,
        caller: &Caller,
        page: Page,
    ) -> Result<(Vec<BillingAccount>, i64), Failure> {
        let now = self.core.clock.now();
        self.core
            .store
            .read(async |tx| Ok(tx.accounts().list(caller.reach(), page, now).await?))
            .await
    }

    /// One account, however new.
    pub async fn find_account(
        &self,
        caller: &Caller,
        id: AccountId,
    ) -> Result<BillingAccount, Failure> {
        self.core
            .store
            .read(async |tx| {
                let found = tx.accounts().find(caller.reach(), id).await?;
                found.ok_or_else(|| Rejection::AccountNotFound.into())
            })
            .await
    }
}

fn new_account(id: AccountId, meaning: Meaning) -> BillingAccount {
    BillingAccount {
        id,
        owner: meaning.owner,
        payer: Payer::Company(meaning.payer),
        references: meaning.references,
        address: meaning.card.address,
        format: meaning.card.format,
        status: AccountStatus::Passive,
        account_type: AccountType::Normal,
    }
}

/// The first fault wins, in the order that the documents' codes have: the numbers' form, the
/// card's form, the references, and only then what is known to the caller.
async fn understand(
    tx: &mut Transaction,
    caller: &Caller,
    request: &AccountRequest,
) -> Result<Meaning, Failure> {
    let owner = look_up(tx, caller, &request.owner).await?;
    let payer = look_up(tx, caller, &request.payer).await?;
    let named = [
        (&owner, "ownerOrganizationNumber"),
        (&payer, "payerOrganizationNumber"),
    ];
    let faults = |wanted: fn(&LookUp) -> bool, fault: fn(&str) -> Fault| -> Vec<Fault> {
        named
            .iter()
            .filter(|(found, _)| wanted(found))
            .map(|(_, field)| fault(field))
            .collect()
    };
    let malformed = faults(|found| matches!(found, LookUp::Invalid), invalid);
    if !malformed.is_empty() {
        return Err(Rejection::InvalidOrganizationNumber(malformed).into());
    }
    let wanted_card = request
        .address_card
        .as_deref()
        .map(parse_card)
        .transpose()?;
    let cards = match &payer {
        LookUp::Found(payer) => tx.address_cards().list(&payer.number).await?,
        _ => Vec::new(),
    };
    let payer_is_known = matches!(payer, LookUp::Found(_));
    if payer_is_known && wanted_card.is_none() && cards.len() != 1 {
        return Err(Rejection::InvalidAddressCardId(card_needed(cards.len())).into());
    }
    let references = request.references()?;
    let strange = faults(|found| matches!(found, LookUp::Unknown), unknown);
    let (LookUp::Found(owner), LookUp::Found(payer)) = (owner, payer) else {
        return Err(Rejection::OrganizationNotFound(strange).into());
    };
    let fitting = |card: &AddressCard| wanted_card.is_none_or(|wanted| wanted == card.id);
    let card = cards.into_iter().find(fitting).ok_or_else(|| {
        let message = "not one of the payer's address cards; GET them for those that are";
        Rejection::AddressCardNotFound(Fault::new("addressCardId", message))
    })?;
    Ok(Meaning {
        owner,
        payer,
        card,
        references,
    })
}

fn parse_card(text: &str) -> Result<AddressCardId, Rejection> {
    AddressCardId::parse(text).ok_or_else(|| {
        Rejection::InvalidAddressCardId(Fault::new("addressCardId", "must be 1 to 18 digits"))
    })
}

fn card_needed(cards: usize) -> Fault {
    let message = format!("the payer has {cards} address cards, so one of them must be named");
    Fault::new("addressCardId", message)
}
