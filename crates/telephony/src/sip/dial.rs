//! A leg that Vigie calls, from the INVITE to the end of its dialog.

use super::context::LegOrder;
use super::session::{Session, spawn};
use super::timer::{Due, SessionTimer};
use crate::order::TelephonyEvent;
use crate::wire::media_thread::MediaCommand;
use crate::wire::moment;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver, TerminatedReason};
use rsipstack::dialog::invitation::InviteAsyncResult;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::platform::JoinHandle;
use rsipstack::sip::{Response, StatusCode};
use std::time::Duration;
use switchboard::LegEnd;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long a gateway may say nothing at all to an INVITE before the next trunk is tried.
const SILENCE: Duration = Duration::from_secs(5);

/// A call that is on its way, or stands.
pub(super) struct DialledLeg {
    session: Session,
    dialog: InviteDialog,
    /// Anything came back from the gateway.
    gateway_answers: bool,
    answered: bool,
    /// It was hung up or given up here: its end is no news.
    gone: bool,
    said_bye: bool,
}

/// What became of a call through one trunk.
pub(super) enum Outcome {
    /// It stood, or was refused by whoever was called: its end is told.
    Over,
    /// The trunk could not place it: the next one may, and if there is none, this is its end.
    Elsewhere(LegEnd),
}

impl DialledLeg {
    pub(super) fn new(session: Session, dialog: InviteDialog) -> Self {
        Self { session, dialog, gateway_answers: false, answered: false, gone: false, said_bye: false }
    }

    /// Stays with the call to its end, or until it is clear that this trunk cannot place it. `another` says whether there is
    /// one to try after it.
    pub(super) async fn run(
        mut self,
        mut states: DialogStateReceiver,
        mut invite: JoinHandle<InviteAsyncResult>,
        orders: &mut UnboundedReceiver<LegOrder>,
        another: bool,
    ) -> Outcome {
        let rings_until = tokio::time::sleep(self.session.context.settings.outgoing.ring_for);
        let silent_until = tokio::time::sleep(SILENCE);
        tokio::pin!(rings_until, silent_until);
        let (mut invited, mut waiting, mut listening) = (false, true, another);
        let outcome = loop {
            let (due_at, due) = self.session.due();
            tokio::select! {
                () = due_at => match due {
                    Due::Refresh => self.session.refresh(&self.dialog),
                    Due::End => self.dead(),
                },
                order = orders.recv() => match order {
                    Some(LegOrder::HangUp) | None => self.hang_up(),
                    Some(LegOrder::Probe) if self.answered => self.session.probe(&self.dialog),
                    Some(LegOrder::Dead) => self.dead(),
                    Some(LegOrder::Probe | LegOrder::Ring | LegOrder::Answer | LegOrder::Refuse(_)) => {}
                },
                state = states.recv() => match state {
                    Some(DialogState::Terminated(_, reason)) => break self.ended(&reason),
                    Some(state) => self.state(state).await,
                    None => break Outcome::Over,
                },
                outcome = &mut invite, if !invited => {
                    invited = true;
                    // An answer of any kind is told by the states, in their order.
                    if !matches!(outcome, Ok(Ok((_, Some(_))))) {
                        break self.unplaced(LegEnd::Failed);
                    }
                },
                () = &mut rings_until, if waiting => {
                    waiting = false;
                    if !self.answered && !self.gone {
                        self.over(LegEnd::NotReached);
                        self.give_up();
                    }
                },
                () = &mut silent_until, if listening => {
                    listening = false;
                    if !self.gateway_answers && !self.gone {
                        // Whatever still comes of it is ended beside the next try.
                        self.gone = true;
                        spawn(self.bury(states, invite));
                        return Outcome::Elsewhere(LegEnd::Failed);
                    }
                },
            }
        };
        if !invited {
            // The stack still writes down the dialog that has just ended.
            let _outcome_seen_as_state = invite.await;
        }
        self.session.context.dialogs.remove_dialog(&self.dialog.id());
        outcome
    }

    /// Ends a call that was tried elsewhere meanwhile: a late answer is hung up, the rest is silence.
    async fn bury(mut self, mut states: DialogStateReceiver, invite: JoinHandle<InviteAsyncResult>) {
        while let Some(state) = states.recv().await {
            match state {
                DialogState::Terminated(..) => break,
                DialogState::Early(..) => self.give_up(),
                DialogState::Confirmed(_, response) => self.confirmed(&response),
                // Whatever it wants to change: its leg is in another call by now, and it is hung up.
                _ => {}
            }
        }
        let _outcome_seen_as_state = invite.await;
        self.session.context.dialogs.remove_dialog(&self.dialog.id());
    }

    async fn state(&mut self, state: DialogState) {
        match state {
            DialogState::Trying(_) | DialogState::Early(..) => self.gateway_answers = true,
            DialogState::Confirmed(_, response) => self.confirmed(&response),
            other => self.session.request(other).await,
        }
    }

