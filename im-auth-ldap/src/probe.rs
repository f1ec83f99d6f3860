//! What an administrator should know about a directory.

use im_core::{AuthError, Probe};
use ldap3::Scope;

use crate::connection::Query;
use crate::dn;
use crate::entry::Entry;
use crate::plan::{Mode, Plan};
use crate::pool::{Asker, Pool};

/// More accounts are not counted.
const MOST: usize = 10_000;
/// The extended operation that begins TLS.
const STARTTLS: &str = "1.3.6.1.4.1.1466.20037";
/// What Active Directory says of itself in `supportedCapabilities`.
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// Looks at everything a sign-in will read.
///
/// # Errors
/// When the directory cannot be reached, refuses the service account, or has no such base.
pub(crate) async fn probe(plan: &Plan, pool: &Pool) -> Result<Probe, AuthError> {
    let mut probe = Probe::default();
    let target = pool.target();
    if let Mode::Search { service } = &plan.mode {
        let mut lease = pool.lease().await?;
        let asker = &mut Asker::Service(&mut lease);
        let root = root(asker).await?;
        describe(&mut probe, &root, plan);
        clear_text(&mut probe, &root, pool);
        base(plan, asker).await?;
        accounts(&mut probe, plan, asker, service.is_none()).await?;
        groups(&mut probe, plan, asker).await?;
    } else {
        let (mut connection, _turn) = pool.for_member().await?;
        let root = root(&mut Asker::Member(&mut connection, target)).await?;
        describe(&mut probe, &root, plan);
        clear_text(&mut probe, &root, pool);
        probe.warnings.push(
            "without a service account nobody is looked up: members whose accounts are closed stay until their session \
             ends, and an unknown name cannot be told from a wrong password. Write `bind_dn` without {name}, and a password"
                .into(),
        );
    }
    Ok(probe)
}

/// The entry in which a server describes itself; empty where it may not be read.
async fn root(asker: &mut Asker<'_, '_>) -> Result<Entry, AuthError> {
    let attributes = [
        "vendorName",
        "vendorVersion",
        "namingContexts",
        "supportedExtension",
        "supportedCapabilities",
        "objectClass",
    ]
    .map(str::to_owned);
    let query = Query {
        base: "",
        scope: Scope::Base,
        filter: "(objectClass=*)",
        attributes: &attributes,
        limit: 1,
    };
    match asker.search(query).await {
        Ok(mut page) => Ok(page.entries.pop().unwrap_or_default()),
        Err(AuthError::Schema(_) | AuthError::Configuration(_)) => Ok(Entry::default()),
        Err(error) => Err(error),
    }
}

fn describe(probe: &mut Probe, root: &Entry, plan: &Plan) {
    let has = |attribute, value: &str| root.texts(attribute).any(|text| text == value);
    let version = root.text("vendorVersion").map(str::to_owned);
    let vendor = root.text("vendorName").map(str::to_owned);
    let product = if has("supportedCapabilities", ACTIVE_DIRECTORY) {
        Some("Active Directory".into())
    } else if has("objectClass", "OpenLDAProotDSE") {
        Some("OpenLDAP".into())
    } else {
        vendor
    };
    probe.server = match (product, &version) {
        (Some(product), Some(version)) => Some(format!("{product} {version}")),
        (product, version) => product.or_else(|| version.clone()),
    };
    probe.version = version;
    let contexts: Vec<&str> = root.texts("namingContexts").collect();
    let below = |context: &&str| match (dn::normalized(&plan.base), dn::normalized(context)) {
        (Some(base), Some(context)) => base.ends_with(&context),
        _ => false,
    };
    if !plan.base.is_empty() && !contexts.is_empty() && !contexts.iter().any(below) {
        probe.warnings.push(format!(
            "the base is below none of what the server holds ({}); write `base` below one of them",
            contexts.join("; ")
        ));
    }
}

fn clear_text(probe: &mut Probe, root: &Entry, pool: &Pool) {
    let target = pool.target();
    if target.starttls || target.url.scheme() == "ldaps" {
        return;
    }
    let offered = root.texts("supportedExtension").any(|oid| oid == STARTTLS);
    let advice = if offered {
        "the server offers StartTLS: remove starttls = false"
    } else {
        "the server offers no StartTLS here: use ldaps://, or a way that nobody else can listen on"
    };
    probe
        .warnings
        .push(format!("passwords go to the directory in clear; {advice}"));
}

async fn base(plan: &Plan, asker: &mut Asker<'_, '_>) -> Result<(), AuthError> {
    let query = Query {
        base: &plan.base,
        scope: Scope::Base,
        filter: "(objectClass=*)",
        attributes: &["1.1".to_owned()],
        limit: 1,
    };
    asker.search(query).await.map(drop)
}

async fn accounts(
    probe: &mut Probe,
    plan: &Plan,
    asker: &mut Asker<'_, '_>,
    is_anonymous: bool,
) -> Result<(), AuthError> {
    let query = Query {
        base: &plan.base,
        scope: plan.scope,
        filter: &plan.accounts_filter,
        attributes: &[plan.id.clone(), plan.name.clone()],
        limit: MOST,
    };
    let page = asker.search(query).await?;
    let count = page.entries.len();
    probe.accounts = Some(count as u64);
    if page.cut {
        probe.warnings.push(format!(
            "there are more than {count} accounts: the server tells no more at once"
        ));
    }
    if count == 0 {
        probe.warnings.push(format!(
            "no entry fits {}{}",
            plan.accounts_filter,
            if is_anonymous {
                ", or they may not be searched without a service account: write `bind_dn` and a password"
            } else {
                ", or the service account may not see them"
            }
        ));
    }
    for attribute in [&plan.id, &plan.name] {
        let without = page
            .entries
            .iter()
            .filter(|entry| entry.values(attribute).is_empty())
            .count();
        if without > 0 {
            probe.warnings.push(format!(
                "{without} of {count} accounts have no {attribute} that may be read, and cannot sign in"
            ));
        }
    }
    Ok(())
}

/// Groups that are written as distinguished names and do not exist are misspelled.
async fn groups(
    probe: &mut Probe,
    plan: &Plan,
    asker: &mut Asker<'_, '_>,
) -> Result<(), AuthError> {
    for group in &plan.group_dns {
        let query = Query {
            base: group,
            scope: Scope::Base,
            filter: "(objectClass=*)",
            attributes: &["1.1".to_owned()],
            limit: 1,
        };
        match asker.search(query).await {
            Ok(_) => {}
            Err(AuthError::Schema(_) | AuthError::Configuration(_)) => probe.warnings.push(
                format!("there is no group {group}, or it may not be seen; nobody may be in it"),
            ),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
