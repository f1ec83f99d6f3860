//! One browser window, and what a person does in it.

use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

/// How long something may take to appear, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// What kind of browser it is.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) language: &'static str,
    pub(crate) dark: bool,
    pub(crate) touch: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 800,
            language: "en",
            dark: false,
            touch: false,
        }
    }
}

impl Look {
    pub(crate) fn phone() -> Self {
        Self {
            width: 390,
            height: 844,
            touch: true,
            ..Self::default()
        }
    }
}

pub(crate) struct Tab {
    pub(crate) client: Client,
    http: reqwest::Client,
    session: String,
}

impl Tab {
    pub(super) async fn new(client: Client, driver: &str, look: &Look) -> Self {
        let id = client.session_id().await.expect("an answer");
        let tab = Self {
            client,
            http: reqwest::Client::new(),
            session: format!("{driver}/session/{}", id.expect("a session")),
        };
        let scheme = if look.dark { "dark" } else { "light" };
        for (command, parameters) in [
            (
                "Emulation.setDeviceMetricsOverride",
                json!({
                    "width": look.width,
                    "height": look.height,
                    "deviceScaleFactor": 1,
                    "mobile": look.touch,
                }),
            ),
            (
                "Emulation.setTouchEmulationEnabled",
                json!({ "enabled": look.touch }),
            ),
            // Of several windows each believes that somebody looks at it.
            (
                "Emulation.setFocusEmulationEnabled",
                json!({ "enabled": true }),
            ),
            (
                "Emulation.setEmulatedMedia",
                json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
            ),
        ] {
            tab.devtools(command, parameters).await;
        }
        tab
    }

