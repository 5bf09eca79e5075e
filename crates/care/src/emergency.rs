//! The steps to take when a caller is about to act.
//!
//! They are a reminder for someone who is under pressure, not a training. A service words them as it works; what the standard
//! ones keep is the order: presence first, then knowledge, then consent, then help, and nobody alone at the end.

use crate::Wording;
use crate::closed_list::closed_list;
use serde::{Deserialize, Serialize};

closed_list! {
    /// Whom to call. These numbers are free of charge and answered at any hour, everywhere in France.
    EmergencyNumber {
        Medical, "15", "le 15, SAMU", "15, medical emergencies";
        Police, "17", "le 17, police et gendarmerie", "17, police";
        Fire, "18", "le 18, pompiers", "18, fire brigade";
        European, "112", "le 112, urgences en Europe", "112, emergencies in Europe";
        Deaf, "114", "le 114, par SMS, visio ou tchat", "114, by text, video or chat";
        LocalSamu, "samu", "le SAMU du lieu où se trouve la personne", "the SAMU of the place where the caller is";
    }
}

/// One step of the emergency procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyStep {
    /// The stable name of the step.
    pub key: String,
    /// Whom to call at this step, if anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<EmergencyNumber>,
    /// What to do, in a sentence.
    pub label: Wording,
}

impl EmergencyStep {
    /// The steps that a new service begins with, in the order in which they are taken.
    #[must_use]
    pub fn standard() -> Vec<Self> {
        let call = |key: &str| (key == "call_emergency").then_some(EmergencyNumber::Medical);
        let step = |(key, fr, en): &(&str, &str, &str)| Self {
            key: (*key).to_owned(),
            call: call(key),
            label: Wording::new(fr, en),
        };
        STEPS.iter().map(step).collect()
    }
}

const STEPS: &[(&str, &str, &str)] = &[
    (
        "stay",
        "Restez avec la personne : gardez un ton calme, dites-lui que vous ne raccrocherez pas.",
        "Stay with the caller: keep a calm voice and say that you will not hang up.",
    ),
    (
        "alert_supervisor",
        "Prévenez la personne qui supervise par le moyen habituel, appel ou message, sans quitter l’appel.",
        "Tell the supervisor on duty by your usual channel, a call or a message, without leaving the call.",
    ),
    (
        "ask_alone",
        "Demandez si la personne est seule, et si quelqu’un peut la rejoindre tout de suite.",
        "Ask whether the caller is alone, and whether someone can come at once.",
    ),
    (
        "ask_means",
        "Demandez simplement ce qui est prévu, quand, et avec quel moyen ; proposez de mettre ce moyen hors de portée.",
        "Ask plainly what is planned, when, and by what means; suggest putting the means out of reach.",
    ),
    (
        "ask_place",
        "Demandez où se trouve la personne : commune, adresse, étage, code d’entrée.",
        "Ask where the caller is: town, address, floor, door code.",
    ),
    (
        "obtain_consent",
        "Expliquez pourquoi vous souhaitez appeler le 15 ou le 112 et cherchez l’accord de la personne.",
        "Explain why you wish to call 15 or 112, and seek the caller’s consent.",
    ),
    (
        "call_emergency",
        "Faites appeler le 15 ou le 112 par la personne qui supervise, avec le lieu et ce que vous savez ; restez en ligne.",
        "Have the supervisor call 15 or 112 with the place and what you know; stay on the line.",
    ),
    (
        "without_consent",
        "Sans accord, décidez avec la personne qui supervise selon le cadre de votre service, et dites à la personne ce que vous faites.",
        "Without consent, decide with the supervisor within the rules of your service, and tell the caller what you do.",
    ),
    (
        "hand_over",
        "Gardez le lien jusqu’à l’arrivée des secours ou d’un proche ; donnez aussi le 3114, gratuit, jour et nuit.",
        "Keep the link until help or someone close arrives; also give 3114, free of charge, day and night.",
    ),
    (
        "debrief",
        "Après l’appel, prenez une pause et parlez-en avec la personne qui supervise.",
        "After the call, take a pause and talk it over with the supervisor.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn presence_comes_first_and_consent_before_the_emergency_number() {
        let steps = EmergencyStep::standard();
        assert_eq!(steps[0].key, "stay");
        let place = |key| steps.iter().position(|other| other.key == key).unwrap();
        assert!(place("ask_place") < place("obtain_consent"));
        assert!(place("obtain_consent") < place("call_emergency"));
        assert_eq!(steps[place("call_emergency")].call, Some(EmergencyNumber::Medical));
    }

    #[test]
    fn no_step_needs_a_button_that_no_screen_has() {
        for step in EmergencyStep::standard() {
            let words = [step.label.fr.as_str(), step.label.en.as_str()].concat();
            assert!(!words.contains("bouton") && !words.contains("button"), "{}", step.key);
        }
    }

    #[test]
    fn both_languages_name_the_numbers() {
        let steps = EmergencyStep::standard();
        for language in [Language::Fr, Language::En] {
            let text: String = steps.iter().map(|step| step.label.of(language)).collect();
            assert!(["15", "112", "3114"].iter().all(|number| text.contains(number)), "{language:?}");
        }
    }
}
