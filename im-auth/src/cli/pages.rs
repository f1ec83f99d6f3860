//! The reference: a Markdown page per system, and a table of all, made from the descriptions.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use im_auth_sql::spec::SystemSpec;

use crate::About;
use crate::system::System;

/// Writes the pages; answers how many.
pub(super) fn write(folder: &Path, systems: &[(About, System)]) -> anyhow::Result<usize> {
    std::fs::create_dir_all(folder)?;
    for (about, system) in systems {
        let file = folder.join(format!("{}.md", about.id));
        let page = page(about, system)?;
        std::fs::write(&file, page).with_context(|| file.display().to_string())?;
    }
    std::fs::write(folder.join("README.md"), table(systems)?)?;
    Ok(systems.len() + 1)
}

fn table(systems: &[(About, System)]) -> anyhow::Result<String> {
    let mut out = String::new();
    writeln!(out, "# Systems\n")?;
    writeln!(
        out,
        "{} systems whose accounts sign in. Write the first column as `system` in a `[realm.NAME]` block.\n",
        systems.len()
    )?;
    writeln!(
        out,
        "| system | product | versions | kind | databases | stored passwords |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- | --- |")?;
    for (about, _) in systems {
        writeln!(
            out,
            "| [`{0}`]({0}.md) | {1} | {2} | {3} | {4} | {5} |",
            about.id,
            cell(&about.name),
            cell(&about.versions),
            about.category,
            about.engines.join(", "),
            cell(&codes(&about.formats)),
        )?;
    }
    Ok(out)
}

fn page(about: &About, system: &System) -> anyhow::Result<String> {
    let mut out = String::new();
    writeln!(out, "# {}\n", about.name)?;
    let status = match about.status.as_str() {
        "dead" => "There has been no release for years.",
        "closed" => "The product is not public; the facts come from others who read its tables.",
        _ => "The product is alive.",
    };
    if about.versions.is_empty() {
        writeln!(out, "{status}\n")?;
    } else {
        writeln!(out, "Versions: {}. {status}\n", about.versions)?;
    }
    let database = match about.engines.first().map(String::as_str) {
        Some("postgres") => "postgres://im_ro@127.0.0.1/DATABASE",
        Some("sqlite") => "sqlite:/path/to/file",
        Some(_) => "mysql://im_ro@127.0.0.1/DATABASE",
        None => "ldaps://directory.example.org",
    };
    writeln!(out, "```toml\n[realm.NAME]\nsystem = \"{}\"", about.id)?;
    writeln!(out, "database = \"{database}\"")?;
    if about.engines.iter().any(|engine| engine != "sqlite") {
        writeln!(out, "database_password_file = \"NAME.password\"")?;
        writeln!(out, "prefix = \"{}\"", about.default_prefix)?;
    }
    if about.secret.is_some() {
        writeln!(out, "secret_file = \"NAME.secret\"")?;
    }
    writeln!(out, "```\n")?;
    if !about.config_files.is_empty() {
        writeln!(
            out,
            "The product keeps its own database settings in {}: `im-auth detect FOLDER` reads them.\n",
            codes(&about.config_files)
        )?;
    }
    writeln!(out, "## Stored passwords\n")?;
    match system.spec()? {
        Some(spec) => formats(&mut out, &spec)?,
        None => {
            for format in &about.formats {
                writeln!(out, "* `{format}`")?;
            }
            writeln!(out)?;
        }
    }
    if let Some(secret) = &about.secret {
        let needed = if secret.required {
            "Nothing works without it."
        } else if secret.must_be_said {
            "A realm says `secret = \"\"` where there is none."
        } else {
            "Only accounts in the formats that use it need it."
        };
        writeln!(
            out,
            "The secret of the site is {}: {}. {needed}\n",
            secret.name,
            secret.place.trim_end_matches('.')
        )?;
    }
    if let Some(spec) = system.spec()? {
        statements(&mut out, &spec)?;
    } else if let Some(adapter) = system.adapter() {
        writeln!(out, "## The adapter\n")?;
        // Its own front page, one level down.
        for line in adapter.readme.lines().skip(1) {
            let deeper = if line.starts_with('#') { "#" } else { "" };
            writeln!(out, "{deeper}{line}")?;
        }
        writeln!(out)?;
    }
    if !about.limits.is_empty() {
        writeln!(out, "## Known limits\n")?;
        for limit in &about.limits {
            writeln!(out, "* {limit}")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "## Where this comes from\n")?;
    if !about.source.is_empty() {
        writeln!(out, "{}.\n", about.source.trim_end_matches('.'))?;
    }
    if !about.verified.is_empty() {
        writeln!(out, "Verified: {}.", about.verified.trim_end_matches('.'))?;
    }
    Ok(out)
}

fn formats(out: &mut String, spec: &SystemSpec) -> anyhow::Result<()> {
    writeln!(out, "| format | what it is | for |")?;
    writeln!(out, "| --- | --- | --- |")?;
    for rule in spec.formats() {
        let of = rule.when().map_or_else(
            || "every account".to_owned(),
            |when| format!("accounts marked {}", codes(when)),
        );
        for format in rule.formats() {
            let weak = if format.is_weak() {
                " Weak: a stolen table is soon read."
            } else {
                ""
            };
            writeln!(
                out,
                "| {} | {}.{weak} | {} |",
                cell(&format!("`{format}`")),
                cell(&format.description()),
                cell(&of)
            )?;
        }
    }
    let inputs: Vec<String> = spec.inputs().iter().map(ToString::to_string).collect();
    writeln!(
        out,
        "\nA typed password is hashed as {}. A stored value of another format is no wrong password: the member is told \
         to come back later, and the administrator which format it is.\n",
        codes(&inputs)
    )?;
    Ok(())
}

fn statements(out: &mut String, spec: &SystemSpec) -> anyhow::Result<()> {
    for engine in spec.engines() {
        let explanation = spec.explain(*engine, None, &|_| true)?;
        writeln!(out, "## What is read on {}\n", engine.name())?;
        writeln!(out, "Tables: {}.\n", codes(&explanation.tables))?;
        writeln!(out, "```sql")?;
        for statement in &explanation.statements {
            writeln!(out, "-- {}\n{};", statement.purpose, statement.sql.trim())?;
        }
        writeln!(out, "```\n")?;
        let grants = explanation.grants("DATABASE", "im_ro");
        if !grants.is_empty() {
            writeln!(out, "The account needs this and no more:\n\n```sql")?;
            for grant in grants {
                writeln!(out, "{grant}")?;
            }
            writeln!(out, "```\n")?;
        }
    }
    Ok(())
}

fn codes(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// Text of a table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
