//! `avtale order …`: what is done with orders from a command line.

mod desk;
mod place;
mod waiting;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use desk::Deed;

/// The commands about orders.
#[derive(Args)]
pub(crate) struct Order {
    #[command(subcommand)]
    command: OrderCommand,
}

#[derive(Subcommand)]
enum OrderCommand {
    /// Places the orders of a file over the API, each exactly once, however often it is started.
    ///
    /// Ends with 0 when all rows are placed, 1 when some were rejected or it had to give up, 2 when
    /// the file or the call is unusable and nothing was sent. Started again after a break, it goes
    /// on where it was: every row has an idempotency key made of its content. The client app's
    /// secret is read from `AVTALE_CLIENT_SECRET`, the password from `AVTALE_PASSWORD`, or each
    /// from a file.
    Place(place::Place),
    /// Lists what waits for a person: orders of the desk, and those that are held.
    Desk(waiting::Waiting),
    /// Shows an order with its history, whoever's it is.
    Show(desk::Show),
    /// Marks an order of the desk as begun, so that the customer can't cancel it any more.
    Begin(desk::Desk),
    /// Makes the change that an order asks for, which somebody has carried out. Repeated, it changes
    /// nothing.
    Complete(desk::DeskWithNote),
    /// Gives an order up. Repeated, it changes nothing.
    Fail(desk::DeskWithReason),
    /// Takes an order away from whoever carries it out, until a person decides.
    Hold(desk::DeskWithReason),
    /// Lets a held order go on.
    Resume(desk::Desk),
}

/// Does what the command line says.
pub(crate) fn run(order: Order) -> anyhow::Result<ExitCode> {
    match order.command {
        OrderCommand::Place(options) => place::run(options),
        OrderCommand::Desk(waiting) => waiting::run(&waiting),
        OrderCommand::Show(show) => desk::show(&show),
        OrderCommand::Begin(desk) => desk::run(&desk, Deed::Begin),
        OrderCommand::Complete(desk) => {
            let (note, desk) = desk.split();
            desk::run(&desk, Deed::Complete(note))
        }
        OrderCommand::Fail(desk) => {
            let (reason, desk) = desk.split();
            desk::run(&desk, Deed::Fail(reason))
        }
        OrderCommand::Hold(desk) => {
            let (reason, desk) = desk.split();
            desk::run(&desk, Deed::Hold(reason))
        }
        OrderCommand::Resume(desk) => desk::run(&desk, Deed::Resume),
    }
}
