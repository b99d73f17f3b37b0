//! Bodies that LINE would never send, made from a seed: the same each time.

/// A good event's id; [`hostile_bodies`] puts one before and after what is bad, where the body is an envelope at all.
pub(crate) const GOOD_IDS: [&str; 2] = ["01K0000000000000000000GOOD", "01K000000000000000000GOOD2"];

/// What no body that was refused may be quoted with.
pub(crate) const PRIVATE: &str = "tell-nobody";

/// The depth that would overflow the stack of a reader that recurses.
const DEEP: usize = 100_000;

/// At least 500 malformed bodies. Those whose `events` is an array all hold the two good events of [`GOOD_IDS`],
/// except where the whole is cut or bytes of it are overwritten.
pub(crate) fn hostile_bodies(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed | 1);
    let mut bodies: Vec<Vec<u8>> = not_an_envelope().into_iter().map(String::into_bytes).collect();
    bodies.extend(bad_events().iter().map(|event| between_good_ones(event).into_bytes()));
    bodies.extend(bad_bytes());
    let whole = between_good_ones(&good_event("01K00000000000000000000MID"));
    bodies.extend(truncated(whole.as_bytes(), &mut random));
    bodies.extend(wrong_types().iter().map(|event| between_good_ones(event).into_bytes()));
    bodies.extend(overwritten(whole.as_bytes(), &mut random));
    bodies
}

/// Bodies in which exactly one event is bad, and its neighbours are the good ones.
pub(crate) fn bodies_with_good_neighbours() -> Vec<String> {
    bad_events().iter().chain(&wrong_types()).map(|event| between_good_ones(event)).collect()
}

/// Bodies that are not JSON objects with an `events` array.
pub(crate) fn not_an_envelope() -> Vec<String> {
    let good = good_event(GOOD_IDS[0]);
    let mut bodies: Vec<String> = [
        "",
        " ",
        "\u{0}",
        "\u{feff}{\"events\":[]}",
        "null",
        "true",
        "0",
        "-",
        "1e999",
        "\"",
        "\"tell-nobody\"",
        "[",
        "]",
        "[]",
        "[[]]",
        "{",
        "}",
        "{}",
        "{]",
        "[}",
        "{\"events\"}",
        "{\"events\":}",
        "{\"events\":[}",
        "{\"events\":[]",
        "{\"events\":[],}",
        "{\"events\":[,]}",
        "{\"events\":[{},]}",
        "{\"events\":[{}{}]}",
        "{events:[]}",
        "{'events':[]}",
        "{\"events\":[]}}",
        "{\"events\":[]} {\"events\":[]}",
        "{\"events\":[]}x",
        "{\"events\":null}",
        "{\"events\":{}}",
        "{\"events\":\"tell-nobody\"}",
        "{\"events\":1}",
        "{\"events\":true}",
        "{\"events\":[],\"events\":[]}",
        "{\"Events\":[]}",
        "{\"event\":[]}",
        "{\"destination\":\"U0\"}",
        "{\"events\":[tell-nobody]}",
        "{\"events\":[01]}",
        "{\"events\":[+1]}",
        "{\"events\":[.5]}",
        "{\"events\":[NaN]}",
        "{\"events\":[Infinity]}",
        "{\"events\":[\"\\x\"]}",
        "{\"events\":[\"\\u12\"]}",
        "{\"events\":[\"tell-nobody\n\"]}",
        "{\"events\":[\"\u{0}\"]}",
        "{\"events\":[{\"a\":1 \"b\":2}]}",
        "{\"events\":[]/* tell-nobody */}",
        "// tell-nobody\n{\"events\":[]}",
        "{\"\\ud800\":1,\"events\":[tell-nobody]}",
    ]
    .map(str::to_owned)
    .to_vec();
    bodies.push(format!("{{\"events\":[{good}],\"events\":[{good}]}}"));
    bodies.push(format!("[{{\"events\":[{good}]}}]"));
    bodies.push("[".repeat(DEEP));
    bodies.push("{\"a\":".repeat(DEEP));
    bodies.push(nested_array());
    bodies.push(nested_object());
    bodies.push(format!("{{\"events\":{}}}", nested_object()));
    bodies.push(format!("{{\"events\":[{}", "[".repeat(DEEP)));
    bodies.push(format!("{{\"destination\":{}}}", nested_array()));
    bodies
}

