//! The table of every route and who may use it.

use axum::http::Method;
use store::Role;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Anyone.
    Public,
    /// Anyone who works here.
    Staff,
    /// Those who take calls: a supervisor takes them too when there are many.
    TakesCalls,
    /// Those who answer for a shift, and those who run the service.
    Oversees,
    /// Those who run the service.
    Runs,
}

impl Rule {
    /// Whether somebody with this role, or nobody, may.
    pub(crate) fn allows(self, role: Option<Role>) -> bool {
        match (self, role) {
            (Self::Public, _) | (Self::Staff, Some(_)) => true,
            (Self::TakesCalls, Some(role)) => role.takes_calls(),
            (Self::Oversees, Some(role)) => role.supervises() || role == Role::Coordinator,
            (Self::Runs, Some(role)) => role == Role::Coordinator,
            (Self::Staff | Self::TakesCalls | Self::Oversees | Self::Runs, None) => false,
        }
    }
}

/// Where the answers of a route may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// On pages of ours.
    House,
    /// The same, and the page may frame others of ours.
    Framing,
    /// In a frame on anybody's page.
    Framed,
    /// By programs and pages of anybody: nobody is recognised there, and whoever asks from elsewhere is answered.
    Programs,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Route {
    /// The method.
    pub(crate) method: Method,
    /// The path, with its parameters.
    pub(crate) path: &'static str,
    /// Who may.
    pub(crate) rule: Rule,
    /// Whether it becomes a socket, which only our own pages may open.
    pub(crate) socket: bool,
    /// What the audit says, if it says anything.
    pub(crate) audit: Option<&'static str>,
    /// The largest body that is read, in bytes.
    pub(crate) largest: usize,
    /// Where its answers may be used.
    pub(crate) reach: Reach,
}

/// The largest body that is read, unless a row says otherwise.
const USUAL_BODY: usize = 64 * 1024;
/// The largest plan that is taken in as text.
const PLAN_BODY: usize = 1024 * 1024;

/// The largest guide that is taken in: as long as one may be, each sign of it escaped.
const GUIDE_BODY: usize = 12 * care::LONGEST_GUIDE + USUAL_BODY;

/// The largest recording that is taken in, with the words around it.
const PROMPT_BODY: usize = node::Recording::LARGEST + 64 * 1024;

/// The largest file of entries that is taken in, with the words around it.
const FILE_BODY: usize = node::Directory::LARGEST_FILE + 64 * 1024;
/// The largest calendar that is read.
const CALENDAR_BODY: usize = 4 * 1024 * 1024;

const fn get(path: &'static str, rule: Rule) -> Route {
    Route { method: Method::GET, path, rule, socket: false, audit: None, largest: USUAL_BODY, reach: Reach::House }
}

const fn post(path: &'static str, rule: Rule) -> Route {
    Route { method: Method::POST, path, rule, socket: false, audit: None, largest: USUAL_BODY, reach: Reach::House }
}

const fn program_get(path: &'static str) -> Route {
    get(path, Rule::Public).reaching(Reach::Programs)
}

const fn program_post(path: &'static str) -> Route {
    post(path, Rule::Public).reaching(Reach::Programs)
}

const fn socket(path: &'static str, rule: Rule) -> Route {
    Route { method: Method::GET, path, rule, socket: true, audit: None, largest: USUAL_BODY, reach: Reach::House }
}

