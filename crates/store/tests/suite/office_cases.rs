//! Plans, prompts and the rota.

use crate::Ground;
use care::{Form, Protocol};
use store::{DraftSeen, NewShift, PromptRow, Reach, Role, ShiftSeries, StoreError};
use switchboard::flow::{Enter, Flow, Step};
use switchboard::{Date, Duty, Line, ListenerCare, Plan, PromptId, PromptName, QueueId, QueueRules, Utc, WeeklyShift};

fn plan(name: &str) -> Plan {
    let enter = Step::Queue(Enter { queue: QueueId::from("ecoute"), priority: 0 });
    let say = Step::Say(switchboard::flow::Say {
        prompt: PromptName::Own(PromptId(3)),
        skip_in_surge: true,
        next: "file".into(),
    });
    let mut line = Line::usual("ecoute", name, Flow::of([("accueil", say), ("file", enter)]));
    line.hours.exceptions.push(switchboard::ExceptionalDay { date: day("2026-12-25"), open: None });
    Plan::new([line], [QueueRules::usual("ecoute", "Écoute")], [], ListenerCare::default())
}

fn day(text: &str) -> Date {
    Date::try_from(text.to_owned()).unwrap()
}

/// What was written, with the ids that are not written into it.
fn whole(mut plan: Plan) -> Plan {
    plan.complete(|_| Some(switchboard::Zone::utc())).unwrap();
    plan
}

pub async fn a_plan_is_drafted_put_in_force_and_put_back(ground: Ground) {
    let store = ground.store().await;
    assert_eq!(store.plans().in_force().await.unwrap(), None);
    let first = store.plans().first(&plan("Une"), 10).await.unwrap();
    assert_eq!((first.version, first.draft, first.made_by), (1, false, 0));
    assert_eq!(
        whole(first.body).lines[&switchboard::LineId::from("ecoute")],
        whole(plan("Une")).lines[&switchboard::LineId::from("ecoute")]
    );
    let again = store.plans().first(&plan("Autre"), 11).await.unwrap();
    assert_eq!(again.version, 1, "only where none ever was");

    let seen = store.plans().save_draft(&plan("Deux"), None, 7, 20).await.unwrap();
    assert_eq!(seen, DraftSeen { version: 2, revision: 1 });
    let other = store.plans().save_draft(&plan("Trois"), None, 8, 21).await;
    assert!(matches!(other, Err(StoreError::StaleVersion)), "there is one draft");
    let newer = store.plans().save_draft(&plan("Trois"), Some(seen), 8, 22).await.unwrap();
    let stale = store.plans().save_draft(&plan("Quatre"), Some(seen), 7, 23).await;
    assert!(matches!(stale, Err(StoreError::StaleVersion)), "somebody else has changed it");
    assert!(matches!(store.plans().put_draft_in_force(seen, 7, 24).await, Err(StoreError::StaleVersion)));
    assert!(matches!(store.plans().drop_draft(seen).await, Err(StoreError::StaleVersion)));
    assert_eq!(store.plans().in_force().await.unwrap().unwrap().version, 1, "the one in force is untouched");

    store.plans().put_draft_in_force(newer, 7, 30).await.unwrap();
    let in_force = store.plans().in_force().await.unwrap().unwrap();
    assert_eq!((in_force.version, in_force.body.version), (2, 2));
    assert_eq!(in_force.body.lines[&switchboard::LineId::from("ecoute")].name, "Trois");
    assert_eq!(store.plans().draft().await.unwrap(), None);

    assert!(store.plans().put_back_in_force(1, 7, 40).await.unwrap());
    assert!(!store.plans().put_back_in_force(9, 7, 41).await.unwrap());
    assert_eq!(store.plans().in_force().await.unwrap().unwrap().version, 1);
    let uses: Vec<_> = store.plans().uses(9).await.unwrap().iter().map(|one| (one.version, one.at, one.who)).collect();
    assert_eq!(uses, [(1, 40, 7), (2, 30, 7), (1, 10, 0)]);
    assert_eq!(
        store.plans().get(2).await.unwrap().unwrap().body.lines[&switchboard::LineId::from("ecoute")].name,
        "Trois"
    );
}

