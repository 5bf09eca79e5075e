//! The people: who works here, what they can do, how a call reaches them, and how they come in.

use super::draft::{mark, unavailable};
use super::faults::not_dialled;
use super::form::Sent;
use super::{go, not_done, page};
use crate::App;
use crate::desk::twice;
use crate::door::{Colleague, Keys};
use crate::words::Words;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Reach, Role, Staff, StoreError};
use switchboard::{NotDialled, Plan, QueueId, Skill};

const LONGEST_NAME: usize = 60;

/// Links that were made and not yet shown: each is shown once, to whoever asked for it.
#[derive(Default)]
pub(crate) struct Links(Mutex<HashMap<(i64, i64), String>>);

impl Links {
    fn put(&self, reader: i64, person: i64, link: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((reader, person), link);
    }

    fn take(&self, reader: i64, person: i64) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(reader, person))
    }
}

/// `GET /office/people`
pub(crate) async fn people_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    list(&app, &colleague, None).await
}

async fn list(app: &App, colleague: &Colleague, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let (left, here): (Vec<Staff>, Vec<Staff>) =
        app.house.store().all_staff().await.map_err(unavailable)?.into_iter().partition(|one| one.left_at.is_some());
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } }
            h1 { (words.say("people.title")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            form.new method="post" action="/office/people" {
                label for="new-name" { (words.say("people.new")) }
                div.row {
                    input #new-name type="text" name="name" required maxlength=(LONGEST_NAME) autocomplete="off" placeholder=(words.say("people.name"));
                    select.narrow-select name="role" aria-label=(words.say("people.role")) { (roles(words, Role::Listener)) }
                    button.primary type="submit" { (words.say("people.invite")) }
                }
                p.hint { (words.say("people.new_help")) }
            }
        }
        section.card {
            h2 { (words.fill("people.here", &[("count", &here.len().to_string())])) }
            ul.things {
                @for one in &here {
                    li { a href=(format!("/office/people/{}", one.id)) { (one.name) } span.soft { (in_short(words, one)) } }
                }
            }
        }
        @if !left.is_empty() {
            details.card {
                summary { (words.fill("people.left", &[("count", &left.len().to_string())])) }
                ul.things {
                    @for one in &left {
                        li { a href=(format!("/office/people/{}", one.id)) { (one.name) } span.soft { (words.named("role", one.role.word())) } }
                    }
                }
            }
        }
    };
    Ok(page(app, colleague, "/office/people", words.say("people.title"), &content))
}

fn in_short(words: Words, one: &Staff) -> String {
    let mut parts = vec![words.named("role", one.role.word()).to_owned()];
    if !one.reach.skills.is_empty() {
        parts.push(one.reach.skill_words());
    }
    if one.reach.phone.is_some() {
        parts.push(words.say("people.has_phone").to_owned());
    }
    parts.join(" · ")
}

fn roles(words: Words, chosen: Role) -> Markup {
    html! {
        @for role in Role::ALL { option value=(role.word()) selected[role == chosen] { (words.named("role", role.word())) } }
    }
}

/// A mark of somebody as the page shows them; their telephone is in it, and not to be read from it.
fn seen(one: &Staff) -> String {
    let reach = &one.reach;
    let queues: Vec<&str> = reach.queues.iter().map(|queue| queue.0.as_str()).collect();
    mark(&json!([one.name, one.role.word(), reach.skill_words(), queues, reach.phone.is_some()]))
}

/// What a form says of somebody.
struct Written {
    name: String,
    role: Role,
    skills: String,
    queues: BTreeSet<QueueId>,
}

impl Written {
    fn of(one: &Staff) -> Self {
        Self {
            name: one.name.clone(),
            role: one.role,
            skills: one.reach.skill_words(),
            queues: one.reach.queues.clone(),
        }
    }
}

