//! Nothing secret is ever printed.

use im_core::Login;
use im_messenger::{Device, MeUpdate, Registration, StoreConfig};

use crate::support::{Place, World, on_both_stores};

on_both_stores!(nothing_seeded_appears_in_debug_or_display);

const SECRET: &str = "hunter2-hunter2";

async fn nothing_seeded_appears_in_debug_or_display(place: Place) {
    let url = place.url();
    let world = World::new(place).await;
    let messenger = &world.messenger;
    let mut printed = Vec::new();

    let mut config = StoreConfig::new(url.clone());
    config.password = Some(SECRET.to_owned().into());
    printed.push(format!("{config:?}"));
    printed.push(format!("{:?} {messenger:?}", world.store));

    let registered = messenger
        .register("/own/", "Dana", SECRET.into(), Device::default())
        .await;
    printed.push(format!("{registered:?}"));
    let Ok(Registration::SignedIn(signed_in)) = registered else {
        panic!("registered");
    };
    let token = signed_in.token.expose().to_owned();
    let acting = messenger.acting("/own/", &token).await.expect("valid");
    printed.push(format!(
        "{acting:?} {:?}",
        messenger.events(&acting, None).await
    ));
    printed.push(format!("{:?}", messenger.sessions(&acting).await));
    let update = MeUpdate {
        password: Some(("wrong".into(), SECRET.into())),
        ..MeUpdate::default()
    };
    printed.push(format!("{update:?}"));
    for login in [
        Login::new("Dana", SECRET),
        Login::new("Dana", format!("{SECRET}x")),
        Login::new("Nobody", SECRET),
    ] {
        let answer = messenger.sign_in("/own/", login, Device::default()).await;
        printed.push(format!("{answer:?}"));
        if let Err(error) = answer {
            printed.push(format!(
                "{error} {}",
                serde_json::to_string(error.extra()).expect("json")
            ));
        }
    }
    let error = messenger
        .acting("/a/", &token)
        .await
        .expect_err("another site");
    printed.push(format!("{error:?} {error}"));

    let database_password = url.split(['@', ':']).nth(2).filter(|_| url.contains('@'));
    for text in &printed {
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!text.contains(&token), "{text}");
        assert!(!text.contains("argon2"), "{text}");
        if let Some(password) = database_password {
            assert!(!text.contains(password), "{text}");
        }
    }
}
