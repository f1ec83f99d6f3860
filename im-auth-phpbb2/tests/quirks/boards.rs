//! Boards in other languages: what their pages are in, what their columns hold.

use im_auth_phpbb2::{BoardCharset, Options, Phpbb2};
use im_auth_sql::DatabaseConfig;
use im_core::{ExternalAuthenticator, Login, Lookup, LookupKey, Verdict};
use im_testkit::{MariaDb, TestDatabase};
use libtest_mimic::Trial;

use crate::case::Expect;
use crate::support::{SCHEMA, board, patient, quoted};
use crate::trial;

/// The row every board has.
pub(crate) const GUEST: &str = "INSERT INTO phpbb_users (user_id, user_active, username, user_password, user_email) \
     VALUES (-1, 0, 'Anonymous', '', '');\n";

/// Rows of the board's configuration.
pub(crate) fn settings(rows: &[(&str, &str)]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, value)| format!("({}, {})", quoted(name), quoted(value)))
        .collect();
    format!(
        "INSERT INTO phpbb_config (config_name, config_value) VALUES {};\n",
        rows.join(", ")
    )
}

/// A board of its own.
pub(crate) struct Place {
    pub(crate) database: TestDatabase,
}

impl Place {
    /// A board in a database of this character set, with these settings.
    pub(crate) async fn new(charset: &str, collation: &str, rows: &[(&str, &str)]) -> Self {
        let database = MariaDb::shared()
            .await
            .create_database(charset, collation)
            .await;
        database.execute(SCHEMA).await;
        database.execute(&settings(rows)).await;
        database.execute(GUEST).await;
        Self { database }
    }

    /// A member whose name is stored as these bytes, by a connection that speaks latin1 as the product's did.
    pub(crate) async fn member(&self, id: i64, name: &[u8], stored: &str) {
        let mut script =
            format!("INSERT INTO phpbb_users (user_id, user_password, user_regdate, username) VALUES ({id}, '{stored}', {id}, '")
                .into_bytes();
        for byte in name {
            if matches!(byte, b'\'' | b'\\') {
                script.push(b'\\');
            }
            script.push(*byte);
        }
        script.extend(b"');\n");
        self.database.execute_bytes("latin1", &script).await;
    }

    /// The board behind the account that may only read.
    pub(crate) fn open(&self, charset: &str) -> Phpbb2 {
        self.open_at(self.config(), charset)
    }

    pub(crate) fn open_at(&self, database: DatabaseConfig, charset: &str) -> Phpbb2 {
        let mut options = Options::default();
        options.board_charset = charset.parse::<BoardCharset>().expect("a character set");
        board(database, options)
    }

    pub(crate) fn config(&self) -> DatabaseConfig {
        patient(&self.database.reader_url())
    }
}

/// Signs in and compares.
pub(crate) async fn ask(
    forum: &Phpbb2,
    name: &str,
    password: &str,
    expect: Expect,
) -> Result<(), String> {
    let answer = forum.authenticate(&Login::new(name, password)).await;
    expect
        .check(&answer)
        .map_err(|wrong| format!("{name:?}: {wrong}"))
}

/// The canonical spelling that a right sign-in gives, which must find the account again.
async fn canonical(forum: &Phpbb2, name: &str, password: &str) -> Result<String, String> {
    match forum.authenticate(&Login::new(name, password)).await {
        Ok(Verdict::Accepted(user)) => {
            let found = forum.find(&[Lookup::by_name(user.name.clone())]).await;
            let again = found.map_err(|error| error.to_string())?.pop().flatten();
            match again {
                Some(found) if found.user.identity == user.identity => Ok(user.name),
                _ => Err(format!("{:?} does not find the account again", user.name)),
            }
        }
        answer => Err(format!("{name:?}: {answer:?}")),
    }
}

macro_rules! ensure_eq {
    ($left:expr, $right:expr) => {{
        let (left, right) = ($left, $right);
        if left != right {
            return Err(format!("{}: {left:?} is not {right:?}", stringify!($left)));
        }
    }};
}
pub(crate) use ensure_eq;