pub async fn protocols_have_versions_of_their_own(ground: Ground) {
    let store = ground.store().await;
    let protocols = store.protocols();
    assert_eq!(protocols.in_force().await.unwrap(), None);
    let first = protocols.first(&Protocol::standard(), 10).await.unwrap();
    assert_eq!((first.version, first.body.version, first.made_by), (1, 1, 0));
    assert_eq!(first.body.form, Form::standard());

    let mut changed = first.body.clone();
    changed.form.move_section("class", false);
    let seen = protocols.save_draft(&changed, None, 7, 20).await.unwrap();
    let stale = DraftSeen { revision: 9, ..seen };
    assert!(matches!(protocols.put_draft_in_force(stale, 7, 30).await, Err(StoreError::StaleVersion)));
    protocols.put_draft_in_force(seen, 7, 30).await.unwrap();
    let in_force = protocols.in_force().await.unwrap().unwrap();
    assert_eq!((in_force.version, &in_force.body.form), (2, &changed.form));
    assert_eq!(protocols.get(1).await.unwrap().unwrap().body, first.body, "what was in force is not changed");
    assert_eq!(store.plans().in_force().await.unwrap(), None, "plans are another kind");
    assert!(protocols.put_back_in_force(1, 7, 40).await.unwrap());
    assert_eq!(protocols.in_force().await.unwrap().unwrap().version, 1);
}

pub async fn of_two_who_put_the_draft_in_force_one_does(ground: Ground) {
    let store = ground.store().await;
    let seen = store.plans().save_draft(&plan("Une"), None, 1, 1).await.unwrap();
    let plans = store.plans();
    let (one, two) = tokio::join!(plans.put_draft_in_force(seen, 1, 2), plans.put_draft_in_force(seen, 2, 2));
    assert!(one.is_ok() != two.is_ok());
    assert_eq!(store.plans().uses(9).await.unwrap().len(), 1);
}

pub async fn prompts_keep_their_number_in_every_language(ground: Ground) {
    let store = ground.store().await;
    let put = async |name: &str, language: &str, sound: &[u8]| {
        let row = PromptRow {
            id: 0,
            language: language.into(),
            name: name.into(),
            words: "Bonjour ☎".into(),
            synthetic: language == "en",
            made_at: 5,
            made_by: 2,
        };
        store.put_prompt(&row, sound).await.unwrap()
    };
    assert_eq!(put("accueil-nuit", "fr", &[0, 255, 13]).await, 1);
    assert_eq!(put("fermeture", "fr", &[1]).await, 2);
    assert_eq!(put("accueil-nuit", "en", &[2]).await, 1);
    assert_eq!(put("accueil-nuit", "fr", &[213, 0]).await, 1);
    assert_eq!(store.prompt_sound(1, "fr").await.unwrap(), Some(vec![213, 0]));
    assert_eq!(store.prompt_sound(2, "en").await.unwrap(), None);
    let all = store.prompts().await.unwrap();
    let names: Vec<_> = all.iter().map(|row| (row.id, row.language.as_str(), row.synthetic)).collect();
    assert_eq!(names, [(1, "en", true), (1, "fr", false), (2, "fr", false)]);
    assert!(store.remove_prompt(2, "fr", 9).await.unwrap() && !store.remove_prompt(2, "fr", 9).await.unwrap());
    assert_eq!(store.prompt_sound(2, "fr").await.unwrap(), None);
    assert_eq!(put("bienvenue", "fr", &[3]).await, 3, "an earlier plan must not say another prompt");
    assert_eq!(put("fermeture", "fr", &[4]).await, 2);
}

pub async fn what_changed_at_trunks_is_kept_within_bounds(ground: Ground) {
    let store = ground.store().await;
    for at in 1..=6 {
        store.put_trunk_change("Opérateur A", at, if at % 2 == 0 { "up" } else { "down" }, 4).await.unwrap();
    }
    store.put_trunk_change("Opérateur B", 3, "up", 4).await.unwrap();
    let changes = store.trunk_changes("Opérateur A").await.unwrap();
    let changes: Vec<_> = changes.iter().map(|(at, change)| (*at, change.as_str())).collect();
    assert_eq!(changes, [(6, "up"), (5, "down"), (4, "up"), (3, "down")]);
    assert_eq!(store.trunk_changes("Opérateur B").await.unwrap().len(), 1);
    assert!(store.trunk_changes("nobody").await.unwrap().is_empty());
}

