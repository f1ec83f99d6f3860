//! Sign in with the account you already have: one configuration, every supported system; also the im-auth command
