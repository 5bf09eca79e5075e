//! The telephone's side as the screens and those who watch the service see it: trunks, numbers that may be called, metrics.

use super::House;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use switchboard::DialRules;
use telephony::{GatewayHealth, Registered, TrunkState};

impl House {
    /// How the trunks stand, the preferred one first.
    #[must_use]
    pub fn trunks(&self) -> Vec<TrunkState> {
        self.0.telephony.trunks()
    }

    /// Which kinds of numbers may be called.
    #[must_use]
    pub fn dial_rules(&self) -> &DialRules {
        self.0.telephony.dial_rules()
    }

    /// Metrics in Prometheus' text format.
    #[must_use]
    pub fn metrics(&self) -> String {
        let media = self.0.telephony.figures();
        let mut text = self.0.counts.text();
        let counters = [
            ("vigie_media_packets_received_total", &media.received),
            ("vigie_media_packets_sent_total", &media.sent),
            ("vigie_media_packets_foreign_total", &media.foreign),
            ("vigie_media_packets_unreadable_total", &media.unreadable),
        ];
        for (name, counter) in counters {
            text.push_str(&format!("# TYPE {name} counter\n{name} {}\n", counter.load(Ordering::Relaxed)));
        }
        let edge = self.0.telephony.edge_figures();
        text.push_str("# TYPE vigie_sip_messages_total counter\n");
        for (what, counter) in [
            ("passed", &edge.passed),
            ("refused", &edge.refused),
            ("dropped", &edge.dropped),
            ("excess_requests", &edge.excess_requests),
            ("excess_calls", &edge.excess_calls),
            ("excess_live", &edge.excess_live),
            ("excess_endings", &edge.excess_endings),
            ("put_off", &edge.put_off),
            ("strangers", &edge.strangers),
        ] {
            let count = counter.load(Ordering::Relaxed);
            text.push_str(&format!("vigie_sip_messages_total{{what=\"{what}\"}} {count}\n"));
        }
        let pending = self.0.journal.pending();
        let lost = self.0.journal.lost();
        text.push_str(&format!("# TYPE vigie_journal_pending gauge\nvigie_journal_pending {pending}\n"));
        text.push_str(&format!("# TYPE vigie_journal_lost_total counter\nvigie_journal_lost_total {lost}\n"));
        self.trunk_metrics(&mut text);
        text
    }

    /// The trunks have their place in the order as their label: their names are the house's own.
    fn trunk_metrics(&self, text: &mut String) {
        let trunks = self.trunks();
        let mut gauge = |name: &str, value: fn(&TrunkState) -> Option<bool>| {
            let _never_fails = writeln!(text, "# TYPE {name} gauge");
            for (index, trunk) in trunks.iter().enumerate() {
                if let Some(value) = value(trunk) {
                    let _never_fails = writeln!(text, "{name}{{trunk=\"{}\"}} {}", index + 1, u8::from(value));
                }
            }
        };
        gauge("vigie_trunk_up", |trunk| match trunk.gateway {
            GatewayHealth::Unknown => None,
            GatewayHealth::Up => Some(true),
            GatewayHealth::Down => Some(false),
        });
        gauge("vigie_trunk_registered", |trunk| match trunk.registered {
            Registered::NotAsked | Registered::Asking => None,
            Registered::Yes => Some(true),
            Registered::Refused | Registered::Unanswered => Some(false),
        });
    }
}
