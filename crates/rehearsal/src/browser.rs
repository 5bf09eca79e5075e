//! A browser of our own: HTTP and WebSocket to the service, and a peer connection that sends and hears.

use crate::clock::now;
use crate::delay;
use crate::measure::{Ear, Heard};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Empty;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use telephony::audio::{FRAME, g711, tone};
use telephony::{Offered, Offerer};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// A connection to the service, from an address of this machine if one is named.
async fn connect(http: SocketAddr, from: Option<IpAddr>) -> Result<TcpStream, String> {
    let socket = if http.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let socket = socket.map_err(|fault| fault.to_string())?;
    if let Some(from) = from {
        socket.bind((from, 0).into()).map_err(|fault| fault.to_string())?;
    }
    let stream = socket.connect(http).await.map_err(|fault| fault.to_string())?;
    stream.set_nodelay(true).map_err(|fault| fault.to_string())?;
    Ok(stream)
}

/// Signs in with a one-time link; the session cookie.
///
/// # Errors
/// Words.
pub async fn sign_in(http: SocketAddr, secret: &str) -> Result<String, String> {
    let stream = connect(http, None).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|fault| fault.to_string())?;
    let driving = crate::clock::spawn(connection);
    let request = Request::post(format!("/sign-in/{secret}"))
        .header(HOST, http.to_string())
        .header(ORIGIN, format!("http://{http}"))
        .body(Empty::<Bytes>::new())
        .map_err(|fault| fault.to_string())?;
    let response = sender.send_request(request).await.map_err(|fault| fault.to_string())?;
    driving.abort();
    let cookie = response.headers().get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
    let pair = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
    pair.ok_or_else(|| format!("the sign-in link was not taken: HTTP {}", response.status()))
}

/// Fetches a page as text.
///
/// # Errors
/// Words.
pub async fn fetch(http: SocketAddr, path: &str) -> Result<String, String> {
    use http_body_util::BodyExt;
    let stream = connect(http, None).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|fault| fault.to_string())?;
    let driving = crate::clock::spawn(connection);
    let request = Request::get(path)
        .header(HOST, http.to_string())
        .body(Empty::<Bytes>::new())
        .map_err(|fault| fault.to_string())?;
    let response = sender.send_request(request).await.map_err(|fault| fault.to_string())?;
    let body = response.into_body().collect().await.map_err(|fault| fault.to_string())?;
    driving.abort();
    Ok(String::from_utf8_lossy(&body.to_bytes()).into_owned())
}

/// A WebSocket that speaks JSON.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens a WebSocket at a path, with a session cookie if one is named.
    ///
    /// # Errors
    /// Words.
    pub async fn open(
        http: SocketAddr,
        from: Option<IpAddr>,
        path: &str,
        cookie: Option<&str>,
    ) -> Result<Self, String> {
        let stream = connect(http, from).await?;
        let mut request = format!("ws://{http}{path}").into_client_request().map_err(|fault| fault.to_string())?;
        let origin = format!("http://{http}").parse().map_err(|_| "an address is no header value")?;
        request.headers_mut().insert(ORIGIN, origin);
        if let Some(cookie) = cookie {
            let cookie = cookie.parse().map_err(|_| "a cookie is no header value")?;
            request.headers_mut().insert(COOKIE, cookie);
        }
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.map_err(|fault| fault.to_string())?;
        Ok(Self(socket))
    }

    /// Sends a message.
    ///
    /// # Errors
    /// Words, if the socket is closed.
    pub async fn send(&mut self, value: &Value) -> Result<(), String> {
        self.0.send(Message::text(value.to_string())).await.map_err(|fault| fault.to_string())
    }

    /// The next JSON message.
    ///
    /// # Errors
    /// Words, once the socket is closed.
    pub async fn next(&mut self) -> Result<Value, String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).map_err(|fault| fault.to_string()),
                Some(Ok(_)) => {}
                Some(Err(fault)) => return Err(fault.to_string()),
                None => return Err("the socket is closed".into()),
            }
        }
    }

    /// Closes the socket.
    pub async fn close(mut self) {
        // A socket that is gone already needs no closing.
        let _gone = self.0.close(None).await;
    }
}

/// A peer connection with its socket.
pub struct Peer {
    socket: UdpSocket,
    peer: Offerer,
    /// The offer to send.
    pub offer: String,
    /// What was heard.
    pub ear: Ear,
    tone: f64,
    sent: u64,
    buffer: Vec<u8>,
    clock: tokio::time::Interval,
    kept: Option<Kept>,
}

