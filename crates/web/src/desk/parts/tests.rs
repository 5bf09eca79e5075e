use super::*;
use crate::addresses::SearchForm;
use crate::desk::colleagues::Colleagues;
use crate::desk::consultations::OpenCode;
use crate::desk::offers::{Asked, Offers, OffersState};
use crate::desk::sheet::Sheet;
use crate::signals::List;
use crate::words::Language;
use care::{
    AnswerFault, Answers, Audience, Choice, Condition, ConsultationCode, Field, FieldError, FieldKind, Form, Kind,
    Protocol, Required, Scheme, Section, SignalStage, Test, Wording,
};
use directory::index::{Facet, Index, Query, Trait};
use directory::{Territory, demo};
use node::{Found, OpenSignal};
use std::sync::Arc;
use store::SchemeRow;
use switchboard::{
    CallCard, CallId, CallerCard, Channel, DeskView, LineId, ListenerId, Presence, PresenceReason, WaitingCard,
};

const FR: Words = Words(Language::Fr);

fn view(presence: Presence) -> DeskView {
    DeskView {
        presence,
        since: Moment(5000),
        connected: true,
        by_phone: false,
        has_phone: false,
        rest: None,
        pause_after: false,
        off_after: false,
        wants_debrief: false,
        shift: None,
        call: None,
        wrapping_up: None,
    }
}

fn card() -> CallCard {
    CallCard {
        call: CallId(-42),
        line: LineId("sps".to_owned()),
        line_name: "<script>alert(1)</script>".to_owned(),
        queue: None,
        caller: CallerCard {
            language: switchboard::Language::En,
            channel: Channel::Browser,
            choice: Some("health_student".to_owned()),
            departement: None,
            waiting_since: Moment(1000),
        },
        held: false,
        partners: Vec::new(),
        hand_over: None,
        card: None,
        alert: false,
        markable: false,
    }
}

fn epoch() -> Epoch {
    Epoch::new(1_700_000_010_000, Moment(10_000))
}

fn sheet(grade: &str, place: &str) -> Sheet {
    let mut sheet = Sheet::new(CallId(7), "sps".to_owned(), 0, Arc::new(Protocol::standard()));
    let answers = [("grade", grade), ("notes", "<b>fatigue</b>"), ("place", place)];
    sheet.answers = answers.map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).into_iter().collect();
    sheet
}

#[test]
fn a_call_that_rings_can_be_taken_and_is_escaped() {
    let offered = DeskView { call: Some(card()), ..view(Presence::Offered) };
    let text = call(FR, epoch(), &offered, None, false).into_string();
    assert!(text.contains("data-do=\"accept\" data-call=\"-42\""));
    assert!(text.contains("&lt;script&gt;") && !text.contains("<script>"));
    assert!(text.contains("health student") && text.contains("Anglais"));
    assert!(text.contains("data-from=\"1700000001000\""), "ages are told by wall time: {text}");
}

#[test]
fn in_a_talk_the_end_asks_twice_and_hold_becomes_resume() {
    let mut talking = DeskView { call: Some(card()), ..view(Presence::Talking) };
    let text = call(FR, epoch(), &talking, None, false).into_string();
    assert!(text.contains("data-do=\"hold\"") && text.contains("data-confirm"));
    talking.call = Some(CallCard { held: true, ..card() });
    assert!(call(FR, epoch(), &talking, None, false).into_string().contains("data-do=\"resume\""));
}

#[test]
fn every_presence_has_its_buttons() {
    let expected = [
        (Presence::OffDuty, &["ready"][..]),
        (Presence::Ready, &["pause", "sign_off"]),
        (Presence::Offered, &[]),
        (Presence::Talking, &["pause"]),
        (Presence::WrappingUp, &["pause"]),
        (Presence::Paused, &["ready", "sign_off"]),
    ];
    for (presence, commands) in expected {
        let text = status(FR, epoch(), (&view(presence), None), 0).into_string();
        for command in ["ready", "pause", "sign_off"] {
            let there = text.contains(&format!("data-do=\"{command}\""));
            assert_eq!(there, commands.contains(&command), "{presence:?} {command}");
        }
    }
    let silent = DeskView { connected: false, ..view(Presence::Ready) };
    assert!(status(FR, epoch(), (&silent, None), 1).into_string().contains("trouble"));
}

