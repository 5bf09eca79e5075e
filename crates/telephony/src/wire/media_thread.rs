//! The thread that carries sound. It owns the browsers' socket and one socket for each trunk leg, keeps the 20 ms clock,
//! and never waits for anything but packets, time and orders.

use crate::audio::Sound;
use crate::browser::OfferRefused;
use crate::engine::{Engine, Outgoing, TICK};
use crate::leg::RtpTarget;
use crate::order::{Order, Sink};
use crate::sip::context::{LegOrder, LegOrders};
use mio::event::Event;
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use switchboard::{Language, LegId, PromptName};
use tokio::sync::oneshot;

const WAKER: Token = Token(0);
const BROWSERS: Token = Token(1);
const FIRST_LEG: usize = 2;
/// Packets read from the browsers' socket before the others and the clock have their turn. A hundred browsers send two in
/// 20 ms each, at most.
const BROWSERS_HELPING: usize = 256;
/// Packets read from a trunk leg's socket before the others and the clock have their turn: it sends one in 20 ms.
const TRUNK_HELPING: usize = 16;
/// A clock this late gives up on the frames it missed: playing them all at once would be heard as noise.
const TOO_LATE: Duration = Duration::from_millis(200);

/// A trunk leg's sockets.
pub(crate) struct LegSockets {
    pub(crate) sound: std::net::UdpSocket,
    pub(crate) control: Option<std::net::UdpSocket>,
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
    waker: Arc<Waker>,
}

impl Media {
    /// Asks something of the media thread; never waits.
    pub(crate) fn ask(&self, command: MediaCommand) {
        // The thread ends only when it was asked to stop: what comes after that has nobody to hear it.
        let _stopped = self.commands.send(command);
        let _stopped = self.waker.wake();
    }
}

struct Thread {
    poll: Poll,
    commands: Receiver<MediaCommand>,
    browsers: UdpSocket,
    trunks: HashMap<(LegId, Part), (Token, UdpSocket)>,
    /// Whose socket a token is.
    owners: HashMap<Token, (LegId, Part)>,
    next_token: Token,
    /// Sockets from which not everything has been read: the poll tells of each only once.
    ready: BTreeSet<Token>,
    engine: Engine,
    sink: Sink,
    legs: LegOrders,
    buffer: Vec<u8>,
}

/// Starts the thread.
pub(crate) fn start(
    engine: Engine,
    browsers: std::net::UdpSocket,
    sink: Sink,
    legs: LegOrders,
) -> io::Result<(Media, JoinHandle<()>)> {
    let poll = Poll::new()?;
    let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
    browsers.set_nonblocking(true)?;
    let mut browsers = UdpSocket::from_std(browsers);
    poll.registry().register(&mut browsers, BROWSERS, Interest::READABLE)?;
    let (commands, received) = channel();
    let thread = Thread {
        poll,
        commands: received,
        browsers,
        trunks: HashMap::new(),
        owners: HashMap::new(),
        next_token: Token(FIRST_LEG),
        ready: BTreeSet::new(),
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
        let mut events = Events::with_capacity(256);
        let mut next_tick = clock() + TICK;
        loop {
            let wait =
                if self.ready.is_empty() { next_tick.saturating_duration_since(clock()) } else { Duration::ZERO };
            if self.poll.poll(&mut events, Some(wait)).is_err() {
                // Interrupted by a signal: look at everything again.
                continue;
            }
            let now = clock();
            self.ready.extend(events.iter().map(Event::token).filter(|token| *token != WAKER));
            // Before the packets: what was ordered before they came must hold for them.
            if !self.take_commands(now) {
                return;
            }
            self.read_some(now);
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
        }
    }

    /// Reads a helping from every socket that has something. A socket that has more waits for the next turn: a flood on one
    /// delays neither the others nor the clock.
    fn read_some(&mut self, now: Instant) {
        let ready: Vec<Token> = self.ready.iter().copied().collect();
        for token in ready {
            let more = if token == BROWSERS { self.read_browsers(now) } else { self.read_trunk(token, now) };
            if !more {
                self.ready.remove(&token);
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

    fn watch_part(&mut self, leg: LegId, part: Part, socket: std::net::UdpSocket) {
        let mut socket = UdpSocket::from_std(socket);
        let token = self.next_token;
        self.next_token = Token(token.0.wrapping_add(1).max(FIRST_LEG));
        if let Err(fault) = self.poll.registry().register(&mut socket, token, Interest::READABLE) {
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
            if let Some((token, mut socket)) = self.trunks.remove(&(leg, part)) {
                self.owners.remove(&token);
                self.ready.remove(&token);
                let _unwatched = self.poll.registry().deregister(&mut socket);
            }
        }
    }

    /// Whether more may be there.
    fn read_browsers(&mut self, now: Instant) -> bool {
        for _ in 0..BROWSERS_HELPING {
            match self.browsers.recv_from(&mut self.buffer) {
                Ok((length, from)) => {
                    if let Some(bytes) = self.buffer.get(..length) {
                        self.engine.browser_datagram(from, bytes, now);
                    }
                    self.flush();
                }
                Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => return false,
                // Linux reports an unreachable peer here; it concerns one packet, not the socket.
                Err(_) => {}
            }
        }
        true
    }

    /// Whether more may be there.
    fn read_trunk(&mut self, token: Token, now: Instant) -> bool {
        let Some((leg, part)) = self.owners.get(&token).copied() else { return false };
        for _ in 0..TRUNK_HELPING {
            // What is read may end a leg, but never its socket.
            let Some((_, socket)) = self.trunks.get(&(leg, part)) else { return false };
            match socket.recv_from(&mut self.buffer) {
                Ok((length, from)) => {
                    match (self.buffer.get(..length), part) {
                        (Some(bytes), Part::Sound) => self.engine.trunk_datagram(leg, from, bytes, now),
                        (Some(bytes), Part::Control) => self.engine.trunk_control(leg, from, bytes, now),
                        (None, _) => {}
                    }
                    self.flush();
                }
                Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => return false,
                Err(_) => {}
            }
        }
        true
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
