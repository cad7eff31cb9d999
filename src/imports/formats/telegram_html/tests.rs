use serde_json::{Value, json};

use super::super::dates::DateOrder;
use super::super::shape::{Attachment, Bytes, Entry, Form, Place};
use super::super::telegram_json;
use super::super::testing::{Gathered, cut_everywhere, read, recognised, samples, whole};
use super::*;

mod both;

/// A page as the exporter lays it out.
fn page(title: &str, messages: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html>\n\n <head>\n\n  <meta charset=\"utf-8\"/>\n<title>Exported Data</title>\n\n  <script src=\"js/script.js\" \
         type=\"text/javascript\">\n\n  </script>\n\n </head>\n\n <body onload=\"CheckLocation();\">\n\n  <div class=\"page_wrap\">\n\n   \
         <div class=\"page_header\">\n\n    <div class=\"content\">\n\n     <div class=\"text bold\">\n{title}\n     </div>\n\n    </div>\n\n   </div>\n\n   \
         <div class=\"page_body chat_page\">\n\n    <div class=\"history\">\n{messages}\n    </div>\n\n    \
         <a class=\"pagination block_link\" href=\"messages2.html\">\nNext messages\n     </a>\n\n   </div>\n\n  </div>\n\n </body>\n\n</html>\n"
    )
}

/// A message as the exporter lays it out: who, when, and what stands in its body after that.
fn message(id: i64, from: Option<&str>, date: &str, rest: &str) -> String {
    let joined = if from.is_some() { "" } else { " joined" };
    let from = from.map_or_else(String::new, |from| {
        format!("\n       <div class=\"from_name\">\n{from} \n       </div>\n")
    });
    format!(
        "\n     <div class=\"message default clearfix{joined}\" id=\"message{id}\">\n\n      <div class=\"pull_left userpic_wrap\">\n\n       \
         <div class=\"userpic userpic3\" style=\"width: 42px; height: 42px\">\n\n        <div class=\"initials\">\nLB\n        </div>\n\n       </div>\n\n      </div>\n\n      \
         <div class=\"body\">\n\n       <div class=\"pull_right date details\" title=\"{date}\">\n10:00\n       </div>\n{from}{rest}\n      </div>\n\n     </div>\n"
    )
}

fn service(id: i64, text: &str) -> String {
    format!(
        "\n     <div class=\"message service\" id=\"message{id}\">\n\n      <div class=\"body details\">\n{text}\n      </div>\n\n     </div>\n"
    )
}

fn said(text: &str) -> String {
    format!("\n       <div class=\"text\">\n{text}\n       </div>\n")
}

/// Something sent that has a title, a description and a status, each empty where it is not there.
fn media(class: &str, href: &str, [title, description, status]: [&str; 3]) -> String {
    let part = |class: &str, text: &str| match text {
        "" => String::new(),
        text => format!("\n          <div class=\"{class}\">\n{text}\n          </div>\n"),
    };
    let (open, close) = match href {
        "" => (format!("<div class=\"media clearfix pull_left {class}\">"), "</div>"),
        href => {
            (format!("<a class=\"media clearfix pull_left block_link {class}\" href=\"{href}\">"), "</a>")
        }
    };
    format!(
        "\n       <div class=\"media_wrap clearfix\">\n\n        {open}\n\n         <div class=\"fill pull_left\">\n\n         </div>\n\n         \
         <div class=\"body\">\n{}{}{}\n         </div>\n\n        {close}\n\n       </div>\n",
        part("title bold", title),
        part("description", description),
        part("status details", status)
    )
}

const AT: &str = "01.01.2026 07:00:00 UTC+07:00";

/// The only message of a page, with this in its body.
fn one(rest: &str) -> Gathered {
    whole(&IMPORTER, page("Linh", &message(5, Some("Linh"), AT, rest)).as_bytes())
}

