//! What types make impossible is refused by the simulator, as LINE does.

use serde_json::{Value, json};

use super::{INVALID, Line, URL, body, faulty};

const MISSING: &str = "must be specified";
const UNKNOWN: &str = "unknown field";

fn icon() -> Value {
    json!({"type": "icon", "url": URL})
}

fn text() -> Value {
    json!({"type": "text", "text": "a"})
}

fn layout(layout: &str, contents: &[Value]) -> Value {
    json!({"type": "box", "layout": layout, "contents": contents})
}

#[tokio::test]
async fn components_stand_where_they_may() {
    let line = Line::new().await;
    let span = json!({"type": "span", "text": "a"});
    let separator = json!({"type": "separator"});
    let video =
        json!({"type": "video", "url": URL, "previewUrl": URL, "altContent": {"type": "image", "url": URL}});
    let button = json!({"type": "button", "action": {"type": "message", "label": "a", "text": "a"}});
    let image = json!({"type": "image", "url": URL});
    let filler = json!({"type": "filler"});
    let nested = layout("vertical", &[]);
    for good in [
        layout(
            "horizontal",
            &[nested.clone(), button.clone(), image.clone(), text(), separator.clone(), filler.clone()],
        ),
        layout("baseline", &[icon(), text(), filler]),
    ] {
        assert_eq!(line.says(&body(&[good])).await, []);
    }
    for outer in ["vertical", "horizontal"] {
        for bad in
            [&icon(), &span, &video, &json!({"type": "spacer"}), &json!({}), &json!("text"), &json!(null)]
        {
            let said = line.says(&body(&[layout(outer, &[text(), bad.clone()])])).await;
            faulty(&said, ".body.contents[0].contents[1]", INVALID);
        }
    }
    for bad in [&nested, &button, &image, &separator, &span, &video] {
        let said = line.says(&body(&[layout("baseline", std::slice::from_ref(bad))])).await;
        faulty(&said, ".body.contents[0].contents[0]", INVALID);
    }
    let said = line.says(&body(&[json!({"type": "text", "contents": [span, text()]})])).await;
    faulty(&said, ".body.contents[0].contents[1]", INVALID);
    for (block, bad) in
        [("header", &image), ("body", &text()), ("footer", &video), ("hero", &text()), ("hero", &button)]
    {
        let said = line.says(&json!({"type": "bubble", block: bad})).await;
        faulty(&said, &format!(".{block}"), INVALID);
    }
    let instead = json!({"type": "video", "url": URL, "previewUrl": URL, "altContent": text()});
    faulty(&line.says(&json!({"type": "bubble", "hero": instead})).await, ".hero.altContent", INVALID);
    let tapped = json!({"type": "video", "url": URL, "previewUrl": URL, "altContent": image, "action": {"type": "message", "text": "a"}});
    faulty(&line.says(&json!({"type": "bubble", "hero": tapped})).await, ".hero.action", INVALID);
}

