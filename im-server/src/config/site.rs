//! `[[site]]` and `[role.NAME]`.

use im_messenger::{OptionOverrides, Options};
use url::Url;

use super::keys::{Setting, keys};

impl Setting for Options {
    const KIND: &'static str = "a table of options";
    fn render(&self) -> Option<String> {
        None
    }
}

impl Setting for OptionOverrides {
    const KIND: &'static str = "a table of options";
    fn render(&self) -> Option<String> {
        None
    }
}

keys! {
    /// One address people connect to: who may sign in there, and with which options. All sites share one store.
    pub struct SiteKeys {
        /// The path below `public_url`, with a slash at both ends.
        path: String = String::new(), example "\"/intramessenger/\"";
        /// Who may sign in: names of `[realm.NAME]` blocks, tried in this order, and `local` for own accounts.
        realms: Vec<String> = Vec::new(), example "[\"local\"]";
        /// What the site is called.
        title: String = "IntraMessenger".into();
        /// The language of the page: `en` or `fr`. Not set: what the browser prefers.
        language: Option<String> = None, example "\"fr\"";
        /// A notice on the page.
        notice: Option<String> = None, example "\"Back up on Sunday, 8 to 9 h.\"";
        /// Where people register who have no account yet, for every realm of the site that has no own `register_url`.
        register_url: Option<Url> = None, example "\"https://forum.example.org/profile.php?mode=register\"";
        /// Where people go who lost their password, for every realm of the site that has no own `lost_password_url`.
        lost_password_url: Option<Url> = None, example "\"https://forum.example.org/profile.php?mode=sendpassword\"";
        /// The site's options, each explained below.
        options: Options = Options::default(), example "{ max_contacts = 3, max_connected = 50 }";
    }
}

keys! {
    /// A role overrides some options for some people. Who has none has the site's options.
    pub struct RoleKeys {
        /// The options it overrides.
        options: OptionOverrides = OptionOverrides::default(), example "{ max_contacts = 100 }";
        /// Who gets it by being a member of a forum's group: `realm:group`. `im-server admin role` gives it to one person.
        groups: Vec<String> = Vec::new(), example "[\"phpbb2:Moderators\"]";
    }
}

keys! {
    /// A foreign database whose members may sign in: a forum, a CMS, a groupware. It is only ever read.
    pub struct RealmOwnKeys {
        /// What people call it: "your account on …". Not set: the system's name.
        title: Option<String> = None, example "\"The Old Board\"";
        /// Its public address, put before the paths of its members' avatars.
        url: Option<Url> = None, example "\"https://forum.example.org/\"";
        /// Where people register there.
        register_url: Option<Url> = None, example "\"https://forum.example.org/profile.php?mode=register\"";
        /// Where people go there who lost their password.
        lost_password_url: Option<Url> = None, example "\"https://forum.example.org/profile.php?mode=sendpassword\"";
    }
}
