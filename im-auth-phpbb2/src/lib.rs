//! Sign in with the account of a phpBB 2.0.0 to 2.0.23 board
