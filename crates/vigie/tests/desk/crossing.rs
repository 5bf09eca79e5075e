//! A hundred times, the caller hangs up in the same ten milliseconds in which the listener accepts: one outcome for each
//! call, and the listener ready again after each.

use crate::{Desk, Service, plan};
use rehearsal::phone::{Act, call};
use serde_json::json;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{sleep, timeout};

const TIMES: u64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accept_and_hang_up_cross_a_hundred_times() {
    telephony::install_crypto();
    let service = Service::start();
    let mut desk = Desk::open(&service).await;
    let mut talked = 0;
    for round in 0..TIMES {
        let (acts, taken) = unbounded_channel();
        let caller = tokio::spawn(call(plan(&service), taken, |_, _| {}));
        desk.until(|state| state["presence"] == "offered").await;
        let ringing = desk.state["call"].as_str().unwrap().to_owned();
        // From ten milliseconds before to ten after, in every order.
        let offset = Duration::from_millis(round % 11);
        let accept = json!({"do": "accept", "call": ringing});
        if round % 2 == 0 {
            acts.send(Act::HangUp).unwrap();
            sleep(offset).await;
            desk.press(&accept).await;
        } else {
            desk.press(&accept).await;
            sleep(offset).await;
            acts.send(Act::HangUp).unwrap();
        }
        desk.until(|state| state["presence"] == "ready" || state["presence"] == "wrapping_up").await;
        if desk.state["presence"] == "wrapping_up" {
            talked += 1;
            let form = json!({"grade": ["0"], "themes": ["other"]});
            desk.press(&json!({"do": "close_record", "call": ringing, "form": form})).await;
        }
        desk.until(|state| state["presence"] == "ready").await;
        timeout(Duration::from_secs(40), caller).await.unwrap().unwrap().unwrap();
    }
    let metrics = rehearsal::browser::fetch(service.address("http"), "/metrics").await.unwrap();
    let count = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(0, |value| value.trim().parse::<u64>().unwrap())
    };
    let (ended_talked, gave_up) =
        (count("vigie_calls_ended_total{outcome=\"talked\"}"), count("vigie_calls_ended_total{outcome=\"gave_up\"}"));
    assert_eq!(count("vigie_calls_arrived_total{channel=\"phone\"}"), TIMES);
    assert_eq!(ended_talked + gave_up, TIMES, "{metrics}");
    assert_eq!(ended_talked, talked);
    assert!(talked > 0 && gave_up > 0, "both orders were met: {talked} talks, {gave_up} gave up");
}
