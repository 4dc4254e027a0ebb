//! The settings of the table `[brand]`.

use super::list::PLAIN;
use super::{Kind, Setting};
use crate::brand::{check_accent, check_contact, check_name};

const BRAND: Option<&str> = Some("brand");

pub(super) const NAME: Setting = Setting {
    table: BRAND,
    key: "name",
    kind: Kind::Text("1 to 40 characters", check_name),
    default: Some("`Avtale`"),
    text: "What the pages of the console and the portal call themselves by.",
    ..PLAIN
};

pub(super) const LOGO: Setting = Setting {
    table: BRAND,
    key: "logo",
    kind: Kind::File,
    default: Some("none"),
    text: "A picture in place of the name in the corner of each page: SVG or PNG, at most 64 KiB. An \
        SVG with scripts, links or anything from elsewhere is refused. It is read at the start.",
    ..PLAIN
};

pub(super) const ACCENT: Setting = Setting {
    table: BRAND,
    key: "accent",
    kind: Kind::Text("`#` and six hexadecimal digits", check_accent),
    default: Some("`#1f5fa8`"),
    text: "The color of links and buttons; it is adapted until it can be read, in light and in dark.",
    ..PLAIN
};

pub(super) const CONTACT: Setting = Setting {
    table: BRAND,
    key: "contact",
    kind: Kind::Text(
        "a mail address, or an address that begins with `https://`",
        check_contact,
    ),
    default: Some("none"),
    text: "Whom customers' developers may ask; at the foot of the portal's pages.",
    ..PLAIN
};
