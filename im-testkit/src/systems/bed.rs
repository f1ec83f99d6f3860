//! A database that a described system is set up in.

use std::collections::{BTreeMap, HashMap};

use im_auth_sql::spec::{SystemSpec, Vector};
use im_auth_sql::{DatabaseConfig, Engine};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, MySqlConnection, PgConnection, Row, SqliteConnection,
};

use super::literal::{literal, name, tables, with_prefix};
use crate::{MariaDb, Postgres, PostgresDatabase, SqliteFile, TestDatabase};

/// What table names begin with: never what a description could have in it by accident.
pub(super) const PREFIX: &str = "imt_";

/// A database of one's own, and a connection that may do everything.
pub(super) struct Bed {
    place: Place,
    owner: Owner,
    /// The tables that the schema made, without prefix.
    pub(super) tables: Vec<String>,
    /// Columns that must have a value and have no default: what stands in where a vector says nothing.
    fillers: HashMap<String, BTreeMap<String, String>>,
}

enum Place {
    MariaDb(TestDatabase),
    Postgres(Box<PostgresDatabase>),
    Sqlite(SqliteFile),
}

enum Owner {
    MySql(MySqlConnection),
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Bed {
    /// Makes the tables of a description; `whole`: also what only some installations have.
    pub(super) async fn make(
        spec: &SystemSpec,
        engine: Engine,
        whole: bool,
    ) -> Result<Self, String> {
        let schema = spec.schema(engine).ok_or("[schema] has no tables for it")?;
        let (place, owner) = match engine {
            Engine::MySql => {
                let server = MariaDb::shared().await;
                let place = server
                    .create_database("utf8mb4", "utf8mb4_general_ci")
                    .await;
                let options: MySqlConnectOptions = place
                    .owner_url()
                    .parse()
                    .map_err(|e: sqlx::Error| e.to_string())?;
                let owner = options.disable_statement_logging().connect().await;
                let owner = owner.map_err(|error| error.to_string())?;
                (Place::MariaDb(place), Owner::MySql(owner))
            }
            Engine::Postgres => {
                let place = Postgres::shared().await.create_database().await;
                let options = place.options().clone().disable_statement_logging();
                let owner = options.connect().await.map_err(|error| error.to_string())?;
                (Place::Postgres(Box::new(place)), Owner::Postgres(owner))
            }
            Engine::Sqlite => {
                let place = SqliteFile::create().await;
                let owner = SqliteConnectOptions::new()
                    .filename(place.path())
                    .disable_statement_logging()
                    .connect()
                    .await
                    .map_err(|error| error.to_string())?;
                (Place::Sqlite(place), Owner::Sqlite(owner))
            }
            _ => return Err("the test run does not know this engine".into()),
        };
        let mut bed = Self {
            place,
            owner,
            tables: tables(schema),
            fillers: HashMap::new(),
        };
        match engine {
            // As old products want it: what is left out is zero or empty.
            Engine::MySql => {
                bed.run("SET sql_mode = '', foreign_key_checks = 0, innodb_strict_mode = 0")
                    .await?;
            }
            Engine::Postgres => bed.run("SET session_replication_role = replica").await?,
            _ => {}
        }
        if bed.tables.is_empty() {
            return Err("[schema] makes no table: write CREATE TABLE {prefix}… ".into());
        }
        bed.run(&with_prefix(schema, PREFIX, engine)).await?;
        if !whole {
            for part in spec.optional() {
                let table = part.split('.').next().unwrap_or_default();
                if part.contains('.') && spec.optional().iter().any(|part| part == table) {
                    // It goes with its table.
                    continue;
                }
                bed.drop_part(part).await?;
            }
        }
        bed.learn_fillers().await?;
        Ok(bed)
    }

    pub(super) fn engine(&self) -> Engine {
        match self.owner {
            Owner::MySql(_) => Engine::MySql,
            Owner::Postgres(_) => Engine::Postgres,
            Owner::Sqlite(_) => Engine::Sqlite,
        }
    }

    /// For an account that has only SELECT.
    pub(super) fn config(&self) -> DatabaseConfig {
        let url = match &self.place {
            Place::MariaDb(database) => database.reader_url(),
            Place::Postgres(database) => database.reader_url(),
            Place::Sqlite(file) => file.url(),
        };
        super::patient(url)
    }

    /// The same account where nobody listens; `None` for a file.
    pub(super) fn config_of_nowhere(&self) -> Option<DatabaseConfig> {
        let port = crate::free_port();
        let url = match &self.place {
            Place::MariaDb(database) => database.reader_url_at(port),
            Place::Postgres(database) => database.reader_url_at(port),
            Place::Sqlite(_) => return None,
        };
        Some(super::patient(url))
    }

    pub(super) async fn checksums(&self) -> BTreeMap<String, String> {
        match &self.place {
            Place::MariaDb(database) => database.checksums().await,
            Place::Postgres(database) => database.checksums().await,
            Place::Sqlite(file) => file.checksums().await,
        }
    }

    /// Only what this vector holds is in the tables afterwards. `Ok(false)`: it needs a table or column that this
    /// installation lacks.
    pub(super) async fn fill(
        &mut self,
        vector: &Vector,
        optional: &[String],
    ) -> Result<bool, String> {
        let lacks = |part: &str| optional.iter().any(|known| known == part);
        let engine = self.engine();
        let mut script = String::from(match engine {
            Engine::MySql => "START TRANSACTION;\n",
            _ => "BEGIN;\n",
        });
        for table in &self.tables {
            if !lacks(table) {
                script += &format!(
                    "DELETE FROM {};\n",
                    name(&format!("{PREFIX}{table}"), engine)
                );
            }
        }
        for (table, row) in vector.rows() {
            if lacks(table) {
                return Ok(false);
            }
            let known = self.tables.iter().any(|known| known == table);
            if !known {
                return Err(format!("row.{table}: [schema] makes no table {table}"));
            }
            let mut columns: BTreeMap<&str, String> = BTreeMap::new();
            for (column, cell) in row {
                if lacks(&format!("{table}.{column}")) {
                    return Ok(false);
                }
                columns.insert(column, literal(cell, engine));
            }
            for (column, filler) in self.fillers.get(table).into_iter().flatten() {
                columns.entry(column).or_insert_with(|| filler.clone());
            }
            let names: Vec<String> = columns.keys().map(|column| name(column, engine)).collect();
            let values: Vec<&str> = columns.values().map(|value| &**value).collect();
            script += &format!(
                "INSERT INTO {} ({}) VALUES ({});\n",
                name(&format!("{PREFIX}{table}"), engine),
                names.join(", "),
                values.join(", ")
            );
        }
        script += "COMMIT;";
        if let Err(error) = self.run(&script).await {
            self.run("ROLLBACK").await.ok();
            return Err(format!("its rows cannot be inserted: {error}"));
        }
        Ok(true)
    }

    /// Takes the table away, or brings it back.
    pub(super) async fn rename(&mut self, table: &str, to: &str) -> Result<(), String> {
        let engine = self.engine();
        self.run(&format!(
            "ALTER TABLE {} RENAME TO {}",
            name(&format!("{PREFIX}{table}"), engine),
            name(&format!("{PREFIX}{to}"), engine)
        ))
        .await
    }

    async fn drop_part(&mut self, part: &str) -> Result<(), String> {
        let engine = self.engine();
        let Some((table, column)) = part.split_once('.') else {
            let table = name(&format!("{PREFIX}{part}"), engine);
            return self.run(&format!("DROP TABLE {table}")).await;
        };
        let whole = format!("{PREFIX}{table}");
        if engine == Engine::Sqlite {
            let indexes = self
                .texts(&format!(
                    "SELECT DISTINCT l.name FROM pragma_index_list('{whole}') l, pragma_index_info(l.name) i \
                     WHERE i.name = '{column}' AND l.origin = 'c'"
                ))
                .await?;
            for index in indexes {
                self.run(&format!("DROP INDEX \"{}\"", index[0])).await?;
            }
        }
        self.run(&format!(
            "ALTER TABLE {} DROP COLUMN {}",
            name(&whole, engine),
            name(column, engine)
        ))
        .await
        .map_err(|error| format!("schema.optional names {part}: {error}"))
    }

    async fn learn_fillers(&mut self) -> Result<(), String> {
        for table in self.tables.clone() {
            let whole = format!("{PREFIX}{table}");
            let question = match self.engine() {
                // Without strict mode the server does it.
                Engine::MySql => continue,
                Engine::Postgres => format!(
                    "SELECT column_name::text, data_type::text FROM information_schema.columns \
                     WHERE table_name = '{whole}' AND is_nullable = 'NO' AND column_default IS NULL \
                     AND is_identity = 'NO'"
                ),
                _ => format!(
                    "SELECT name, type FROM pragma_table_info('{whole}') \
                     WHERE \"notnull\" = 1 AND dflt_value IS NULL AND pk = 0"
                ),
            };
            let columns = self
                .texts(&question)
                .await?
                .into_iter()
                .map(|column| (column[0].clone(), filler(&column[1]).to_owned()))
                .collect();
            self.fillers.insert(table, columns);
        }
        Ok(())
    }

    async fn run(&mut self, script: &str) -> Result<(), String> {
        let script = sqlx::raw_sql(AssertSqlSafe(script));
        let done = match &mut self.owner {
            Owner::MySql(owner) => script.execute(owner).await.map(drop),
            Owner::Postgres(owner) => script.execute(owner).await.map(drop),
            Owner::Sqlite(owner) => script.execute(owner).await.map(drop),
        };
        done.map_err(|error| error.to_string())
    }

    /// Rows of two texts or fewer.
    async fn texts(&mut self, select: &str) -> Result<Vec<[String; 2]>, String> {
        let select = sqlx::raw_sql(AssertSqlSafe(select));
        let rows = match &mut self.owner {
            Owner::MySql(owner) => select.fetch_all(owner).await.map(|rows| {
                rows.iter()
                    .map(|row| pair(|at| row.try_get(at).ok()))
                    .collect()
            }),
            Owner::Postgres(owner) => select.fetch_all(owner).await.map(|rows| {
                rows.iter()
                    .map(|row| pair(|at| row.try_get(at).ok()))
                    .collect()
            }),
            Owner::Sqlite(owner) => select.fetch_all(owner).await.map(|rows| {
                rows.iter()
                    .map(|row| pair(|at| row.try_get(at).ok()))
                    .collect()
            }),
        };
        rows.map_err(|error| error.to_string())
    }

    /// Says goodbye.
    pub(super) async fn close(self) {
        match self.owner {
            Owner::MySql(owner) => owner.close().await.ok(),
            Owner::Postgres(owner) => owner.close().await.ok(),
            Owner::Sqlite(owner) => owner.close().await.ok(),
        };
    }
}

fn pair(text: impl Fn(usize) -> Option<String>) -> [String; 2] {
    [text(0).unwrap_or_default(), text(1).unwrap_or_default()]
}

/// What stands for nothing in a column of this type.
fn filler(kind: &str) -> &'static str {
    let kind = kind.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    if is(&[
        "int", "num", "dec", "real", "doub", "float", "bool", "serial",
    ]) {
        "'0'"
    } else if is(&["json", "array"]) {
        "'{}'"
    } else if is(&["timestamp", "date"]) {
        "'1970-01-01 00:00:00'"
    } else if is(&["uuid"]) {
        "'00000000-0000-0000-0000-000000000000'"
    } else if is(&["inet"]) {
        "'0.0.0.0'"
    } else {
        "''"
    }
}
