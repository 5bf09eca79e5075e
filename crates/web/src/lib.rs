//! Shows: the call page, the desk, the board, and the door that lets people in.
//!
//! This room draws what others decide and remember. It must not know telephony, and it never reads or writes where a
//! visitor connects from: no handler asks for the address of the other side.

mod addresses;
mod alarm;
mod assets;
mod bar;
mod board;
mod desk;
mod door;
mod figures;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod guides;
mod letters;
mod office;
mod open;
mod public;
mod receipts;
mod records;
mod rota;
mod shell;
mod signals;
mod words;

pub use alarm::{trouble_code, trouble_trunk, trouble_words};
use axum::Router;
use axum::extract::FromRef;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use door::{Doors, Keys};
pub use letters::{LetterText, letter_text};
use node::House;
pub use open::OpenData;
pub use public::Relays;
use std::sync::Arc;

/// What the web needs to know beside the house.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whether cookies travel over https only. Yes everywhere but on the machine of someone who tries Vigie out.
    pub secure_cookies: bool,
    /// The origin under which the public reaches the house, such as `https://ecoute.example`, where a proxy changes the
    /// host on the way.
    pub public_origin: Option<String>,
    /// Relays for browsers whose network lets no UDP through.
    pub relays: Option<Relays>,
    /// What is said about the directory that everybody may read; without it the public has no directory.
    pub open: Option<OpenData>,
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) house: House,
    pub(crate) keys: Arc<Keys>,
    pub(crate) unsaved: Arc<desk::Unsaved>,
    pub(crate) codes: Arc<desk::Codes>,
    pub(crate) wrong_codes: Arc<public::WrongCodes>,
    pub(crate) trials: Arc<office::Trials>,
    pub(crate) links: Arc<office::Links>,
    pub(crate) returns: Arc<public::Returns>,
    pub(crate) relays: Option<Arc<Relays>>,
    pub(crate) open: Option<Arc<open::Open>>,
}

impl FromRef<App> for Arc<Keys> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.keys)
    }
}

/// Every page and socket of the house.
pub fn router(house: House, settings: Settings) -> Router {
    let clock = house.clone();
    let relays = settings.relays.clone().map(Arc::new);
    let origin = settings.public_origin.clone();
    let open = settings.open.clone().map(|data| Arc::new(open::Open::new(data, origin)));
    let keys = Keys::new(house.store().clone(), Arc::new(move || clock.wall_ms()), settings);
    let demo = house.demo();
    let app = App {
        house,
        keys: Arc::new(keys),
        unsaved: Arc::default(),
        codes: Arc::default(),
        wrong_codes: Arc::default(),
        trials: Arc::default(),
        links: Arc::default(),
        returns: Arc::default(),
        relays,
        open,
    };
    open_doors(directory_doors(office_doors(Doors::new(Arc::clone(&app.keys)))))
        .open(Method::GET, "/", public::call_page)
        .open(Method::GET, "/call/ws", public::call_socket)
        .open(Method::GET, "/call/relays", public::relays)
        .open(Method::GET, "/consultation", public::consultation_page)
        .open(Method::POST, "/consultation", public::redeem_consultation)
        .open(Method::GET, "/assets/{hash}/{name}", assets::serve)
        .open(Method::GET, "/health", door::health)
        .open(Method::GET, "/metrics", door::metrics)
        .open(Method::GET, "/sign-in/{secret}", door::sign_in_page)
        .open(Method::POST, "/sign-in/{secret}", door::redeem)
        .open(Method::POST, "/sign-out", door::sign_out)
        .open(Method::GET, "/entry/{token}", letters::letter_page)
        .open(Method::POST, "/entry/{token}", letters::answer)
        .open(Method::GET, "/entry/{token}/stop", letters::stop_page)
        .open(Method::POST, "/entry/{token}/stop", letters::stop)
        .open(Method::GET, "/desk", desk::desk_page)
        .open(Method::GET, "/desk/ws", desk::desk_socket)
        .open(Method::GET, "/calls", receipts::calls_page)
        .open(Method::GET, "/calls/{call}", receipts::receipt_page)
        .open(Method::GET, "/signals", signals::signals_page)
        .open(Method::GET, "/signals/ws", signals::tally_socket)
        .open(Method::GET, "/signals/{id}", signals::signal_page)
        .open(Method::POST, "/signals/{id}", signals::change_signal)
        .open(Method::GET, "/records", records::records_page)
        .open(Method::POST, "/records", records::find_records)
        .open(Method::POST, "/records.csv", records::records_file)
        .open(Method::GET, "/records/new", records::new_record_page)
        .open(Method::POST, "/records/new", records::add_record)
        .open(Method::GET, "/records/{call}/{listener}", records::record_page)
        .open(Method::POST, "/records/{call}/{listener}", records::change_record)
        .open(Method::GET, "/rota", rota::rota_page)
        .open(Method::POST, "/rota/shifts", rota::add_shift)
        .open(Method::POST, "/rota/shifts/remove", rota::remove_shift)
        .open(Method::POST, "/rota/series/end", rota::end_series)
        .open(Method::POST, "/rota/offer", rota::offer_shift)
        .open(Method::POST, "/rota/take", rota::take_shift)
        .open(Method::GET, "/figures", figures::figures_page)
        .open(Method::GET, "/figures.csv", figures::figures_file)
        .open(Method::GET, "/board", board::board_page)
        .open(Method::GET, "/board/part/{name}", board::board_part)
        .open(Method::GET, "/board/events", board::board_events)
        .router()
        .fallback(async || axum::http::StatusCode::NOT_FOUND)
        .layer(from_fn_with_state(demo, door::finish))
        .with_state(app)
}

