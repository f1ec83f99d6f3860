//! For who cannot see the page well, or at all.

use serde_json::{Value, json};

use crate::support::{Look, Tab, stage};

/// Texts whose contrast against what lies behind them is below what WCAG AA asks for.
const FAINT: &str = "(() => {
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const over = (top, below) => [0, 1, 2].map((i) => (top[i] * top[3] + below[i] * (255 - top[3])) / 255).concat(255);
    const light = (colour) => {
        const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        const colour = rgba(getComputedStyle(element).backgroundColor);
        if (colour[3] === 255) return colour;
        return over(colour, element.parentElement ? behind(element.parentElement) : rgba('Canvas'));
    };
    const faint = [];
    for (const element of document.body.querySelectorAll('*')) {
        const words = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join('');
        const style = getComputedStyle(element);
        if (!words || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        if (element.closest('.visually-hidden, [disabled], option, .skip, datalist')) continue;
        const ground = behind(element);
        const [one, other] = [light(over(rgba(style.color), ground)), light(ground)].sort((a, b) => b - a);
        const ratio = (one + 0.05) / (other + 0.05);
        const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${words.slice(0, 30)} (${ratio.toFixed(2)})`);
    }
    return faint;
})()";

/// Nothing one can operate is without a name, and every text can be read.
async fn can_be_used(tab: &Tab, place: &str) {
    let tree = tab.devtools("Accessibility.getFullAXTree", json!({})).await;
    let operable = [
        "button",
        "link",
        "textbox",
        "searchbox",
        "combobox",
        "radio",
        "checkbox",
        "switch",
        "tab",
        "menuitem",
        "dialog",
    ];
    for node in tree["nodes"].as_array().expect("nodes") {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if node["ignored"] == true || !operable.contains(&role) {
            continue;
        }
        let name = node["name"]["value"].as_str().unwrap_or_default();
        assert!(
            !name.trim().is_empty(),
            "{place}: a {role} without a name: {node}"
        );
    }
    assert_eq!(
        tab.eval(FAINT).await,
        Value::Array(vec![]),
        "{place}: faint texts"
    );
}

#[tokio::test]
async fn every_control_has_a_name_and_every_text_enough_contrast() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let chloe = stage.signed_in(&garden).await;
    for dark in [false, true] {
        let theme = if dark { "dark" } else { "light" };
        let look = Look {
            dark,
            ..Look::default()
        };
        let bob = stage.driver.tab(&look).await;
        bob.open(&board.site).await;
        bob.sign_in(&board.name, "wrong").await;
        bob.shows(".form-error:not(:empty)").await;
        can_be_used(&bob, &format!("{theme}: sign-in")).await;
        bob.sign_in(&board.name, &board.password).await;
        bob.shows("im-shell").await;
        can_be_used(&bob, &format!("{theme}: lists")).await;

        if !dark {
            bob.ask(&garden.name, "Hello").await;
            can_be_used(&bob, "finding people").await;
            bob.close_dialog().await;
            bob.click("#tab-people").await;
            chloe.click("#tab-people").await;
            can_be_used(&chloe, "a request").await;
            chloe.click(".request .button-primary").await;
        }
        bob.open_contact().await;
        bob.write("What do you see?").await;
        bob.shows(".message[data-state=sent]").await;
        can_be_used(&bob, &format!("{theme}: conversation")).await;
        for (button, dialog) in [
            (".me", "presence"),
            (".sidebar-head .icon-button:last-child", "settings"),
        ] {
            bob.click(button).await;
            bob.shows("dialog").await;
            bob.until("!document.querySelector('.devices > .hint')")
                .await;
            can_be_used(&bob, &format!("{theme}: {dialog}")).await;
            bob.close_dialog().await;
        }
    }
}

#[tokio::test]
async fn a_screen_reader_is_told_of_new_messages_and_of_nothing_else() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    bob.write("before").await;
    bob.hears(&["before"]).await;

    chloe.open_contact().await;
    chloe.hears(&["before"]).await;
    let log = "[document.querySelector('.log').role, document.querySelector('.log').ariaLive]";
    assert_eq!(chloe.eval(log).await, json!(["log", "off"]));
    let told = "document.querySelector('.visually-hidden[role=status]').textContent";
    assert_eq!(chloe.eval(told).await, "");
    bob.write("after").await;
    chloe
        .until(&format!("{told} === '{}: after'", board.name))
        .await;
    assert_eq!(
        chloe.eval("document.querySelector('.skip') !== null").await,
        true
    );
}

/// What can be operated and is smaller than a fingertip. An address within a text may be.
const TOO_SMALL: &str = "[...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.text, .skip, .visually-hidden'))
    .map((one) => [one, (one.matches('[type=radio], [type=checkbox]') && one.closest('label') || one).getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < 43.5 || height < 43.5))
    .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 80)} ${width} x ${height}`)";

#[tokio::test]
async fn everything_is_large_enough_for_a_finger() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let none = Value::Array(vec![]);
    let chloe = stage.signed_in(&garden).await;
    let look = Look::phone();
    let bob = stage.driver.tab(&look).await;
    bob.open(&stage.server.member("/intramessenger/").site)
        .await;
    bob.shows("#sign-in-name").await;
    assert_eq!(bob.eval(TOO_SMALL).await, none, "sign-in");
    bob.open(&board.site).await;
    bob.sign_in(&board.name, &board.password).await;
    bob.shows("im-shell").await;
    assert_eq!(bob.eval(TOO_SMALL).await, none, "empty list");
    bob.click(".sidebar-head .icon-button").await;
    bob.fill("#people-search", &garden.name).await;
    bob.click(".result .button-primary").await;
    bob.shows(".greeting input").await;
    assert_eq!(bob.eval(TOO_SMALL).await, none, "finding people");
    let room = "document.querySelector('.greeting input').getBoundingClientRect().width > 150";
    assert_eq!(bob.eval(room).await, true, "room for a greeting");
    bob.press_enter().await;
    bob.shows(".result .tag").await;
    bob.close_dialog().await;
    bob.click("#tab-people").await;
    assert_eq!(bob.eval(TOO_SMALL).await, none, "a request of one's own");
    chloe.click("#tab-people").await;
    chloe.click(".request .button-primary").await;
    bob.open_contact().await;
    bob.fill("#message", "Hello").await;
    bob.click(".send").await;
    bob.hears(&["Hello"]).await;
    bob.click(".conversation-head .menu-anchor button").await;
    bob.shows(".menu-item").await;
    assert_eq!(bob.eval(TOO_SMALL).await, none, "conversation and menu");
    bob.press(&fantoccini::key::Key::Escape.to_string()).await;
    bob.click(".conversation-head .icon-button").await;
    for (button, dialog) in [
        (".me", "presence"),
        (".sidebar-head .icon-button:last-child", "settings"),
    ] {
        // Passing words lie over the head of a dialog for a moment.
        bob.until("!document.querySelector('.toast')").await;
        bob.click(button).await;
        bob.shows("dialog").await;
        bob.until("!document.querySelector('.devices > .hint')")
            .await;
        assert_eq!(bob.eval(TOO_SMALL).await, none, "{dialog}");
        bob.close_dialog().await;
    }
}
