//! Sign in with the account of a Phorum 3 to 10 board