/// `GET /office/people/{id}`
pub(crate) async fn person_page(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let one = app.house.store().staff_member(id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    let link = app.links.take(colleague.staff.id, id);
    Ok(draw(&app, &colleague, &one, &Written::of(&one), link.as_deref(), None))
}

fn draw(
    app: &App,
    colleague: &Colleague,
    one: &Staff,
    written: &Written,
    link: Option<&str>,
    said: Option<&str>,
) -> Markup {
    let words = colleague.words;
    let here = format!("/office/people/{}", one.id);
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } " › " a href="/office/people" { (words.say("people.title")) } }
            h1 { (one.name) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            @if let Some(link) = link {
                div.notice #link {
                    p { strong { (words.say("people.link")) } }
                    p { code.link { (link) } }
                    p.hint { (words.say("people.link_help")) }
                }
            }
            @if one.left_at.is_some() {
                p.notice { (words.say("people.has_left")) }
                form.buttons method="post" action=(format!("{here}/back")) {
                    button type="submit" { (words.say("people.back")) }
                }
            } @else {
                (person_form(words, &app.house.plan(), one, written, &here))
                form.buttons method="post" action=(format!("{here}/link")) {
                    button type="submit" { (words.say("people.make_link")) }
                    @if one.id != colleague.staff.id {
                        button.danger type="submit" formaction=(format!("{here}/leave")) data-twice { (twice(words.say("people.leave"), words.say("form.sure"))) }
                    }
                }
                @if one.id != colleague.staff.id { p.hint { (words.say("people.leave_help")) } }
            }
        }
    };
    page(app, colleague, "/office/people", &one.name, &content)
}

fn person_form(words: Words, plan: &Plan, one: &Staff, written: &Written, here: &str) -> Markup {
    html! {
        form.fields method="post" action=(here) {
            input type="hidden" name="was" value=(seen(one));
            div.input { label for="name" { (words.say("people.name")) }
                input #name type="text" name="name" required maxlength=(LONGEST_NAME) value=(written.name) autocomplete="off"; }
            div.input { label for="role" { (words.say("people.role")) }
                select #role name="role" { (roles(words, written.role)) }
                p.hint { (words.named("role_help", written.role.word())) } }
            div.input { label for="skills" { (words.say("people.skills")) }
                input #skills type="text" name="skills" value=(written.skills) maxlength="400" autocomplete="off" list="known-skills"
                    aria-describedby="skills-says";
                datalist #known-skills { @for skill in known_skills(plan) { option value=(format!("{skill}=2")) {} } }
                p.hint #skills-says { (words.say("people.skills_help")) } }
            div.input { label for="phone" { (words.say("people.phone")) }
                input #phone type="tel" name="phone" maxlength="40" autocomplete="off" aria-describedby="phone-says"
                    placeholder=(if one.reach.phone.is_some() { words.say("people.phone_kept") } else { "" });
                p.hint #phone-says { (words.say("people.phone_help")) }
                @if one.reach.phone.is_some() {
                    label.tick { input type="checkbox" name="no_phone"; (words.say("people.no_phone")) }
                } }
            fieldset.input {
                legend { (words.say("people.queues")) }
                div.choices {
                    @for queue in plan.queues.values() {
                        label.tick { input type="checkbox" name="queue" value=(queue.id) checked[written.queues.contains(&queue.id)]; (queue.name) }
                    }
                }
                p.hint { (words.say("people.queues_help")) }
            }
            div.buttons { button.primary type="submit" { (words.say("form.save")) } }
        }
    }
}

/// The skills that the plan speaks of.
fn known_skills(plan: &Plan) -> BTreeSet<String> {
    use switchboard::flow::Step;
    let mut skills: BTreeSet<String> = ["language:fr", "language:en"].map(str::to_owned).into();
    for step in plan.lines.values().flat_map(|line| line.flow.steps.values()) {
        if let Step::Menu(menu) = step {
            let wishes = menu.choices.iter().filter_map(|choice| choice.wish.as_ref());
            skills.extend(wishes.map(Skill::to_string));
        }
    }
    skills
}

/// Somebody's name and role as a form says them.
fn name_and_role(sent: &Sent) -> Option<(String, Role)> {
    let name: String = sent.get("name").chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect();
    Some((name, Role::from_word(sent.get("role"))?)).filter(|(name, _)| !name.is_empty())
}

/// A link with which somebody signs in once, to be shown once.
async fn make_link(
    app: &App,
    keys: &Keys,
    headers: &HeaderMap,
    reader: i64,
    person: i64,
) -> Result<Response, StatusCode> {
    let path = keys.invite(person).await.map_err(unavailable)?;
    app.links.put(reader, person, format!("{}{path}", keys.origin(headers)));
    Ok(go(&format!("/office/people/{person}")))
}

/// Why somebody could not be added or changed; or that the store does not answer.
fn why(words: Words, fault: StoreError) -> Result<&'static str, StatusCode> {
    match fault {
        StoreError::NameTaken => Ok(words.say("people.known")),
        StoreError::LastCoordinator => Ok(words.say("people.last")),
        fault => Err(unavailable(fault)),
    }
}

/// The list once more, with why something was not done.
async fn not_listed(app: &App, colleague: &Colleague, fault: StoreError) -> Result<Response, StatusCode> {
    let said = why(colleague.words, fault)?;
    Ok(not_done(StatusCode::CONFLICT, list(app, colleague, Some(said)).await?))
}

/// `POST /office/people`: somebody new.
pub(crate) async fn add_person(
    State(app): State<App>,
    State(keys): State<Arc<Keys>>,
    colleague: Colleague,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let Some((name, role)) = name_and_role(&Sent(pairs)) else { return Ok(go("/office/people")) };
    let added = app.house.store().add_staff(&name, role, app.house.demo(), app.house.wall_ms()).await;
    let one = match added {
        Ok(one) => one,
        Err(fault) => return not_listed(&app, &colleague, fault).await,
    };
    app.house.refresh_people().await.map_err(unavailable)?;
    make_link(&app, &keys, &headers, colleague.staff.id, one.id).await
}

/// `POST /office/people/{id}`
pub(crate) async fn change_person(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (sent, words, store) = (Sent(pairs), colleague.words, app.house.store());
    let one = store.staff_member(id).await.map_err(unavailable)?.filter(|one| one.left_at.is_none());
    let one = one.ok_or(StatusCode::NOT_FOUND)?;
    if sent.get("was") != seen(&one) {
        let recorded = draw(&app, &colleague, &one, &Written::of(&one), None, Some(words.say("office.stale")));
        return Ok(not_done(StatusCode::CONFLICT, recorded));
    }
    let (name, role) = name_and_role(&sent).ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
    let queues: BTreeSet<QueueId> =
        sent.0.iter().filter(|(name, _)| name == "queue").map(|(_, id)| QueueId::from(id.as_str())).collect();
    let written = Written { name: name.clone(), role, skills: sent.get("skills").to_owned(), queues: queues.clone() };
    let refuse = |said: &str| {
        Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, draw(&app, &colleague, &one, &written, None, Some(said))))
    };
    let skills = match Reach::read_skills(sent.get("skills")) {
        Ok(skills) => skills,
        Err(_) => return refuse(&words.fill("people.bad_skills", &[("text", sent.get("skills"))])),
    };
    let phone = match sent.get("phone") {
        "" if sent.has("no_phone") => None,
        "" => one.reach.phone.clone(),
        new => match app.house.dial_rules().refuses(new) {
            None if node::read_number(new).is_ok() => Some(new.to_owned()),
            Some(why @ (NotDialled::Premium | NotDialled::Foreign)) => return refuse(not_dialled(words, why)),
            None | Some(NotDialled::Unknown) => return refuse(words.say("people.bad_phone")),
        },
    };
    if id == colleague.staff.id && role != one.role {
        return refuse(words.say("people.own_role"));
    }
    match store.rename_staff(id, &name, role).await {
        Ok(()) => {}
        Err(fault) => return refuse(why(words, fault)?),
    }
    store.put_reach(id, &Reach { skills, queues, phone }).await.map_err(unavailable)?;
    app.house.refresh_people().await.map_err(unavailable)?;
    Ok(go(&format!("/office/people/{id}")))
}

