//! What turns the crank.

use crate::caller::CallRefused;
use crate::desk::DeskState;
use crate::phones::Phones;
use switchboard::{CallId, CallerState, Command, Input, Language, LegId, LineId, ListenerId};
use telephony::TelephonyEvent;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{oneshot, watch};

/// One opening of a desk: a listener may open another, and the older one must stop then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SocketId(pub(crate) u64);

/// A caller from the call page.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) leg: LegId,
    pub(crate) line: LineId,
    pub(crate) language: Language,
    pub(crate) states: UnboundedSender<CallerState>,
    pub(crate) reply: oneshot::Sender<Result<CallId, CallRefused>>,
}

/// One thing for the crank.
#[derive(Debug)]
pub(crate) enum Turn {
    Telephony(TelephonyEvent),
    Caller(Caller),
    CallerHangsUp(LegId),
    DeskOpened(ListenerId, SocketId, watch::Sender<DeskState>),
    DeskVoice(ListenerId, SocketId, LegId),
    /// To be answered with the desk's newest voice.
    VoiceOf(ListenerId, SocketId, oneshot::Sender<Option<LegId>>),
    DeskClosed(ListenerId, SocketId),
    Press(ListenerId, SocketId, Command),
    /// The switchboard is told of a plan, of people or of the rota.
    Told(Input),
    /// The numbers of telephones that may be called.
    Phones(Phones),
    /// To be answered once no call is open.
    Drain(oneshot::Sender<()>),
    Close,
}
