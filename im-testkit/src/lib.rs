//! What every authenticator must pass, and the real databases to pass it on
