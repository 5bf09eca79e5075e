//! The steps to take when a caller is about to act.
//!
//! They are a reminder for someone who is under pressure, not a training. A service may word them otherwise; the order
//! is what matters: presence first, then knowledge, then consent, then help, and nobody alone at the end.

use crate::Language;

/// One step of the emergency procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmergencyStep {
    /// The stable name of the step.
    pub key: &'static str,
    fr: &'static str,
    en: &'static str,
}

impl EmergencyStep {
    /// What to do, in a sentence.
    #[must_use]
    pub fn label(&self, language: Language) -> &'static str {
        match language {
            Language::Fr => self.fr,
            Language::En => self.en,
        }
    }
}

/// The steps, in the order in which they are taken.
#[must_use]
pub fn emergency_steps() -> &'static [EmergencyStep] {
    STEPS
}

const STEPS: &[EmergencyStep] = &[
    EmergencyStep {
        key: "stay",
        fr: "Restez avec la personne\u{a0}: gardez un ton calme, dites-lui que vous ne raccrocherez pas.",
        en: "Stay with the caller: keep a calm voice and say that you will not hang up.",
    },
    EmergencyStep {
        key: "alert_supervisor",
        fr: "Prévenez la personne qui supervise par le moyen habituel, appel ou message, sans quitter l’appel.",
        en: "Tell the supervisor on duty by your usual channel, a call or a message, without leaving the call.",
    },
    EmergencyStep {
        key: "ask_alone",
        fr: "Demandez si la personne est seule, et si quelqu’un peut la rejoindre tout de suite.",
        en: "Ask whether the caller is alone, and whether someone can come at once.",
    },
    EmergencyStep {
        key: "ask_means",
        fr: "Demandez simplement ce qui est prévu, quand, et avec quel moyen\u{a0}; proposez de mettre ce moyen hors \
             de portée.",
        en: "Ask plainly what is planned, when, and by what means; suggest putting the means out of reach.",
    },
    EmergencyStep {
        key: "ask_place",
        fr: "Demandez où se trouve la personne\u{a0}: commune, adresse, étage, code d’entrée.",
        en: "Ask where the caller is: town, address, floor, door code.",
    },
    EmergencyStep {
        key: "obtain_consent",
        fr: "Expliquez pourquoi vous souhaitez appeler le 15 ou le 112 et cherchez l’accord de la personne.",
        en: "Explain why you wish to call 15 or 112, and seek the caller’s consent.",
    },
    EmergencyStep {
        key: "call_emergency",
        fr: "Faites appeler le 15 ou le 112 par la personne qui supervise, avec le lieu et ce que vous savez\u{a0}; \
             restez en ligne.",
        en: "Have the supervisor call 15 or 112 with the place and what you know; stay on the line.",
    },
    EmergencyStep {
        key: "without_consent",
        fr: "Sans accord, décidez avec la personne qui supervise selon le cadre de votre service, et dites à la personne \
             ce que vous faites.",
        en: "Without consent, decide with the supervisor within the rules of your service, and tell the caller what \
             you do.",
    },
    EmergencyStep {
        key: "hand_over",
        fr: "Gardez le lien jusqu’à l’arrivée des secours ou d’un proche\u{a0}; donnez aussi le 3114, gratuit, jour et \
             nuit.",
        en: "Keep the link until help or someone close arrives; also give 3114, free of charge, day and night.",
    },
    EmergencyStep {
        key: "debrief",
        fr: "Après l’appel, prenez une pause et parlez-en avec la personne qui supervise.",
        en: "After the call, take a pause and talk it over with the supervisor.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presence_comes_first_and_consent_before_the_emergency_number() {
        let keys: Vec<_> = emergency_steps().iter().map(|step| step.key).collect();
        assert_eq!(keys.first(), Some(&"stay"));
        let place = |key| keys.iter().position(|other| *other == key).unwrap();
        assert!(place("ask_place") < place("obtain_consent"));
        assert!(place("obtain_consent") < place("call_emergency"));
    }

    #[test]
    fn no_step_needs_a_button_that_no_screen_has() {
        for step in emergency_steps() {
            let words = [step.label(Language::Fr), step.label(Language::En)].concat();
            assert!(!words.contains("bouton") && !words.contains("button"), "{}", step.key);
        }
    }

    #[test]
    fn both_languages_name_the_numbers() {
        for language in [Language::Fr, Language::En] {
            let text: String = emergency_steps().iter().map(|step| step.label(language)).collect();
            assert!(["15", "112", "3114"].iter().all(|number| text.contains(number)), "{language:?}");
        }
    }
}
