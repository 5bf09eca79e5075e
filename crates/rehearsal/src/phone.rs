//! One telephone call, told line by line: for trying the service by hand, and for the stories.

use crate::clock::now;
use crate::measure::{Ear, Quiet};
use crate::sip::{Call, Identity, Incoming, Phone, Signal, incoming};
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use switchboard::Digit;
use telephony::audio::telephone_event::KeyReader;
use telephony::audio::{FRAME, g711, tone};
use tokio::sync::mpsc::UnboundedReceiver;

/// How to call.
#[derive(Debug, Clone)]
pub struct PhoneCall {
    /// The service's SIP address.
    pub to: SocketAddr,
    /// The telephone's own address, if not the usual one.
    pub from_address: Option<SocketAddr>,
    /// The number to call.
    pub number: String,
    /// The `From` URI.
    pub from: Option<String>,
    /// The user part of `Contact`.
    pub contact: Option<String>,
    /// What the Call-ID begins with.
    pub call_id: Option<String>,
    /// More header lines.
    pub headers: Vec<String>,
    /// The tone to send, in hertz; silence if none.
    pub tone: Option<f64>,
    /// The share of packets that get lost on their way, 0 to 1, evenly spread.
    pub lose: f64,
    /// The tones to listen for, in hertz.
    pub expect: Vec<f64>,
    /// The longest silence that is not told of, from the answer on; none is told of without it.
    pub silence: Option<Duration>,
}

/// What a person at the telephone can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Put the receiver down.
    HangUp,
    /// Press a key.
    Press(Digit),
}

/// What is told of the call.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A provisional answer.
    Provisional(u16),
    /// Answered.
    Answered,
    /// Something was heard that is not silence, for the first time.
    Sound,
    /// Silence after sound.
    Silence,
    /// It has been silent for longer than was asked for, or that is over; and for how long.
    LongSilence {
        /// How long it has lasted.
        lasted: Duration,
        /// Whether it is over: something is heard again.
        over: bool,
    },
    /// The longest silence between the answer and the end, told at the end.
    LongestSilence(Duration),
    /// A tone was heard, in hertz; told again after it was gone.
    Tone(f64),
    /// A tone was heard among others, in hertz; told again after it was gone.
    Mixed(f64),
    /// The other side pressed a key.
    Key(Digit),
    /// The other side hung up.
    HungUp,
    /// Refused with this status.
    Refused(u16),
    /// We hung up, and this is how long the answer took, in milliseconds.
    Ended(Option<u128>),
    /// Packets received and lost, at the end.
    Packets(u64, u64),
}

/// Calls and tells, until one side hangs up. Each thing is told with the time since the start.
///
/// # Errors
/// If the sockets cannot be used.
pub async fn call(
    plan: PhoneCall,
    mut acts: UnboundedReceiver<Act>,
    mut tell: impl FnMut(Duration, Told),
) -> io::Result<()> {
    let start = now();
    let phone = Phone::open(plan.to, plan.from_address).await?;
    let usual = Identity::default();
    let identity = Identity {
        from: plan.from.clone().unwrap_or(usual.from),
        contact_user: plan.contact.clone().unwrap_or(usual.contact_user),
        call_id: plan.call_id.clone().unwrap_or(usual.call_id),
        headers: plan.headers.clone(),
    };
    let mut call = phone.invite(&plan.number, &identity).await?;
    let cancel = async {
        while let Some(act) = acts.recv().await {
            if act == Act::HangUp {
                return;
            }
        }
        std::future::pending::<()>().await;
    };
    let rung = call.ring(cancel, |signal| {
        if let Signal::Provisional(status) = signal {
            tell(now() - start, Told::Provisional(status));
        }
    });
    match rung.await? {
        Signal::Answered => tell(now() - start, Told::Answered),
        Signal::Refused(status) => {
            tell(now() - start, Told::Refused(status));
            return Ok(());
        }
        Signal::Provisional(_) => return Ok(()),
    }
    talk(&plan, &mut call, &mut acts, start, &mut tell).await;
    Ok(())
}

async fn talk(
    plan: &PhoneCall,
    call: &mut Call,
    acts: &mut UnboundedReceiver<Act>,
    start: Instant,
    tell: &mut impl FnMut(Duration, Told),
) {
    let mut clock = tokio::time::interval(Duration::from_millis(20));
    let socket = call.ear();
    let (mut ear, mut keys) = (Ear::default(), KeyReader::default());
    let (mut audible, mut sent, mut acting) = (false, 0u64, true);
    let mut toned = vec![(false, false); plan.expect.len()];
    let mut quiet = plan.silence.map(|limit| Quiet::new(limit, now() - start));
    loop {
        tokio::select! {
            _ = clock.tick() => {
                if let Some(lasted) = quiet.as_mut().and_then(|quiet| quiet.passed(now() - start)) {
                    tell(now() - start, Told::LongSilence { lasted, over: false });
                }
                let samples = match plan.tone {
                    Some(hertz) => tone::sine(hertz, 0.3, sent, FRAME),
                    None => vec![g711::SILENCE; FRAME],
                };
                let packets = (sent / FRAME as u64) as f64;
                sent += FRAME as u64;
                if ((packets + 1.0) * plan.lose).floor() > (packets * plan.lose).floor() {
                    call.lose_sound(samples.len());
                } else {
                    call.send_sound(&samples).await;
                }
            }
            act = acts.recv(), if acting => match act {
                Some(Act::HangUp) => {
                    let took = call.hang_up().await;
                    tell(now() - start, Told::Ended(took.map(|time| time.as_millis())));
                    break;
                }
                Some(Act::Press(digit)) => press(call, digit).await,
                None => acting = false,
            },
            message = call.messages.recv() => if call.take(message).await {
                tell(now() - start, Told::HungUp);
                break;
            },
            came = incoming(&socket) => {
                let (sequence, samples) = match came {
                    Incoming::Sound(sequence, samples) => (sequence, samples),
                    Incoming::Event(timestamp, payload) => {
                        if let Some(digit) = keys.read(timestamp, &payload) {
                            tell(now() - start, Told::Key(digit));
                        }
                        continue;
                    }
                };
                let Some(heard) = ear.hear(sequence, &samples) else { continue };
                if let Some(lasted) = quiet.as_mut().filter(|_| heard.audible()).and_then(|quiet| quiet.heard(now() - start)) {
                    tell(now() - start, Told::LongSilence { lasted, over: true });
                }
                if heard.audible() != audible {
                    audible = heard.audible();
                    tell(now() - start, if audible { Told::Sound } else { Told::Silence });
                }
                for (hertz, before) in plan.expect.iter().zip(&mut toned) {
                    let is = (heard.is_tone(*hertz), heard.has_tone(*hertz));
                    if is.0 && !before.0 {
                        tell(now() - start, Told::Tone(*hertz));
                    }
                    if is.1 && !before.1 {
                        tell(now() - start, Told::Mixed(*hertz));
                    }
                    *before = is;
                }
            }
        }
    }
    if let Some(quiet) = quiet {
        tell(now() - start, Told::LongestSilence(quiet.longest()));
    }
    tell(now() - start, Told::Packets(ear.packets.received, ear.packets.lost()));
}

async fn press(call: &mut Call, digit: Digit) {
    let start = call.timestamp();
    for step in 1..=5u16 {
        call.send_key(digit, start, step * 160, false).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..3 {
        call.send_key(digit, start, 960, true).await;
    }
}