fn entry(rest: &str) -> Entry {
    let mut export = one(rest);
    assert_eq!(export.skipped, [], "{rest}");
    export.chats.remove(0).entries.remove(0)
}

#[test]
fn pages_follow_one_another_and_joined_messages_have_their_sender() {
    let first = [
        service(-1, "1 January 2026"),
        message(5, Some("Linh"), AT, &said("a")),
        message(6, None, AT, &said("b")),
        service(7, "Linh joined Telegram"),
        message(8, Some("Bo via @pic_bot"), AT, &said("c")),
    ];
    let second =
        [message(9, None, AT, &said("d")), message(-999_999_990, Some("Deleted Account"), AT, &said("e"))];
    let pages = [page("Linh &amp; Bo", &first.concat()), page("Linh &amp; Bo", &second.concat())];
    let other = page("Mai", &message(5, None, AT, &said("f")));
    let files = [
        ("chats/chat_1/messages.html", pages[0].as_bytes()),
        ("chats/chat_1/messages2.html", pages[1].as_bytes()),
        ("chats/chat_2/messages.html", other.as_bytes()),
    ];
    let (export, result) = read(&IMPORTER, &files);
    result.unwrap();
    let chats: Vec<_> = export.chats.iter().map(|chat| (chat.key.as_str(), chat.title.as_deref())).collect();
    assert_eq!(chats, [("chats/chat_1", Some("Linh & Bo")), ("chats/chat_2", Some("Mai"))]);
    let seen: Vec<_> = export.chats[0]
        .entries
        .iter()
        .map(|entry| (entry.native_id.as_deref().unwrap(), entry.sender.key.as_str(), entry.text.as_str()))
        .collect();
    let expected = [
        ("5", "Linh", "a"),
        ("6", "Linh", "b"),
        ("8", "Bo", "c"),
        ("9", "Bo", "d"),
        ("-999999990", "Deleted Account", "e"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(export.chats[0].entries[4].sender.name, None);
    assert_eq!(export.chats[1].entries[0].sender.key, "unknown");
    let nobody = "message kept without its sender, whom the page does not name";
    assert_eq!(export.reasons(), ["service line: joined_telegram", nobody]);
    let lines: Vec<_> = export.chats[0].entries.iter().map(|entry| entry.line).collect();
    let line = |page: &str, id: &str| {
        let before = page.split(id).next().unwrap();
        u32::try_from(before.matches('\n').count() + 1).unwrap()
    };
    assert_eq!(lines[..3], ["\"message5", "\"message6", "\"message8"].map(|id| line(&pages[0], id)));
}

#[test]
fn times_are_utc_where_the_page_says_so() {
    let at = |date: &str| {
        let page = page("x", &message(5, Some("Linh"), date, &said("a")));
        let export = whole(&IMPORTER, page.as_bytes());
        if export.chats[0].entries.is_empty() {
            export.skipped[0].1.clone()
        } else {
            export.times(DateOrder::Ymd)[0].clone()
        }
    };
    assert_eq!(at("01.01.2026 07:00:00 UTC+07:00"), "2026-01-01T00:00:00Z");
    assert_eq!(at("31.12.2025 20:30:05 UTC-03:30"), "2026-01-01T00:00:05Z");
    assert_eq!(at("01.01.2026 07:00:00 GMT+03:00"), "2026-01-01T04:00:00Z");
    assert_eq!(at("01.01.2026 07:00:00"), "2026-01-01T07:00:00");
    for bad in [
        "",
        "07:00",
        "32.01.2026 07:00:00",
        "01.13.2026 07:00:00",
        "01.01.1970 07:00:00",
        "01.01.2026 07:00:00 UTC+99",
    ] {
        assert_eq!(at(bad), "message without a usable date", "{bad}");
    }
}

#[test]
fn words_are_those_that_were_typed() {
    let typed = |html: &str| entry(&said(html)).text;
    assert_eq!(typed("xin <strong>chào</strong> &lt;b&gt;&apos; 😀"), "xin chào <b>' 😀");
    assert_eq!(typed("a<br>  b<br><br><pre>c<br>d</pre>"), "a\n  b\n\nc\nd");
    assert_eq!(typed("<a href=\"https://a.example\">https://a.example</a> x"), "https://a.example x");
    assert_eq!(typed("<a href=\"https://a.example\">here</a>!"), "here (https://a.example)!");
    assert_eq!(
        typed(
            "<a href=\"https://t.me/bo\">@bo</a> <a href=\"\" onclick=\"return ShowHashtag(&quot;x&quot;)\">#x</a>"
        ),
        "@bo #x"
    );
    assert_eq!(typed("<a href = \"stickers/a.webp\">🙂</a><a href=\"tel:+00 12\">+00 12</a>"), "🙂+00 12");
    assert_eq!(
        typed(
            "<span class=\"spoiler hidden\" onclick=\"ShowSpoiler(this)\"><span aria-hidden=\"true\">secret</span></span>"
        ),
        "secret"
    );
    let page = "<div class=\"message default clearfix\" id=\"message1\"><div class=\"body\"><div class=\"pull_right date details\" \
                title=\"01.08.2026 10:00:00\">10:00</div><div class=\"from_name\">A</div><div class=\"text\">on one line</div></div></div>";
    assert_eq!(whole(&IMPORTER, page.as_bytes()).only()[0].text, "on one line");
}

#[test]
fn a_page_that_is_cut_gives_what_is_whole() {
    let messages = [message(5, Some("Linh"), AT, &said("xin chào")), message(6, None, AT, &said("b"))];
    let html = page("Linh", &messages.concat());
    cut_everywhere(&IMPORTER, html.as_bytes());
    let end = html.find("  </div>\n\n </body>").unwrap() + "  </div>".len();
    let begins: Vec<_> = html.match_indices("class=\"text\"").map(|(at, _)| at).collect();
    let ends: Vec<_> =
        begins.iter().map(|at| at + html[*at..].find("</div>").unwrap() + "</div>".len()).collect();
    for at in html.find("<div").unwrap() + 30..html.len() {
        if !html.is_char_boundary(at) {
            continue;
        }
        let (export, result) = read(&IMPORTER, &[("x", &html.as_bytes()[..at])]);
        assert_eq!(result.is_err(), at < end, "{at}");
        assert_eq!(export.only().len(), ends.iter().filter(|end| at >= **end).count(), "{at}");
        assert!(export.only().iter().all(|entry| ["xin chào", "b"].contains(&entry.text.as_str())));
    }
    let half = &html.as_bytes()[..html.len() / 2];
    let (export, result) = read(&IMPORTER, &[("a/1", half), ("a/2", half), ("a/3", html.as_bytes())]);
    assert!(matches!(result, Err(Halt::Malformed { .. })));
    assert_eq!(export.reasons().iter().filter(|reason| reason.contains("cut short")).count(), 1);
    assert_eq!(export.only().last().unwrap().text, "b");
}

#[test]
fn broken_pages_lose_no_message() {
    let whole_page = [
        message(5, Some("Linh"), AT, &said("a")),
        message(6, None, AT, &said("b")),
        message(7, None, AT, &said("c")),
    ];
    fn unended(message: &str) -> &str {
        message.trim_end().strip_suffix("</div>").unwrap()
    }
    let strays = whole_page[1].replace("\nb\n", "\n</p></span><b>b<i>\n");
    let unknown =
        whole_page[1].replace("<div class=\"text\">", "<div class=\"new\">x</div><div class=\"text\">");
    for (middle, reasons) in [(unended(&whole_page[1]), 0), (&strays, 0), (&unknown, 0)] {
        let html = page("x", &[whole_page[0].as_str(), middle, whole_page[2].as_str()].concat());
        let (export, _) = read(&IMPORTER, &[("x", html.as_bytes())]);
        let texts: Vec<_> = export.only().iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!((texts, export.skipped.len()), (vec!["a", "b", "c"], reasons), "{middle}");
    }
    let classless = [whole_page[1].replace("default", "d"), "\n<p>stray <b>words</b></p>\n".to_owned()];
    let html = page("x", &[whole_page[0].clone(), classless.concat(), whole_page[2].clone()].concat());
    let export = whole(&IMPORTER, html.as_bytes());
    assert_eq!((export.only().len(), export.reasons()), (3, vec!["words that belong to no message"]));
    let startless = whole_page[1].split_once('>').unwrap().1;
    let html = page("x", &[unended(&whole_page[0]), startless, &whole_page[2]].concat());
    let (export, _) = read(&IMPORTER, &[("x", html.as_bytes())]);
    let texts: Vec<_> =
        export.only().iter().map(|entry| (entry.native_id.as_deref(), entry.text.as_str())).collect();
    assert_eq!(texts, [(Some("5"), "a"), (None, "b"), (Some("7"), "c")]);
    assert!(export.reasons().contains(&"message kept without its id: its beginning is damaged"));
    let deep = page("x", &message(5, Some("Linh"), AT, &said(&format!("a{}b", "<div>".repeat(100_000)))));
    assert!(read(&IMPORTER, &[("x", deep.as_bytes())]).1.is_err());
    let long = one(&said(&"水".repeat(1 << 20)));
    assert_eq!(long.reasons(), ["message kept without the end of a part that is too long"]);
    assert!(long.only()[0].text.len() < 2 << 20);
    let many = one(&said(&"水".repeat(300_000)).repeat(20));
    assert!(many.only()[0].text.len() < 8 << 20 && many.skipped.len() == 1);
    let buttons = "<div class=\"bot_button\">x</div>".repeat(5_000);
    assert_eq!(one(&buttons).only()[0].described.len(), 1_000);
    assert_eq!(one("").reasons(), [words::EMPTY]);
}

#[test]
fn only_such_pages_are_recognised() {
    let messages = [service(-1, "1 January 2026"), message(5, Some("Linh"), AT, &said("a"))].concat();
    assert_eq!(recognised(&IMPORTER, "x", page("x", &messages).as_bytes()), 2);
    assert_eq!(recognised(&IMPORTER, "x", message(5, None, AT, "").as_bytes()), 1);
    for other in [
        "",
        "<html><body><div class=\"message\" id=\"message1\">x</div></body></html>",
        "<div class=\"message default\">x</div>",
        "<div id=\"message1\">x</div>",
        "const html = '<div class=\"messages\">';",
        "{\"text\": \"message default\"}",
        "Dear all, the message default is set.",
    ] {
        assert_eq!(recognised(&IMPORTER, "messages.html", other.as_bytes()), 0, "{other}");
    }
}

#[test]
fn a_real_page_reads_whole() {
    let Some(folder) = samples() else { return };
    let bytes = std::fs::read(folder.join("telegram_html/inline_page1_messages.html")).unwrap();
    assert_eq!(recognised(&IMPORTER, "x", &bytes), 3);
    let export = whole(&IMPORTER, &bytes);
    let seen: Vec<_> = export
        .only()
        .iter()
        .map(|entry| {
            (entry.native_id.as_deref(), entry.sender.key.as_str(), entry.reply_to.as_deref(), entry.line)
        })
        .collect();
    assert_eq!(seen, [(Some("10"), "Alice", None, 5), (Some("11"), "Alice", Some("10"), 12)]);
    assert_eq!(export.only()[0].text, "Hello world\nlink (https://example.test)");
    assert_eq!(export.only()[1].text, "Reply");
    assert_eq!(export.times(DateOrder::Ymd), ["2026-08-01T10:00:00Z", "2026-08-01T10:01:00Z"]);
    assert_eq!(
        (export.skipped.len(), export.notes.as_slice()),
        (0, [words::NO_REACTIONS.to_owned()].as_slice())
    );
}
