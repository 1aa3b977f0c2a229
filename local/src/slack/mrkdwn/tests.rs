use super::{Span, parse};

fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

fn bold(inside: Span) -> Span {
    Span::Bold(vec![inside])
}

#[test]
fn what_a_text_shows() {
    let code = |text: &str| Span::Code(text.to_owned());
    let table = [
        ("", vec![]),
        ("plain", vec![text("plain")]),
        ("a *b* c", vec![text("a "), bold(text("b")), text(" c")]),
        ("*b*!", vec![bold(text("b")), text("!")]),
        ("_*both*_", vec![Span::Italic(vec![bold(text("both"))])]),
        ("~gone~", vec![Span::Strike(vec![text("gone")])]),
        ("*<https://a|b*c>*", vec![bold(Span::Link { url: "https://a".into(), label: "b*c".into() })]),
        ("*`a*b`*", vec![bold(code("a*b"))]),
        (":red_circle: x", vec![Span::Emoji("red_circle".into()), text(" x")]),
        ("`a &lt; b`", vec![code("a < b")]),
        ("&amp;lt;", vec![text("&lt;")]),
        ("a\nb", vec![text("a"), Span::Break, text("b")]),
        ("a\n&gt; q\n&gt; r\nb", vec![text("a"), Span::Quote(vec![text("q"), Span::Break, text("r")]), text("b")]),
        ("> q", vec![Span::Quote(vec![text("q")])]),
        ("a\n```\nx *y*\n```\nb", vec![text("a"), Span::Preformatted("x *y*".into()), text("b")]),
        ("<!here> look", vec![Span::Mention("@here".into()), text(" look")]),
    ];
    for (source, expected) in table {
        assert_eq!(parse(source), expected, "{source}");
    }
}

#[test]
fn what_is_no_markup_stays_text() {
    let sources = [
        "a*b*c",
        "2 * 3 * 4",
        "*open",
        "* a*",
        "*a *",
        "snake_case_name",
        "12:30:45 x",
        "``",
        "a `b",
        "```x",
        "<b>",
        "::",
    ];
    for source in sources {
        assert_eq!(
            parse(source).iter().filter(|span| !matches!(span, Span::Text(_) | Span::Emoji(_))).count(),
            0,
            "{source}"
        );
    }
    assert_eq!(parse("2 * 3 * 4"), vec![text("2 * 3 * 4")]);
}
