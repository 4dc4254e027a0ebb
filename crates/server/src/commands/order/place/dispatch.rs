//! Reads the file a second time and has its rows placed by several workers at once. Rows that
//! change the same product go through the same worker, in the file's order.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::interval;

use super::keys::{Key, Keys};
use super::lines::Fault;
use super::outcome::Outcome;
use super::progress::{BETWEEN_LINES, Progress};
use super::results::{Placed, Results};
use super::rows::Source;
use super::sender::{Halt, Sender, Task};
use super::summary::Summary;

/// Rows that wait for one worker; few, so that memory does not grow with the file.
const WAITING: usize = 4;

/// What is known about a run before it starts.
pub(super) struct Plan {
    pub(super) source: Source,
    pub(super) batch: String,
    /// How many workers.
    pub(super) concurrency: usize,
    /// How many rows the first pass has counted.
    pub(super) rows: u64,
}

/// What reader and workers tell.
enum Event {
    /// The results file says that this row is placed.
    Known,
    Finished(u64, Key, Outcome),
    /// The file is no longer what the first pass has read.
    Changed(Fault),
}

/// Places the rows that are not known as placed, until all are done or the run is ended.
pub(super) async fn run(
    plan: Plan,
    sender: Sender,
    halt: &Halt,
    progress: &Progress,
    (mut results, placed): (Results, Placed),
) -> Summary {
    let mut summary = Summary::new(plan.rows);
    let mut events = start(plan, sender, halt, placed);
    let mut ticks = interval(BETWEEN_LINES);
    // The first tick is at once, when there is nothing to tell.
    ticks.tick().await;
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            _ = ticks.tick() => {
                progress.tell();
                continue;
            }
        };
        match event {
            None => break,
            Some(Event::Known) => summary.skip(),
            Some(Event::Finished(line, key, outcome)) => {
                if let Err(error) = results.write(line, &key, &outcome) {
                    halt.set(format!("failed to write the results: {error}"));
                }
                summary.count(line, outcome);
            }
            Some(Event::Changed(Fault { line, reason })) => {
                halt.set(format!(
                    "the file was changed meanwhile: line {line} {reason}"
                ));
                continue;
            }
        }
        progress.advance();
    }
    progress.finish();
    summary
}

/// Starts the reader and the workers; the events end when all of them have ended.
fn start(plan: Plan, sender: Sender, halt: &Halt, placed: Placed) -> mpsc::Receiver<Event> {
    let (events, received) = mpsc::channel(WAITING * plan.concurrency);
    let sender = Arc::new(sender);
    let workers: Vec<_> = (0..plan.concurrency)
        .map(|_| {
            let (tasks, waiting) = mpsc::channel(WAITING);
            let work = work(Arc::clone(&sender), waiting, halt.clone(), events.clone());
            tokio::spawn(work);
            tasks
        })
        .collect();
    let halt = halt.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(fault) = read(&plan, &placed, &workers, (&events, &halt)) {
            // Nobody listens any more when the run is over.
            drop(events.blocking_send(Event::Changed(fault)));
        }
    });
    received
}

async fn work(
    sender: Arc<Sender>,
    mut tasks: mpsc::Receiver<Task>,
    halt: Halt,
    events: mpsc::Sender<Event>,
) {
    while let Some(task) = tasks.recv().await {
        if halt.token.is_cancelled() {
            break;
        }
        let outcome = sender.place(&task).await;
        let finished = Event::Finished(task.row.line, task.key, outcome);
        if events.send(finished).await.is_err() {
            break;
        }
    }
}

/// Hands out the rows until the end of the file or of the run.
fn read(
    plan: &Plan,
    placed: &Placed,
    workers: &[mpsc::Sender<Task>],
    (events, halt): (&mpsc::Sender<Event>, &Halt),
) -> Result<(), Fault> {
    let rows = plan.source.rows();
    let rows = rows.map_err(|error| Fault::new(1, error.to_string()))?;
    let mut keys = Keys::new(&plan.batch);
    for (row, turn) in rows.zip(0..) {
        let row = row?;
        let key = keys.next(&row.body);
        let sent = if placed.contains(&key) {
            events.blocking_send(Event::Known).is_ok()
        } else {
            hand_out(Task { row, key }, workers, turn)
        };
        if !sent || halt.token.is_cancelled() {
            break;
        }
    }
    Ok(())
}

/// Gives a task to its worker, or to any that has time; false when the workers have ended.
fn hand_out(task: Task, workers: &[mpsc::Sender<Task>], turn: usize) -> bool {
    if let Some(lane) = task.row.lane {
        let number = usize::try_from(lane % workers.len() as u64).unwrap_or_default();
        return workers[number].blocking_send(task).is_ok();
    }
    let mut task = task;
    for offset in 0..workers.len() {
        match workers[(turn + offset) % workers.len()].try_send(task) {
            Ok(()) => return true,
            Err(error) => task = error.into_inner(),
        }
    }
    workers[turn % workers.len()].blocking_send(task).is_ok()
}