/// The directory for everybody.
fn open_doors(doors: Doors<App>) -> Doors<App> {
    doors
        .open(Method::GET, "/annuaire", open::start_page)
        .open(Method::POST, "/annuaire", open::search)
        .open(Method::GET, "/annuaire/fiches/{id}", open::entry_page)
        .open(Method::GET, "/annuaire/departements/{code}", open::departement_page)
        .open(Method::GET, "/annuaire/infos", guides::public_list)
        .open(Method::GET, "/annuaire/infos/{id}", guides::public_guide)
        .open(Method::GET, "/annuaire/donnees", open::data_page)
        .open(Method::GET, "/annuaire/fichiers/{file}", open::file)
        .open(Method::GET, "/annuaire/integrer", open::builder_page)
        .open(Method::POST, "/annuaire/integrer", open::built_page)
        .open(Method::GET, "/annuaire/encart", open::embedded_list)
        .open(Method::GET, "/api/openapi.json", open::openapi)
        .open(Method::GET, "/api/hsds", open::hsds_root)
        .open(Method::GET, "/api/hsds/services", open::hsds_services)
        .open(Method::POST, "/api/hsds/services", open::hsds_services)
        .open(Method::GET, "/api/hsds/services/{id}", open::hsds_service)
        .open(Method::GET, "/api/hsds/organizations", open::hsds_organizations)
        .open(Method::POST, "/api/hsds/organizations", open::hsds_organizations)
        .open(Method::GET, "/api/hsds/organizations/{id}", open::hsds_organization)
        .open(Method::GET, "/api/hsds/service_at_locations", open::hsds_locations)
        .open(Method::POST, "/api/hsds/service_at_locations", open::hsds_locations)
        .open(Method::GET, "/api/hsds/service_at_locations/{id}", open::hsds_location)
        .open(Method::GET, "/api/hsds/taxonomies", open::hsds_taxonomies)
        .open(Method::POST, "/api/hsds/taxonomies", open::hsds_taxonomies)
        .open(Method::GET, "/api/hsds/taxonomies/{id}", open::hsds_taxonomy)
        .open(Method::GET, "/api/hsds/taxonomy_terms", open::hsds_terms)
        .open(Method::POST, "/api/hsds/taxonomy_terms", open::hsds_terms)
        .open(Method::GET, "/api/hsds/taxonomy_terms/{id}", open::hsds_term)
        .open(Method::GET, "/api/fhir/metadata", open::fhir_metadata)
        .open(Method::GET, "/api/fhir/{type}", open::fhir_search)
        .open(Method::POST, "/api/fhir/{type}/_search", open::fhir_search)
        .open(Method::GET, "/api/fhir/{type}/{id}", open::fhir_read)
}