#[test]
fn who_waits_is_listed_in_order() {
    assert!(waiting(FR, epoch(), &[]).into_string().contains("empty"));
    let one = WaitingCard {
        line_name: "Ligne".to_owned(),
        language: switchboard::Language::Fr,
        since: Moment(0),
        ringing: true,
    };
    let text = waiting(FR, epoch(), &[one.clone(), WaitingCard { ringing: false, ..one }]).into_string();
    assert_eq!(text.matches("<li>").count(), 2);
    assert_eq!(text.matches("badge").count(), 1);
}

#[test]
fn the_record_shows_what_was_written_and_closes_only_after_the_call() {
    let territory = Territory::load();
    let mut sheet = sheet("3", "c42218");
    let during = record(FR, territory, Some(&sheet), false).into_string();
    assert!(during.contains("&lt;b&gt;fatigue") && !during.contains("type=\"submit\""));
    assert!(during.contains("name=\"grade\" value=\"3\" checked"));
    assert!(during.contains("Saint-Étienne"));
    sheet.answers = Answers::new();
    sheet.errors = sheet.complete(territory, 3).unwrap_err();
    let after = record(FR, territory, Some(&sheet), true).into_string();
    assert!(after.contains("type=\"submit\"") && after.contains("error-grade"));
}

/// What the directory of the demonstration has for a caller.
fn offers(sheet: &Sheet, search: SearchForm) -> Offers {
    let entries: Vec<_> = demo::entries(Territory::load(), 7).into_iter().map(Arc::new).collect();
    let index = Index::of(&entries.iter().map(|entry| (**entry).clone()).collect::<Vec<_>>());
    let found = |query: Query| {
        let hits = index.search(&query).hits.into_iter();
        hits.map(|hit| Found { entry: Arc::clone(&entries[usize::try_from(hit.row).unwrap()]), hit })
            .collect::<Vec<_>>()
    };
    let place = sheet.place(Territory::load());
    let kinds = sheet.kinds();
    let of_kind = |kind: &Kind| {
        let wanted = vec![Trait::new(Facet::Kind, kind.key())];
        (*kind, found(Query { place, wanted, limit: 3, ..Query::default() }))
    };
    let lists = if place.is_some() { kinds.iter().map(of_kind).collect() } else { Vec::new() };
    let searched = found(Query { place, text: search.text.clone(), limit: 9, ..Query::default() });
    Offers {
        lists,
        searched: if search.is_empty() { Vec::new() } else { searched },
        facets: index.facets(&Query { place, ..Query::default() }, &[Facet::Kind, Facet::Language]),
        state: OffersState::Answered,
        asked: Asked { place, kinds, search, seed: 0 },
        total: None,
        guides: Vec::new(),
    }
}

fn drawn(grade: &str, place: &str, text: &str) -> String {
    let sheet = sheet(grade, place);
    let search = SearchForm { text: text.to_owned(), ..SearchForm::default() };
    reorientation(FR, Territory::load(), &offers(&sheet, search), Some(&sheet)).into_string()
}

