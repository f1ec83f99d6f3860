//! Every system there is: those with an adapter of their own, and those that a file describes.

mod about;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use im_auth_sql::spec::{SpecError, SystemSpec};

pub use about::{About, AboutSecret};

use crate::registry::{ADAPTERS, Adapter};

/// A product whose accounts can be asked for: one that was compiled in, or one out of a file of the owner's own.
#[derive(Clone)]
pub struct System(Kind);

#[derive(Clone)]
enum Kind {
    /// It has an adapter of its own.
    Adapter(&'static Adapter),
    /// A file describes it; the category is that of the file.
    #[cfg(feature = "described")]
    Described(&'static im_auth_cms::SystemFile),
    /// A file of the owner's own.
    Custom(Arc<SystemSpec>),
}

impl System {
    /// Reads a description that is not part of this program.
    ///
    /// # Errors
    /// [`SpecError`] naming the file, the line and what to write instead.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SpecError> {
        Ok(Self(Kind::Custom(Arc::new(SystemSpec::load(path)?))))
    }

    /// Understands a description that is part of your program; `file` is what errors call it.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn parse(text: &str, file: &str) -> Result<Self, SpecError> {
        Ok(Self(Kind::Custom(Arc::new(SystemSpec::parse(text, file)?))))
    }

    /// What a configuration names as `system`: one that was compiled in, or the path of a description; `None` when
    /// there is no such system.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn named(name: &str) -> Result<Option<Self>, SpecError> {
        if is_path(name) {
            Self::load(name).map(Some)
        } else {
            Ok(system(name))
        }
    }

    /// What the configuration calls it: `mybb`.
    #[must_use]
    pub fn id(&self) -> &str {
        match &self.0 {
            Kind::Adapter(system) => system.id,
            #[cfg(feature = "described")]
            Kind::Described(file) => file.id,
            Kind::Custom(spec) => spec.id(),
        }
    }

    /// The product's name: `MyBB`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Adapter(system) => system.name,
            #[cfg(feature = "described")]
            Kind::Described(file) => file.name,
            Kind::Custom(spec) => spec.name(),
        }
    }

    /// What kind of product it is: `forum`, `cms`, `groupware`, `other`, `directory`; `custom` for a file of the
    /// owner's own.
    #[must_use]
    pub fn category(&self) -> &'static str {
        match &self.0 {
            Kind::Adapter(system) => system.category,
            #[cfg(feature = "described")]
            Kind::Described(file) => file.category,
            Kind::Custom(_) => "custom",
        }
    }

    /// What its tables begin with unless the owner chose otherwise.
    #[must_use]
    pub fn default_prefix(&self) -> &str {
        match &self.0 {
            Kind::Adapter(system) => system.default_prefix,
            #[cfg(feature = "described")]
            Kind::Described(file) => file.default_prefix,
            Kind::Custom(spec) => spec.default_prefix(),
        }
    }

    /// The keys of a `[realm.NAME]` block that are for this system, beside those for every database.
    #[must_use]
    pub fn keys(&self) -> &'static [&'static str] {
        match &self.0 {
            Kind::Adapter(adapter) => adapter.keys,
            _ => &["prefix"],
        }
    }

    /// The adapter in code, if it has one.
    pub(crate) fn adapter(&self) -> Option<&'static Adapter> {
        match &self.0 {
            Kind::Adapter(system) => Some(system),
            _ => None,
        }
    }

    /// Its description, if a file describes it.
    ///
    /// # Errors
    /// [`SpecError`]; never for a system that was compiled in, whose files are tested.
    pub fn spec(&self) -> Result<Option<Arc<SystemSpec>>, SpecError> {
        match &self.0 {
            Kind::Adapter(_) => Ok(None),
            #[cfg(feature = "described")]
            Kind::Described(file) => Ok(Some(Arc::new(file.spec()?))),
            Kind::Custom(spec) => Ok(Some(Arc::clone(spec))),
        }
    }

    /// Where it keeps its own database settings. Reads no more of a description than that, because all of them are
    /// asked when a folder is looked at.
    ///
    /// # Errors
    /// As [`spec`](Self::spec).
    #[cfg(feature = "detect")]
    pub(crate) fn configs(&self) -> Result<Vec<im_auth_sql::spec::ConfigSpec>, SpecError> {
        #[cfg(feature = "described")]
        if let Kind::Described(file) = &self.0
            && let Some(configs) = about::configs(file.text)
        {
            return Ok(configs);
        }
        Ok(self.about()?.configs)
    }

    /// What can be said of it without a database.
    ///
    /// # Errors
    /// As [`spec`](Self::spec).
    pub fn about(&self) -> Result<About, SpecError> {
        match self.spec()? {
            Some(spec) => Ok(About::of_spec(&spec, self.category())),
            None => Ok(self.adapter().map(About::of_adapter).unwrap_or_default()),
        }
    }
}

/// Every system that was compiled in: those with adapters first, then by category and id.
pub fn systems() -> impl Iterator<Item = System> {
    let adapters = ADAPTERS.iter().map(|system| System(Kind::Adapter(system)));
    #[cfg(feature = "described")]
    let described = im_auth_cms::SYSTEMS
        .iter()
        .map(|file| System(Kind::Described(file)));
    #[cfg(not(feature = "described"))]
    let described = std::iter::empty();
    adapters.chain(described)
}

/// The system of that id, if it was compiled in.
#[must_use]
pub fn system(id: &str) -> Option<System> {
    systems().find(|system| system.id() == id)
}

/// Whether what the configuration calls a system is the path of a description, such as `./my-portal.toml`.
pub(crate) fn is_path(system: &str) -> bool {
    system.contains(['/', '\\']) || Path::new(system).extension().is_some_and(|e| e == "toml")
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("System").field(&self.id()).finish()
    }
}
