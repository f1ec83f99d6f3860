//! The descriptions.

use std::collections::{BTreeMap, BTreeSet};

use im_auth_cms::SYSTEMS;
use im_auth_sql::spec::SystemSpec;
use libtest_mimic::Failed;

pub(crate) struct Systems(BTreeMap<&'static str, System>);

pub(crate) struct System {
    pub(crate) spec: SystemSpec,
    /// Its SELECT gives a salt.
    pub(crate) has_salt: bool,
    /// Its SELECT gives a secret.
    pub(crate) has_secret: bool,
}

impl Systems {
    pub(crate) fn read() -> Self {
        let systems = SYSTEMS.iter().map(|file| {
            let spec = file
                .spec()
                .unwrap_or_else(|error| panic!("{}: {error}", file.file()));
            let system = System {
                spec,
                has_salt: file.text.contains(" AS salt"),
                has_secret: file.text.contains(" AS secret"),
            };
            (file.id, system)
        });
        Self(systems.collect())
    }

    pub(crate) fn of(&self, id: &str) -> Result<&System, Failed> {
        self.0
            .get(id)
            .ok_or_else(|| format!("there is no system {id}").into())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &System> {
        self.0.values()
    }
}

impl System {
    /// The values of the alias `format` that its formats ask about, and none.
    pub(crate) fn kinds(&self) -> BTreeSet<Option<String>> {
        let formats = self.spec.formats().iter();
        let asked = formats.flat_map(|rule| rule.when().unwrap_or_default());
        asked.cloned().map(Some).chain([None]).collect()
    }
}
