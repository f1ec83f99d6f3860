//! A real OpenLDAP, in a temporary folder.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use crate::certificates;
use crate::mariadb::{pause, tail};
use crate::port::{free_port, random};
use crate::watchdog::Watchdog;

/// How long the server may take to answer for the first time.
const START: Duration = Duration::from_secs(30);

/// A real OpenLDAP server in a temporary folder, on two loopback ports: one for `ldap://` with StartTLS, one for
/// `ldaps://`.
///
/// It holds `dc=example,dc=org` with an account that may read everything but passwords, and has the overlays for group
/// memberships and password policies. `ou=public` may be read by anybody. It ends with the
/// process of the test, however that ends, and its folder with it.
///
/// ```no_run
/// # async fn test() {
/// let server = im_testkit::Slapd::shared().await;
/// server.add("dn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: people\n").await;
/// // hand server.url(), server.ca_file() and server.reader() to what is tested
/// # }
/// ```
///
/// # Panics
/// Every method, when OpenLDAP is not installed or fails: the message says what to do.
pub struct Slapd {
    folder: PathBuf,
    port: u16,
    tls_port: u16,
    admin: SlapdAccess,
    reader: SlapdAccess,
    small: SlapdAccess,
    watchdog: Watchdog,
}

/// A name and its password.
#[derive(Clone)]
#[non_exhaustive]
pub struct SlapdAccess {
    /// The distinguished name.
    pub dn: String,
    /// The password.
    pub password: String,
}

impl Slapd {
    /// What the server holds.
    pub const SUFFIX: &str = "dc=example,dc=org";

    /// The server that all tests of this process share. It is started by the first who asks.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Slapd> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// A server of one's own, to stop. It ends when it is dropped.
    pub async fn start() -> Self {
        let server = tokio::task::spawn_blocking(Self::install)
            .await
            .expect("furnishing a folder for OpenLDAP does not panic");
        let mut server = server.unwrap_or_else(|problem| panic!("{problem}"));
        // Somebody else may take a port between finding it free and using it.
        for _ in 0..5 {
            server.port = free_port();
            server.tls_port = free_port();
            if server.launch().await {
                server.furnish().await;
                return server;
            }
        }
        panic!("OpenLDAP does not start:\n{}", server.log());
    }

    /// `ldap://` and the port: StartTLS, or clear text.
    #[must_use]
    pub fn url(&self) -> String {
        Self::url_at(self.port)
    }

    /// `ldap://` on another port, such as a proxy's.
    #[must_use]
    pub fn url_at(port: u16) -> String {
        format!("ldap://localhost:{port}")
    }

    /// `ldaps://` and its port.
    #[must_use]
    pub fn tls_url(&self) -> String {
        format!("ldaps://localhost:{}", self.tls_port)
    }

    /// The port of [`url`](Self::url).
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port of [`tls_url`](Self::tls_url).
    #[must_use]
    pub fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// The certificate of the authority that signed the server's, which is for `localhost` and `127.0.0.1`.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The certificate of an authority that signed nothing.
    #[must_use]
    pub fn other_ca_file(&self) -> PathBuf {
        self.folder.join("other-ca.pem")
    }

    /// Who may do everything.
    #[must_use]
    pub fn admin(&self) -> &SlapdAccess {
        &self.admin
    }

    /// Who may read everything but passwords, 500 entries at a time.
    #[must_use]
    pub fn reader(&self) -> &SlapdAccess {
        &self.reader
    }

    /// Who may read the same, three entries at a time.
    #[must_use]
    pub fn small(&self) -> &SlapdAccess {
        &self.small
    }

    /// Adds entries, as LDIF. Attributes that only the server writes (`entryUUID`, `createTimestamp`) may be among them.
    pub async fn add(&self, ldif: &str) {
        self.tool("ldapadd", &["-e", "!relax"], ldif).await;
    }

    /// Changes entries, as LDIF.
    pub async fn modify(&self, ldif: &str) {
        self.tool("ldapmodify", &["-e", "!relax"], ldif).await;
    }

