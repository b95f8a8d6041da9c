//! Who may ask. A page of the web can make a browser send requests here, also under a name that it lets point to this
//! machine (DNS rebinding), so the Host must be this machine's and the Origin our own; and where others can reach the
//! address, a token is needed, which no page knows.

use std::net::{IpAddr, SocketAddr};

use hyper::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{StatusCode, Uri};

use super::reply::Refusal;

/// A secret that clients must send. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A token as it lies in a file or a variable: visible ASCII, with blanks around it that do not count.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let token = text.trim();
        match token {
            "" => Err("is empty"),
            _ if !token.bytes().all(|byte| byte.is_ascii_graphic()) => Err("holds more than one word of plain ASCII"),
            _ => Ok(Self(token.to_owned())),
        }
    }

    /// Whether `said` is the token, in a time that does not tell how much of it is right.
    fn is(&self, said: &str) -> bool {
        let differ = self.0.bytes().zip(said.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
        self.0.len() == said.len() && differ == 0
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Guard {
    pub listen: SocketAddr,
    pub token: Option<Token>,
}

/// Whether only this machine can reach an address.
pub fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

impl Guard {
    /// Refuses whom it must not answer. `open` are answers that need no token.
    pub fn check(&self, parts: &Parts, open: bool) -> Result<(), Refusal> {
        let host = self.host(parts)?;
        check_origin(&parts.headers, &host)?;
        match &self.token {
            Some(token) if !open => authorized(&parts.headers, token),
            _ => Ok(()),
        }
    }

    /// The Host that was asked for. Where others can reach us it may have any name: the token protects.
    fn host(&self, parts: &Parts) -> Result<Authority, Refusal> {
        let said = one(&parts.headers, &HOST)?;
        let host = said.and_then(|said| said.parse::<Authority>().ok());
        let Some(host) = host else {
            return Err(Refusal::bad("expected one Host header that names this machine"));
        };
        // A proxy's form of the request names it twice.
        let both = parts.uri.authority().is_none_or(|named| same(named, &host));
        if !both || is_loopback(self.listen.ip()) && !names_loopback(&host) {
            let port = self.listen.port();
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                format!("this server answers to http://127.0.0.1:{port} and http://localhost:{port} only"),
            ));
        }
        Ok(host)
    }
}

/// A browser says where the page comes from that asks: from here, or it asked by itself.
fn check_origin(headers: &HeaderMap, host: &Authority) -> Result<(), Refusal> {
    let ours = match one(headers, &ORIGIN)? {
        Some(origin) => {
            let origin = origin.parse::<Uri>().ok();
            origin.as_ref().and_then(Uri::authority).is_some_and(|origin| same(origin, host))
        }
        None => one(headers, &HeaderName::from_static("sec-fetch-site"))? != Some("cross-site"),
    };
    if ours { Ok(()) } else { Err(Refusal::new(StatusCode::FORBIDDEN, "pages of other origins may not ask")) }
}

fn authorized(headers: &HeaderMap, token: &Token) -> Result<(), Refusal> {
    let said = one(headers, &AUTHORIZATION)?.and_then(|said| said.split_once(' '));
    if said.is_some_and(|(scheme, said)| scheme.eq_ignore_ascii_case("bearer") && token.is(said.trim())) {
        return Ok(());
    }
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "expected the header Authorization: Bearer TOKEN");
    Err(refusal.with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"callscope\"")))
}

/// A header that may stand only once.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Refusal> {
    let mut all = headers.get_all(name).iter();
    match (all.next().map(HeaderValue::to_str), all.next()) {
        (None, _) => Ok(None),
        (Some(Ok(value)), None) => Ok(Some(value)),
        _ => Err(Refusal::bad(format!("expected at most one {name} header, of plain text"))),
    }
}

fn same(a: &Authority, b: &Authority) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}

/// Whether a name is this machine's whatever a name server says. Any port: the way here may lead through a tunnel.
fn names_loopback(host: &Authority) -> bool {
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    // A name with user information before it is no Host.
    !host.as_str().contains('@')
        && (name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: IpAddr| is_loopback(ip)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn verdict(listen: &str, token: Option<&str>, headers: &[(&str, &str)]) -> u16 {
        let guard = Guard { listen: listen.parse().unwrap(), token: token.map(|text| Token::parse(text).unwrap()) };
        let mut request = Request::builder().uri("/api/ai/analytics");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        guard.check(&parts, false).err().map_or(200, |refusal| refusal.status().as_u16())
    }

    const HERE: &str = "127.0.0.1:4180";

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["127.0.0.1:4180", "localhost", "LOCALHOST:1", "[::1]:4180", "127.8.9.1"] {
            assert_eq!(verdict(HERE, None, &[("host", host)]), 200, "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:4180", "a@localhost", "10.0.0.7"] {
            assert_eq!(verdict(HERE, None, &[("host", host)]), 403, "{host}");
        }
        assert_eq!(verdict(HERE, None, &[]), 400);
        assert_eq!(verdict(HERE, None, &[("host", "a b")]), 400);
        assert_eq!(verdict(HERE, None, &[("host", "localhost"), ("host", "evil.example")]), 400);
    }

    #[test]
    fn only_pages_of_our_own_may_ask() {
        let from = |name: &str, value: &str| verdict(HERE, None, &[("host", "localhost:4180"), (name, value)]);
        assert_eq!(from("origin", "http://localhost:4180"), 200);
        for origin in ["http://evil.example", "http://localhost:3000", "null", "http://127.0.0.1:4180"] {
            assert_eq!(from("origin", origin), 403, "{origin}");
        }
        assert_eq!(from("sec-fetch-site", "cross-site"), 403);
        assert_eq!(from("sec-fetch-site", "none"), 200);
    }

    #[test]
    fn a_token_is_asked_for_where_there_is_one() {
        let said = |value: &str| {
            verdict("0.0.0.0:4180", Some("s3cret\n"), &[("host", "box.lan:4180"), ("authorization", value)])
        };
        assert_eq!(said("Bearer s3cret"), 200);
        assert_eq!(said("bearer s3cret"), 200);
        for wrong in ["Bearer s3cre", "Bearer s3cret1", "Bearer ", "Basic s3cret", "s3cret", ""] {
            assert_eq!(said(wrong), 401, "{wrong}");
        }
        assert_eq!(verdict("0.0.0.0:4180", Some("s3cret"), &[("host", "box.lan")]), 401);
        assert_eq!(verdict(HERE, Some("s3cret"), &[("host", "evil.example"), ("authorization", "Bearer s3cret")]), 403);
        assert!(Token::parse(" \n").is_err() && Token::parse("two words").is_err());
        assert!(!format!("{:?}", Token::parse("s3cret")).contains("s3cret"), "no log shows it");
    }
}
