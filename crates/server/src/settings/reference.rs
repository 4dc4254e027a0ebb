//! The page about all settings, made from their list.

use super::{SETTINGS, Setting};

const HEAD: &str = "\
# Settings

This page is generated from `crates/server/src/settings/list.rs`: `avtale check-config --reference`
prints it.

A flag comes before a variable, a variable before the file that `--config` names, the file before
the default. `avtale check-config` shows what would hold, or each fault with its line and column. An
unknown key is a fault. What has no flag is set in the file alone.

Commands that serve nothing have the flags and variables of `config`, `database`,
`database_password_file` and `key_file` alone; the file is checked whole all the same.
";

/// In Markdown.
pub(crate) fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut last = None;
    for setting in SETTINGS {
        if last != Some(setting.table) {
            last = Some(setting.table);
            page.push_str(&heading(setting.table));
        }
        page.push_str(&row(setting));
    }
    page
}

fn heading(table: Option<&str>) -> String {
    let (title, intro) = match table {
        None => (
            "At the start alone".to_owned(),
            "Flags of `avtale serve`; the first is one of every command.",
        ),
        Some("") => (
            "Above all tables".to_owned(),
            "In the file, these come before the first table.",
        ),
        Some(name) => (format!("`[{name}]`"), intro(name)),
    };
    format!(
        "\n## {title}\n\n{intro}\n\n| Key | Flag | Variable | Value | Default | What it sets |\n\
         |---|---|---|---|---|---|\n"
    )
}

fn intro(table: &str) -> &'static str {
    match table {
        "tls" => "TLS on the customers' listener. Both files or none.",
        "operator_tls" => "TLS on the operator's listener.",
        "upstream.<api>" => {
            "One table per API, such as `[upstream.organizations]`: see \
             [back-ends.md](back-ends.md)."
        }
        "fulfillment" => "Who carries out orders: see [fulfillment.md](fulfillment.md).",
        "fulfillment.system" => "The operator's system that carries out orders.",
        "brand" => "Whose pages the console and the portal are.",
        "calls" => "What is kept of finished calls: see [watching.md](watching.md).",
        _ => "What customers are told of: see [notifications.md](../notifications.md).",
    }
}

fn row(setting: &Setting) -> String {
    let key = setting.table.map(|_| setting.key.to_owned());
    let flag = setting.flag.map(|flag| format!("--{flag}"));
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        code(key),
        code(flag),
        code(setting.variable()),
        setting.kind.named(),
        setting.default.unwrap_or("none: it must be set"),
        setting.text,
    )
}

fn code(text: Option<String>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| format!("`{text}`"))
}
