//! Asks a forum's database whether a name and password are right.
//!
//! Run it: `cargo run -p example-check-one-password`. It needs nothing: the board is a small sample in a temporary file.
#![allow(clippy::print_stdout)]

use im_auth::{Login, Realm, RealmConfig, Shared, Verdict, build};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let board = sample_board().await?;

    // The part you would write yourself. Put your own address here: `mysql://im_ro@127.0.0.1/forum`.
    let realm = Realm::new("forum")?;
    let config = RealmConfig::new("phpbb2", board.url());
    let forum = build(&realm, &config, &Shared::default())?;

    for password in ["correct horse", "wrong pony"] {
        match forum.authenticate(&Login::new("alice", password)).await? {
            Verdict::Accepted(user) => {
                println!("{password}: welcome, {} ({})", user.name, user.identity)
            }
            Verdict::Rejected(reason) => println!("{password}: {}", reason.as_str()),
            _ => println!("{password}: no"),
        }
    }
    Ok(())
}

/// A phpBB 2 with one member, in a temporary file.
async fn sample_board() -> anyhow::Result<im_testkit::SqliteFile> {
    use im_auth_phpbb2::sample::{Board, Member};
    let board = Board::sqlite("phpbb_")?;
    let file = im_testkit::SqliteFile::create().await;
    file.execute(&board.create()).await;
    file.execute(&board.register(&Member::new("Alice", "correct horse")))
        .await;
    Ok(file)
}
