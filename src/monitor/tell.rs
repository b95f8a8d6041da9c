//! Telling of a new finding: the terminal's bell and its notification, a command of the user's, a webhook of theirs. What
//! does not work is said once and harms nothing.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::config::alerts::{Alerts, Ways};
use crate::model::clean;
use crate::report::alerts::{self, Alert, badge};
use crate::report::escape;
use crate::rules::{Finding, Severity};

/// How long a command may run, and a webhook may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a command is asked whether it is done.
const GLANCE: Duration = Duration::from_millis(20);

/// Letters of a notification: more is cut by whoever shows it.
const MOST: usize = 200;

/// What the terminal is to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noise {
    pub bell: bool,
    /// Shown by the terminal beside its window.
    pub note: Option<String>,
}

/// Only what is high disturbs; who looks at the screen sees it there.
pub fn on_screen(alerts: &Alerts, finding: &Finding, focused: bool) -> Noise {
    if finding.severity != Severity::High {
        return Noise::default();
    }
    let text = format!("callscope: {}  {}", badge(finding.severity), finding.message);
    let note = (alerts.notify == Some(true) && !focused)
        .then(|| clean::line(&text).chars().filter(|char| !char.is_control()).take(MOST).collect());
    Noise { bell: alerts.bell == Some(true), note }
}

/// Runs the command and calls the webhook, each within its time, with the finding as `alerts --json` tells it. The error
/// says which did not work and why.
pub fn tell(ways: &Ways, alert: &Alert) -> Result<(), String> {
    let mut json = Vec::new();
    // Writing to memory cannot fail.
    let _ = escape::compact(&mut json, &alerts::json(alert));
    let severity = alert.finding.severity.word();
    let failed = |what: &str, why: String| format!("the {what} for {severity} findings: {why}");
    let ran = if ways.command.is_empty() { Ok(()) } else { run(&ways.command, &json, PATIENCE) };
    let sent = ways.webhook.as_ref().map_or(Ok(()), |address| post(address, &json));
    ran.map_err(|why| failed("command", why)).and(sent.map_err(|why| failed("webhook", why)))
}

fn run(command: &[String], json: &[u8], patience: Duration) -> Result<(), String> {
    let (program, arguments) = command.split_first().ok_or("there is none")?;
    // In a group of its own, so that all that it has started ends with it. It must not write on the screen.
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    // A command that reads nothing is not waited for here, and may end before everything is written.
    if let Some(mut stdin) = child.stdin.take() {
        let json = json.to_vec();
        thread::spawn(move || {
            let _ = stdin.write_all(&json).and_then(|()| stdin.write_all(b"\n"));
        });
    }
    let until = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("{program} ended with {status}")),
            Ok(None) if Instant::now() < until => thread::sleep(GLANCE),
            Ok(None) => {
                if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                    let _ = kill_process_group(group, Signal::KILL);
                }
                let _ = child.wait();
                return Err(format!("{program} took longer than {} s and was ended", patience.as_secs()));
            }
            Err(error) => return Err(format!("{program}: {error}")),
        }
    }
}

fn post(address: &str, json: &[u8]) -> Result<(), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("callscope/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let sent = agent.post(address).content_type("application/json").send(json);
    // The address is left out: it is often a secret.
    sent.map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::rules::verdict::Verdict;
    use serde_json::json;
    use std::io::Read;
    use std::net::TcpListener;

    fn finding(severity: Severity) -> Finding {
        Finding { message: "a\u{1b}]0;b\u{7}c".into(), severity, ..crate::rules::plan("cost-spike").unwrap().finding() }
    }

    fn alert(severity: Severity) -> Alert {
        Alert { finding: finding(severity), verdict: Verdict::New, calls: 7 }
    }

    #[test]
    fn only_what_is_high_disturbs_and_only_who_looks_elsewhere_is_notified() {
        let config = Config::parse("[alerts]\nbell = true\nnotify = true\n").unwrap();
        let told = |severity, focused| on_screen(&config.alerts, &finding(severity), focused);
        assert_eq!(told(Severity::Medium, false), Noise::default());
        assert_eq!(told(Severity::High, true), Noise { bell: true, note: None });
        let note = told(Severity::High, false).note.unwrap();
        assert!(note.starts_with("callscope: ") && !note.contains(['\u{1b}', '\u{7}']), "{note:?}");
        assert_eq!(on_screen(&Alerts::default(), &finding(Severity::High), false), Noise::default(), "off by itself");
    }

    #[test]
    fn a_command_gets_the_finding_and_what_goes_wrong_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("told").to_string_lossy().into_owned();
        let line = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let tee = Ways { command: line(&["tee", &file]), webhook: None };
        tell(&tee, &alert(Severity::High)).unwrap();
        let told: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!((&told["severity"], &told["calls"]), (&json!("high"), &json!(7)));
        for (command, part) in
            [(line(&["false"]), "for high findings: false ended with"), (line(&["/no/such"]), "cannot be run")]
        {
            let why = tell(&Ways { command, webhook: None }, &alert(Severity::High)).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
        let why = run(&line(&["sh", "-c", "sleep 60 & wait"]), b"{}", Duration::from_millis(50)).unwrap_err();
        assert!(why.contains("was ended"), "{why}");
    }

    #[test]
    fn a_webhook_gets_the_finding_and_its_address_stays_secret() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let mut all = Vec::new();
            for answer in ["204 No Content", "404 Not Found"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\"state\":\"new\"}") {
                    let mut part = [0; 4096];
                    let got = stream.read(&mut part).unwrap();
                    request.extend_from_slice(&part[..got]);
                }
                write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
                all.push(String::from_utf8(request).unwrap());
            }
            all
        });
        let address = format!("http://127.0.0.1:{port}/services/secret");
        let ways = Ways { command: Vec::new(), webhook: Some(address) };
        tell(&ways, &alert(Severity::Low)).unwrap();
        let why = tell(&ways, &alert(Severity::Low)).unwrap_err();
        assert!(why.contains("404") && !why.contains("secret"), "{why}");
        let requests = server.join().unwrap();
        let lower = requests[0].to_lowercase();
        assert!(
            lower.starts_with("post /services/secret ") && lower.contains("content-type: application/json"),
            "{lower}"
        );
    }
}