#[tokio::test]
async fn what_is_needed_must_be_there() {
    let line = Line::new().await;
    let message = json!({"type": "flex", "altText": "alt"});
    assert_eq!(line.says_message(&message).await, [("messages[0].contents".to_owned(), MISSING.to_owned())]);
    let message = json!({"type": "flex", "contents": body(&[])});
    let words = "May not be empty".to_owned();
    assert_eq!(line.says_message(&message).await, [("messages[0].altText".to_owned(), words)]);
    for bad in [json!({}), json!({"type": "box"}), json!([]), json!("bubble"), json!({"type": "flex"})] {
        faulty(&line.says(&bad).await, "", INVALID);
    }
    for (bad, field) in [
        (json!({"type": "box", "contents": []}), "layout"),
        (json!({"type": "box", "layout": "vertical"}), "contents"),
        (json!({"type": "image"}), "url"),
        (json!({"type": "text"}), "text"),
        (
            json!({"type": "box", "layout": "vertical", "contents": [], "background": {"type": "linearGradient", "startColor": "#000000", "endColor": "#000000"}}),
            "background.angle",
        ),
        (
            json!({"type": "box", "layout": "vertical", "contents": [], "background": {"type": "linearGradient", "angle": "0deg", "endColor": "#000000"}}),
            "background.startColor",
        ),
        (
            json!({"type": "box", "layout": "vertical", "contents": [], "background": {"type": "linearGradient", "angle": "0deg", "startColor": "#000000"}}),
            "background.endColor",
        ),
    ] {
        faulty(&line.says(&body(&[bad])).await, &format!(".body.contents[0].{field}"), MISSING);
    }
    faulty(
        &line.says(&body(&[json!({"type": "button"})])).await,
        ".body.contents[0].action",
        "May not be empty",
    );
    let baseline = body(&[layout("baseline", &[json!({"type": "icon"})])]);
    faulty(&line.says(&baseline).await, ".body.contents[0].contents[0].url", MISSING);
    let said = line.says(&json!({"type": "bubble", "hero": {"type": "video"}})).await;
    for field in ["url", "previewUrl", "altContent"] {
        faulty(&said, &format!(".hero.{field}"), MISSING);
    }
    let carousel = json!({"type": "carousel", "contents": [body(&[]), {"type": "carousel", "contents": []}]});
    faulty(&line.says(&carousel).await, ".contents[1]", INVALID);
    faulty(&line.says(&json!({"type": "carousel"})).await, ".contents", "Size must be between 1 and 12");
}

/// A component with one property more.
async fn with(line: &Line, component: &Value, field: &str, value: Value) -> super::Said {
    let mut component = component.clone();
    component[field] = value;
    let around = if component["type"] == "icon" { "baseline" } else { "vertical" };
    line.says(&body(&[layout(around, &[component])])).await
}

#[tokio::test]
async fn values_are_what_line_takes() {
    let line = Line::new().await;
    let container = layout("vertical", &[]);
    let button = json!({"type": "button", "action": {"type": "message", "label": "a", "text": "a"}});
    let image = json!({"type": "image", "url": URL});
    let separator = json!({"type": "separator"});
    let cases: [(&Value, &str, &[&str], &[&str]); 24] = [
        (
            &container,
            "spacing",
            &["md", "3px", "2.5px", "0px"],
            &["3", "px", "3%", "full", "xxs", "-1px", "1e3px", " 3px", "3 px", "+3px", "NaNpx", "infpx"],
        ),
        (&container, "margin", &["none"], &["5%", "3xl"]),
        (&container, "width", &["5px", "5%"], &["md", "5", "-5%", ""]),
        (&container, "maxWidth", &["5.5%"], &["none"]),
        (&container, "paddingAll", &["none", "5%"], &["full", "-1px"]),
        (&container, "offsetTop", &["-5px", "-5%", "md"], &["full", "5em"]),
        (&container, "borderWidth", &["semi-bold", "2px"], &["2%", "xs", "Bold"]),
        (&container, "cornerRadius", &["xxl", "2px"], &["2%", "light"]),
        (&container, "position", &["absolute", "relative"], &["fixed"]),
        (&container, "justifyContent", &["space-around"], &["start"]),
        (&container, "alignItems", &["center"], &["stretch", "space-between"]),
        (&container, "layout", &["horizontal"], &["grid"]),
        (&button, "height", &["sm", "md"], &["lg", "20px"]),
        (&button, "style", &["link"], &["tertiary"]),
        (&button, "gravity", &["top"], &["start"]),
        (&button, "adjustMode", &["shrink-to-fit"], &["grow"]),
        (&image, "size", &["full", "5xl", "50%", "50px"], &["6xl", "none"]),
        (&image, "aspectMode", &["cover"], &["fill"]),
        (&image, "aspectRatio", &["1.91:1"], &["1", "1:", "1:1:1", "a:b", "16/9"]),
        (&separator, "margin", &["xl"], &["50%"]),
        (&icon(), "size", &["5xl", "20px"], &["full", "20%"]),
        (&text(), "size", &["5xl", "20px"], &["full", "20%"]),
        (&text(), "align", &["start"], &["left", "top"]),
        (&text(), "decoration", &["line-through"], &["overline"]),
    ];
    for (component, field, good, bad) in cases {
        for value in good {
            assert_eq!(with(&line, component, field, json!(value)).await, [], "{field} {value}");
        }
        for value in bad.iter().map(|value| json!(value)).chain([json!(1), json!([]), json!(true)]) {
            let said = with(&line, component, field, value.clone()).await;
            faulty(&said, &format!(".body.contents[0].contents[0].{field}"), INVALID);
        }
    }
}

