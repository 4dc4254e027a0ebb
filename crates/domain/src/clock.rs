//! The only way to learn the time, so that tests can move it by hand.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Where validity, expiry and due times come from.
pub trait Clock: Send + Sync {
    /// The present instant, in UTC.
    fn now(&self) -> Timestamp;

    /// A reading for durations alone: setting the machine's clock does not disturb it, and it says
    /// nothing of what time it is.
    fn monotonic(&self) -> Duration;

    /// Today's date as the operator's customers count it, in Norway.
    fn today(&self) -> Date {
        let zone = TimeZone::get("Europe/Oslo").unwrap_or(TimeZone::UTC);
        self.now().to_zoned(zone).date()
    }
}