/// A form with a field of each kind, whose words are what somebody might try to slip in.
fn every_kind() -> Form {
    let label = Wording::new("Mot : <b>", "Word <b>");
    let field = |key: &str, kind| Field {
        key: key.to_owned(),
        label: label.clone(),
        help: label.clone(),
        kind,
        shown_when: None,
        required: Required::Never,
    };
    let fields = FieldKind::WORDS.map(|word| {
        let kind = match FieldKind::usual(word).unwrap() {
            FieldKind::Choice { .. } => FieldKind::Choice { options: options(&label) },
            FieldKind::Choices { .. } => FieldKind::Choices { options: options(&label) },
            FieldKind::Text { .. } => FieldKind::Text { longest: 90, lines: 3 },
            other => other,
        };
        field(&format!("a_{word}"), kind)
    });
    let mut form = Form { sections: vec![Section { key: "all".to_owned(), label, fields: fields.into() }] };
    let when = |test| Some(Condition { field: "a_scale".to_owned(), test });
    form.field_mut("a_tick").unwrap().shown_when = when(Test::AtLeast(2));
    form.field_mut("a_date").unwrap().shown_when = when(Test::OneOf(vec!["1".to_owned(), "2".to_owned()]));
    form
}

fn options(label: &Wording) -> Vec<Choice> {
    ["one", "two"].map(|key| Choice { key: key.to_owned(), label: label.clone() }).into()
}

#[test]
fn every_kind_of_field_is_drawn_with_what_was_answered_and_hidden_where_it_is_not_asked() {
    let form = every_kind();
    let draw = |pairs: &[(&str, &str)], errors: &[FieldError]| {
        let answers: Answers =
            pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect();
        fields(FR, &Filled { form: &form, answers: &answers, errors, territory: Territory::load() }).into_string()
    };
    let evil = "\"><script>";
    let text = draw(
        &[
            ("a_choice", "two"),
            ("a_choices", "one"),
            ("a_scale", "1"),
            ("a_text", evil),
            ("a_place", "c42218"),
            ("a_tick", evil),
        ],
        &[FieldError { field: "a_text".to_owned(), fault: AnswerFault::TooLong(90) }],
    );
    assert!(!text.contains("<script>") && !text.contains("<b>") && text.contains("Mot\u{a0}: &lt;b&gt;"), "{text}");
    for drawn in [
        "value=\"two\" selected",
        "name=\"a_choices\" value=\"one\" checked",
        "name=\"a_scale\" value=\"1\" checked",
        "Saint-Étienne",
        "id=\"error-a_text\"",
        "aria-describedby=\"f-a_text-hint error-a_text\"",
        "data-field=\"a_tick\" data-shown-by=\"a_scale\" data-at-least=\"2\" hidden",
        "data-field=\"a_date\" data-shown-by=\"a_scale\" data-one-of=\"1 2\">",
    ] {
        assert!(text.contains(drawn), "{drawn} is not in {text}");
    }
    // A section is shown with the first of its fields.
    let mut late = form.clone();
    late.sections[0].fields.retain(|field| field.shown_when.is_some());
    let nothing = Answers::new();
    let hidden = fields(FR, &Filled { form: &late, answers: &nothing, errors: &[], territory: Territory::load() });
    assert!(hidden.into_string().starts_with("<div class=\"section\" data-section hidden>"));
}

#[test]
fn addresses_follow_the_grade_and_the_place() {
    assert!(!drawn("", "d42", "").contains("data-do=\"give\""));
    assert!(!drawn("2", "", "").contains("data-do=\"give\""));
    let anxious = drawn("1", "c42218", "");
    assert!(anxious.contains("data-do=\"give\"") && anxious.contains("Saint-Étienne · "), "an address has its town");
    let headings: Vec<&str> = anxious.match_indices("<h3>").map(|(at, _)| &anxious[at + 4..at + 8]).collect();
    assert_eq!(headings, ["Psyc", "Méd", "<lab"], "the kinds of the rule, then the search");
    assert_eq!(anxious.matches("data-do=\"answer\"").count(), 6, "three answers to each kind");
}

