//! Very many calls from few numbers, through the trunk as everybody's. Honest callers, one now and then, hear the greeting at
//! once and reach a human, in the order in which they called.

use super::Pace;
use super::honest::{Honest, Wish, call};
use crate::clock::{now, spawn};
use crate::robot::{self, Manner};
use crate::sip::{Identity, Phone, Signal};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// The service's SIP address.
    pub sip: SocketAddr,
    /// Its pages.
    pub http: SocketAddr,
    /// The number to call.
    pub number: String,
    /// The first of the numbers that the crowd calls from; the others follow it.
    pub first: u64,
    /// How many numbers it has.
    pub numbers: u64,
    /// Its calls a second.
    pub rate: f64,
    /// For how long it calls.
    pub duration: Duration,
    /// How long each of its calls stays, if it is let in.
    pub stay: Duration,
    /// The trunk's address, that of honest callers too.
    pub trunk: IpAddr,
    /// Between two honest calls.
    pub every: Duration,
    /// The secrets of links with which robot listeners sign in.
    pub listeners: Vec<String>,
}

/// What became of it.
#[derive(Debug, Clone, Default)]
pub struct Crowded {
    /// Calls of the crowd: placed, answered, refused, and those that nobody answered at all.
    pub placed: u64,
    /// Answered.
    pub answered: u64,
    /// Refused.
    pub refused: u64,
    /// Without any final answer.
    pub lost: u64,
    /// How late the generator was at worst.
    pub lag: Duration,
    /// The honest callers.
    pub honest: Honest,
}

/// How long an honest caller waits for a human.
const PATIENCE: Duration = Duration::from_secs(90);

/// Calls.
///
/// # Errors
/// Words, if the addresses cannot be used.
pub async fn crowd(plan: &Crowd, mut progress: impl FnMut(u64)) -> Result<Crowded, String> {
    let seats: Vec<_> =
        plan.listeners.iter().map(|secret| spawn(robot::stay(plan.http, secret.clone(), Manner::default()))).collect();
    let open = || async {
        Phone::open(plan.sip, Some(SocketAddr::new(plan.trunk, 0))).await.map_err(|fault| fault.to_string())
    };
    let phone = open().await?;
    // The listeners have connected and are ready when the first calls come.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let calling = spawn(honest(plan.clone(), open().await?));
    let (sender, mut fates) = unbounded_channel();
    let (mut pace, mut told) = (Pace::new(plan.rate), Crowded::default());
    let wanted = (plan.rate * plan.duration.as_secs_f64()) as u64;
    while told.placed < wanted {
        for _ in 0..pace.due().await {
            let number = plan.first + told.placed % plan.numbers.max(1);
            let from = Identity { from: format!("sip:+{number}@trunk.invalid"), ..Identity::default() };
            attack(phone.clone(), plan, from, sender.clone());
            told.placed += 1;
        }
        progress(told.placed);
    }
    told.lag = pace.lag();
    drop(sender);
    while let Some(signal) = fates.recv().await {
        match signal {
            Some(Signal::Answered) => told.answered += 1,
            None | Some(Signal::Refused(408)) => told.lost += 1,
            Some(Signal::Refused(_) | Signal::Provisional(_)) => told.refused += 1,
        }
    }
    told.honest = calling.await.map_err(|fault| fault.to_string())?;
    seats.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(told)
}

/// One call of the crowd.
fn attack(phone: Phone, plan: &Crowd, from: Identity, told: UnboundedSender<Option<Signal>>) {
    let (number, stay) = (plan.number.clone(), plan.stay);
    spawn(async move {
        let signal = match phone.invite(&number, &from).await {
            Ok(mut call) => {
                let signal = call.ring(tokio::time::sleep(stay), |_| {}).await.ok();
                if signal == Some(Signal::Answered) {
                    let until = now() + stay;
                    while let Ok(message) = tokio::time::timeout_at(until.into(), call.messages.recv()).await {
                        if call.take(message).await {
                            break;
                        }
                    }
                    let _unanswered = call.hang_up().await;
                }
                signal
            }
            Err(_) => None,
        };
        let _run_over = told.send(signal);
    });
}

async fn honest(plan: Crowd, phone: Phone) -> Honest {
    let begun = now();
    let (mut told, mut calls, mut place) = (Honest::default(), Vec::new(), 0);
    while now() - begun < plan.duration {
        let (phone, number) = (phone.clone(), plan.number.clone());
        // None of them is of the crowd.
        let own = plan.first + plan.numbers + place;
        let from = Identity { from: format!("sip:+{own}@trunk.invalid"), ..Identity::default() };
        calls.push(spawn(async move { call(&phone, &number, &from, Wish::Human(PATIENCE), (place, begun)).await }));
        place += 1;
        tokio::time::sleep(plan.every).await;
    }
    for call in calls {
        if let Ok(fate) = call.await {
            told.add(&fate);
        }
    }
    told
}
