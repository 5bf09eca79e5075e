//! The desk's socket: commands up, parts of the page down.

mod press;
mod record;
mod signals;

use super::bench::{Bench, Done, Job};
use super::colleagues::Colleagues;
use super::message::{self, Id, LARGEST_FRAME, TriageForm, Up};
use super::offers::{self, Asked, Offers};
use super::parts::{self, Epoch};
use super::sheet::Sheet;
use crate::App;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use node::{Desk, DeskState, OpenSignal, SignalWatch};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Role, Staff};
use switchboard::{CallId, Command, Presence, PresenceReason, SupervisionView};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::watch;

/// How often the desk hears that the house is there.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How long a page may take to read a message before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many places are suggested for a text.
const SUGGESTED: usize = 8;

/// `GET /desk/ws`
pub(crate) async fn desk_socket(State(app): State<App>, colleague: Colleague, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(LARGEST_FRAME).max_frame_size(LARGEST_FRAME).on_upgrade(move |socket| async move {
        let (jobs, received) = unbounded_channel();
        let (done, mut results) = unbounded_channel();
        let bench = Bench {
            keys: Arc::clone(&app.keys),
            unsaved: Arc::clone(&app.unsaved),
            codes: Arc::clone(&app.codes),
            house: app.house.clone(),
            staff: colleague.staff.clone(),
        };
        let (asked, questions) = watch::channel(Asked::default());
        let finder = offers::find(app.house.clone(), questions, done.clone());
        let serve = async {
            let mut open = Open::new(app, colleague, socket, Beside { jobs, asked, offers: Offers::default() }).await;
            open.serve(&mut results).await;
            // Dropped here: the house learns that the desk's socket is closed before the last drafts are saved.
        };
        // The bench ends once the desk has dropped its end and every job is done.
        tokio::join!(serve, bench.work(received, done), finder);
    })
}

/// The page is gone.
struct Gone;

/// An open desk.
struct Open {
    app: App,
    words: Words,
    staff: Staff,
    desk: Desk,
    socket: WebSocket,
    epoch: Epoch,
    beside: Beside,
    seq: u64,
    sent: Sent,
    state: DeskState,
    sheet: Option<Sheet>,
    around: Around,
}

/// Those who work beside the desk's own loop.
struct Beside {
    /// What is to be remembered or recalled.
    jobs: UnboundedSender<Job>,
    /// What is to be found in the directory: the latest question counts.
    asked: watch::Sender<Asked>,
    /// What was found.
    offers: Offers,
}

/// What the page was sent last, so that only what tells something new is sent again.
#[derive(Default)]
struct Sent {
    parts: HashMap<&'static str, String>,
    state: Option<Value>,
}

/// What a desk shows of the others.
struct Around {
    colleagues: Colleagues,
    /// The card of the call that is being triaged here.
    triage: Option<(CallId, TriageForm)>,
    /// The at-risk signals that are open.
    signals: watch::Receiver<Arc<Vec<OpenSignal>>>,
    /// Says, while the desk of somebody who supervises is open, that they are told of each.
    _watch: Option<SignalWatch>,
    /// For those who supervise.
    supervision: Option<watch::Receiver<Arc<SupervisionView>>>,
}

impl Open {
    async fn new(app: App, colleague: Colleague, socket: WebSocket, beside: Beside) -> Self {
        let mut desk = app.house.open_desk(colleague.staff.listener()).await;
        let state = desk.state.borrow_and_update().clone();
        let around = Around {
            colleagues: Colleagues::read(&app, &colleague.staff).await,
            triage: None,
            signals: app.house.signals().open(),
            _watch: colleague
                .staff
                .role
                .supervises()
                .then(|| app.house.signals().watch_over(colleague.staff.listener())),
            supervision: colleague.staff.role.supervises().then(|| app.house.supervision()),
        };
        Self {
            around,
            epoch: Epoch::new(app.house.wall_ms(), app.house.moment()),
            words: colleague.words,
            staff: colleague.staff,
            desk,
            socket,
            beside,
            seq: 0,
            sent: Sent::default(),
            state,
            sheet: None,
            app,
        }
    }

