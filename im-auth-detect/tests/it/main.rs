//! Reading configuration files: what each language says, what each product's file says, and what hostile files get.

mod data;
mod database;
mod hostile;
mod php;
mod products;
mod random;
mod say;
