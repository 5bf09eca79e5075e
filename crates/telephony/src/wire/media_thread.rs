//! The thread that carries sound. It owns the browsers' socket and one socket for each trunk leg, keeps the 20 ms clock,
//! and never waits for anything but packets, time and orders.

use super::poll::{Poll, Token, Waker};
use crate::audio::Sound;
use crate::browser::OfferRefused;
use crate::engine::{Engine, Outgoing, TICK};
use crate::leg::RtpTarget;
use crate::order::{Order, Sink};
use crate::sip::context::{LegOrder, LegOrders};
use std::collections::HashMap;
use std::io;
use std::net::UdpSocket;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use switchboard::{Language, LegId, PromptName};
use tokio::sync::oneshot;

const BROWSERS: Token = Token(0);
/// Packets read from the browsers' socket before the others and the clock have their turn. A hundred browsers send two in
/// 20 ms each, at most.
const BROWSERS_HELPING: usize = 256;
/// From so many legs on, there is a rest between two turns.
const MANY_LEGS: usize = 32;
/// The rest: what comes meanwhile is taken in one turn, which costs a good part less than waking for each packet. No voice is
/// later by more than this.
const REST: Duration = Duration::from_millis(1);
/// A clock this late gives up on the frames it missed: playing them all at once would be heard as noise.
const TOO_LATE: Duration = Duration::from_millis(200);

/// A trunk leg's sockets.
pub(crate) struct LegSockets {
    pub(crate) sound: UdpSocket,
    pub(crate) control: Option<UdpSocket>,
}

/// Which of a trunk leg's sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Sound,
    Control,
}

/// What the media thread can be asked.
pub(crate) enum MediaCommand {
    AddTrunk {
        leg: LegId,
        ssrc: u32,
        sockets: Option<LegSockets>,
        target: Option<RtpTarget>,
    },
    /// A leg gets sockets, in place of those that it had.
    Sockets {
        leg: LegId,
        sockets: LegSockets,
    },
    Target {
        leg: LegId,
        target: RtpTarget,
    },
    AddBrowser {
        leg: LegId,
        offer: String,
        reply: oneshot::Sender<Result<String, OfferRefused>>,
    },
    /// A browser's leg asks for a new way to the same browser.
    RestartBrowser {
        leg: LegId,
        offer: String,
        reply: oneshot::Sender<Result<String, OfferRefused>>,
    },
    Remove(LegId),
    /// A sound in the place of a prompt, or no longer.
    Prompt {
        name: PromptName,
        language: Language,
        sound: Option<Sound>,
    },
    Order(Order),
    Stop,
}

/// A handle on the media thread.
#[derive(Clone)]
pub(crate) struct Media {
    commands: Sender<MediaCommand>,
    waker: Waker,
}

impl Media {
    /// Asks something of the media thread; never waits.
    pub(crate) fn ask(&self, command: MediaCommand) {
        // The thread ends only when it was asked to stop: what comes after that has nobody to hear it.
        let _stopped = self.commands.send(command);
        self.waker.wake();
    }
}

struct Thread {
    poll: Poll,
    commands: Receiver<MediaCommand>,
    browsers: UdpSocket,
    trunks: HashMap<(LegId, Part), (Token, UdpSocket)>,
    /// Whose socket a token is.
    owners: HashMap<Token, (LegId, Part)>,
    next_token: u64,
    engine: Engine,
    sink: Sink,
    legs: LegOrders,
    buffer: Vec<u8>,
}

/// Starts the thread.
pub(crate) fn start(
    engine: Engine,
    browsers: UdpSocket,
    sink: Sink,
    legs: LegOrders,
) -> io::Result<(Media, JoinHandle<()>)> {
    let poll = Poll::new()?;
    let waker = poll.waker();
    browsers.set_nonblocking(true)?;
    poll.watch(&browsers, BROWSERS)?;
    let (commands, received) = channel();
    let thread = Thread {
        poll,
        commands: received,
        browsers,
        trunks: HashMap::new(),
        owners: HashMap::new(),
        next_token: BROWSERS.0 + 1,
        engine,
        sink,
        legs,
        buffer: vec![0; 2048],
    };
    let join = std::thread::Builder::new().name("vigie-media".into()).spawn(move || thread.run())?;
    Ok((Media { commands, waker }, join))
}

#[allow(clippy::disallowed_methods, reason = "this room's clock: the wire reads it and hands it on as a parameter")]
fn clock() -> Instant {
    Instant::now()
}

impl Thread {
    fn run(mut self) {
        let (mut next_tick, mut told) = (clock() + TICK, Vec::new());
        loop {
            self.poll.wait(next_tick.saturating_duration_since(clock()), &mut told);
            let now = clock();
            // Before the packets: what was ordered before they came must hold for them.
            if !self.take_commands(now) {
                return;
            }
            // One that has more is told of again: a flood on one delays neither the others nor the clock.
            for token in told.iter().copied() {
                if token == BROWSERS { self.read_browsers(now) } else { self.read_trunk(token, now) }
            }
            let mut now = clock();
            if now > next_tick + TOO_LATE {
                next_tick = now;
            }
            while now >= next_tick {
                self.engine.tick(now);
                next_tick += TICK;
                now = clock();
            }
            self.flush();
            if self.engine.legs() >= MANY_LEGS {
                std::thread::sleep(REST);
            }
        }
    }

