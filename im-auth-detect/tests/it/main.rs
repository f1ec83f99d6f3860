//! Reading configuration files: what each language says, what each product's file says, and what hostile files get.

mod data;
mod hostile;
mod php;
mod say;
