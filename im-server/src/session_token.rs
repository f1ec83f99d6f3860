//! Where a request carries its session's token: `Authorization: Bearer`, or the cookie of the site.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookie's name.
pub(crate) const COOKIE: &str = "im_session";

/// How a request said who it acts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// `Authorization: Bearer`: a program.
    Header,
    /// The cookie: a browser.
    Cookie,
}

/// The token of a request; the header counts before the cookie.
#[must_use]
pub(crate) fn of(headers: &HeaderMap) -> Option<(&str, Carrier)> {
    if headers.contains_key(header::AUTHORIZATION) {
        return in_header(headers).map(|token| (token, Carrier::Header));
    }
    in_cookie(headers).map(|token| (token, Carrier::Cookie))
}

fn in_header(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token in the cookie. A browser sends the cookie with the longest path first, and that is the site's own.
#[must_use]
pub(crate) fn in_cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, token)| *name == COOKIE && !token.is_empty())
        .map(|(_, token)| token)
}

/// `Set-Cookie` with a token, or without one to clear it.
#[must_use]
pub(crate) fn set_cookie(
    path: &str,
    token: Option<&str>,
    secure: bool,
    max_age: u64,
) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let (token, max_age) = token.map_or(("", 0), |token| (token, max_age));
    let text = format!(
        "{COOKIE}={token}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}"
    );
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_header_counts_before_the_cookie() {
        let both = headers(&[
            (header::COOKIE, "a=b; im_session=cookie"),
            (header::AUTHORIZATION, "bearer header"),
        ]);
        assert_eq!(of(&both), Some(("header", Carrier::Header)));
        let other_scheme = headers(&[
            (header::COOKIE, "im_session=cookie"),
            (header::AUTHORIZATION, "Basic xyz"),
        ]);
        assert_eq!(of(&other_scheme), None);
    }

    #[test]
    fn the_first_cookie_of_the_name_counts() {
        let two = headers(&[(header::COOKIE, "x=1; im_session=near; im_session=far")]);
        assert_eq!(of(&two), Some(("near", Carrier::Cookie)));
    }

    #[test]
    fn a_cookie_is_bound_to_its_site() {
        let value = set_cookie("/im/", Some("t"), true, 60).unwrap();
        assert_eq!(
            value.to_str().unwrap(),
            "im_session=t; Path=/im/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        assert!(value.is_sensitive());
    }
}
