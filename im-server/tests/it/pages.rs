//! The web client's files.

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_at_the_site_and_a_missing_slash_is_added() {
    let app = TestApp::local("").await;
    let page = app.site("/im/").get("").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let missing = app.site("/im").get("").await;
    assert_eq!(missing.status, 308);
    assert_eq!(missing.headers["location"], "/im/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_did_not_change_is_not_sent_again() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let first = site.get("").await;
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(first.headers["cache-control"], "no-cache");
    let second = site.with("if-none-match", &tag).get("").await;
    assert_eq!((second.status, second.text.len()), (304, 0));
    assert_eq!(
        site.with("if-none-match", "W/\"other\"")
            .get("")
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn text_leaves_compressed_for_who_understands_it() {
    let app = TestApp::local("").await;
    let answer = app
        .site("/im/")
        .with("accept-encoding", "gzip")
        .get("")
        .await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    let plain = app
        .site("/im/")
        .with("accept-encoding", "identity")
        .get("")
        .await;
    assert!(!plain.headers.contains_key("content-encoding"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("web")).unwrap();
    std::fs::write(folder.path().join("web/app.js"), "1").unwrap();
    std::fs::write(folder.path().join("secret"), "x").unwrap();
    let web = folder.path().join("web");
    let app = TestApp::local_with("", |conf| {
        conf.root(&format!("web_dir = \"{}\"", web.display()))
    })
    .await;
    let site = app.site("/im/");
    let script = site.get("assets/app.js").await;
    assert_eq!(
        script.headers["content-type"],
        "text/javascript; charset=utf-8"
    );
    script.expect(200);
    for path in [
        "assets/%2e%2e/secret",
        "assets/..%2fsecret",
        "assets/%2fetc%2fpasswd",
        "assets/",
    ] {
        assert_eq!(site.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_sites_is_shown_where_it_is_wanted() {
    let app = TestApp::local("").await;
    assert_eq!(app.site("/").get("").await.status, 404);
    let app = TestApp::local_with("", |conf| conf.root("list_sites = true")).await;
    let list = app.site("/").get("").await;
    assert_eq!(list.status, 200);
    assert!(list.text.contains("href=\"/im/\""), "{}", list.text);
}
