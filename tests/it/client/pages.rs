//! Every file of calls names what it calls and where LINE describes it.

use std::fs;
use std::path::Path;

const METHODS: [&str; 4] = ["`GET /", "`POST /", "`PUT /", "`DELETE /"];

fn complaint(text: &str) -> Option<&'static str> {
    let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
    if !text.starts_with("//! `") || !METHODS.iter().any(|method| head.contains(method)) {
        return Some("does not open with its method and path");
    }
    if !head.contains("([reference](https://developers.line.biz/en/reference/") {
        return Some("does not link LINE's reference in its first lines");
    }
    let named = head.split('`').filter_map(|part| part.split_once(" /")).map(|(_, path)| path);
    let missing = named.into_iter().any(|path| !text.contains(&format!("\"/{path}\"")));
    missing.then_some("names a path that it does not call")
}

#[test]
fn every_file_of_calls_opens_with_method_path_and_reference() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/client/api");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let problem = complaint(&fs::read_to_string(&path).unwrap());
            assert_eq!(problem, None, "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= 6, "read only {read} files");
}

#[test]
fn a_file_without_method_path_or_link_is_refused() {
    let good = "//! `GET /v2/x` ([reference](https://developers.line.biz/en/reference/messaging-api/#x)).\nf(\"/v2/x\")";
    assert_eq!(complaint(good), None);
    assert!(complaint("//! The calls.").is_some());
    assert!(complaint(&good.replace("GET ", "")).is_some());
    assert!(complaint(&good.replace("developers.line.biz", "example.com")).is_some());
    assert!(complaint(&good.replace("f(\"/v2/x\")", "")).is_some());
}