    /// Replaces one attribute.
    pub async fn set(&self, dn: &str, attribute: &str, value: &str) {
        self.modify(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n"
        ))
        .await;
    }

    /// Deletes an entry and everything below it, if it is there.
    pub async fn delete(&self, dn: &str) {
        let output = self.run("ldapdelete", &["-r", dn], "").await;
        const NO_SUCH_OBJECT: i32 = 32;
        assert!(
            output.status.success() || output.status.code() == Some(NO_SUCH_OBJECT),
            "ldapdelete {dn}: {}",
            told(&output)
        );
    }

    /// Renames an entry where it is; everything below it goes with it.
    pub async fn rename(&self, dn: &str, rdn: &str) {
        self.tool("ldapmodrdn", &["-r", dn, rdn], "").await;
    }

    /// Everything at and below `base`, also what only the server writes: the entry's name, and its text as LDIF.
    pub async fn contents(&self, base: &str) -> BTreeMap<String, String> {
        let arguments = [
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-b",
            base,
            "(objectClass=*)",
            "*",
            "+",
        ];
        let text = self.tool("ldapsearch", &arguments, "").await;
        text.split("\n\n")
            .filter(|entry| !entry.trim().is_empty())
            .map(|entry| {
                let (dn, attributes) = entry.trim().split_once('\n').unwrap_or((entry, ""));
                (dn.to_owned(), attributes.to_owned())
            })
            .collect()
    }

    /// The value of an attribute as the directory stores it.
    pub async fn value(&self, dn: &str, attribute: &str) -> Option<String> {
        // Every value goes to a file of its own, so that nothing needs to be decoded.
        let scratch = self.scratch();
        let arguments = [
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-tt",
            "-T",
            &scratch,
            "-s",
            "base",
            "-b",
            dn,
            "(objectClass=*)",
            attribute,
        ];
        let text = self.tool("ldapsearch", &arguments, "").await;
        let file = text.lines().find_map(|line| line.split("file://").nth(1))?;
        let value = std::fs::read(file).expect("the value that was just written");
        std::fs::remove_file(file).ok();
        Some(String::from_utf8_lossy(&value).into_owned())
    }

    /// Stops the server: connections end, the port refuses.
    pub async fn stop(&self) {
        self.watchdog.order("stop");
    }

    /// Stops the server if it runs, and starts it on the same ports and data.
    pub async fn restart(&self) {
        self.watchdog.order("stop");
        for _ in 0..5 {
            if self.launch().await {
                return;
            }
        }
        panic!("OpenLDAP does not start again:\n{}", self.log());
    }

    fn install() -> Result<Self, String> {
        let server = program("slapd")?;
        program("ldapadd")?;
        let folder = tempfile::Builder::new()
            .prefix("im-slapd-")
            .tempdir()
            .map_err(|error| format!("no temporary folder for OpenLDAP: {error}"))?
            // From here on it is the watchdog's to remove: nothing in this process runs after a SIGKILL.
            .keep();
        let access = |name: &str| SlapdAccess {
            dn: format!("cn={name},{}", Self::SUFFIX),
            password: format!("{name}-{:016x}{:016x}", random(), random()),
        };
        let admin = access("admin");
        let modules = ["/usr/lib/ldap", "/usr/lib/openldap", "/usr/lib64/openldap"];
        let modules = modules
            .into_iter()
            .find(|folder| Path::new(folder).is_dir())
            .unwrap_or(modules[0]);
        let configuration = include_str!("slapd/slapd.conf")
            .replace("FOLDER", &folder.display().to_string())
            .replace("MODULES", modules)
            .replace("ADMIN", &admin.password);
        let script = folder.join("watchdog.sh");
        let mut files = vec![
            (
                script.clone(),
                concat!(
                    include_str!("slapd/watchdog.sh"),
                    include_str!("watchdog/orders.sh")
                )
                .into(),
            ),
            (folder.join("slapd.conf"), configuration),
            (folder.join("admin.password"), admin.password.clone()),
        ];
        files.extend(
            certificates::generate(&["localhost", "127.0.0.1"])
                .into_iter()
                .map(|(name, pem)| (folder.join(name), pem)),
        );
        for (path, text) in files {
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        for name in ["data", "scratch"] {
            std::fs::create_dir(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
        }
        let watchdog = Watchdog::start(&script, &[&folder, &server])?;
        Ok(Self {
            folder,
            port: 0,
            tls_port: 0,
            admin,
            reader: access("reader"),
            small: access("small"),
            watchdog,
        })
    }

    async fn furnish(&self) {
        let mut ldif = format!(
            "dn: {0}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n\n\
             dn: ou=public,{0}\nobjectClass: organizationalUnit\nou: public\n\n",
            Self::SUFFIX
        );
        for SlapdAccess { dn, password } in [&self.reader, &self.small] {
            ldif += &format!(
                "dn: {dn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\nuserPassword: {password}\n\n"
            );
        }
        self.add(&ldif).await;
    }

    /// Whether the server answers in the end.
    async fn launch(&self) -> bool {
        self.watchdog
            .order(&format!("start {} {}", self.port, self.tls_port));
        let patience = Instant::now() + START;
        while self.watchdog.order("alive") == "yes" && Instant::now() < patience {
            if self.run("ldapwhoami", &[], "").await.status.success() {
                return true;
            }
            // On a thread of the pool, so that a test with paused time waits as well.
            tokio::task::spawn_blocking(pause).await.ok();
        }
        self.watchdog.order("stop");
        false
    }

    async fn tool(&self, name: &str, arguments: &[&str], input: &str) -> String {
        let output = self.run(name, arguments, input).await;
        assert!(
            output.status.success(),
            "{name}: {}\n{input}",
            told(&output)
        );
        String::from_utf8(output.stdout).expect("LDIF is UTF-8")
    }

    /// Runs a command of OpenLDAP as the administrator.
    async fn run(&self, name: &str, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new(program(name).unwrap_or_else(|problem| panic!("{problem}")));
        command
            .env("LDAPNOINIT", "1")
            .args(["-x", "-H", &format!("ldap://127.0.0.1:{}", self.port)])
            .args(["-D", &self.admin.dn, "-y"])
            .arg(self.folder.join("admin.password"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let input = input.to_owned();
        tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().expect("a command of OpenLDAP runs");
            let mut stdin = child.stdin.take().expect("standard input is piped");
            // It may end before it has read everything; what it says then is in the output.
            stdin.write_all(input.as_bytes()).ok();
            drop(stdin);
            child
                .wait_with_output()
                .expect("a command of OpenLDAP ends")
        })
        .await
        .expect("running a command does not panic")
    }

    fn scratch(&self) -> String {
        self.folder.join("scratch").display().to_string()
    }

    fn log(&self) -> String {
        tail(&self.folder.join("server.log"))
    }
}

impl fmt::Debug for Slapd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slapd")
            .field("folder", &self.folder)
            .field("port", &self.port)
            .field("tls_port", &self.tls_port)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SlapdAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlapdAccess")
            .field("dn", &self.dn)
            .finish_non_exhaustive()
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Where a program of OpenLDAP is; distributions keep the server outside an ordinary user's PATH.
fn program(name: &str) -> Result<PathBuf, String> {
    crate::mariadb::program(name).map_err(|_| {
        format!("OpenLDAP is not installed ({name} not found): run scripts/install-test-tools")
    })
}
