//! The files themselves: nothing forgotten, nothing from elsewhere.

use std::path::Path;

/// The files of a folder of the client, by their path below `web/`, with their text.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let mut found = Vec::new();
    let mut folders = vec![web.join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("a folder of the client");
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("a text");
                found.push((below(&web, &path), text));
            }
        }
    }
    found.sort();
    found
}

fn below(web: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(web).expect("inside");
    inside.to_string_lossy().into_owned()
}

#[test]
fn the_page_names_every_style_and_every_module_it_starts_with() {
    let page = include_str!("../../web/index.html");
    for (name, _) in sources("css") {
        assert!(page.contains(&format!("href=\"assets/{name}\"")), "{name}");
    }
    // A language is fetched when it is known which; types are for reading.
    let later = ["js/main.js", "js/early.js", "js/types.js"];
    for (name, _) in sources("js") {
        let named = page.contains(&format!(
            "<link rel=\"modulepreload\" href=\"assets/{name}\">"
        ));
        let wanted = !later.contains(&name.as_str()) && !name.contains("strings/");
        assert_eq!(named, wanted, "{name}");
    }
}

#[test]
fn nothing_makes_markup_from_text_or_comes_from_elsewhere() {
    for (name, source) in sources("js") {
        for forbidden in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "setAttribute('style'",
        ] {
            assert!(!source.contains(forbidden), "{forbidden} in {name}");
        }
    }
    for (name, source) in sources("js").into_iter().chain(sources("css")) {
        let elsewhere = source.split("http").skip(1).any(|rest| {
            (rest.starts_with("://") || rest.starts_with("s://"))
                && !rest.contains("www.w3.org/2000/svg")
        });
        assert!(!elsewhere, "{name} names an address");
    }
}
