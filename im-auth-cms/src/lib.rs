#![doc = include_str!("../README.md")]

use std::fmt;

use im_auth_sql::spec::{SpecError, SystemSpec};

/// Every system of the categories that were compiled in, in the order of their categories and ids.
pub static SYSTEMS: &[SystemFile] = include!(concat!(env!("OUT_DIR"), "/systems.rs"));

/// The description of one system, as it lies in `systems/`.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct SystemFile {
    /// The folder, and the Cargo feature: `forum`, `cms`, `groupware`, `other`.
    pub category: &'static str,
    /// What the configuration calls it: `mybb`.
    pub id: &'static str,
    /// The product's name: `MyBB`.
    pub name: &'static str,
    /// What its tables begin with unless the owner chose otherwise.
    pub default_prefix: &'static str,
    /// The description in TOML, without its vectors.
    pub text: &'static str,
}

impl SystemFile {
    /// The description, understood.
    ///
    /// # Errors
    /// [`SpecError`] naming the file and the line. The tests see to it that no file that is shipped
    /// gives one.
    pub fn spec(&self) -> Result<SystemSpec, SpecError> {
        SystemSpec::parse(self.text, &self.file())
    }

    /// The file's name within this crate: `systems/forum/mybb.toml`.
    #[must_use]
    pub fn file(&self) -> String {
        format!("systems/{}/{}.toml", self.category, self.id)
    }
}

/// Without the text.
impl fmt::Debug for SystemFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SystemFile").field(&self.file()).finish()
    }
}

/// The system of that id, if its category was compiled in.
#[must_use]
pub fn system(id: &str) -> Option<&'static SystemFile> {
    SYSTEMS.iter().find(|system| system.id == id)
}