const PASSWORD: &str = "correct horse 42";
const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("boards::russian_bytes_in_latin1_columns", russian_bytes),
        trial("boards::russian_letters_in_cp1251_columns", russian_letters),
        trial(
            "boards::russian_bytes_that_went_through_utf8",
            russian_mojibake,
        ),
        trial("boards::polish_bytes_in_latin1_columns", polish_bytes),
        trial("boards::turkish_bytes_in_latin1_columns", turkish_bytes),
        trial(
            "boards::japanese_bytes_with_backslashes_in_them",
            japanese_bytes,
        ),
        trial("boards::chinese_bytes_in_latin1_columns", chinese_bytes),
        trial("boards::utf8_bytes_in_latin1_columns", utf8_bytes),
        trial(
            "boards::utf8_bytes_by_the_databases_charset_option",
            utf8_option,
        ),
        trial(
            "boards::text_in_latin1_columns_of_a_utf8_board",
            text_option,
        ),
        trial("boards::upgraded_to_utf8_columns", upgraded),
        trial("boards::upgraded_to_utf8mb4_columns", upgraded_mb4),
        trial(
            "boards::english_board_in_latin1_with_every_byte",
            every_byte,
        ),
        trial("boards::a_binary_collation_is_exact", binary),
        trial(
            "boards::unicode_collation_takes_sharp_s_for_two",
            unicode_ci,
        ),
    ]
}

async fn russian_bytes() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "russian")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    place
        .member(3, b"\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2", STORED)
        .await;
    // md5 of "пароль 1" in windows-1251.
    place
        .member(
            4,
            b"\xce\xeb\xfc\xe3\xe0",
            "dd33bbc879a29a7c15b363b999b465ac",
        )
        .await;
    place
        .database
        .execute(
            "INSERT INTO phpbb_groups (group_id, group_name, group_single_user) VALUES (5, '', 0); \
        INSERT INTO phpbb_user_group VALUES (5, 3, 0);",
        )
        .await;
    place
        .database
        .execute_bytes(
            "latin1",
            b"UPDATE phpbb_groups SET group_name = '\xc4\xf0\xf3\xe7\xfc\xff'",
        )
        .await;
    let forum = place.open("auto");
    ask(&forum, "Иван Петров", PASSWORD, Expect::In(3)).await?;
    ask(&forum, "Иван Петров", "wrong", Expect::Wrong).await?;
    ask(&forum, "Ольга", "пароль 1", Expect::In(4)).await?;
    ask(&forum, "Ольга", "пароль 2", Expect::Wrong).await?;
    ask(&forum, "Игорь", PASSWORD, Expect::Unknown).await?;
    // The collation folds case of the latin letters these bytes would be, which happens to fit Cyrillic.
    ask(&forum, "ИВАН ПЕТРОВ", PASSWORD, Expect::In(3)).await?;
    ensure_eq!(
        canonical(&forum, "Иван Петров", PASSWORD).await?,
        "Иван Петров"
    );
    let found = forum
        .find(&[Lookup::by_id("3")])
        .await
        .map_err(|error| error.to_string())?;
    ensure_eq!(
        found[0].as_ref().map(|found| found.user.groups.clone()),
        Some(vec!["Друзья".to_owned()])
    );
    Ok(())
}

async fn russian_letters() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "russian")];
    let place = Place::new("cp1251", "cp1251_general_ci", &rows).await;
    let member = format!(
        "INSERT INTO phpbb_users (user_id, username, user_password) VALUES (3, 'Иван', '{STORED}')"
    );
    place.database.execute(&member).await;
    let forum = place.open("auto");
    ask(&forum, "иван", PASSWORD, Expect::In(3)).await?;
    ask(&forum, "Łukasz", PASSWORD, Expect::Unknown).await?;
    ensure_eq!(canonical(&forum, "ИВАН", PASSWORD).await?, "Иван");
    Ok(())
}

async fn russian_mojibake() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "russian")];
    let place = Place::new("utf8mb4", "utf8mb4_general_ci", &rows).await;
    place.member(3, b"\xc8\xe2\xe0\xed", STORED).await;
    let mut config = place.config();
    config.charset = Some(
        "bytes:windows-1251"
            .parse()
            .map_err(|_| "a character set")?,
    );
    let forum = place.open_at(config, "auto");
    ask(&forum, "Иван", PASSWORD, Expect::In(3)).await?;
    ensure_eq!(canonical(&forum, "Иван", PASSWORD).await?, "Иван");
    Ok(())
}

