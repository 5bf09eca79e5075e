//! What a form may be, what may be answered to it, and what is refused.

use care::{
    AnswerFault, Answers, Choice, Condition, Field, FieldError, FieldKind, Form, FormWrong, Language, Protocol,
    Required, Section, Severity, Test, WELL_KNOWN, Wording,
};
use proptest::prelude::*;

fn answers(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (key, value) in pairs {
        answers.entry((*key).to_owned()).or_default().push((*value).to_owned());
    }
    answers
}

fn known(place: &str) -> bool {
    ["d42", "d2A", "c42218"].contains(&place)
}

fn validate(pairs: &[(&str, &str)]) -> Result<Answers, Vec<FieldError>> {
    Form::standard().validate(&answers(pairs), &known)
}

fn field(key: &str, kind: FieldKind) -> Field {
    Field {
        key: key.to_owned(),
        label: Wording::new("Nom", "Name"),
        help: Wording::default(),
        kind,
        shown_when: None,
        required: Required::Never,
    }
}

/// The standard form with more fields at its end.
fn with(fields: Vec<Field>) -> Form {
    let mut form = Form::standard();
    form.sections.push(Section { key: "more".to_owned(), label: Wording::new("Plus", "More"), fields });
    form
}

fn found(form: &Form) -> Vec<FormWrong> {
    form.check().into_iter().map(|fault| fault.wrong).collect()
}

#[test]
fn a_full_record_is_read() {
    let read = validate(&[
        ("grade", "3"),
        ("addiction", "on"),
        ("themes", "sleep"),
        ("themes", "work_overload"),
        ("themes", "sleep"),
        ("profession", "nurse"),
        ("place", "d2a"),
        ("age_band", "from_35_to_44"),
        ("setting", "clinic"),
        ("notes", "  Première ligne.\r\nSeconde ligne. "),
        ("stray", "left alone"),
    ])
    .unwrap();
    let expected = answers(&[
        ("grade", "3"),
        ("addiction", "on"),
        ("themes", "work_overload"),
        ("themes", "sleep"),
        ("profession", "nurse"),
        ("place", "d2A"),
        ("age_band", "from_35_to_44"),
        ("setting", "clinic"),
        ("notes", "Première ligne.\nSeconde ligne."),
    ]);
    assert_eq!(read, expected);
}

#[test]
fn only_the_grade_must_be_given() {
    assert_eq!(validate(&[("grade", "1"), ("profession", ""), ("place", " ")]).unwrap(), answers(&[("grade", "1")]));
    let missing = FieldError { field: "grade".to_owned(), fault: AnswerFault::Missing };
    assert_eq!(validate(&[("profession", "nurse")]), Err(vec![missing]));
}

#[test]
fn each_impossible_answer_is_refused_with_its_reason_and_nothing_else() {
    use AnswerFault::{NoDate, NoPlace, NotAnOption, OutOfRange, TooLong, Unreadable};
    let form = with(vec![field("seen_on", FieldKind::Date), field("word", FieldKind::Text { longest: 3, lines: 1 })]);
    let long = "é".repeat(2_001);
    let table = [
        ("grade", "6", OutOfRange(0, 5)),
        ("grade", "-1", OutOfRange(0, 5)),
        ("grade", "anxiety", OutOfRange(0, 5)),
        ("addiction", "maybe", NotAnOption),
        ("themes", "weather", NotAnOption),
        ("profession", "wizard", NotAnOption),
        ("age_band", "30", NotAnOption),
        ("place", "d20", NoPlace),
        ("place", "c99999", NoPlace),
        ("place", "é", NoPlace),
        ("notes", &long, TooLong(2_000)),
        ("notes", "a\0b", Unreadable),
        ("seen_on", "2026-02-29", NoDate),
        ("seen_on", "2026-2-9", NoDate),
        ("seen_on", "2026-04-31", NoDate),
        ("word", "a\nb", Unreadable),
        ("word", "four", TooLong(3)),
    ];
    for (key, value, fault) in table {
        let mut sent = answers(&[("grade", "4"), ("setting", "clinic")]);
        sent.insert(key.to_owned(), vec![value.to_owned()]);
        let expected = FieldError { field: key.to_owned(), fault };
        assert_eq!(form.validate(&sent, &known), Err(vec![expected]), "{key}");
        // A draft keeps the rest.
        assert_eq!(form.believed(&sent, &known)["setting"], ["clinic"], "{key}");
    }
    for day in ["2024-02-29", "2000-02-29", "2026-12-31"] {
        assert!(form.validate(&answers(&[("grade", "0"), ("seen_on", day)]), &known).is_ok(), "{day}");
    }
}