pub async fn a_series_is_written_day_by_day_and_keeps_what_was_changed(ground: Ground) {
    let store = ground.store().await;
    for name in ["Zoé", "Ali"] {
        store.add_staff(name, Role::Listener, false, 1).await.unwrap();
    }
    let weekly = WeeklyShift { weekday: 0, from: 540, until: 720, first: day("2026-01-01"), last: None };
    let series = ShiftSeries {
        id: 0,
        listener: 1,
        queue: "ecoute".into(),
        duty: Duty::OnCall,
        zone: "Europe/Paris".into(),
        weekly,
    };
    let series = store.add_series(&series).await.unwrap();
    assert_eq!(store.all_series().await.unwrap(), std::slice::from_ref(&series));
    assert!(matches!(store.add_series(&series).await, Err(StoreError::ShiftWrong(_))), "sent twice, there is one");
    let days = [("2026-01-05", 100), ("2026-01-12", 200), ("2026-01-19", 300)];
    let days: Vec<_> = days.iter().map(|(text, at)| (day(text), Utc(*at), Utc(at + 50))).collect();
    assert_eq!(store.write_series_days(&series, &days[..2]).await.unwrap(), 2);
    let rows = store.shifts_between(0, 1_000).await.unwrap();
    assert!(rows.iter().all(|row| row.series == Some(1)));
    // One day is taken out, another taken over: writing the days again brings neither back.
    assert!(store.remove_shift(rows[0].shift.id.0).await.unwrap());
    assert!(store.offer_shift(rows[1].shift.id.0, 1, true).await.unwrap());
    assert!(store.take_shift(rows[1].shift.id.0, 2).await.unwrap());
    let own = NewShift { listener: 1, queue: "ecoute".into(), duty: Duty::OnShift, from: 320, until: 330 };
    store.add_shift(&own).await.unwrap();
    assert_eq!(store.write_series_days(&series, &days).await.unwrap(), 0, "there is another shift on the third day");
    let later = [(day("2026-01-26"), Utc(400), Utc(450))];
    assert_eq!(store.write_series_days(&series, &later).await.unwrap(), 1);
    // What was taken over stays with whoever took it.
    assert!(store.end_series(1, day("2026-01-04"), 0).await.unwrap());
    let left: Vec<_> = store.shifts_between(0, 1_000).await.unwrap();
    let left: Vec<_> = left.iter().map(|row| (row.shift.listener.0, row.shift.from.0)).collect();
    assert_eq!(left, [(2, 200), (1, 320)]);
    assert_eq!(store.all_series().await.unwrap()[0].weekly.last, Some(day("2026-01-04")));
    assert!(!store.end_series(1, day("2026-03-01"), 900).await.unwrap(), "the end is not put off");
    // Days of a series of somebody who has left are not taken for those of a new one.
    store.staff_leaves(1, 5).await.unwrap();
    let next = store.add_series(&ShiftSeries { listener: 2, ..series }).await.unwrap();
    assert_eq!(next.id, 2);
    assert_eq!(store.write_series_days(&next, &days[2..]).await.unwrap(), 1);
}

