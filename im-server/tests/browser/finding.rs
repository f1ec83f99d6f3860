//! Finding somebody among many.

use fantoccini::key::Key;

use crate::support::{OwnServer, Tab, stage_with};

/// Makes members through the API who ask whoever is signed in here, and lets them be accepted.
async fn befriend(tab: &Tab, names: &[&str]) {
    let names = serde_json::json!(names);
    let done = tab
        .eval(&format!(
            "(async () => {{
                const call = async (method, path, body, token) => {{
                    const headers = {{ 'content-type': 'application/json', ...(token ? {{ authorization: `Bearer ${{token}}` }} : {{}}) }};
                    const credentials = token === null ? 'same-origin' : 'omit';
                    const answer = await fetch(`api/v1/${{path}}`, {{ method, headers, credentials, body: body && JSON.stringify(body) }});
                    if (!answer.ok) throw new Error(`${{path}}: ${{answer.status}}`);
                    return answer.json();
                }};
                const me = await call('GET', 'me', undefined, null);
                for (const name of {names}) {{
                    const {{ token, user }} = await call('POST', 'session', {{ username: name.toLowerCase().replace(/\\W/g, ''), password: 'a long enough password' }}, '');
                    await call('PATCH', 'me', {{ display_name: name }}, token);
                    await call('POST', 'contacts', {{ user: me.id }}, token);
                    await call('PATCH', `contacts/${{user.id}}`, {{ action: 'accept' }}, null);
                }}
                return 'all';
            }})()"
        ))
        .await;
    assert_eq!(done, "all");
}

#[tokio::test]
async fn many_contacts_are_narrowed_down_by_name_whatever_the_accents() {
    let stage = stage_with(OwnServer::start("")).await;
    let tab = stage.signed_in(&stage.server.member("Dora")).await;
    tab.click("#tab-people").await;
    befriend(
        &tab,
        &["Anne", "Bruno", "Claire", "Dimitri", "Zoé Petit", "Zoltan"],
    )
    .await;
    // Few are found by looking.
    tab.until("document.querySelectorAll('#panel-people .row').length === 6")
        .await;
    assert_eq!(
        tab.eval("document.querySelector('#filter').checkVisibility()")
            .await,
        false
    );
    befriend(&tab, &["Fatou", "Gabriel"]).await;
    tab.fill("#filter", "zoe").await;
    let names = "[...document.querySelectorAll('#panel-people .row-name')].map((name) => name.textContent).join()";
    tab.until(&format!("{names} === 'Zoé Petit'")).await;
    tab.fill("#filter", "zo").await;
    tab.until(&format!("{names} === 'Zoé Petit,Zoltan'")).await;

    tab.press("x").await;
    tab.says("Nobody found for “zox”").await;
    tab.press(&Key::Escape.to_string()).await;
    tab.until("document.querySelectorAll('#panel-people .row').length === 8")
        .await;

    // With the keyboard: type, Enter, write.
    tab.press("gab").await;
    tab.until(&format!("{names} === 'Gabriel'")).await;
    tab.press_enter().await;
    tab.until("document.activeElement.id === 'message'").await;
    tab.says("Gabriel").await;
    tab.has_a_clean_console().await;
}