#[test]
fn every_fault_is_told_at_once_in_the_order_of_the_form() {
    let errors = validate(&[("place", "d99"), ("age_band", "old"), ("profession", "?")]).unwrap_err();
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["grade", "profession", "age_band", "place"]);
}

#[test]
fn what_is_hidden_is_dropped_when_the_record_is_closed_and_kept_while_it_is_a_draft() {
    let form = Form::standard();
    let sent = answers(&[("grade", "0"), ("addiction", "on"), ("urgency", "2")]);
    assert!(form.shown(&sent).contains("grade") && !form.shown(&sent).contains("addiction"));
    assert_eq!(form.validate(&sent, &known).unwrap(), answers(&[("grade", "0")]));
    assert_eq!(form.believed(&sent, &known), sent);
    let sent = answers(&[("grade", "4"), ("addiction", "on"), ("urgency", "2")]);
    assert_eq!(form.validate(&sent, &known).unwrap(), sent);
    // Nothing chosen shows nothing that depends on it.
    assert!(!form.shown(&Answers::new()).contains("urgency"));
}

#[test]
fn a_condition_on_what_is_hidden_does_not_hold() {
    let mut first = field("first", FieldKind::Tick);
    first.shown_when = Some(Condition { field: "grade".to_owned(), test: Test::AtLeast(4) });
    let mut second = field("second", FieldKind::Tick);
    second.shown_when = Some(Condition { field: "first".to_owned(), test: Test::OneOf(vec!["on".to_owned()]) });
    let form = with(vec![first, second]);
    assert_eq!(found(&form), []);
    let sent = answers(&[("grade", "4"), ("first", "on"), ("second", "on")]);
    assert!(form.shown(&sent).contains("second"));
    let sent = answers(&[("grade", "1"), ("first", "on"), ("second", "on")]);
    assert!(!form.shown(&sent).contains("second"));
}

#[test]
fn a_field_is_required_by_grade_and_only_where_it_is_shown() {
    let mut form = Form::standard();
    form.field_mut("urgency").unwrap().required = Required::Grades(vec![3, 5]);
    let asked = |grade: &str| form.validate(&answers(&[("grade", grade)]), &known);
    assert!(asked("4").is_ok());
    assert!(asked("3").is_ok(), "it is not shown below 4");
    let missing = FieldError { field: "urgency".to_owned(), fault: AnswerFault::Missing };
    assert_eq!(asked("5"), Err(vec![missing]));
}

#[test]
fn a_draft_keeps_a_text_as_far_as_it_may_go() {
    let long = "é".repeat(2_005);
    let kept = Form::standard().believed(&answers(&[("notes", &long), ("themes", "sleep"), ("themes", "?")]), &known);
    assert_eq!(kept["notes"][0].chars().count(), 2_000);
    assert_eq!(kept["themes"], ["sleep"]);
}

#[test]
fn the_standard_form_has_no_fault_and_every_key_that_the_program_knows() {
    let form = Form::standard();
    assert_eq!(form.check(), []);
    for (key, kind) in WELL_KNOWN {
        assert_eq!(form.field(key).map(|field| field.kind.word()), Some(*kind), "{key}");
    }
    for field in form.fields() {
        let kinds = FieldKind::usual(field.kind.word()).unwrap();
        assert_eq!(kinds.word(), field.kind.word());
        assert!(!field.label.of(Language::En).is_empty());
    }
}

/// How one field of the standard form is broken, and what the checker says.
type Broken = (fn(&mut Form), FormWrong);