pub async fn who_has_left_is_signed_out_and_on_no_shift(ground: Ground) {
    let store = ground.store().await;
    for name in ["Zoé", "Ali"] {
        store.add_staff(name, Role::Listener, false, 1).await.unwrap();
    }
    let phone = Some("0199000877".to_owned());
    store.put_reach(1, &Reach { phone, ..Reach::default() }).await.unwrap();
    let member = store.staff_member(1).await.unwrap().unwrap();
    assert!(!format!("{member:?}").contains("0199000877"), "a telephone is not printed");
    store.open_session(1, "session", 10, 9_000).await.unwrap();
    store.create_sign_in_link(1, "link", 10, 9_000).await.unwrap();
    for (from, until) in [(50, 150), (200, 300)] {
        let shift = NewShift { listener: 1, queue: "ecoute".into(), duty: Duty::OnShift, from, until };
        store.add_shift(&shift).await.unwrap();
    }
    store.staff_leaves(1, 100).await.unwrap();
    assert_eq!(store.session("session", 101).await.unwrap(), None);
    assert_eq!(store.redeem_sign_in_link("link", 101).await.unwrap(), None);
    let gone = store.staff_member(1).await.unwrap().unwrap();
    assert_eq!((gone.left_at, gone.reach.phone, gone.name.as_str()), (Some(100), None, "Zoé"));
    let left = store.shifts_between(0, 1_000).await.unwrap();
    let left: Vec<_> = left.iter().map(|row| (row.shift.from.0, row.shift.until.0)).collect();
    assert_eq!(left, [(50, 100)], "what was worked stays in the record");
    assert!(matches!(store.rename_staff(1, "Zoé", Role::Listener).await, Err(StoreError::NoStaff(1))));
    store.staff_returns(1).await.unwrap();
    store.rename_staff(1, "Zoé B.", Role::Supervisor).await.unwrap();
    let back = store.staff_member(1).await.unwrap().unwrap();
    assert_eq!((back.left_at, back.role, back.name.as_str()), (None, Role::Supervisor, "Zoé B."));
    assert!(matches!(store.staff_leaves(7, 1).await, Err(StoreError::NoStaff(7))));
    assert!(matches!(store.rename_staff(1, "Ali", Role::Listener).await, Err(StoreError::NameTaken)));
    assert!(matches!(store.add_staff("Ali", Role::Listener, false, 1).await, Err(StoreError::NameTaken)));
    // Of two who run the service, each sends the other away: one stays.
    for name in ["Sacha", "Camille"] {
        store.add_staff(name, Role::Coordinator, false, 1).await.unwrap();
    }
    let (one, other) = tokio::join!(store.staff_leaves(3, 5), store.staff_leaves(4, 5));
    assert!(one.is_ok() != other.is_ok());
    let left = if one.is_ok() { 4 } else { 3 };
    let demoted = store.rename_staff(left, "Seul·e", Role::Listener).await;
    assert!(matches!(demoted, Err(StoreError::LastCoordinator)));
}

pub async fn nobody_takes_over_a_shift_while_on_another_of_the_queue(ground: Ground) {
    let store = ground.store().await;
    for name in ["Zoé", "Ali"] {
        store.add_staff(name, Role::Listener, false, 1).await.unwrap();
    }
    let shift = |listener, queue: &str, from, until| NewShift {
        listener,
        queue: queue.into(),
        duty: Duty::OnShift,
        from,
        until,
    };
    let offered = store.add_shift(&shift(1, "ecoute", 100, 200)).await.unwrap().shift.id.0;
    store.add_shift(&shift(2, "nuit", 100, 200)).await.unwrap();
    let own = store.add_shift(&shift(2, "ecoute", 199, 300)).await.unwrap().shift.id.0;
    assert!(store.offer_shift(offered, 1, true).await.unwrap());
    assert!(!store.take_shift(offered, 2).await.unwrap());
    assert!(store.remove_shift(own).await.unwrap());
    assert!(store.take_shift(offered, 2).await.unwrap());
}

pub async fn of_many_shifts_of_one_time_somebody_takes_one(ground: Ground) {
    let store = ground.store().await;
    for name in ["Ali", "Bea", "Eva", "Ida", "Léo", "Noé", "Zoé"] {
        store.add_staff(name, Role::Listener, false, 1).await.unwrap();
    }
    for day in 0..40 {
        let mut offered = Vec::new();
        for listener in 1..=6 {
            let (from, until) = (day * 1000 + listener, day * 1000 + 500);
            let shift = NewShift { listener, queue: "ecoute".into(), duty: Duty::OnShift, from, until };
            let made = store.add_shift(&shift).await.unwrap().shift.id.0;
            assert!(store.offer_shift(made, listener, true).await.unwrap());
            offered.push(made);
        }
        let tries = offered.iter().map(|shift| store.take_shift(*shift, 7));
        let taken = futures_util::future::join_all(tries).await;
        assert_eq!(taken.into_iter().filter(|had| *had.as_ref().unwrap()).count(), 1);
    }
}