#[tokio::test]
async fn numbers_and_switches_are_what_they_are() {
    let line = Line::new().await;
    let image = json!({"type": "image", "url": URL});
    for (component, field, good, bad) in [
        (text(), "flex", json!(0), vec![json!("1"), json!(1.5), json!(-1), json!(2_147_483_648_u32)]),
        (text(), "maxLines", json!(2_147_483_647), vec![json!("1"), json!(-1)]),
        (text(), "wrap", json!(true), vec![json!("true"), json!(1)]),
        (text(), "scaling", json!(false), vec![json!(0)]),
        (image, "animated", json!(true), vec![json!("true")]),
        (text(), "weight", json!("bold"), vec![json!("bolder"), json!(700)]),
        (text(), "style", json!("italic"), vec![json!("oblique")]),
        (text(), "lineSpacing", json!("1px"), vec![json!("1"), json!("0px"), json!("md"), json!(1)]),
    ] {
        assert_eq!(with(&line, &component, field, good).await, []);
        for bad in bad {
            let said = with(&line, &component, field, bad).await;
            faulty(&said, &format!(".body.contents[0].contents[0].{field}"), INVALID);
        }
    }
    let boxed = layout("vertical", &[]);
    faulty(
        &with(&line, &boxed, "background", json!({"type": "radialGradient"})).await,
        ".body.contents[0].contents[0].background.type",
        INVALID,
    );
    for bad in ["90", "360deg", "-1deg", "90rad"] {
        let gradient =
            json!({"type": "linearGradient", "angle": bad, "startColor": "#000000", "endColor": "#000000"});
        let said = with(&line, &boxed, "background", gradient).await;
        faulty(&said, ".body.contents[0].contents[0].background.angle", INVALID);
    }
    for (field, bad) in [("size", json!("tera")), ("direction", json!("ttb"))] {
        faulty(&line.says(&json!({"type": "bubble", field: bad})).await, &format!(".{field}"), INVALID);
    }
    let styles =
        json!({"header": {"separator": "yes", "separatorColor": "red"}, "hero": {"backgroundColor": "red"}});
    let said = line.says(&json!({"type": "bubble", "styles": styles})).await;
    for field in ["header.separator", "header.separatorColor", "hero.backgroundColor"] {
        faulty(&said, &format!(".styles.{field}"), INVALID);
    }
}

#[tokio::test]
async fn a_property_that_a_component_does_not_have_is_named() {
    let line = Line::new().await;
    let button = json!({"type": "button", "action": {"type": "message", "label": "a", "text": "a"}});
    for (component, field) in [
        (layout("vertical", &[]), "align"),
        (button, "size"),
        (json!({"type": "image", "url": URL}), "wrap"),
        (icon(), "flex"),
        (text(), "layout"),
        (json!({"type": "separator"}), "flex"),
        (json!({"type": "filler"}), "margin"),
        (text(), "lineHeight"),
    ] {
        let said = with(&line, &component, field, json!("x")).await;
        faulty(&said, &format!(".body.contents[0].contents[0].{field}"), UNKNOWN);
    }
    let span = json!({"type": "text", "contents": [{"type": "span", "text": "a", "wrap": true}]});
    faulty(&line.says(&body(&[span])).await, ".body.contents[0].contents[0].wrap", UNKNOWN);
    for (bubble, field) in [
        (json!({"type": "bubble", "title": "a"}), "title"),
        (json!({"type": "bubble", "styles": {"type": "x"}}), "styles.type"),
        (json!({"type": "bubble", "styles": {"body": {"color": "#000000"}}}), "styles.body.color"),
        (json!({"type": "carousel", "contents": [body(&[])], "size": "giga"}), "size"),
    ] {
        faulty(&line.says(&bubble).await, &format!(".{field}"), UNKNOWN);
    }
}