#[test]
fn each_fault_of_a_form_is_found() {
    fn of<'a>(form: &'a mut Form, key: &str) -> &'a mut Field {
        form.field_mut(key).unwrap()
    }
    fn kind(form: &mut Form, key: &str, kind: FieldKind) {
        of(form, key).kind = kind;
    }
    fn when(form: &mut Form, key: &str, field: &str, test: Test) {
        of(form, key).shown_when = Some(Condition { field: field.to_owned(), test });
    }
    fn option(key: &str, fr: &str) -> Choice {
        Choice { key: key.to_owned(), label: Wording::new(fr, "") }
    }
    let table: Vec<Broken> = vec![
        (|form| drop(form.sections.remove(0)), FormWrong::NoGrade),
        (|form| of(form, "grade").required = Required::Never, FormWrong::GradeNotAlways),
        (|form| kind(form, "grade", FieldKind::Scale { from: 0, to: 6, steps: vec![] }), FormWrong::GradeRange),
        (|form| kind(form, "notes", FieldKind::Tick), FormWrong::OtherKind("text")),
        (|form| of(form, "setting").key = "notes".to_owned(), FormWrong::KeyTwice),
        (|form| of(form, "setting").key = "Où".to_owned(), FormWrong::BadKey("Où".to_owned())),
        (|form| of(form, "setting").label = Wording::new(" ", "Setting"), FormWrong::NoLabel),
        (|form| of(form, "setting").label.en.clear(), FormWrong::NoEnglish),
        (|form| of(form, "setting").help.fr = "a".repeat(401), FormWrong::LongWording(400)),
        (|form| kind(form, "setting", FieldKind::Choice { options: vec![] }), FormWrong::NoOptions),
        (
            |form| kind(form, "setting", FieldKind::Choice { options: vec![option("", "A")] }),
            FormWrong::BadOption(String::new()),
        ),
        (
            |form| kind(form, "setting", FieldKind::Choice { options: vec![option("a", "A"), option("a", "B")] }),
            FormWrong::OptionTwice("a".to_owned()),
        ),
        (
            |form| kind(form, "setting", FieldKind::Choice { options: vec![option("a", "")] }),
            FormWrong::NoOptionLabel("a".to_owned()),
        ),
        (|form| kind(form, "urgency", FieldKind::Scale { from: 3, to: 3, steps: vec![] }), FormWrong::BadScale(21)),
        (
            |form| kind(form, "urgency", FieldKind::Scale { from: i32::MIN, to: i32::MAX, steps: vec![] }),
            FormWrong::BadScale(21),
        ),
        (
            |form| kind(form, "urgency", FieldKind::Scale { from: 0, to: 3, steps: vec![Wording::new("a", "a")] }),
            FormWrong::StepsMissing,
        ),
        (|form| kind(form, "notes", FieldKind::Text { longest: 0, lines: 5 }), FormWrong::BadLength(4_000)),
        (|form| kind(form, "notes", FieldKind::Text { longest: 9, lines: 0 }), FormWrong::BadLines(20)),
        (|form| when(form, "notes", "nobody", Test::AtLeast(1)), FormWrong::UnknownField("nobody".to_owned())),
        (|form| when(form, "setting", "notes", Test::AtLeast(1)), FormWrong::LaterField("notes".to_owned())),
        (|form| when(form, "notes", "notes", Test::AtLeast(1)), FormWrong::LaterField("notes".to_owned())),
        (|form| when(form, "notes", "grade", Test::AtLeast(6)), FormWrong::NeverHolds("grade".to_owned())),
        (
            |form| when(form, "notes", "setting", Test::OneOf(vec!["moon".to_owned()])),
            FormWrong::NeverHolds("setting".to_owned()),
        ),
        (|form| of(form, "notes").required = Required::Grades(vec![6]), FormWrong::NoSuchGrade(6)),
        (|form| form.sections[2].fields.clear(), FormWrong::EmptySection),
        (|form| form.sections.resize_with(21, Section::default), FormWrong::TooManySections(20)),
        (|form| form.sections[1].fields = vec![field("a", FieldKind::Tick); 60], FormWrong::TooManyFields(60)),
        (
            |form| {
                form.sections[1].fields = vec![field("a", FieldKind::Text { longest: 4_000, lines: 1 }); 3];
            },
            FormWrong::TooMuchText(10_000),
        ),
        (
            |form| kind(form, "setting", FieldKind::Choice { options: vec![option("a", "A"); 101] }),
            FormWrong::TooManyOptions(100),
        ),
    ];
    for (index, (breaks, wrong)) in table.into_iter().enumerate() {
        let mut form = Form::standard();
        breaks(&mut form);
        assert!(found(&form).contains(&wrong), "case {index}: {wrong:?} is not in {:?}", found(&form));
    }
    for (wrong, severity) in [(FormWrong::NoEnglish, Severity::Warning), (FormWrong::NoGrade, Severity::Fault)] {
        assert_eq!(wrong.severity(), severity);
    }
}