    async fn serve(&mut self, results: &mut tokio::sync::mpsc::UnboundedReceiver<Done>) {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        self.follow();
        loop {
            let outcome = tokio::select! {
                changed = self.desk.state.changed() => match changed {
                    Ok(()) => {
                        self.state = self.desk.state.borrow_and_update().clone();
                        self.follow();
                        self.draw().await
                    }
                    Err(_) => Err(Gone),
                },
                changed = self.around.signals.changed() => match changed {
                    Ok(()) => self.draw().await,
                    Err(_) => Err(Gone),
                },
                () = changed(&mut self.around.supervision) => {
                    self.around.colleagues.look(&self.app.house);
                    self.draw().await
                }
                Some(done) = results.recv() => self.done(done).await,
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => match message::read(&text) {
                        Some(up) => self.asked(up).await,
                        None => Ok(()),
                    },
                    Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Gone),
                },
                _ = heartbeat.tick() => self.beat().await,
            };
            if outcome.is_err() {
                return;
            }
            if self.state.replaced {
                let _gone = self.send(&message::replaced()).await;
                return;
            }
        }
    }

    async fn beat(&mut self) -> Result<(), Gone> {
        if self.app.unsaved.of(self.staff.id) > 0 {
            self.job(Job::Retry);
        }
        self.job(Job::StillHere);
        self.send(&message::now(self.app.house.wall_ms())).await?;
        self.around.colleagues.look(&self.app.house);
        // The first beat comes at once and brings the first drawing.
        self.draw().await
    }

    /// Lays out the sheet of the call that the listener has now.
    fn follow(&mut self) {
        let view = &self.state.view;
        let talking = view.call.as_ref().filter(|_| view.presence == Presence::Talking);
        let current = talking.map(|card| card.call).or(view.wrapping_up);
        // Whoever regulates has a card for each call; one that was begun on another page goes on here.
        let triages = self.staff.role == Role::Regulator || self.staff.role == Role::Facilitator;
        let known = self.around.triage.as_ref().map(|(call, _)| *call);
        match talking.filter(|_| triages) {
            Some(card) if known != Some(card.call) => {
                let form = card.card.as_ref().map(TriageForm::of).unwrap_or_default();
                self.around.triage = Some((card.call, form));
            }
            Some(_) => {}
            None => self.around.triage = None,
        }
        if current == self.sheet.as_ref().map(|sheet| sheet.call) {
            return;
        }
        let line = talking.map(|card| card.line.0.clone()).unwrap_or_default();
        let protocol = self.app.house.protocol();
        let version = protocol.version;
        self.sheet = current.map(|call| Sheet::new(call, line, self.app.house.wall_ms(), protocol));
        if let Some(call) = current {
            self.job(Job::Load(call, version));
        }
    }

    async fn done(&mut self, done: Done) -> Result<(), Gone> {
        match done {
            Done::Loaded(call, loaded) => {
                let Some(sheet) = self.sheet.as_mut().filter(|sheet| sheet.call == call) else { return Ok(()) };
                sheet.follow_up = loaded.follow_up;
                sheet.consultations = loaded.consultations;
                if let Some(protocol) = loaded.protocol {
                    sheet.protocol = Arc::new(protocol);
                }
                match loaded.record {
                    Some(record) => sheet.restore(&record),
                    None => self.save_draft(),
                }
            }
            Done::Saved(call, ok) => return self.send(&message::saved(call, ok)).await,
            Done::Noted(call, follow_up) => {
                if let Some(sheet) = self.sheet.as_mut().filter(|sheet| sheet.call == call) {
                    sheet.follow_up = follow_up;
                }
            }
            Done::Consultations(call, consultations) => {
                if let Some(sheet) = self.sheet.as_mut().filter(|sheet| sheet.call == call) {
                    sheet.consultations = consultations;
                }
            }
            Done::Reported(call, entry) => {
                if let Some(sheet) = self.sheet.as_mut().filter(|sheet| sheet.call == call) {
                    sheet.wrong.push(entry);
                }
            }
            Done::Found(offers) => self.beside.offers = *offers,
            Done::Kept => {}
            // Nobody is sent away from a caller or from what they write; the page that opens again asks at the door.
            Done::Here(false) if !self.is_busy() => return Err(Gone),
            Done::Here(_) => return Ok(()),
            Done::NotNoted => return self.send(&serde_json::json!({ "trouble": "not_noted" })).await,
        }
        self.draw().await
    }

    fn is_busy(&self) -> bool {
        matches!(self.state.view.presence, Presence::Offered | Presence::Talking | Presence::WrappingUp)
    }

    async fn asked(&mut self, up: Up) -> Result<(), Gone> {
        match up {
            Up::Snapshot => {
                self.sent = Sent::default();
                return self.draw().await;
            }
            Up::Voice { offer } => {
                let answer = self.desk.voice(offer).await;
                return self.send(&message::voice(&answer)).await;
            }
            Up::Restart { offer } => {
                let answer = self.desk.restart_voice(offer).await;
                return self.send(&message::voice(&answer)).await;
            }
            Up::Draft { call: Id(call), form } => return self.draft(call, form.0).await,
            Up::CloseRecord { call: Id(call), form } => return self.close_record(call, form.0).await,
            Up::Places { text } => {
                let places = self.app.house.territory().find_places(&text, SUGGESTED);
                return self.send(&message::places(&text, &places)).await;
            }
            Up::Search { form } => {
                self.beside.asked.send_if_modified(|asked| {
                    let new = asked.search != form;
                    asked.search = form;
                    new
                });
            }
            Up::WrongNumber { call: Id(call), entry } => self.wrong_number(call, &entry),
            deed @ (Up::Give { .. } | Up::TakeBack { .. } | Up::Answer { .. } | Up::Step { .. } | Up::Help { .. }) => {
                self.note(deed);
            }
            code @ (Up::GiveCode { .. } | Up::TakeBackCode { .. }) => self.code(code),
            Up::Signal { call: Id(call), words } => self.raise(call, &words).await,
            Up::TakeSignal { signal } => self.take_signal(&signal).await,
            Up::Triage { form } => return self.triage(form).await,
            other => {
                self.signals_beside(&other).await;
                if let Some(command) = press::command(other) {
                    self.desk.command(command);
                }
            }
        }
        Ok(())
    }

    async fn triage(&mut self, form: TriageForm) -> Result<(), Gone> {
        let Some((_, known)) = &mut self.around.triage else { return Ok(()) };
        self.desk.command(Command::Triage(form.card()));
        *known = form;
        // The page shows already what was chosen on it.
        let (name, html) = self.draw_triage();
        self.sent.parts.insert(name, html);
        Ok(())
    }

    fn draw_triage(&self) -> (&'static str, String) {
        let form = self.around.triage.as_ref().map(|(_, form)| form);
        ("triage", parts::triage(self.words, form, &self.around.colleagues).into_string())
    }

    fn job(&self, job: Job) {
        // The bench outlives the desk.
        let _bench_is_there = self.beside.jobs.send(job);
    }

    /// Sends the parts that tell something new.
    async fn draw(&mut self) -> Result<(), Gone> {
        let unsaved = self.app.unsaved.of(self.staff.id);
        self.ask_directory();
        let (words, epoch, view) = (self.words, self.epoch, &self.state.view);
        let sheet = self.sheet.as_ref();
        let territory = self.app.house.territory();
        let own = self.own_signal();
        let drawn = [
            ("status", parts::status(words, epoch, (view, self.reason()), unsaved).into_string()),
            ("call", parts::call(words, epoch, view, self.state.line, self.around.triage.is_some()).into_string()),
            ("together", parts::together(words, view, own.as_ref(), &self.around.colleagues).into_string()),
            self.draw_triage(),
            ("signal", self.draw_signal(own.as_ref())),
            ("signals", self.draw_signals()),
            ("supervision", self.draw_supervision()),
            ("waiting", parts::waiting(words, epoch, &self.state.waiting).into_string()),
            ("emergency", parts::emergency(words, &self.beside.offers, sheet).into_string()),
            self.draw_record(),
            ("reorientation", parts::reorientation(words, territory, &self.beside.offers, sheet).into_string()),
        ];
        for (name, html) in drawn {
            if self.sent.parts.get(name) != Some(&html) {
                self.seq += 1;
                self.send(&message::part(self.seq, name, &html)).await?;
                self.sent.parts.insert(name, html);
            }
        }
        let told = message::state(0, &self.state.view);
        if self.sent.state.as_ref() != Some(&told) {
            self.seq += 1;
            self.send(&message::state(self.seq, &self.state.view)).await?;
            self.sent.state = Some(told);
        }
        Ok(())
    }

    /// Why the listener does what they do, as far as the journal says by now.
    fn reason(&self) -> Option<PresenceReason> {
        let live = self.app.house.live();
        let board = live.borrow();
        let known = board.listeners.get(&self.staff.listener())?;
        (known.presence == self.state.view.presence).then_some(known.reason)
    }

    fn draw_supervision(&self) -> String {
        let Some(seen) = &self.around.supervision else { return String::new() };
        let around = (&self.around.colleagues, self.app.house.moment());
        let seen = Arc::clone(&seen.borrow());
        parts::supervision(self.words, self.epoch, &self.state.view, &seen, around).into_string()
    }

    async fn send(&mut self, value: &Value) -> Result<(), Gone> {
        let message = Message::Text(value.to_string().into());
        match tokio::time::timeout(PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

/// What supervisors see has changed; never, for those who do not supervise.
async fn changed(supervision: &mut Option<watch::Receiver<Arc<SupervisionView>>>) {
    let Some(seen) = supervision else { return std::future::pending().await };
    match seen.changed().await {
        Ok(()) => drop(seen.borrow_and_update()),
        // The house is closing: the desk's own state says so.
        Err(_) => std::future::pending().await,
    }
}
