//! The codes of consultations that the service pays for: given at the desk, read aloud, and kept nowhere but as a fingerprint.

use super::bench::Bench;
use crate::shell::{day_after, day_of};
use care::ConsultationCode;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use store::{CodeGiven, NewCode, SchemeRow, StoreError};
use switchboard::CallId;

/// A code that a listener may still read aloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenCode {
    /// The scheme.
    pub(super) scheme: i64,
    /// The code.
    pub(super) code: ConsultationCode,
    /// The last day on which it is good.
    pub(super) good_until: String,
    /// The address of the room for the consultation, if the scheme has rooms.
    pub(super) room: Option<String>,
}

/// The codes of the calls whose records are open. They are in memory alone: a page that is loaded anew shows them again, a
/// program that starts again does not.
#[derive(Default)]
pub(crate) struct Codes(Mutex<HashMap<CallId, Vec<OpenCode>>>);

impl Codes {
    fn of(&self, call: CallId) -> Vec<OpenCode> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&call).cloned().unwrap_or_default()
    }

    fn keep(&self, call: CallId, code: OpenCode) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(call).or_default().push(code);
    }

    fn drop_one(&self, call: CallId, code: &ConsultationCode) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.entry(call).or_default().retain(|one| one.code != *code);
    }

    /// The record of a call is closed: its codes were read aloud.
    pub(super) fn forget(&self, call: CallId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&call);
    }
}

/// What a desk knows of consultations that are paid for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Consultations {
    /// The schemes that give codes today, and those that gave some in this call.
    pub(super) schemes: Vec<SchemeRow>,
    /// How many codes of which scheme this call gave.
    pub(super) given: BTreeMap<i64, i64>,
    /// Those that can be read aloud.
    pub(super) codes: Vec<OpenCode>,
    /// The scheme of which the last code was not given or not taken back, and the text that says why.
    pub(super) refused: Option<(i64, &'static str)>,
}

impl Bench {
    fn today(&self) -> String {
        day_of(self.keys.now(), &self.house.plan())
    }

    /// What there is to give in a call.
    pub(super) async fn consultations(&self, call: CallId) -> Result<Consultations, StoreError> {
        let (store, today) = (self.keys.store(), self.today());
        let given = store.consultations_given(call.0).await?;
        let mut schemes = store.schemes().await?;
        schemes.retain(|one| given.contains_key(&one.id) || (!one.ended && one.scheme.is_open(&today)));
        Ok(Consultations { schemes, given, codes: self.codes.of(call), refused: None })
    }

    /// Gives a code of a scheme.
    pub(super) async fn give_code(&self, call: CallId, id: i64) -> Result<Consultations, StoreError> {
        let (store, today) = (self.keys.store(), self.today());
        let Some(SchemeRow { scheme, .. }) = store.schemes().await?.into_iter().find(|one| one.id == id) else {
            return self.consultations(call).await;
        };
        let mut chance = [0_u8; 32];
        getrandom::fill(&mut chance).map_err(|fault| StoreError::Chance(fault.to_string()))?;
        let (first, second) = chance.split_at(16);
        let code = ConsultationCode::draw(first.try_into().map_or(0, u128::from_le_bytes));
        let room = second.iter().fold(String::new(), |mut name, byte| {
            let _always_fits = write!(name, "{byte:02x}");
            name
        });
        let good_until = day_after(&today, scheme.good_for_days);
        let new =
            NewCode { call: call.0, scheme: id, code: &code, room: &room, today: &today, good_until: &good_until };
        let came = store.give_code(new).await?;
        if came == CodeGiven::Given {
            self.keys.audit(&self.staff, "consultation_given", &format!("scheme-{id}")).await;
            self.codes.keep(call, OpenCode { scheme: id, code, good_until, room: scheme.room_address(&room) });
        }
        let refused = match came {
            CodeGiven::Given => None,
            CodeGiven::Spent => Some("consultation.spent"),
            CodeGiven::Enough => Some("consultation.enough"),
            CodeGiven::Closed => Some("consultation.closed"),
        };
        Ok(Consultations { refused: refused.map(|why| (id, why)), ..self.consultations(call).await? })
    }

    /// Takes a code back that was given in a call.
    pub(super) async fn take_back_code(&self, call: CallId, typed: &str) -> Result<Consultations, StoreError> {
        let code = ConsultationCode::read(typed);
        let known = self.codes.of(call).into_iter().find(|one| Some(&one.code) == code.as_ref());
        let Some(OpenCode { scheme, code, .. }) = known else { return self.consultations(call).await };
        if self.keys.store().take_back_code(call.0, scheme, &code).await? {
            self.keys.audit(&self.staff, "consultation_taken_back", &format!("scheme-{scheme}")).await;
            self.codes.drop_one(call, &code);
            return self.consultations(call).await;
        }
        // One that was redeemed meanwhile stays where it is, and in the accounts.
        let refused = Some((scheme, "consultation.redeemed_already"));
        Ok(Consultations { refused, ..self.consultations(call).await? })
    }
}
