//! The thread that carries sound. It owns the browsers' socket and one socket for each trunk leg, keeps the 20 ms clock,
//! and never waits for anything but packets, time and orders.

use crate::browser::OfferRefused;
use crate::engine::{Engine, Outgoing, TICK};
use crate::leg::RtpTarget;
use crate::order::{Order, Sink};
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use switchboard::LegId;
use tokio::sync::oneshot;

const WAKER: Token = Token(0);
const BROWSERS: Token = Token(1);
const FIRST_LEG: usize = 2;
/// A clock this late gives up on the frames it missed: playing them all at once would be heard as noise.
const TOO_LATE: Duration = Duration::from_millis(200);

/// What the media thread can be asked.
pub(crate) enum MediaCommand {
    AddTrunk { leg: LegId, ssrc: u32, socket: std::net::UdpSocket, target: Option<RtpTarget> },
    Target { leg: LegId, target: RtpTarget },
    AddBrowser { leg: LegId, offer: String, reply: oneshot::Sender<Result<String, OfferRefused>> },
    Remove(LegId),
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
    trunks: HashMap<LegId, UdpSocket>,
    engine: Engine,
    sink: Sink,
    buffer: Vec<u8>,
}

/// Starts the thread.
pub(crate) fn start(engine: Engine, browsers: std::net::UdpSocket, sink: Sink) -> io::Result<(Media, JoinHandle<()>)> {
    let poll = Poll::new()?;
    let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
    browsers.set_nonblocking(true)?;
    let mut browsers = UdpSocket::from_std(browsers);
    poll.registry().register(&mut browsers, BROWSERS, Interest::READABLE)?;
    let (commands, received) = channel();
    let thread =
        Thread { poll, commands: received, browsers, trunks: HashMap::new(), engine, sink, buffer: vec![0; 2048] };
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
            let wait = next_tick.saturating_duration_since(clock());
            if self.poll.poll(&mut events, Some(wait)).is_err() {
                // Interrupted by a signal: look at everything again.
                continue;
            }
            let now = clock();
            for event in &events {
                match event.token() {
                    WAKER => {}
                    BROWSERS => self.read_browsers(now),
                    Token(leg) => self.read_trunk(LegId((leg - FIRST_LEG) as i64), now),
                }
            }
            if !self.take_commands(now) {
                return;
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
            MediaCommand::AddTrunk { leg, ssrc, socket, target } => {
                let mut socket = UdpSocket::from_std(socket);
                let token = Token(leg.0 as usize + FIRST_LEG);
                if let Err(fault) = self.poll.registry().register(&mut socket, token, Interest::READABLE) {
                    tracing::error!(%fault, "a trunk leg's socket cannot be watched; the leg will hear nothing");
                }
                self.trunks.insert(leg, socket);
                self.engine.add_trunk(leg, ssrc, target, now);
            }
            MediaCommand::Target { leg, target } => self.engine.set_target(leg, target),
            MediaCommand::AddBrowser { leg, offer, reply } => {
                let answer = self.engine.add_browser(leg, &offer, now);
                // The page may have closed meanwhile; the leg then ends by its own silence.
                let _page_gone = reply.send(answer);
            }
            MediaCommand::Remove(leg) => self.remove(leg, now),
            MediaCommand::Order(Order::HangUp(leg) | Order::Refuse(leg, _)) => self.remove(leg, now),
            MediaCommand::Order(order) => self.engine.order(order, now),
            MediaCommand::Stop => {}
        }
    }

    fn remove(&mut self, leg: LegId, now: Instant) {
        self.engine.remove(leg, now);
        if let Some(mut socket) = self.trunks.remove(&leg) {
            let _unwatched = self.poll.registry().deregister(&mut socket);
        }
    }

    fn read_browsers(&mut self, now: Instant) {
        while let Ok((length, from)) = self.browsers.recv_from(&mut self.buffer) {
            if let Some(bytes) = self.buffer.get(..length) {
                self.engine.browser_datagram(from, bytes, now);
            }
            self.flush();
        }
    }

    fn read_trunk(&mut self, leg: LegId, now: Instant) {
        loop {
            let Some(socket) = self.trunks.get(&leg) else { return };
            let Ok((length, from)) = socket.recv_from(&mut self.buffer) else { return };
            if let Some(bytes) = self.buffer.get(..length) {
                self.engine.trunk_datagram(leg, from, bytes, now);
            }
            self.flush();
        }
    }

    /// Sends what is due and reports what happened. A datagram the kernel will not take is a lost packet, no more.
    fn flush(&mut self) {
        for outgoing in self.engine.out.drain(..) {
            let _lost = match outgoing {
                Outgoing::Trunk(leg, to, bytes) => match self.trunks.get(&leg) {
                    Some(socket) => socket.send_to(&bytes, to),
                    None => continue,
                },
                Outgoing::Browser(to, bytes) => self.browsers.send_to(&bytes, to),
            };
        }
        for event in self.engine.events.drain(..) {
            (self.sink)(event);
        }
    }
}