async fn polish_bytes() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "polish")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    // "Łukasz" and md5 of "zażółć" in iso-8859-2.
    place
        .member(3, b"\xa3ukasz", "9cea8c9328255b093805b4313d1c543d")
        .await;
    let forum = place.open("auto");
    ask(&forum, "Łukasz", "zażółć", Expect::In(3)).await?;
    ask(&forum, "Łukasz", "zazolc", Expect::Wrong).await?;
    ask(&forum, "£ukasz", "zażółć", Expect::Unknown).await?;
    ensure_eq!(canonical(&forum, "Łukasz", "zażółć").await?, "Łukasz");
    Ok(())
}

async fn turkish_bytes() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "turkish")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    // "Işıl" and md5 of "şifre" in windows-1254, which is what browsers mean by iso-8859-9.
    place
        .member(3, b"I\xfe\xfdl", "d4dd79d98929717f0907e7057938d6b8")
        .await;
    let forum = place.open("auto");
    ask(&forum, "Işıl", "şifre", Expect::In(3)).await?;
    ensure_eq!(canonical(&forum, "Işıl", "şifre").await?, "Işıl");
    Ok(())
}

async fn japanese_bytes() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "japanese")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    // "表示" in Shift_JIS: the second byte is a backslash. The same as a password, with its backslash doubled.
    place
        .member(3, b"\x95\x5c\x8e\xa6", "192b777f0c85ad05f438e2cfeeee3078")
        .await;
    let forum = place.open("auto");
    ask(&forum, "表示", "表示", Expect::In(3)).await?;
    ask(&forum, "表", "表示", Expect::Unknown).await?;
    ensure_eq!(canonical(&forum, "表示", "表示").await?, "表示");
    Ok(())
}

async fn chinese_bytes() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "chinese_simplified")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    // "张伟" and md5 of "密码" in GBK.
    place
        .member(3, b"\xd5\xc5\xce\xb0", "d2293e30f0c964c5f6242486aa8a483c")
        .await;
    let forum = place.open("auto");
    ask(&forum, "张伟", "密码", Expect::In(3)).await?;
    ensure_eq!(canonical(&forum, "张伟", "密码").await?, "张伟");
    Ok(())
}

async fn utf8_bytes() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "english")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    // md5 of "zażółć" in UTF-8.
    place
        .member(3, "Łukasz".as_bytes(), "884c73f2b5319ab2bbda84aacb14ec68")
        .await;
    // Cut at 25 bytes, in the middle of a letter.
    place
        .member(4, &"Константинополь".as_bytes()[..25], STORED)
        .await;
    place.member(5, "Emoji🔑".as_bytes(), STORED).await;
    let forum = place.open("utf-8");
    ask(&forum, "Łukasz", "zażółć", Expect::In(3)).await?;
    ask(&forum, "Константинополь", PASSWORD, Expect::In(4)).await?;
    ask(&forum, "Константинопольский", PASSWORD, Expect::In(4)).await?;
    ask(&forum, "Константиноп", PASSWORD, Expect::Unknown).await?;
    ask(&forum, "Emoji🔑", PASSWORD, Expect::In(5)).await?;
    ask(&forum, "Emoji🗝", PASSWORD, Expect::Unknown).await?;
    ensure_eq!(canonical(&forum, "Łukasz", "zażółć").await?, "Łukasz");
    // Without the option the board is taken to be in windows-1252, and its name to hold an entity.
    ask(&place.open("auto"), "Łukasz", "zażółć", Expect::Unknown).await?;
    Ok(())
}

async fn utf8_option() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "french")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    place.member(3, "Zoé".as_bytes(), STORED).await;
    let mut config = place.config();
    config.charset = Some("bytes:utf-8".parse().map_err(|_| "a character set")?);
    let forum = place.open_at(config, "auto");
    ensure_eq!(canonical(&forum, "Zoé", PASSWORD).await?, "Zoé");
    ask(&forum, "Zoe", PASSWORD, Expect::Unknown).await?;
    Ok(())
}