/// `POST /office/people/{id}/link`
pub(crate) async fn link_person(
    State(app): State<App>,
    State(keys): State<Arc<Keys>>,
    Path(id): Path<i64>,
    colleague: Colleague,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let one = app.house.store().staff_member(id).await.map_err(unavailable)?;
    one.filter(|one| one.left_at.is_none()).ok_or(StatusCode::NOT_FOUND)?;
    make_link(&app, &keys, &headers, colleague.staff.id, id).await
}

/// `POST /office/people/{id}/leave`
pub(crate) async fn person_leaves(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
) -> Result<Response, StatusCode> {
    let store = app.house.store();
    store.staff_member(id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    // Whoever runs the service alone would lock everybody out.
    if id == colleague.staff.id {
        return Err(StatusCode::CONFLICT);
    }
    match store.staff_leaves(id, app.house.wall_ms()).await {
        Ok(()) => {}
        Err(fault) => return not_listed(&app, &colleague, fault).await,
    }
    app.house.refresh_people().await.map_err(unavailable)?;
    app.house.refresh_rota().await.map_err(unavailable)?;
    Ok(go("/office/people"))
}

/// `POST /office/people/{id}/back`
pub(crate) async fn person_returns(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
) -> Result<Response, StatusCode> {
    let store = app.house.store();
    store.staff_member(id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    match store.staff_returns(id).await {
        Ok(()) => {}
        Err(fault) => return not_listed(&app, &colleague, fault).await,
    }
    app.house.refresh_people().await.map_err(unavailable)?;
    Ok(go(&format!("/office/people/{id}")))
}
