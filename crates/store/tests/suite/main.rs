//! One suite, two databases: every case is run on SQLite and on PostgreSQL.

// Everything here is a test, also what clippy does not see as one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod care_cases;
mod directory_cases;
mod figure_cases;
mod freshness_cases;
mod guide_cases;
mod journal_cases;
mod lives;
mod office_cases;
mod postgres;
mod report_cases;
mod spool_cases;
mod table_cases;

use std::future::Future;
use std::pin::Pin;
use store::{Place, Store};

/// A fresh database for one case.
struct Ground {
    place: Place,
    url: String,
}

impl Ground {
    async fn store(&self) -> Store {
        Store::open(&self.place).await.unwrap()
    }

    /// Does something to the database behind the store's back, even before there is one.
    async fn meddle(&self, statement: &'static str) {
        sqlx::any::install_default_drivers();
        if let Place::Sqlite(file) = &self.place {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        }
        let pool = sqlx::AnyPool::connect(&self.url).await.unwrap();
        sqlx::raw_sql(statement).execute(&pool).await.unwrap();
        pool.close().await;
    }

    fn is_postgres(&self) -> bool {
        matches!(self.place, Place::Postgres(_))
    }
}

type Case = fn(Ground) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! cases {
    ($($room:ident :: $name:ident),* $(,)?) => {
        &[$((stringify!($name), |ground| Box::pin($room::$name(ground)))),*]
    };
}

const CASES: &[(&str, Case)] = cases![
    care_cases::a_code_is_redeemed_once_and_accounted_for,
    care_cases::a_budget_is_never_overdrawn_and_what_is_taken_back_is_there_again,
    care_cases::a_closed_record_is_amended_and_what_it_said_is_kept,
    care_cases::records_are_found_by_what_is_asked,
    care_cases::signals_are_kept_as_they_stand_with_what_was_done,
    guide_cases::guides_are_versions_and_the_second_of_two_writers_is_told,
    guide_cases::what_changed_since_a_time_is_told_by_when_it_came_to_count,
    directory_cases::entries_are_put_all_or_none,
    directory_cases::of_two_who_change_an_entry_the_second_is_told,
    directory_cases::an_import_counts_as_a_whole_or_not_at_all,
    directory_cases::the_same_import_again_changes_nothing,
    directory_cases::a_change_by_hand_wins_over_an_import_under_way,
    directory_cases::what_changed_is_told_from_a_change_on,
    directory_cases::what_never_counts_again_is_purged,
    freshness_cases::nobody_gets_two_letters_for_one_thing,
    freshness_cases::of_many_who_send_at_once_each_takes_another_letter,
    freshness_cases::remarks_are_decided_once,
    freshness_cases::what_is_stale_is_counted,
    freshness_cases::two_entries_become_one_or_stay_apart,
    freshness_cases::files_wait_until_they_are_taken_in,
    journal_cases::opening_twice_keeps_what_is_there,
    journal_cases::a_database_of_a_newer_program_is_refused,
    journal_cases::facts_are_numbered_and_read_back,
    journal_cases::every_kind_of_fact_survives_the_table,
    journal_cases::two_writers_leave_no_gap,
    journal_cases::a_call_becomes_a_row,
    journal_cases::presence_becomes_spans,
    journal_cases::replay_equals_live,
    journal_cases::replay_finds_and_mends_what_was_meddled_with,
    journal_cases::a_projection_that_is_behind_catches_up_at_opening,
    journal_cases::what_was_interrupted_is_closed,
    journal_cases::the_board_from_the_tail_equals_the_board_from_the_beginning,
    spool_cases::facts_are_committed_in_order_and_announced,
    spool_cases::facts_wait_while_the_database_is_gone_and_are_exact_after,
    spool_cases::a_full_spool_counts_what_it_loses,
    spool_cases::dropping_everything_without_closing_keeps_the_journal,
    spool_cases::a_strange_name_holds_nothing_back,
    table_cases::staff_sign_in_once_by_link_and_stay_by_session,
    table_cases::of_many_clicks_on_one_link_one_gets_in,
    table_cases::records_are_drafted_and_closed,
    table_cases::a_record_keeps_the_form_it_was_begun_with_and_all_answers,
    table_cases::two_listeners_of_one_call_write_each_their_own,
    table_cases::records_of_before_hand_overs_are_kept,
    table_cases::reorientations_are_given_and_taken_back,
    table_cases::what_is_done_in_an_emergency_is_noted_and_taken_back,
    table_cases::audit_lines_are_kept_in_order,
    office_cases::a_plan_is_drafted_put_in_force_and_put_back,
    office_cases::protocols_have_versions_of_their_own,
    office_cases::of_two_who_put_the_draft_in_force_one_does,
    office_cases::prompts_keep_their_number_in_every_language,
    office_cases::what_changed_at_trunks_is_kept_within_bounds,
    office_cases::a_series_is_written_day_by_day_and_keeps_what_was_changed,
    office_cases::who_has_left_is_signed_out_and_on_no_shift,
    office_cases::nobody_takes_over_a_shift_while_on_another_of_the_queue,
    office_cases::of_many_shifts_of_one_time_somebody_takes_one,
    report_cases::activity_of_a_known_evening,
    report_cases::a_call_with_two_records_has_one_grade,
    report_cases::what_came_of_the_calls_of_an_evening,
    report_cases::ends_add_up_in_any_night,
    report_cases::a_period_that_cannot_be_is_refused,
    figure_cases::a_known_afternoon_of_two_lines,
    figure_cases::a_call_that_was_handed_over_costs_both,
    figure_cases::duty_is_cut_at_the_ends_of_the_period,
    figure_cases::fates_add_up_in_any_night,
];

fn run(case: Case, ground: Ground) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(case(ground));
}

#[test]
fn sqlite_suite() {
    for (name, case) in CASES {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data of vigie").join("vigie.db");
        let url = format!("sqlite://{}", file.display()).replace(' ', "%20");
        run(*case, Ground { place: Place::Sqlite(file), url });
    }
}

#[test]
fn postgres_suite() {
    let Some(server) = postgres::Server::start() else { return };
    for (name, case) in CASES {
        println!("{name}");
        let url = server.fresh_database(name);
        run(*case, Ground { place: Place::Postgres(url.clone()), url });
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join("file");
    std::fs::write(&in_the_way, "x").unwrap();
    let place = Place::Sqlite(in_the_way.join("vigie.db"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let words = runtime.block_on(Store::open(&place)).unwrap_err().to_string();
    assert!(words.contains("data folder") && words.contains("chown"), "{words}");
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vigie.db");
    std::fs::write(&file, "Dear diary, ".repeat(1_000)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let words = runtime.block_on(Store::open(&Place::Sqlite(file))).unwrap_err().to_string();
    assert!(words.contains("no SQLite database"), "{words}");
}

#[test]
fn the_database_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Sqlite(folder.path().join("vigie.db"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime.block_on(Store::open(&place)).unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
    drop(store);
}

#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let place = Place::Postgres("postgres://vigie:s3cret@127.0.0.1:1/vigie".into());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fault = runtime.block_on(Store::open(&place)).unwrap_err();
    let words = format!("{fault} {fault:?}");
    assert!(words.contains("127.0.0.1:1/vigie") && !words.contains("s3cret"), "{words}");
}