/// Every byte that came to a peer.
#[derive(Debug, Default)]
pub struct Kept {
    /// The datagrams, as they came.
    pub datagrams: Vec<u8>,
    /// The sound in them, decrypted.
    pub samples: Vec<u8>,
}

/// What a peer notices.
#[derive(Debug)]
pub enum Noticed {
    /// The connection stands.
    Connected,
    /// The last 100 ms of sound.
    Heard(Heard),
    /// The connection is gone.
    Gone,
}

impl Peer {
    /// A peer that will send a tone in hertz (silence for 0), towards a service on this address.
    ///
    /// # Errors
    /// Words, if no socket can be had.
    pub async fn open(towards: SocketAddr, from: Option<IpAddr>, tone: f64) -> Result<Self, String> {
        let ip = match from {
            Some(from) => from,
            None => {
                let probe = std::net::UdpSocket::bind(if towards.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" });
                let local = probe.and_then(|probe| probe.connect(towards).and_then(|()| probe.local_addr()));
                local.map_err(|fault| fault.to_string())?.ip()
            }
        };
        let socket = UdpSocket::bind((ip, 0)).await.map_err(|fault| fault.to_string())?;
        let local = socket.local_addr().map_err(|fault| fault.to_string())?;
        let (peer, offer) = Offerer::new(local, now())?;
        let mut clock = tokio::time::interval(std::time::Duration::from_millis(20));
        // A late clock that catches up in a burst would be heard as noise on the other side.
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        Ok(Self { socket, peer, offer, ear: Ear::default(), tone, sent: 0, buffer: vec![0; 2048], clock, kept: None })
    }

    /// Takes the service's answer.
    ///
    /// # Errors
    /// Words.
    pub fn take_answer(&mut self, answer: &str) -> Result<(), String> {
        self.peer.take_answer(answer)
    }

    /// Sends, receives and keeps time until something is noticed. Safe to drop at any moment.
    pub async fn next(&mut self) -> Noticed {
        let mut out = Vec::new();
        loop {
            tokio::select! {
                _ = self.clock.tick() => {
                    let now = now();
                    self.peer.time_passes(now, &mut out);
                    if self.peer.connected() {
                        let mut samples = if self.tone > 0.0 {
                            tone::sine(self.tone, 0.25, self.sent, FRAME)
                        } else {
                            vec![g711::SILENCE; FRAME]
                        };
                        delay::stamp(&mut samples);
                        self.sent += FRAME as u64;
                        self.peer.send(&samples, now, &mut out);
                    }
                }
                received = self.socket.recv_from(&mut self.buffer) => {
                    if let Ok((length, from)) = received {
                        let bytes = self.buffer.get(..length).unwrap_or_default();
                        if let Some(kept) = &mut self.kept {
                            kept.datagrams.extend_from_slice(bytes);
                        }
                        self.peer.receive(from, bytes, now(), &mut out);
                    }
                }
            }
            if let Some(noticed) = self.carry(&mut out) {
                return noticed;
            }
        }
    }

    fn carry(&mut self, out: &mut Vec<Offered>) -> Option<Noticed> {
        let mut noticed = None;
        for item in out.drain(..) {
            match item {
                Offered::Datagram(to, bytes) => {
                    // The socket's buffer is full or the network is away: a lost packet.
                    let _lost = self.socket.try_send_to(&bytes, to);
                }
                Offered::Connected => noticed = Some(Noticed::Connected),
                Offered::Sound(sequence, samples) => {
                    if let Some(kept) = &mut self.kept {
                        kept.samples.extend_from_slice(&samples);
                    }
                    noticed = self.ear.hear(sequence, &samples).map(Noticed::Heard).or(noticed);
                }
                Offered::Gone => noticed = Some(Noticed::Gone),
            }
        }
        noticed
    }

    /// From now on, keeps every byte that comes.
    pub fn keep_everything(&mut self) {
        self.kept = Some(Kept::default());
    }

    /// What was kept.
    pub fn everything(&mut self) -> Kept {
        self.kept.take().unwrap_or_default()
    }

    /// Closes the connection.
    pub fn close(&mut self) {
        let mut out = Vec::new();
        self.peer.close(now(), &mut out);
        self.carry(&mut out);
    }
}