/// Elements of `events`, each bad in its own way.
fn bad_events() -> Vec<String> {
    let huge_text = "x".repeat(1_000_000);
    let many_keys = (0..5000).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(",");
    let minimal = vec!["{\"type\":\"message\"}"; 10_000].join(",");
    let mut events: Vec<String> = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1e400",
        "\"message\"",
        "\"\"",
        "[]",
        "{}",
        "[{}]",
        "[[]]",
        "[\"message\",\"01K00000000000000000000BAD\"]",
        "{\"type\":\"message\"}",
        "{\"type\":\"\"}",
        "{\"type\":null}",
        "{\"type\":1}",
        "{\"type\":[\"message\"]}",
        "{\"type\":{\"type\":\"message\"}}",
        "{\"type\":\"mess\\u0061ge\"}",
        "{\"type\":\"message\\u0000\"}",
        "{\"\\u0074ype\":\"message\"}",
        "{\"type\":\"message\",\"type\":\"follow\"}",
        "{\"\\ud800\":1,\"type\":\"message\"}",
        "{\"type\":\"message\",\"message\":{\"type\":\"text\",\"text\":\"\\ud83d\"}}",
        "{\"type\":\"message\",\"message\":null}",
        "{\"type\":\"message\",\"message\":[]}",
        "{\"type\":\"message\",\"message\":{}}",
        "{\"type\":\"message\",\"message\":{\"type\":\"text\"}}",
        "{\"type\":\"message\",\"message\":{\"id\":\"1\",\"id\":\"2\"}}",
        "{\"webhookEventId\":\"\"}",
        "{\"webhookEventId\":null}",
        "{\"webhookEventId\":7}",
        "{\"webhookEventId\":{}}",
        "{\"webhookEventId\":\"a\\u0000b\"}",
        "{\"timestamp\":\"1793001661007\"}",
        "{\"timestamp\":1793001661007.5}",
        "{\"timestamp\":1e30}",
        "{\"timestamp\":-9223372036854775809}",
        "{\"timestamp\":99999999999999999999999999}",
        "{\"timestamp\":null}",
        "{\"source\":null}",
        "{\"source\":[]}",
        "{\"source\":\"user\"}",
        "{\"source\":{}}",
        "{\"source\":{\"type\":\"group\",\"userId\":\"U0\"}}",
        "{\"source\":{\"type\":\"user\",\"userId\":5}}",
        "{\"source\":{\"type\":\"user\",\"type\":\"group\",\"groupId\":\"C0\"}}",
        "{\"deliveryContext\":null}",
        "{\"deliveryContext\":{\"isRedelivery\":\"yes\"}}",
        "{\"deliveryContext\":[true]}",
        "{\"type\":\"unsend\",\"unsend\":{\"messageId\":590100000000000011}}",
        "{\"type\":\"unsend\",\"unsend\":[]}",
        "{\"type\":\"things\",\"things\":{\"type\":\"scenarioResult\",\"result\":[]}}",
        "{\"type\":\"postback\",\"postback\":{\"data\":\"d\",\"params\":[\"2026-01-01\"]}}",
    ]
    .map(str::to_owned)
    .to_vec();
    events.push(nested_array());
    events.push(nested_object());
    for (before, after) in [
        ("{\"type\":\"message\",\"message\":", "}"),
        ("{\"type\":\"message\",\"message\":{\"type\":\"text\",\"id\":\"1\",\"text\":", "}}"),
        ("{\"type\":\"message\",\"message\":{\"type\":\"newContent\",\"id\":\"1\",\"new\":", "}}"),
        ("{\"type\":\"newType\",\"new\":", "}"),
        ("{\"source\":{\"type\":\"user\",\"userId\":", "}}"),
        ("{\"type\":", "}"),
        ("{\"webhookEventId\":", "}"),
        ("{\"timestamp\":", "}"),
        ("{\"deliveryContext\":{\"isRedelivery\":", "}}"),
        ("{\"type\":\"postback\",\"postback\":{\"data\":\"d\",\"params\":{\"new\":", "}}}"),
    ] {
        events.push(format!("{before}{}{after}", nested_array()));
        events.push(format!("{before}{}{after}", nested_object()));
    }
    events.push(format!("{{\"type\":\"{huge_text}\"}}"));
    events.push(format!("{{\"webhookEventId\":\"{huge_text}\",\"type\":\"message\"}}"));
    events.push(format!("{{\"source\":{{\"type\":\"user\",\"userId\":\"{huge_text}\"}}}}"));
    events.push(format!("{{\"type\":\"message\",\"message\":{{\"id\":\"{huge_text}\"}}}}"));
    events.push(format!("{{{many_keys}}}"));
    events.push(format!("{{\"n\":{}}}", "9".repeat(100_000)));
    events.push(format!("{{\"n\":1e{}}}", "9".repeat(1000)));
    events.push(minimal);
    events
}

