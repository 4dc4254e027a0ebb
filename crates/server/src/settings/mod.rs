//! The settings, each described once: the command line's help, the check of the file and the page
//! `docs/operating/settings.md` are all made from the list here.

mod brand;
mod faults;
mod kind;
mod list;
mod nearest;
mod portal;
mod reference;

pub(crate) use faults::Places;
pub(crate) use kind::Kind;
pub(crate) use list::SETTINGS;
pub(crate) use reference::page;

/// One thing that an operator may set.
pub(crate) struct Setting {
    /// The table of the file that it is in; empty for those above all tables, none for what is no
    /// key of the file.
    pub(crate) table: Option<&'static str>,
    /// Its key in that table, or what clap calls it.
    pub(crate) key: &'static str,
    /// Its flag without the dashes, which names its variable too; none for what is in the file
    /// alone.
    pub(crate) flag: Option<&'static str>,
    pub(crate) has_variable: bool,
    pub(crate) kind: Kind,
    /// What holds if nobody says anything; none for what its table must say.
    pub(crate) default: Option<&'static str>,
    pub(crate) text: &'static str,
}

impl Setting {
    /// With its table, as messages name it.
    pub(crate) fn path(&self) -> String {
        match self.table {
            None | Some("") => self.key.to_owned(),
            Some(table) => format!("{table}.{}", self.key),
        }
    }

    pub(crate) fn variable(&self) -> Option<String> {
        let flag = self.flag.filter(|_| self.has_variable)?;
        Some(format!(
            "AVTALE_{}",
            flag.replace('-', "_").to_ascii_uppercase()
        ))
    }
}

/// The names of the tables, without the file's top.
pub(crate) fn tables() -> Vec<&'static str> {
    let mut tables: Vec<_> = SETTINGS.iter().filter_map(|one| one.table).collect();
    tables.dedup();
    tables.retain(|table| !table.is_empty());
    tables
}

/// What `--help` says of a flag. Every flag is in the list, which a test makes sure of.
pub(crate) fn help(flag: &str) -> String {
    let Some(setting) = SETTINGS.iter().find(|one| one.flag == Some(flag)) else {
        return String::new();
    };
    let value = match &setting.kind {
        Kind::Word(_) | Kind::Text(..) => format!(": {}", setting.kind.named()),
        kind => kind
            .range()
            .map_or_else(String::new, |range| format!(", {range}")),
    };
    let text = setting.text.trim_end_matches('.');
    let default = setting.default.unwrap_or("none");
    format!("{text}{value} [default: {default}]").replace('`', "")
}

#[cfg(test)]
mod tests;
