//! Examines systems that are described by data: their tables in real databases, their vectors as accounts, and
//! questions that every system must answer.

mod bed;
mod demands;
mod general;
mod literal;
mod vector;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use im_auth_sql::spec::{SystemSpec, Vector};
use im_auth_sql::{DatabaseConfig, Engine, SpecAuthenticator, SpecConfig};
use im_core::{Clock, ManualClock, Timestamp};
use im_password::{PoolLimits, VerifyPool};

use bed::Bed;

/// The moment at which every vector signs in: 2026-11-22 12:00 UTC.
pub const NOW: i64 = 1_795_348_800;

/// What is wrong with a description or with what it describes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Complaint {
    /// The description's file.
    pub file: String,
    /// Where: `mysql`, `sqlite without the optional columns`; empty for the file itself.
    pub place: String,
    /// Which vector, by its `of`; empty for questions that are asked of every system.
    pub vector: String,
    /// What was expected and what came.
    pub message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if !self.place.is_empty() {
            write!(f, " [{}]", self.place)?;
        }
        if !self.vector.is_empty() {
            write!(f, " vector {:?}", self.vector)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Where complaints are collected.
struct Complaints<'a> {
    file: &'a str,
    place: String,
    vector: String,
    all: Vec<Complaint>,
}

impl Complaints<'_> {
    fn add(&mut self, message: impl Into<String>) {
        self.all.push(Complaint {
            file: self.file.to_owned(),
            place: self.place.clone(),
            vector: self.vector.clone(),
            message: message.into(),
        });
    }
}

/// Examines one system on every engine that it names (or only those in `engines`), with and without what only some
/// installations have: what it complains about.
pub async fn examine(spec: &Arc<SystemSpec>, engines: Option<&[Engine]>) -> Vec<Complaint> {
    let mut complaints = Complaints {
        file: spec.file_name(),
        place: String::new(),
        vector: String::new(),
        all: Vec::new(),
    };
    demands::on_the_file(spec, &mut complaints);
    for engine in spec.engines() {
        if engines.is_some_and(|engines| !engines.contains(engine)) {
            continue;
        }
        for whole in [true, false] {
            if !whole && spec.optional().is_empty() {
                continue;
            }
            complaints.place = format!(
                "{}{}",
                engine.name().to_lowercase(),
                if whole {
                    ""
                } else {
                    " without the optional parts"
                }
            );
            complaints.vector = String::new();
            match Bed::make(spec, *engine, whole).await {
                Ok(mut bed) => {
                    let optional = if whole { &[][..] } else { spec.optional() };
                    on_a_bed(spec, &mut bed, optional, &mut complaints).await;
                    bed.close().await;
                }
                Err(error) => complaints.add(format!("its tables cannot be made: {error}")),
            }
        }
    }
    complaints.all
}

async fn on_a_bed(
    spec: &Arc<SystemSpec>,
    bed: &mut Bed,
    optional: &[String],
    complaints: &mut Complaints<'_>,
) {
    let mut seats = Seats::new(spec, bed.config());
    let mut example = None;
    for vector in spec.vectors() {
        if !vector.is_for(bed.engine()) {
            continue;
        }
        complaints.vector.clone_from(&vector.of);
        match bed.fill(vector, optional).await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                complaints.add(error);
                continue;
            }
        }
        let authenticator = match seats.seat(vector) {
            Ok(authenticator) => authenticator,
            Err(error) => {
                if !(error.kind() == "configuration"
                    && vector.expect == im_auth_sql::spec::Expect::Configuration)
                {
                    complaints.add(format!("it cannot be configured: {error}"));
                }
                continue;
            }
        };
        let before = complaints.all.len();
        vector::examine(&authenticator, vector, complaints).await;
        let is_example =
            vector.expect == im_auth_sql::spec::Expect::Accepted && complaints.all.len() == before;
        if is_example && example.is_none() {
            example = Some(vector);
        }
    }
    complaints.vector = String::new();
    if let Some(example) = example {
        match bed.fill(example, optional).await {
            Ok(_) => general::questions(spec, bed, &mut seats, example, complaints).await,
            Err(error) => complaints.add(error),
        }
    }
}

/// Authenticators on one database, one for each secret that a vector configures.
struct Seats<'a> {
    spec: &'a Arc<SystemSpec>,
    database: DatabaseConfig,
    pool: VerifyPool,
    clock: Arc<dyn Clock>,
    open: HashMap<Option<String>, Arc<SpecAuthenticator>>,
}

impl<'a> Seats<'a> {
    fn new(spec: &'a Arc<SystemSpec>, database: DatabaseConfig) -> Self {
        let now = Timestamp::from_unix_timestamp(NOW).expect("a moment");
        Self {
            spec,
            database,
            pool: VerifyPool::new(PoolLimits {
                threads: 1,
                ..PoolLimits::default()
            }),
            clock: Arc::new(ManualClock::at(now)),
            open: HashMap::new(),
        }
    }

    fn seat(&mut self, vector: &Vector) -> Result<Arc<SpecAuthenticator>, im_core::AuthError> {
        if let Some(open) = self.open.get(&vector.secret) {
            return Ok(Arc::clone(open));
        }
        let fresh = Arc::new(self.fresh(vector, self.database.clone())?);
        self.open.insert(vector.secret.clone(), Arc::clone(&fresh));
        Ok(fresh)
    }

    /// One that knows nothing yet.
    fn fresh(
        &self,
        vector: &Vector,
        database: DatabaseConfig,
    ) -> Result<SpecAuthenticator, im_core::AuthError> {
        let realm = "examined".parse().expect("a realm");
        let mut config = SpecConfig::new(realm, database, self.pool.clone())
            .prefix(bed::PREFIX)
            .clock(Arc::clone(&self.clock));
        if let Some(secret) = &vector.secret {
            config = config.secret(secret.as_str());
        }
        SpecAuthenticator::new(Arc::clone(self.spec), config)
    }
}

/// With time limits that hold on a busy machine.
fn patient(url: String) -> DatabaseConfig {
    DatabaseConfig {
        connect_timeout: Duration::from_secs(20),
        acquire_timeout: Duration::from_secs(20),
        query_timeout: Duration::from_secs(20),
        max_connections: 2,
        ..DatabaseConfig::new(url)
    }
}