/// A board that names its connection's character set has its letters converted.
async fn text_option() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "english")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    place.member(3, b"Zo\xe9", STORED).await;
    ask(&place.open("utf-8"), "Zoé", PASSWORD, Expect::Unknown).await?;
    let mut config = place.config();
    config.charset = Some("text".parse().map_err(|_| "a character set")?);
    let forum = place.open_at(config, "utf-8");
    ensure_eq!(canonical(&forum, "Zoé", PASSWORD).await?, "Zoé");
    ask(&forum, "zoe", PASSWORD, Expect::In(3)).await?;
    ask(&forum, "Łukasz", PASSWORD, Expect::Unknown).await?;
    Ok(())
}

async fn upgraded_in(charset: &str) -> Result<Phpbb2, String> {
    let rows = [("version", ".0.23"), ("default_lang", "english")];
    let place = Place::new(charset, &format!("{charset}_general_ci"), &rows).await;
    let script = format!(
        "INSERT INTO phpbb_users (user_id, username, user_password) VALUES (3, 'Łukasz', '884c73f2b5319ab2bbda84aacb14ec68'), \
         (4, 'Константиноп', '{STORED}'), (5, 'R&amp;D Żubr', '{STORED}')"
    );
    place.database.execute(&script).await;
    let forum = place.open("utf-8");
    ask(&forum, "łukasz", "zażółć", Expect::In(3)).await?;
    ask(&forum, "łukasz", "zazolc", Expect::Wrong).await?;
    ask(&forum, "Константинополь", PASSWORD, Expect::In(4)).await?;
    ask(&forum, "r&d żubr", PASSWORD, Expect::In(5)).await?;
    ensure_eq!(canonical(&forum, "ŁUKASZ", "zażółć").await?, "Łukasz");
    ask(&forum, "Emoji🔑", PASSWORD, Expect::Unknown).await?;
    // One name the column cannot hold must not make others absent.
    let names = ["Łukasz", "Emoji🔑", "R&D Żubr"].map(Lookup::by_name);
    let found = forum
        .find(&names)
        .await
        .map_err(|error| error.to_string())?;
    ensure_eq!(
        found.iter().map(Option::is_some).collect::<Vec<_>>(),
        [true, false, true]
    );
    Ok(forum)
}

async fn upgraded() -> Result<(), String> {
    upgraded_in("utf8mb3").await.map(drop)
}

async fn upgraded_mb4() -> Result<(), String> {
    upgraded_in("utf8mb4").await.map(drop)
}

/// Each byte from 0x80 on is a letter of a name of its own, and finds itself.
async fn every_byte() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "english")];
    let place = Place::new("latin1", "latin1_bin", &rows).await;
    let mut script = Vec::new();
    for byte in 0x80..=0xff_u8 {
        let id = i64::from(byte);
        script.extend(
            format!("INSERT INTO phpbb_users (user_id, user_password, username) VALUES ({id}, '{STORED}', 'x").into_bytes(),
        );
        script.push(byte);
        script.extend(b"');\n");
    }
    place.database.execute_bytes("latin1", &script).await;
    let forum = place.open("auto");
    let ids: Vec<_> = (0x80..=0xff_u8)
        .map(|byte| Lookup::by_id(byte.to_string()))
        .collect();
    let found = forum.find(&ids).await.map_err(|error| error.to_string())?;
    for (lookup, found) in ids.iter().zip(found) {
        let LookupKey::Id(id) = &lookup.key else {
            continue;
        };
        let name = found.ok_or("absent")?.user.name;
        let expected = id.as_str().parse().map_err(|_| "a number")?;
        ask(&forum, &name, PASSWORD, Expect::In(expected)).await?;
    }
    Ok(())
}

async fn binary() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "english")];
    let place = Place::new("latin1", "latin1_bin", &rows).await;
    place.member(3, b"Zo\xe9", STORED).await;
    let forum = place.open("auto");
    ask(&forum, "Zoé", PASSWORD, Expect::In(3)).await?;
    ask(&forum, "zoé", PASSWORD, Expect::Unknown).await?;
    ask(&forum, "Zoe", PASSWORD, Expect::Unknown).await?;
    Ok(())
}

async fn unicode_ci() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "german")];
    let place = Place::new("utf8mb4", "utf8mb4_unicode_ci", &rows).await;
    place.member(3, b"Stra\xdfe", STORED).await;
    let forum = place.open("auto");
    ask(&forum, "STRASSE", PASSWORD, Expect::In(3)).await?;
    ask(&forum, "Strase", PASSWORD, Expect::Unknown).await?;
    Ok(())
}