#[test]
fn fields_and_sections_move_and_the_others_stay_in_their_order() {
    let keys = |form: &Form| form.fields().map(|field| field.key.clone()).collect::<Vec<_>>();
    let mut form = Form::standard();
    assert!(!form.move_field("grade", true) && !form.move_field("nobody", true) && !form.move_section("class", true));
    assert!(form.move_field("addiction", true));
    assert_eq!(keys(&form)[..2], ["addiction", "grade"]);
    // At the border of its section it goes into the next one.
    assert!(form.move_field("grade", false));
    assert_eq!((form.sections[0].fields.len(), form.sections[1].fields[0].key.as_str()), (1, "grade"));
    assert!(form.move_field("grade", true) && form.move_field("grade", true));
    assert_eq!(form, Form::standard());
    assert!(form.move_section("class", false));
    assert_eq!(form.sections[1].key, "class");
    assert!(!form.move_field("notes", false));
}

#[test]
fn a_protocol_is_read_as_it_was_written_and_a_mistyped_word_is_told() {
    let text = serde_json::to_string(&Protocol::standard()).unwrap();
    assert_eq!(serde_json::from_str::<Protocol>(&text).unwrap(), Protocol::standard());
    let one = |more: &str| {
        serde_json::from_str::<Field>(&format!(r#"{{"key":"a","label":{{"fr":"A"}},{more}}}"#))
            .map_err(|fault| fault.to_string())
    };
    assert_eq!(one(r#""kind":"date""#).unwrap().kind, FieldKind::Date);
    assert_eq!(one(r#""kind":"date","required":[4,5]"#).unwrap().required, Required::Grades(vec![4, 5]));
    for (more, words) in [
        (r#""kind":"dates""#, "no kind of field"),
        (r#""kind":"date","longest":3"#, "has no `longest`"),
        (r#""kind":"scale","from":3"#, "needs `to`"),
        (r#""kind":"date","requird":"always""#, "unknown field"),
        (r#""kind":"date","required":"often""#, "never, always"),
        (r#""kind":"date","shown_when":{"field":"grade"}"#, "at_least"),
    ] {
        assert!(one(more).unwrap_err().contains(words), "{more}");
    }
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused_and_what_is_kept_is_believed_again(
        grade in "\\PC{0,4}|[0-5]", notes in any::<String>(), place in "[cd]?\\PC{0,6}", theme in "sleep|\\PC{0,5}",
    ) {
        let form = Form::standard();
        let sent = answers(&[("grade", &grade), ("notes", &notes), ("place", &place), ("themes", &theme)]);
        if let Err(errors) = form.validate(&sent, &known) {
            prop_assert!(!errors.is_empty());
        }
        let kept = form.believed(&sent, &known);
        prop_assert_eq!(form.believed(&kept, &known), kept.clone());
        // What a draft keeps can be closed with, as soon as there is a grade.
        let mut graded = kept;
        graded.insert("grade".to_owned(), vec!["2".to_owned()]);
        prop_assert!(form.validate(&graded, &known).is_ok());
    }
}
