//! `callscope serve`: the analytics API over HTTP.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::Failure;
use super::look::{Resolved, named_filters, resolve};
use crate::cli::{DECISIONS, ServeArgs};
use crate::model::{Stamp, Window};
use crate::rules::Rules;
use crate::serve::{self, Options, Token, is_loopback};

/// Where a token may stand instead of in a file. Not on the command line: every process can read that.
const TOKEN: &str = "CALLSCOPE_TOKEN";

pub fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let listen = address(&args.listen)?;
    let token = token(args)?;
    if token.is_none() && !is_loopback(listen.ip()) {
        return Err(Failure::Usage(format!(
            "--listen {listen}: others could read your calls there; give a token with --token-file FILE or {TOKEN}, or \
             listen on 127.0.0.1"
        )));
    }
    let Resolved { config, ingest, currency, mut scope } = resolve(&args.look, true, Window::All)?;
    let mut bodies = false;
    scope.filter.bodies(&mut |_, _| bodies = true);
    if bodies {
        // It would be looked for in every record again for every answer.
        return Err(Failure::Usage(
            "--filter body:… cannot stand for all answers: give it as filter= in a request".into(),
        ));
    }
    let goals = config.goals(Stamp::now());
    let look = named_filters(&args.look, &config)?;
    let rules = Rules::new(config.rules).map_err(|mistake| Failure::Could(mistake.why))?;
    let decisions = decisions(args);
    let (own, stakes) = (config.prices, config.trust);
    Ok(serve::run(Options { listen, token, decisions, look, currency, own, rules, goals, stakes }, ingest)?)
}

/// The folder of posted decisions: below the only folder that is served, unless another is named. That posts are not
/// seen again, because they go where nobody looks, is said.
fn decisions(args: &ServeArgs) -> PathBuf {
    let sources = &args.look.sources;
    let usual = args.dir == Path::new(DECISIONS);
    let dir = match sources.as_slice() {
        [one] if usual && Path::new(one).is_dir() => Path::new(one).join(DECISIONS),
        _ => args.dir.clone(),
    };
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let seen =
        sources.is_empty() && usual || sources.iter().any(|source| whole(&dir).starts_with(whole(Path::new(source))));
    if !seen {
        let _ = writeln!(
            std::io::stderr(),
            "callscope: posted decisions are appended in {}, which is not among the sources: name it too to see them",
            dir.display()
        );
    }
    dir
}

/// An address and a port; `localhost` needs no name server.
fn address(text: &str) -> Result<SocketAddr, Failure> {
    let numeric = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    numeric.as_deref().unwrap_or(text).parse().map_err(|_| {
        Failure::Usage(format!("--listen {text}: expected an address and a port, such as 127.0.0.1:4180 or [::1]:4180"))
    })
}

fn token(args: &ServeArgs) -> Result<Option<Token>, Failure> {
    let (place, text) = match (&args.token_file, std::env::var(TOKEN)) {
        (Some(path), _) => {
            let place = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| format!("{place}: {error}"))?;
            (place, text)
        }
        (None, Ok(text)) => (TOKEN.to_owned(), text),
        (None, Err(std::env::VarError::NotPresent)) => return Ok(None),
        (None, Err(error)) => return Err(Failure::Usage(format!("{TOKEN}: {error}"))),
    };
    match Token::parse(&text) {
        Ok(token) => Ok(Some(token)),
        Err(why) => Err(Failure::Usage(format!("the token in {place} {why}"))),
    }
}
