//! The program as a child process: started in a folder of its own, gone when the test is over.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

/// A running `avtale serve`, most often with `--demo`.
pub(crate) struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// The log, for those who want to read it.
    stderr: Option<BufReader<ChildStderr>>,
    /// Where it listens for customers.
    pub(crate) address: SocketAddr,
    /// Where it listens for the operator.
    pub(crate) operator_address: SocketAddr,
}

/// The program with these arguments, in this folder, without settings from outside.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_avtale"));
    command.args(arguments).current_dir(folder);
    forget_settings(&mut command);
    command
}

/// These commands in one shell that ends at the first failure, in this folder, with the program in
/// its path and without settings from outside.
pub(crate) fn shell(folder: &Path, commands: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_avtale"));
    let mut path = program.parent().expect("its folder").as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", commands]);
    command.env("PATH", path).current_dir(folder);
    forget_settings(&mut command);
    command
}

fn forget_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AVTALE_") {
            command.env_remove(name);
        }
    }
}

impl Program {
    /// Starts it on free ports and waits until it says where it listens.
    pub(crate) fn serve(folder: &Path, options: &[&str]) -> Self {
        let options = [&["--demo"], options].concat();
        Self::start(folder, &options, Stdio::inherit())
    }

    /// The same without the demo, on what the folder has.
    pub(crate) fn serve_own(folder: &Path) -> Self {
        Self::start(folder, &[], Stdio::inherit())
    }

    /// The same with a log that can be read.
    pub(crate) fn serve_logged(folder: &Path, options: &[&str]) -> Self {
        let options = [&["--demo"], options, &["--log", "info"]].concat();
        Self::start(folder, &options, Stdio::piped())
    }

    fn start(folder: &Path, options: &[&str], stderr: Stdio) -> Self {
        let fixed = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--operator-listen",
            "127.0.0.1:0",
        ];
        let mut child = command(folder, &[&fixed, options].concat())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("its output");
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line).expect("its first line");
        let mut addresses = line.split("://").skip(1).map(|rest| {
            let end = rest.find([' ', ',']).unwrap_or(rest.len());
            rest[..end]
                .trim_end_matches('.')
                .parse()
                .expect("an address")
        });
        let stderr = child.stderr.take().map(BufReader::new);
        Self {
            child,
            stdout,
            stderr,
            address: addresses.next().expect("the customers' address"),
            operator_address: addresses.next().expect("the operator's address"),
        }
    }

    /// What it has printed, up to the line that holds these words.
    pub(crate) fn printed_until(&mut self, words: &str) -> String {
        let mut text = String::new();
        while !text.contains(words) {
            let read = self.stdout.read_line(&mut text).expect("its output");
            assert!(read > 0, "ended before it printed {words}: {text}");
        }
        text
    }

    /// What it has logged, up to the line that holds these words.
    pub(crate) fn logged_until(&mut self, words: &str) -> String {
        let log = self.stderr.as_mut().expect("a log that can be read");
        let mut text = String::new();
        while !text.contains(words) {
            let read = log.read_line(&mut text).expect("its log");
            assert!(read > 0, "ended before it logged {words}: {text}");
        }
        text
    }

    /// Asks it to read its certificates again.
    pub(crate) fn hang_up(&self) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-HUP", &process]).status();
        assert!(sent.expect("SIGHUP is sent").success());
    }

    /// An address under the customers' listener.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Ends it as the machine's failure would, at once.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("SIGKILL is sent");
        self.child.wait().expect("its end");
    }

    /// Asks it to end, and waits until it has; whether it ended well.
    pub(crate) fn stop(&mut self) -> bool {
        let sent = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(sent.expect("SIGTERM is sent").success());
        self.child.wait().expect("its end").success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
