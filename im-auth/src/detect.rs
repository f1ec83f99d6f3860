//! Finding out what is there: which product lies in a folder or in a database, where its accounts are, and whether
//! they can be read. Nothing is executed, nothing is written, nothing is printed.

mod block;
mod catalogue;
mod config_file;
mod examine;
mod folder;
mod installation;
mod place;
mod recognise;
mod rights;
mod score;
mod setting;
mod shape;
mod version;
mod weights;

pub use block::Block;
pub use catalogue::{TableCatalogue, account_table};
pub use examine::{Examined, examine};
pub use folder::{Folder, Problem, look_in};
pub use installation::Installation;
pub use place::{Place, Reached};
pub use recognise::{Fit, Match, for_version, recognise};
pub use rights::statements;
pub use setting::Setting;
#[cfg(feature = "cli")]
pub(crate) use setting::printable;