    /// The other side has answered; the stack has sent the ACK.
    fn confirmed(&mut self, response: &Response) {
        self.gateway_answers = true;
        if self.gone {
            // The CANCEL came too late (RFC 3261 section 9.1).
            self.say_bye();
            return;
        }
        if std::mem::replace(&mut self.answered, true) {
            // An ACK may bring the answer to an offer that we made to a change without one.
            if let Some(Ok(Some(remote))) = self.session.read_acknowledgement(&self.dialog) {
                self.session.hears(remote);
            }
            return;
        }
        match self.session.read(&response.headers, &response.body) {
            Ok(Some(remote)) => {
                self.session.hears(remote);
                self.session.timer = SessionTimer::agreed(&response.headers, moment());
                self.session.tell(TelephonyEvent::Answered(self.session.id));
            }
            Ok(None) | Err(_) => {
                tracing::warn!("a called phone answered without sound that can be used");
                self.over(LegEnd::Failed);
                self.say_bye();
            }
        }
    }

    /// The other side is gone without a word.
    fn dead(&mut self) {
        if self.answered && !self.gone {
            self.over(LegEnd::Lost);
            self.give_up();
        }
    }

    /// Hung up from here: nothing is told.
    fn hang_up(&mut self) {
        self.gone = true;
        self.session.context.media.ask(MediaCommand::Remove(self.session.id));
        self.give_up();
    }

    /// Ends the call, whatever its state.
    fn give_up(&mut self) {
        match self.dialog.state() {
            DialogState::Confirmed(..) => self.say_bye(),
            DialogState::Terminated(..) => {}
            _ => {
                let dialog = self.dialog.clone();
                spawn(async move {
                    // A CANCEL that comes too late changes nothing; the answer that crossed it is ended on its own.
                    let _too_late = dialog.cancel().await;
                });
            }
        }
    }

    fn say_bye(&mut self) {
        if !std::mem::replace(&mut self.said_bye, true) {
            self.session.bye(&self.dialog, self.session.way);
        }
    }

    fn ended(&mut self, reason: &TerminatedReason) -> Outcome {
        if self.answered {
            self.over(end_of_talk(reason));
            return Outcome::Over;
        }
        let end = self.end_before_answer(reason);
        // What the network itself could not do, another trunk may; what the called phone said holds.
        if end == LegEnd::Failed {
            return self.unplaced(end);
        }
        self.over(end);
        Outcome::Over
    }

    /// The trunk could not place the call. Nothing is told yet; if it was given up here meanwhile, nothing ever is.
    fn unplaced(&mut self, end: LegEnd) -> Outcome {
        if self.gone { Outcome::Over } else { Outcome::Elsewhere(end) }
    }

    fn end_before_answer(&self, reason: &TerminatedReason) -> LegEnd {
        match reason {
            TerminatedReason::UasOther(status) | TerminatedReason::ProxyError(status) => {
                // Where nothing at all came back, the stack itself says 408.
                let silent = *status == StatusCode::RequestTimeout && !self.gateway_answers;
                let end = if silent { LegEnd::Failed } else { end_of(status.code()) };
                if end == LegEnd::Failed && !self.gone {
                    tracing::warn!(status = status.code(), silent, "a gateway placed no call");
                }
                end
            }
            TerminatedReason::ProxyAuthRequired => {
                tracing::error!("a gateway refuses our user or password");
                LegEnd::Failed
            }
            TerminatedReason::UasBusy | TerminatedReason::UacBusy => LegEnd::Busy,
            TerminatedReason::UasDecline => LegEnd::Declined,
            TerminatedReason::Timeout => LegEnd::NotReached,
            TerminatedReason::UacCancel
            | TerminatedReason::UacBye
            | TerminatedReason::UasBye
            | TerminatedReason::UacOther(_) => LegEnd::Failed,
        }
    }

    /// Tells the end, once.
    fn over(&mut self, end: LegEnd) {
        if !std::mem::replace(&mut self.gone, true) {
            self.session.context.media.ask(MediaCommand::Remove(self.session.id));
            self.session.tell(TelephonyEvent::Ended(self.session.id, end));
        }
    }
}

fn end_of_talk(reason: &TerminatedReason) -> LegEnd {
    match reason {
        TerminatedReason::UasBye | TerminatedReason::UacBye => LegEnd::HungUp,
        TerminatedReason::Timeout => LegEnd::Lost,
        _ => LegEnd::Failed,
    }
}

/// What a refusal means to whoever asked for the call (RFC 3261 section 21).
fn end_of(status: u16) -> LegEnd {
    match status {
        486 | 600 => LegEnd::Busy,
        408 | 480 | 487 => LegEnd::NotReached,
        403 | 603 => LegEnd::Declined,
        404 | 410 | 416 | 484 | 604 => LegEnd::NoSuchNumber,
        _ => LegEnd::Failed,
    }
}