/// The pages of those who run the service.
fn office_doors(doors: Doors<App>) -> Doors<App> {
    doors
        .open(Method::GET, "/office", office::overview_page)
        .open(Method::POST, "/office/plan/in-force", office::put_in_force)
        .open(Method::POST, "/office/plan/back", office::put_back)
        .open(Method::POST, "/office/plan/drop", office::drop_draft)
        .open(Method::POST, "/office/plan/call-page", office::set_call_page)
        .open(Method::POST, "/office/plan/import", office::import_plan)
        .open(Method::GET, "/office/plan.toml", office::export_plan)
        .open(Method::GET, "/office/flows/{line}", office::flow_page)
        .open(Method::GET, "/office/flows/{line}/flow.toml", office::export_flow)
        .open(Method::POST, "/office/flows/{line}/import", office::import_flow)
        .open(Method::POST, "/office/flows/{line}/steps", office::add_step)
        .open(Method::POST, "/office/flows/{line}/steps/{step}", office::change_step)
        .open(Method::GET, "/office/prompts", office::prompts_page)
        .open(Method::GET, "/office/prompts/sound/{prompt}/{language}", office::prompt_sound)
        .open(Method::GET, "/office/prompts/trial.wav", office::trial_sound)
        .open(Method::POST, "/office/prompts/trial", office::decide)
        .open(Method::POST, "/office/prompts/file", office::put_file)
        .open(Method::POST, "/office/prompts/voice", office::put_text)
        .open(Method::POST, "/office/prompts/remove", office::remove_prompt)
        .open(Method::GET, "/office/people", office::people_page)
        .open(Method::POST, "/office/people", office::add_person)
        .open(Method::GET, "/office/people/{id}", office::person_page)
        .open(Method::POST, "/office/people/{id}", office::change_person)
        .open(Method::POST, "/office/people/{id}/link", office::link_person)
        .open(Method::POST, "/office/people/{id}/leave", office::person_leaves)
        .open(Method::POST, "/office/people/{id}/back", office::person_returns)
        .open(Method::GET, "/office/trunks", office::trunks_page)
        .open(Method::GET, "/office/schemes", office::schemes_page)
        .open(Method::POST, "/office/schemes", office::add_scheme)
        .open(Method::GET, "/office/schemes/new", office::new_scheme_page)
        .open(Method::GET, "/office/schemes/{id}", office::scheme_page)
        .open(Method::POST, "/office/schemes/{id}", office::change_scheme)
        .open(Method::POST, "/office/schemes/{id}/paid", office::pay)
        .open(Method::GET, "/office/schemes/{id}/accounts.csv", office::accounts_file)
        .open(Method::GET, "/office/protocol", office::protocol_page)
        .open(Method::GET, "/office/protocol.toml", office::export_protocol)
        .open(Method::POST, "/office/protocol/in-force", office::put_protocol_in_force)
        .open(Method::POST, "/office/protocol/back", office::put_protocol_back)
        .open(Method::POST, "/office/protocol/drop", office::drop_protocol_draft)
        .open(Method::POST, "/office/protocol/import", office::import_protocol)
        .open(Method::POST, "/office/protocol/add", office::add_to_form)
        .open(Method::POST, "/office/protocol/move", office::move_in_form)
        .open(Method::GET, "/office/protocol/rules", office::rules_page)
        .open(Method::POST, "/office/protocol/rules", office::change_rules)
        .open(Method::GET, "/office/protocol/emergency", office::emergency_page)
        .open(Method::POST, "/office/protocol/emergency", office::change_emergency)
        .open(Method::GET, "/office/protocol/fields/{id}", office::field_page)
        .open(Method::POST, "/office/protocol/fields/{id}", office::change_field)
        .open(Method::GET, "/office/protocol/sections/{id}", office::section_page)
        .open(Method::POST, "/office/protocol/sections/{id}", office::change_section)
        .open(Method::POST, "/office/{kind}", office::add_thing)
        .open(Method::GET, "/office/{kind}/{id}", office::thing_page)
        .open(Method::POST, "/office/{kind}/{id}", office::change_thing)
}

/// The directory and the guides, for those who work here.
fn directory_doors(doors: Doors<App>) -> Doors<App> {
    doors
        .open(Method::GET, "/directory", addresses::list_page)
        .open(Method::GET, "/directory/new", addresses::new_entry_page)
        .open(Method::GET, "/directory/entry", addresses::entry_page)
        .open(Method::POST, "/directory/entry", addresses::change_entry)
        .open(Method::POST, "/directory/remove", addresses::remove_entry)
        .open(Method::POST, "/directory/entry/hours", addresses::read_calendar)
        .open(Method::GET, "/directory/import", addresses::imports_page)
        .open(Method::POST, "/directory/import", addresses::send_file)
        .open(Method::POST, "/directory/import/stop", addresses::stop_running)
        .open(Method::GET, "/directory/import/{id}", addresses::file_page)
        .open(Method::POST, "/directory/import/{id}/columns", addresses::change_columns)
        .open(Method::POST, "/directory/import/{id}/take", addresses::take_file)
        .open(Method::POST, "/directory/import/{id}/stop", addresses::stop_import)
        .open(Method::POST, "/directory/import/{id}/drop", addresses::drop_file)
        .open(Method::GET, "/directory/import/{id}/part", addresses::file_part)
        .open(Method::GET, "/directory/import/{id}/events", addresses::file_events)
        .open(Method::GET, "/directory/import/{id}/report.csv", addresses::report_file)
        .open(Method::POST, "/directory/entry/ask", addresses::ask_by_mail)
        .open(Method::GET, "/directory/freshness", addresses::freshness_page)
        .open(Method::POST, "/directory/freshness/checked", addresses::check_number)
        .open(Method::POST, "/directory/freshness/remark", addresses::decide_remark)
        .open(Method::GET, "/directory/duplicates", addresses::duplicates_page)
        .open(Method::POST, "/directory/duplicates", addresses::decide_duplicate)
        .open(Method::GET, "/guides", guides::list_page)
        .open(Method::GET, "/guides/new", guides::new_page)
        .open(Method::GET, "/guides/{id}", guides::guide_page)
        .open(Method::GET, "/guides/{id}/edit", guides::edit_page)
        .open(Method::POST, "/guides/{id}/edit", guides::change_guide)
        .open(Method::GET, "/guides/{id}/versions/{version}", guides::version_page)
}
