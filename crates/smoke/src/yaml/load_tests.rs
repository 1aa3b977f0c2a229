use proptest::prelude::*;

use super::*;

fn read(text: &str) -> (Option<Rc<Node>>, Vec<String>) {
    let mut problems = Problems::default();
    let node = load(text, &mut problems);
    let problems = if problems.is_empty() { String::new() } else { problems.into_errors("f").to_string() };
    (node, problems.lines().map(str::to_owned).collect())
}

#[test]
fn places_are_lines_and_columns_from_one() {
    let (root, problems) = read("a: 1\nlist:\n  - ü: x\n    b: [1, two]\n");
    assert_eq!(problems, Vec::<String>::new());
    let root = root.unwrap();
    let Content::Mapping(entries) = &root.content else { panic!("{root:?}") };
    assert_eq!(entries[1].0.position, Position { line: 2, column: 1 });
    let Content::Sequence(items) = &entries[1].1.content else { panic!("{root:?}") };
    let Content::Mapping(entries) = &items[0].content else { panic!("{root:?}") };
    assert_eq!(entries[0].1.position, Position { line: 3, column: 8 });
    let Content::Sequence(items) = &entries[1].1.content else { panic!("{root:?}") };
    assert_eq!(items[1].position, Position { line: 4, column: 12 });
}

#[test]
fn what_cannot_be_read_has_a_place() {
    let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
    let deep_by_aliases =
        (1..40).fold("a0: &a0 [[1]]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [[*a{}]]\n", n - 1));
    let laughs = (1..30).fold("a0: &a0 [1, 1, 1]\n".to_owned(), |text, n| {
        let before = format!("*a{}", n - 1);
        format!("{text}a{n}: &a{n} [{before}, {before}, {before}]\n")
    });
    for (text, expected) in [
        ("a: 1\na: 2\n", "f:2:1: the key \"a\" stands here a second time"),
        ("a: [1", "f:2:1: this is not YAML: while parsing a flow sequence"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document"),
        ("? [a]\n: 1\n", "f:1:3: a key has to be a text, and this is a list"),
        ("a: &a [*a]\n", "f:1:8: an alias stands for a value that contains it"),
        ("a: *b\n", "f:1:4: this is not YAML"),
        ("b: &b { c: 1 }\na:\n  <<: *b\n", "f:3:3: merge keys"),
        ("a: !secret x\n", "f:1:4: the tag \"!secret\""),
        (&deep, "f:1:65: lists and mappings are nested more than 64 deep"),
        (&deep_by_aliases, "nested more than 64 deep"),
        (&laughs, "more than 100000 values"),
        (&format!("[{}]", "1,".repeat(100_001)), "more than 100000 values"),
    ] {
        let (_, problems) = read(text);
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{expected}: {problems:?}");
    }
}

#[test]
fn aliases_and_core_tags_are_read() {
    let (root, problems) = read("\u{feff}a: &x { k: !!str 1 }\nb: *x\nc: *x\n");
    assert_eq!(problems, Vec::<String>::new());
    let root = root.unwrap();
    let Content::Mapping(entries) = &root.content else { panic!("{root:?}") };
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[2].1.position, Position { line: 1, column: 4 });
    assert_eq!(root.size, 7);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        read(&text);
    }

    #[test]
    fn any_mixture_of_indicators_is_read_or_refused(text in "[\\[\\]{}:,?\\-&*!|>'\"%@`#~a1 \n\t]{0,80}") {
        read(&text);
    }
}