    /// A command of the browser's own protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", body).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self
            .http
            .post(format!("{}/{path}", self.session))
            .json(&body)
            .send()
            .await
            .expect("the driver answers");
        let answer: Value = answer.json().await.expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("the page loads");
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.expect("the page loads");
    }

    /// The value of an expression.
    pub(crate) async fn eval(&self, expression: &str) -> Value {
        self.client
            .execute(&format!("return ({expression})"), vec![])
            .await
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until an expression is true.
    pub(crate) async fn until(&self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        let script = format!("return Boolean({expression})");
        loop {
            // A page that is just loading answers with an error.
            if let Ok(Value::Bool(true)) = self.client.execute(&script, vec![]).await {
                return;
            }
            if Instant::now() > end {
                let page = self.eval("document.body.innerText").await;
                let console = self.console().await;
                panic!("in vain: {expression}\nthe page: {page}\nthe console: {console:#?}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Waits until something is there to be seen.
    pub(crate) async fn shows(&self, selector: &str) {
        let selector = json!(selector);
        self.until(&format!(
            "document.querySelector({selector})?.checkVisibility()"
        ))
        .await;
    }

    /// Waits until a text is there to be read.
    pub(crate) async fn says(&self, words: &str) {
        let words = json!(words);
        self.until(&format!("document.body.innerText.includes({words})"))
            .await;
    }

    /// The text of an element.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.shows(selector).await;
        let selector = json!(selector);
        let text = self
            .eval(&format!("document.querySelector({selector}).innerText"))
            .await;
        text.as_str().unwrap_or_default().trim().to_owned()
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.shows(selector).await;
        let element = self.client.find(Locator::Css(selector)).await;
        let clicked = element.expect("it is there").click().await;
        clicked.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Brings the pointer over an element.
    pub(crate) async fn points_at(&self, selector: &str) {
        self.shows(selector).await;
        let element = self.client.find(Locator::Css(selector)).await;
        let over = PointerAction::MoveToElement {
            element: element.expect("it is there"),
            duration: None,
            x: 0.0,
            y: 0.0,
        };
        let moved = MouseActions::new("mouse".to_owned()).then(over);
        let moved = self.client.perform_actions(moved).await;
        moved.expect("the pointer moves");
    }

    pub(crate) async fn fill(&self, selector: &str, words: &str) {
        self.shows(selector).await;
        let element = self.client.find(Locator::Css(selector)).await;
        let element = element.expect("it is there");
        element.clear().await.expect("it can be cleared");
        element.send_keys(words).await.expect("it takes keys");
    }

    /// Picks one of a list.
    pub(crate) async fn choose(&self, selector: &str, value: &str) {
        self.shows(selector).await;
        let element = self.client.find(Locator::Css(selector)).await;
        let element = element.expect("it is there");
        let chosen = element.select_by_value(value).await;
        chosen.expect("it can be chosen");
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn press(&self, keys: &str) {
        let element = self.client.active_element().await;
        let element = element.expect("something has the focus");
        element.send_keys(keys).await.expect("it takes keys");
    }

    pub(crate) async fn press_enter(&self) {
        self.press(&Key::Enter.to_string()).await;
    }

    pub(crate) async fn sign_in(&self, name: &str, password: &str) {
        self.fill("#sign-in-name", name).await;
        self.fill("#sign-in-password", password).await;
        self.press_enter().await;
    }

    /// Finds a member through the page and asks to be their contact.
    pub(crate) async fn ask(&self, name: &str, greeting: &str) {
        self.click(".sidebar-head .icon-button").await;
        self.fill("#people-search", name).await;
        self.click(".result .button-primary").await;
        self.fill(".greeting input", greeting).await;
        self.press_enter().await;
        self.shows(".result .tag").await;
    }

    pub(crate) async fn close_dialog(&self) {
        self.click(".dialog-head .icon-button").await;
        self.until("!document.querySelector('dialog')").await;
    }

    /// Opens the conversation with the first contact.
    pub(crate) async fn open_contact(&self) {
        self.click("#tab-people").await;
        self.click("#panel-people .with-menu button.row").await;
        self.shows("#message").await;
    }

    /// Writes a message and sends it with Enter.
    pub(crate) async fn write(&self, words: &str) {
        self.fill("#message", words).await;
        self.press_enter().await;
    }

    /// Says much in the conversation on screen, past the page: a text and a number each.
    pub(crate) async fn posts(&self, words: &str, numbers: std::ops::Range<usize>) {
        let (words, from, to) = (json!(words), numbers.start, numbers.end);
        let sent = self
            .eval(&format!(
                "(async () => {{
                    const conversation = location.hash.split('/').at(-1);
                    const headers = {{ 'content-type': 'application/json' }};
                    for (let n = {from}; n < {to}; n += 1) {{
                        const body = JSON.stringify({{ text: `${{{words}}} ${{n}}`, client_id: `history-${{n}}` }});
                        const answer = await fetch(`api/v1/conversations/${{conversation}}/messages`, {{ method: 'POST', headers, body }});
                        if (answer.status !== 201) return answer.status;
                    }}
                    return 'all';
                }})()"
            ))
            .await;
        assert_eq!(sent, "all");
    }

    /// Everything said in the conversation on screen, in order.
    pub(crate) async fn said(&self) -> Vec<String> {
        serde_json::from_value(self.eval(SAID).await).expect("texts")
    }

    /// Waits until the conversation on screen is exactly this.
    pub(crate) async fn hears(&self, words: &[&str]) {
        let words = json!(words);
        self.until(&format!(
            "JSON.stringify({SAID}) === JSON.stringify({words})"
        ))
        .await;
    }

    /// What the browser's console has to say since it was last asked.
    pub(crate) async fn console(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] != "DEBUG" && entry["level"] != "INFO")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Nothing went wrong that a developer would see: no error, no violation of the content security policy.
    pub(crate) async fn has_a_clean_console(&self) {
        assert_eq!(self.console().await, Vec::<String>::new());
    }
}

const SAID: &str =
    "[...document.querySelectorAll('.message .text')].map((text) => text.textContent)";