    fn take_commands(&mut self, now: Instant) -> bool {
        loop {
            match self.commands.try_recv() {
                Ok(MediaCommand::Stop) | Err(TryRecvError::Disconnected) => return false,
                Ok(command) => self.command(command, now),
                Err(TryRecvError::Empty) => return true,
            }
        }
    }

    fn command(&mut self, command: MediaCommand, now: Instant) {
        match command {
            MediaCommand::AddTrunk { leg, ssrc, sockets, target } => {
                self.engine.add_trunk(leg, ssrc, target, now);
                if let Some(sockets) = sockets {
                    self.watch(leg, sockets);
                }
            }
            // A leg that is gone meanwhile needs none.
            MediaCommand::Sockets { leg, sockets } if self.engine.knows(leg) => self.watch(leg, sockets),
            MediaCommand::Sockets { .. } => {}
            MediaCommand::Target { leg, target } => self.engine.set_target(leg, target),
            MediaCommand::AddBrowser { leg, offer, reply } => {
                let answer = self.engine.add_browser(leg, &offer, now);
                // The page may have closed meanwhile; the leg then ends by its own silence.
                let _page_gone = reply.send(answer);
            }
            MediaCommand::RestartBrowser { leg, offer, reply } => {
                // The page may have closed meanwhile.
                let _page_gone = reply.send(self.engine.restart_browser(leg, &offer, now));
            }
            MediaCommand::Prompt { name, language, sound: Some(sound) } => {
                self.engine.prompts.put(name, language, sound);
            }
            MediaCommand::Prompt { name, language, sound: None } => self.engine.prompts.remove(name, language),
            MediaCommand::Remove(leg) => self.remove(leg, now),
            MediaCommand::Order(Order::HangUp(leg) | Order::Refuse(leg, _)) => self.remove(leg, now),
            MediaCommand::Order(order) => self.engine.order(order, now),
            MediaCommand::Stop => {}
        }
    }

    /// Reads a leg's sockets from now on, in place of those that it had before.
    fn watch(&mut self, leg: LegId, sockets: LegSockets) {
        self.unwatch(leg);
        self.watch_part(leg, Part::Sound, sockets.sound);
        if let Some(control) = sockets.control {
            self.watch_part(leg, Part::Control, control);
        }
    }

    fn watch_part(&mut self, leg: LegId, part: Part, socket: UdpSocket) {
        let token = Token(self.next_token);
        self.next_token += 1;
        if let Err(fault) = self.poll.watch(&socket, token) {
            tracing::error!(%fault, "a trunk leg's socket cannot be watched; the leg will not be heard");
        }
        self.owners.insert(token, (leg, part));
        self.trunks.insert((leg, part), (token, socket));
    }

    fn remove(&mut self, leg: LegId, now: Instant) {
        self.engine.remove(leg, now);
        self.unwatch(leg);
    }

    fn unwatch(&mut self, leg: LegId) {
        for part in [Part::Sound, Part::Control] {
            if let Some((token, socket)) = self.trunks.remove(&(leg, part)) {
                self.owners.remove(&token);
                self.poll.unwatch(&socket);
            }
        }
    }

    fn read_browsers(&mut self, now: Instant) {
        for _ in 0..BROWSERS_HELPING {
            match self.browsers.recv_from(&mut self.buffer) {
                Ok((length, from)) => {
                    if let Some(bytes) = self.buffer.get(..length) {
                        self.engine.browser_datagram(from, bytes, now);
                    }
                    self.flush();
                }
                Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => return,
                // Linux reports an unreachable peer here; it concerns one packet, not the socket.
                Err(_) => {}
            }
        }
    }

    fn read_trunk(&mut self, token: Token, now: Instant) {
        // A command may have ended the leg since.
        let Some((leg, part)) = self.owners.get(&token).copied() else { return };
        let Some((_, socket)) = self.trunks.get(&(leg, part)) else { return };
        // A fault is that of a peer that cannot be reached: it concerns one packet, not the socket.
        let Ok((length, from)) = socket.recv_from(&mut self.buffer) else { return };
        match (self.buffer.get(..length), part) {
            (Some(bytes), Part::Sound) => self.engine.trunk_datagram(leg, from, bytes, now),
            (Some(bytes), Part::Control) => self.engine.trunk_control(leg, from, bytes, now),
            (None, _) => {}
        }
        self.flush();
    }

    /// Sends what is due and reports what happened. A datagram the kernel will not take is a lost packet, no more.
    fn flush(&mut self) {
        for outgoing in self.engine.out.drain(..) {
            let _lost = match outgoing {
                Outgoing::Trunk(leg, to, bytes) => match self.trunks.get(&(leg, Part::Sound)) {
                    Some((_, socket)) => socket.send_to(&bytes, to),
                    None => continue,
                },
                Outgoing::Control { leg, to, bytes, multiplexed } => {
                    let part = if multiplexed { Part::Sound } else { Part::Control };
                    match self.trunks.get(&(leg, part)) {
                        Some((_, socket)) => socket.send_to(&bytes, to),
                        None => continue,
                    }
                }
                Outgoing::Browser(to, bytes) => self.browsers.send_to(&bytes, to),
            };
        }
        for event in self.engine.events.drain(..) {
            (self.sink)(event);
        }
        for leg in self.engine.silent.drain(..) {
            self.legs.tell(leg, LegOrder::Probe);
        }
    }
}
