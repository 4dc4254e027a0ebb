//! The composition root: the only place that knows every crate.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use api::{OPERATIONS, Services, Webhooks};
use domain::access::Scope;
use domain::{Clock, Entropy};
use gateway::{Gateway, Logins, Nodes, ServerKey};
use operator::ConsoleSettings;
use operator::manage::Manage;
use selfservice::calls::CallSettings;
use selfservice::fulfillment::Fulfillment;
use selfservice::{Foundation, NewApps, Operators, SelfService};
use storage::{Store, Transaction};

use crate::config::Config;
use crate::system::{OsEntropy, SystemClock};
use crate::{demo, key_file};

/// What a running server is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The key that lives outside it.
    pub key: ServerKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// What the services do differently from one start to another.
pub struct Mode {
    /// How the answers look.
    pub wire: api::Settings,
    /// How customers' endpoints are called.
    pub webhooks: Arc<Webhooks>,
    /// What the gateway limits.
    pub gateway: gateway::Settings,
    /// How orders are carried out.
    pub fulfillment: Fulfillment,
    /// How much is kept of finished calls, and for how long.
    pub calls: CallSettings,
    /// What apps get that are made in the portal.
    pub new_apps: NewApps,
}

impl Parts {
    /// The same for what reads or changes a database that must be there: in a wrong folder nothing is
    /// made that looks like an empty one.
    pub(crate) async fn open_existing(config: &Config) -> anyhow::Result<Self> {
        let path = config.database.url().strip_prefix("sqlite:");
        if let Some(path) = path.filter(|path| !Path::new(path).exists()) {
            bail!(
                "there is no database at {path}\nhint: name it with --database or in the \
                 configuration file; `avtale serve` and `avtale migrate` make a new one"
            );
        }
        Self::open(config).await
    }

    /// Opens the database with the key that belongs to it, as the settings say.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let shown = config.database.shown();
        let store = Store::open(config.database.url())
            .await
            .with_context(|| format!("failed to open {shown}"))?;
        let key = key_file::load_or_create(&config.key_file, entropy.as_ref())?;
        let parts = Self {
            store,
            key,
            clock: Arc::new(SystemClock),
            entropy,
        };
        let file = config.key_file.display();
        parts
            .prepare()
            .await
            .with_context(|| format!("failed to use {file} with {shown}"))?;
        Ok(parts)
    }

    /// On a database that is open, with this machine's clock and randomness.
    pub(crate) fn on(store: Store, key: ServerKey) -> Self {
        Self {
            store,
            key,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
        }
    }

    /// Checks the key and defines the documents' API products.
    pub async fn prepare(&self) -> anyhow::Result<()> {
        check_key(&self.store, &self.key).await?;
        Ok(self.store.transact(define_api_products).await?)
    }

    /// What customers can do on this database, and the operator's people with their orders.
    #[must_use]
    pub fn selfservice(&self, fulfillment: Fulfillment) -> SelfService {
        let foundation = Foundation {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            ids_key: self.key.derive("ids"),
            journal_key: self.key.derive("journal"),
            notifications_key: self.key.derive("notifications"),
        };
        SelfService::new(foundation, fulfillment)
    }

    /// The services on this database.
    #[must_use]
    pub fn services(&self, mode: Mode) -> Services {
        let gateway = Gateway::new(
            self.store.clone(),
            Arc::clone(&self.clock),
            Arc::clone(&self.entropy),
            self.key.clone(),
            mode.gateway,
        );
        let mut selfservice = self
            .selfservice(mode.fulfillment)
            .with_calls(mode.calls)
            .with_new_apps(mode.new_apps);
        if mode.wire.sandbox_faults {
            selfservice = selfservice.with_sandbox(Arc::new(demo::EmbeddedRecords));
        }
        Services::new(api::Inner {
            selfservice: Arc::new(selfservice),
            gateway: Arc::new(gateway),
            webhooks: mode.webhooks,
            settings: mode.wire,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        })
    }
}

impl Parts {
    /// Who may call the operator's API of this database.
    #[must_use]
    pub fn operators(&self) -> Operators {
        let chance = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        Operators::new(self.store.clone(), chance, &self.key.derive("journal"))
    }

    /// Single records of this database, as the operator's people see and change them.
    #[must_use]
    pub fn manage(&self) -> Manage {
        let chance = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        Manage::new(self.store.clone(), chance, self.key.clone())
    }

    /// The operator's side of the services on this database.
    #[must_use]
    pub fn operator(&self, services: &Services, console: ConsoleSettings) -> operator::Services {
        let settings = services.settings.clone();
        operator::Services::new(operator::Inner {
            selfservice: Arc::clone(&services.selfservice),
            gateway: Arc::clone(&services.gateway),
            operators: self.operators(),
            manage: self.manage(),
            customers_answer: Arc::new(move |products| {
                api::agreement_products_answer(products, &settings)
            }),
            key: self.key.clone(),
            invitation_address: format!("{}{}", services.settings.public_url, portal::INVITATION),
            console,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        })
    }

    /// How people sign in, without a gateway beside it.
    #[must_use]
    pub fn logins(&self) -> Logins {
        let chance = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        let settings = gateway::Settings::new(Nodes::One);
        Logins::new(self.store.clone(), chance, self.key.clone(), settings)
    }
}

/// What a database keeps of the key that belongs to it.
pub(crate) fn fingerprint(key: &ServerKey) -> String {
    hex::encode(key.derive("fingerprint"))
}

/// A key that made none of this database's hashes would lock everyone out, so it is refused.
async fn check_key(store: &Store, key: &ServerKey) -> anyhow::Result<()> {
    let fingerprint = fingerprint(key);
    let settle = async |tx: &mut Transaction| {
        tx.installation()
            .settle("key_fingerprint", &fingerprint)
            .await
    };
    if store.transact(settle).await? != fingerprint {
        bail!(
            "the database was made with another key\nhint: restore the key file that belongs to it"
        );
    }
    Ok(())
}

/// The two API products of the documents hold what the operations declare.
async fn define_api_products(tx: &mut Transaction) -> Result<(), storage::Error> {
    let mut products = tx.api_products();
    for operation in OPERATIONS {
        products.insert(operation.product).await?;
        products
            .add_operation(operation.product, operation.id)
            .await?;
        products
            .add_scope(operation.product, &Scope::new(operation.scope))
            .await?;
    }
    Ok(())
}