#[test]
fn the_first_nine_addresses_have_a_key_each() {
    let drawn = drawn("1", "c42218", "demo");
    let keys: Vec<char> =
        drawn.match_indices("data-nth=\"").filter_map(|(at, mark)| drawn[at + mark.len()..].chars().next()).collect();
    assert_eq!(keys, ['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    assert!(drawn.matches("data-do=\"give\"").count() > 9);
}

#[test]
fn a_search_that_finds_nothing_says_so_and_a_directory_that_is_not_there_too() {
    assert!(drawn("1", "c42218", "zzzz").contains(FR.say("search.nothing")));
    assert!(!drawn("1", "c42218", "").contains(FR.say("search.nothing")));
    let sheet = sheet("1", "c42218");
    for (state, words) in
        [(OffersState::Reading, "reorientation.reading"), (OffersState::Failed, "reorientation.failed")]
    {
        let offers = Offers { state, ..Offers::default() };
        let drawn = reorientation(FR, Territory::load(), &offers, Some(&sheet)).into_string();
        assert!(drawn.contains(FR.say(words)) && !drawn.contains("data-do=\"give\""));
    }
}

#[test]
fn the_steps_of_an_emergency_are_there_with_the_grade_and_only_then() {
    let draw = |grade: &str| emergency(FR, &Offers::default(), Some(&sheet(grade, ""))).into_string();
    assert!(draw("5").contains("3114") && draw("5").contains("#part-record"));
    assert!(["", "0", "4"].iter().all(|grade| draw(grade).is_empty()));
    assert!(emergency(FR, &Offers::default(), None).into_string().is_empty());
}

#[test]
fn steps_are_ticked_off_and_calls_for_help_are_noted_with_the_number_of_the_place() {
    let mut grave = sheet("5", "c51454");
    let offers = offers(&grave, SearchForm::default());
    let fresh = emergency(FR, &offers, Some(&grave)).into_string();
    assert!(fresh.contains("data-step=\"stay\" data-on=\"true\"") && fresh.contains("SAMU, Reims (démo)"), "{fresh}");
    let first = grave.protocol.emergency[0].key.clone();
    grave.follow_up.steps.insert(first.clone());
    grave.follow_up.help.push(store::HelpCall { number: "15".to_owned(), consent: false, called_at: 1 });
    let after = emergency(FR, &offers, Some(&grave)).into_string();
    assert!(after.contains(&format!("data-step=\"{first}\" data-on=\"false\"")) && after.contains("checked"));
    assert!(after.contains("data-number=\"15\" data-consent=\"yes\" aria-pressed=\"false\""));
    assert!(
        after.contains("data-number=\"15\" data-consent=\"\" aria-pressed=\"true\""),
        "pressed again, it is taken back"
    );
    assert!(
        !reorientation(FR, Territory::load(), &offers, Some(&grave)).into_string().contains("SAMU"),
        "they stand once"
    );
    let nowhere = emergency(FR, &Offers::default(), Some(&sheet("5", ""))).into_string();
    assert!(nowhere.contains(FR.say("emergency.no_place")));
}

#[test]
fn a_choice_of_the_menu_is_told_in_words() {
    assert_eq!(chosen(FR, "student"), "étudiant·e");
    assert_eq!(chosen(Words(Language::En), "relative"), "relative");
    assert_eq!(chosen(FR, "aide_soignant"), "aide soignant");
}

#[test]
fn whoever_missed_a_ring_is_told_why_they_are_in_a_pause() {
    let text = |presence, reason| status(FR, epoch(), (&view(presence), Some(reason)), 0).into_string();
    assert!(text(Presence::Paused, PresenceReason::NoAnswer).contains("a sonné ici sans réponse"));
    assert!(text(Presence::Paused, PresenceReason::Vanished).contains("Liaison perdue"));
    assert!(!text(Presence::Paused, PresenceReason::Chosen).contains("notice"), "they know");
    assert!(!text(Presence::Ready, PresenceReason::NoAnswer).contains("notice"));
}

#[test]
fn a_pause_waits_for_what_is_left_to_do() {
    let text = |presence| status(FR, epoch(), (&view(presence), None), 0).into_string();
    assert!(text(Presence::Talking).contains("Pause après cet appel"));
    assert!(text(Presence::WrappingUp).contains("Pause après cette fiche"));
}

#[test]
fn a_signal_is_raised_waits_and_is_taken() {
    let names = Colleagues { names: [(ListenerId(9), "Noé <b>".to_owned())].into(), ..Colleagues::default() };
    let row = |taken| store::SignalRow {
        id: 3,
        call: 7,
        line: "sps".to_owned(),
        cause: "record".to_owned(),
        raised_at: 1,
        raised_by: 9,
        words: "<script>".to_owned(),
        taken,
        closed: None,
        outcome: None,
    };
    let open = |stage, taken| OpenSignal { row: row(taken), stage };
    let none = signal(FR, CallId(7), None).into_string();
    assert!(none.contains("Signaler à la supervision") && !none.contains("role=\"status\""));
    let own = |stage, taken, watched| {
        let told = told(FR, &open(stage, taken), watched, &names);
        signal(FR, CallId(7), Some(&told)).into_string()
    };
    let raised = own(SignalStage::Raised, None, true);
    assert!(raised.contains("la supervision est prévenue") && !raised.contains("trouble"));
    let alone = own(SignalStage::Raised, None, false);
    assert!(alone.contains("appelez vous-même") && alone.contains("trouble"), "nobody is there to be told");
    assert!(own(SignalStage::Reminded, None, true).contains("la supervision est rappelée"));
    assert!(own(SignalStage::Escalated, None, true).contains("appelez vous-même"));
    let taken = own(SignalStage::Taken, Some((2, 9)), false);
    assert!(taken.contains("Noé &lt;b&gt; s’en occupe") && !taken.contains("trouble"));
    let list = List {
        words: FR,
        name: &|listener| names.name(listener),
        since: &|_| html! {},
        take: &|id| html! { button data-do="take_signal" data-signal=(id) {} },
        beside: true,
    };
    let all = list.draw(&[open(SignalStage::Reminded, None)]).into_string();
    assert!(all.contains("data-do=\"take_signal\" data-signal=\"3\"") && all.contains("&lt;script&gt;"));
    let taken = list.draw(&[open(SignalStage::Overdue, Some((2, 9)))]).into_string();
    assert!(!taken.contains("take_signal") && taken.contains("data-alert=\"false\""));
}

#[test]
fn a_funded_consultation_is_offered_to_those_whom_it_is_for() {
    let scheme = Scheme {
        name: Wording::new("Pour les étudiant·es", ""),
        audience: Some(Audience::Students),
        per_person: 2,
        price_cents: 6_000,
        ..Scheme::default()
    };
    let mut sheet = sheet("1", "c42218");
    sheet.consultations.schemes = vec![SchemeRow { id: 4, revision: 1, ended: false, scheme }];
    let draw = |sheet: &Sheet| {
        reorientation(FR, Territory::load(), &offers(sheet, SearchForm::default()), Some(sheet)).into_string()
    };
    assert!(!draw(&sheet).contains("give_code"), "nobody said that the caller is a student");
    sheet.answers.insert("profession".to_owned(), vec!["student".to_owned()]);
    assert!(draw(&sheet).contains("data-do=\"give_code\"") && draw(&sheet).contains("60\u{a0}€"));
    sheet.consultations.given = [(4, 2)].into();
    let code = ConsultationCode::draw(5);
    let one = OpenCode { scheme: 4, code: code.clone(), good_until: "2027-01-31".to_owned(), room: None };
    sheet.consultations.codes = vec![one];
    let full = draw(&sheet);
    assert!(!full.contains("give_code") && full.contains(&code.in_groups()) && full.contains("31/01/2027"));
    assert!(full.contains("Codes donnés plus tôt\u{a0}: 1."), "one is not known here any more");
}
