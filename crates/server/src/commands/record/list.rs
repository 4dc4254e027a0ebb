//! `list`: a table for people, or one JSON object per line for scripts.

use std::process::ExitCode;

use clap::Args;
use comfy_table::{Table, presets};
use domain::{AgreementId, OrganizationNumber};
use operator::manage::{MOST, Manage, Wish};
use operator::records::{Kind, Record};
use serde_json::Value;

use super::{members, on_records, say, with_hint};
use crate::cli::StoreOptions;
use crate::commands::journal::organization;
use crate::commands::print;

#[derive(Args)]
pub(super) struct List {
    /// Those whose number begins with these digits, or whose name has this part, in any case.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    /// Those of one organization.
    #[arg(long, value_name = "NUMBER", value_parser = organization)]
    organization: Option<OrganizationNumber>,

    /// Those on one agreement: offers and products.
    #[arg(long, value_name = "ID", value_parser = agreement)]
    agreement: Option<AgreementId>,

    /// Those after the one with this key.
    #[arg(long, value_name = "KEY")]
    after: Option<String>,

    /// How many at most.
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    most: u32,

    /// One JSON object per line instead of a table.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

impl List {
    pub(super) fn run(self, kind: Kind) -> anyhow::Result<ExitCode> {
        on_records(&self.options, async |manage, _| {
            let (mut left, mut after) = (self.most, self.after.clone());
            let mut table = Table::new();
            let headers = columns(kind).iter().map(|(header, _)| *header);
            table.load_style(presets::NOTHING).set_header(headers);
            while left > 0 {
                let (records, next) = self.part(manage, kind, (left, after)).await?;
                left = left.saturating_sub(u32::try_from(records.len())?);
                after = next;
                for record in &records {
                    let record = members(record)?;
                    if self.json {
                        print(&format!("{record}\n"))?;
                    } else {
                        table.add_row(row(kind, &record));
                    }
                }
                if after.is_none() {
                    break;
                }
            }
            if !self.json {
                print(&format!("{}\n", table.trim_fmt()))?;
            }
            if let Some(after) = after {
                say(&format!("there are more: --after {after}"));
            }
            Ok(())
        })
    }

    async fn part(
        &self,
        manage: &Manage,
        kind: Kind,
        (left, after): (u32, Option<String>),
    ) -> anyhow::Result<(Vec<Record>, Option<String>)> {
        let wish = Wish {
            search: self.search.clone(),
            organization: self.organization.clone(),
            agreement: self.agreement,
            after,
            most: u16::try_from(left).unwrap_or(MOST).min(MOST),
            ..Wish::of(kind)
        };
        let page = manage.list(&wish).await.map_err(with_hint)?;
        Ok((page.records, page.next))
    }
}

/// What a table shows of each kind: a header, and where the value is.
fn columns(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Organization => &[("NUMBER", "/orgNumber"), ("NAME", "/name")],
        Kind::AddressCard => &[
            ("ID", "/id"),
            ("ORGANIZATION", "/organizationNumber"),
            ("NAME", "/name"),
            ("POSTAL CODE", "/address/postalCode"),
            ("FORMAT", "/format"),
        ],
        Kind::Person => &[
            ("ID", "/id"),
            ("FIRST NAME", "/firstName"),
            ("LAST NAME", "/lastName"),
        ],
        Kind::Offering => &[
            ("ID", "/id"),
            ("NAME", "/name"),
            ("FULFILLMENT", "/fulfillment"),
        ],
        Kind::Agreement => &[
            ("ID", "/id"),
            ("ORGANIZATION", "/ownerOrganizationNumber"),
            ("CATEGORY", "/category"),
            ("FROM", "/validFrom"),
            ("TO", "/validTo"),
            ("STATUS", "/status"),
        ],
        Kind::Account => &[
            ("ID", "/id"),
            ("ORGANIZATION", "/ownerOrganizationNumber"),
            ("REFERENCE", "/accountReference1"),
            ("STATUS", "/status"),
            ("TYPE", "/type"),
        ],
        Kind::Product => &[
            ("ID", "/id"),
            ("AGREEMENT", "/agreementId"),
            ("OFFER", "/productOfferId"),
            ("NAME", "/name"),
            ("ACCOUNT", "/billingAccountId"),
        ],
        Kind::SystemUser => &[
            ("NAME", "/name"),
            ("OWNER", "/ownerOrganizationNumber"),
            ("ENABLED", "/enabled"),
            ("ORGANIZATIONS", "/organizations"),
        ],
        Kind::App => &[
            ("CLIENT ID", "/clientId"),
            ("NAME", "/name"),
            ("OWNER", "/ownerOrganizationNumber"),
            ("ENABLED", "/enabled"),
            ("API PRODUCTS", "/apiProducts"),
        ],
    }
}

fn row(kind: Kind, record: &Value) -> Vec<String> {
    let columns = columns(kind).iter();
    columns
        .map(|(_, place)| record.pointer(place).map(cell).unwrap_or_default())
        .collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(said) => (if *said { "yes" } else { "no" }).to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(members) => members.get("name").map(cell).unwrap_or_default(),
        Value::Null => String::new(),
        number @ Value::Number(_) => number.to_string(),
    }
}

fn agreement(text: &str) -> Result<AgreementId, String> {
    AgreementId::parse(text).ok_or_else(|| "must be an agreement's number".to_owned())
}
