//! `im-auth systems`: what there is.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::pages;
use crate::systems;

/// Lists the systems whose accounts can be asked for.
#[derive(Debug, Args)]
pub(crate) struct Systems {
    /// One JSON array, with everything that is known of each.
    #[arg(long, conflicts_with_all = ["pages", "schema"])]
    json: bool,

    /// Only this kind: forum, cms, groupware, other, directory.
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,

    /// Write a page for each, and a table of all, into this folder as Markdown.
    #[arg(long, value_name = "FOLDER", conflicts_with = "schema")]
    pages: Option<PathBuf>,

    /// Print the JSON schema of a system's description, for editors.
    #[arg(long)]
    schema: bool,
}

impl Systems {
    pub(crate) fn run(self) -> ExitCode {
        match self.answer() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                super::fail(&error);
                ExitCode::from(2)
            }
        }
    }

    fn answer(&self) -> anyhow::Result<()> {
        if self.schema {
            let schema = im_auth_sql::spec::SystemSpec::json_schema();
            super::print(&serde_json::to_string_pretty(&schema)?)?;
            return Ok(());
        }
        let mut list = Vec::new();
        for system in systems() {
            if self
                .category
                .as_deref()
                .is_none_or(|wanted| wanted == system.category())
            {
                list.push((system.about()?, system));
            }
        }
        if list.is_empty() {
            let category = self.category.as_deref().unwrap_or_default();
            anyhow::bail!(
                "there is no system of the category {category:?}: write forum, cms, groupware, other or directory, \
                 or build with that feature"
            );
        }
        if let Some(folder) = &self.pages {
            let written = pages::write(folder, &list)
                .with_context(|| format!("cannot write into {}", folder.display()))?;
            super::print(&format!("{written} pages in {}", folder.display()))?;
        } else if self.json {
            let abouts: Vec<_> = list.iter().map(|(about, _)| about).collect();
            super::print(&serde_json::to_string_pretty(&abouts)?)?;
        } else {
            let width = list.iter().map(|(about, _)| about.id.len()).max();
            let width = width.unwrap_or_default();
            for (about, _) in &list {
                let versions = match about.versions.as_str() {
                    "" => String::new(),
                    versions => format!(" {versions}"),
                };
                super::print(&format!(
                    "{:width$}  {:9}  {}{versions}",
                    about.id, about.category, about.name
                ))?;
            }
        }
        Ok(())
    }
}