/// Every field of a good event, of every wrong type.
fn wrong_types() -> Vec<String> {
    let good = good_event("01K00000000000000000000BAD");
    let mut events = Vec::new();
    for (field, value) in [
        ("\"type\":", "\"message\""),
        ("\"message\":", GOOD_MESSAGE),
        ("\"id\":", "\"590000000000000001\""),
        ("\"quoteToken\":", "\"qt\""),
        ("\"text\":", "\"tell-nobody\""),
        ("\"webhookEventId\":", "\"01K00000000000000000000BAD\""),
        ("\"deliveryContext\":", "{\"isRedelivery\":false}"),
        ("\"isRedelivery\":", "false"),
        ("\"timestamp\":", "1793000000123"),
        ("\"source\":", GOOD_SOURCE),
        ("\"userId\":", "\"U00000000000000000000000000000a01\""),
        ("\"replyToken\":", "\"rt\""),
        ("\"mode\":", "\"active\""),
    ] {
        for wrong in [
            "null",
            "true",
            "-1",
            "1e400",
            "\"tell-nobody\"",
            "[\"tell-nobody\"]",
            "{\"tell-nobody\":[]}",
            "\"\\ud800\"",
        ] {
            events.push(good.replacen(&format!("{field}{value}"), &format!("{field}{wrong}"), 1));
        }
    }
    events
}

/// Bytes that are no text, or no JSON text, in every kind of place.
fn bad_bytes() -> Vec<Vec<u8>> {
    let whole = between_good_ones(&good_event("01K00000000000000000000MID")).into_bytes();
    let bad: [&[u8]; 7] =
        [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe3\x81", b"\x00", b"\x80\x80\x80"];
    let places = [0, 1, 15, whole.len() / 2, whole.len() - 1, whole.len()];
    bad.iter().flat_map(|bad| places.map(|at| [&whole[..at], bad, &whole[at..]].concat())).collect()
}

fn truncated(whole: &[u8], random: &mut Random) -> Vec<Vec<u8>> {
    (0..120).map(|_| whole[..random.below(whole.len())].to_vec()).collect()
}

fn overwritten(whole: &[u8], random: &mut Random) -> Vec<Vec<u8>> {
    const BYTES: &[u8] = b"\"\\{}[]:,0eE+-.ntf \n\x00\x7f\x80\xff";
    (0..200)
        .map(|_| {
            let mut body = whole.to_vec();
            for _ in 0..=random.below(4) {
                let at = random.below(body.len());
                body[at] = BYTES[random.below(BYTES.len())];
            }
            body
        })
        .collect()
}

const GOOD_MESSAGE: &str =
    "{\"type\":\"text\",\"id\":\"590000000000000001\",\"quoteToken\":\"qt\",\"text\":\"tell-nobody\"}";
const GOOD_SOURCE: &str = "{\"type\":\"user\",\"userId\":\"U00000000000000000000000000000a01\"}";

pub(crate) fn good_event(id: &str) -> String {
    format!(
        "{{\"type\":\"message\",\"message\":{GOOD_MESSAGE},\"webhookEventId\":\"{id}\",\
         \"deliveryContext\":{{\"isRedelivery\":false}},\"timestamp\":1793000000123,\"source\":{GOOD_SOURCE},\
         \"replyToken\":\"rt\",\"mode\":\"active\"}}"
    )
}

pub(crate) fn between_good_ones(event: &str) -> String {
    let [before, after] = GOOD_IDS.map(good_event);
    format!("{{\"destination\":\"U0f1e2d3c4b5a69788796a5b4c3d2e1f0\",\"events\":[{before},{event},{after}]}}")
}

fn nested_array() -> String {
    format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP))
}

fn nested_object() -> String {
    format!("{}1{}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP))
}

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let random = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(random).unwrap_or(0) % limit
    }
}