impl Route {
    const fn reaching(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    const fn audited(mut self, what: &'static str) -> Self {
        self.audit = Some(what);
        self
    }

    const fn up_to(mut self, bytes: usize) -> Self {
        self.largest = bytes;
        self
    }
}

/// Every route.
pub(crate) const ROUTES: &[Route] = &[
    get("/", Rule::Public),
    socket("/call/ws", Rule::Public),
    get("/call/relays", Rule::Public),
    get("/consultation", Rule::Public),
    post("/consultation", Rule::Public),
    get("/assets/{hash}/{name}", Rule::Public),
    get("/health", Rule::Public),
    get("/metrics", Rule::Public),
    get("/annuaire", Rule::Public),
    post("/annuaire", Rule::Public),
    get("/annuaire/fiches/{id}", Rule::Public),
    get("/annuaire/departements/{code}", Rule::Public),
    get("/annuaire/infos", Rule::Public),
    get("/annuaire/infos/{id}", Rule::Public),
    get("/annuaire/donnees", Rule::Public),
    get("/annuaire/fichiers/{file}", Rule::Public).reaching(Reach::Programs),
    get("/annuaire/integrer", Rule::Public),
    post("/annuaire/integrer", Rule::Public).reaching(Reach::Framing),
    get("/annuaire/encart", Rule::Public).reaching(Reach::Framed),
    program_get("/api/openapi.json"),
    program_get("/api/hsds"),
    program_get("/api/hsds/services"),
    program_post("/api/hsds/services"),
    program_get("/api/hsds/services/{id}"),
    program_get("/api/hsds/organizations"),
    program_post("/api/hsds/organizations"),
    program_get("/api/hsds/organizations/{id}"),
    program_get("/api/hsds/service_at_locations"),
    program_post("/api/hsds/service_at_locations"),
    program_get("/api/hsds/service_at_locations/{id}"),
    program_get("/api/hsds/taxonomies"),
    program_post("/api/hsds/taxonomies"),
    program_get("/api/hsds/taxonomies/{id}"),
    program_get("/api/hsds/taxonomy_terms"),
    program_post("/api/hsds/taxonomy_terms"),
    program_get("/api/hsds/taxonomy_terms/{id}"),
    program_get("/api/fhir/metadata"),
    program_get("/api/fhir/{type}"),
    program_post("/api/fhir/{type}/_search"),
    program_get("/api/fhir/{type}/{id}"),
    get("/sign-in/{secret}", Rule::Public),
    post("/sign-in/{secret}", Rule::Public),
    get("/entry/{token}", Rule::Public),
    post("/entry/{token}", Rule::Public),
    get("/entry/{token}/stop", Rule::Public),
    post("/entry/{token}/stop", Rule::Public),
    post("/sign-out", Rule::Staff).audited("sign_out"),
    get("/desk", Rule::TakesCalls),
    socket("/desk/ws", Rule::TakesCalls).audited("desk_open"),
    get("/calls", Rule::Oversees).audited("calls_read"),
    get("/calls/{call}", Rule::Oversees).audited("receipt_read"),
    get("/office", Rule::Runs),
    post("/office/plan/in-force", Rule::Runs).audited("plan_in_force"),
    post("/office/plan/back", Rule::Runs).audited("plan_back"),
    post("/office/plan/drop", Rule::Runs).audited("plan_dropped"),
    post("/office/plan/call-page", Rule::Runs).audited("plan_change"),
    post("/office/plan/import", Rule::Runs).audited("plan_import").up_to(PLAN_BODY),
    get("/office/plan.toml", Rule::Runs).audited("plan_export"),
    get("/office/flows/{line}", Rule::Runs),
    get("/office/flows/{line}/flow.toml", Rule::Runs),
    post("/office/flows/{line}/import", Rule::Runs).audited("plan_import").up_to(PLAN_BODY),
    post("/office/flows/{line}/steps", Rule::Runs).audited("plan_change"),
    post("/office/flows/{line}/steps/{step}", Rule::Runs).audited("plan_change").up_to(PLAN_BODY),
    get("/office/prompts", Rule::Runs),
    get("/office/prompts/sound/{prompt}/{language}", Rule::Runs),
    get("/office/prompts/trial.wav", Rule::Runs),
    post("/office/prompts/trial", Rule::Runs).audited("prompt_change"),
    post("/office/prompts/file", Rule::Runs).audited("prompt_tried").up_to(PROMPT_BODY),
    post("/office/prompts/voice", Rule::Runs).audited("prompt_tried"),
    post("/office/prompts/remove", Rule::Runs).audited("prompt_change"),
    get("/office/people", Rule::Runs).audited("people_read"),
    post("/office/people", Rule::Runs).audited("person_added"),
    get("/office/people/{id}", Rule::Runs).audited("person_read"),
    post("/office/people/{id}", Rule::Runs).audited("person_changed"),
    post("/office/people/{id}/link", Rule::Runs).audited("person_link"),
    post("/office/people/{id}/leave", Rule::Runs).audited("person_left"),
    post("/office/people/{id}/back", Rule::Runs).audited("person_back"),
    get("/office/protocol", Rule::Runs),
    get("/office/protocol.toml", Rule::Runs).audited("protocol_export"),
    post("/office/protocol/in-force", Rule::Runs).audited("protocol_in_force"),
    post("/office/protocol/back", Rule::Runs).audited("protocol_back"),
    post("/office/protocol/drop", Rule::Runs).audited("protocol_dropped"),
    post("/office/protocol/import", Rule::Runs).audited("protocol_import").up_to(PLAN_BODY),
    post("/office/protocol/add", Rule::Runs).audited("protocol_change"),
    post("/office/protocol/move", Rule::Runs).audited("protocol_change"),
    get("/office/protocol/rules", Rule::Runs),
    post("/office/protocol/rules", Rule::Runs).audited("protocol_change"),
    get("/office/protocol/emergency", Rule::Runs),
    post("/office/protocol/emergency", Rule::Runs).audited("protocol_change"),
    get("/office/protocol/fields/{id}", Rule::Runs),
    post("/office/protocol/fields/{id}", Rule::Runs).audited("protocol_change").up_to(PLAN_BODY),
    get("/office/protocol/sections/{id}", Rule::Runs),
    post("/office/protocol/sections/{id}", Rule::Runs).audited("protocol_change"),
    get("/signals", Rule::Oversees).audited("signals_read"),
    socket("/signals/ws", Rule::Oversees),
    get("/signals/{id}", Rule::Oversees).audited("signal_read"),
    post("/signals/{id}", Rule::Oversees).audited("signal_change"),
    get("/records", Rule::Staff).audited("records_read"),
    post("/records", Rule::Staff).audited("records_read"),
    post("/records.csv", Rule::Staff).audited("records_export"),
    get("/records/new", Rule::TakesCalls),
    post("/records/new", Rule::TakesCalls).audited("record_begun"),
    get("/records/{call}/{listener}", Rule::Staff).audited("record_read"),
    post("/records/{call}/{listener}", Rule::Staff).audited("record_change"),
    get("/rota", Rule::Staff),
    post("/rota/shifts", Rule::Oversees).audited("rota_change"),
    post("/rota/shifts/remove", Rule::Oversees).audited("rota_change"),
    post("/rota/series/end", Rule::Oversees).audited("rota_change"),
    post("/rota/offer", Rule::TakesCalls).audited("shift_offered"),
    post("/rota/take", Rule::TakesCalls).audited("shift_taken"),
    get("/directory", Rule::Staff),
    get("/directory/new", Rule::Runs),
    get("/directory/entry", Rule::Staff),
    post("/directory/entry", Rule::Runs).audited("entry_changed"),
    post("/directory/remove", Rule::Runs).audited("entry_removed"),
    post("/directory/entry/hours", Rule::Runs).up_to(CALENDAR_BODY),
    get("/directory/import", Rule::Runs),
    post("/directory/import", Rule::Runs).audited("file_sent").up_to(FILE_BODY),
    post("/directory/import/stop", Rule::Runs).audited("import_given_up"),
    get("/directory/import/{id}", Rule::Runs),
    post("/directory/import/{id}/columns", Rule::Runs).audited("file_columns").up_to(PLAN_BODY),
    post("/directory/import/{id}/take", Rule::Runs).audited("file_taken"),
    post("/directory/import/{id}/stop", Rule::Runs).audited("import_given_up"),
    post("/directory/import/{id}/drop", Rule::Runs).audited("file_dropped"),
    get("/directory/import/{id}/part", Rule::Runs),
    get("/directory/import/{id}/events", Rule::Runs),
    get("/directory/import/{id}/report.csv", Rule::Runs).audited("import_report"),
    post("/directory/entry/ask", Rule::Runs).audited("entry_asked"),
    get("/directory/freshness", Rule::Runs),
    post("/directory/freshness/checked", Rule::Runs).audited("number_checked"),
    post("/directory/freshness/remark", Rule::Runs).audited("remark_decided"),
    get("/directory/duplicates", Rule::Runs),
    post("/directory/duplicates", Rule::Runs).audited("entries_compared"),
    get("/guides", Rule::Staff),
    get("/guides/new", Rule::Runs),
    get("/guides/{id}", Rule::Staff),
    get("/guides/{id}/edit", Rule::Runs),
    post("/guides/{id}/edit", Rule::Runs).audited("guide_changed").up_to(GUIDE_BODY),
    get("/guides/{id}/versions/{version}", Rule::Runs),
    get("/office/trunks", Rule::Runs),
    get("/office/schemes", Rule::Runs),
    post("/office/schemes", Rule::Runs).audited("scheme_change"),
    get("/office/schemes/new", Rule::Runs),
    get("/office/schemes/{id}", Rule::Runs).audited("scheme_read"),
    post("/office/schemes/{id}", Rule::Runs).audited("scheme_change"),
    post("/office/schemes/{id}/paid", Rule::Runs).audited("consultations_paid"),
    get("/office/schemes/{id}/accounts.csv", Rule::Runs).audited("scheme_read"),
    post("/office/{kind}", Rule::Runs).audited("plan_change"),
    get("/office/{kind}/{id}", Rule::Runs),
    post("/office/{kind}/{id}", Rule::Runs).audited("plan_change").up_to(PLAN_BODY),
    get("/figures", Rule::Oversees).audited("figures_read"),
    get("/figures.csv", Rule::Oversees).audited("figures_read"),
    get("/board", Rule::Staff).audited("board_read"),
    get("/board/part/{name}", Rule::Staff),
    get("/board/events", Rule::Staff),
];
