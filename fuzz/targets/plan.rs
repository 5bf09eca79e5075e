//! A plan or a flow as TOML or JSON, as the office takes it in: read or refused with words; what is read is checked without a fault of
//! the checker's own, drawn, written, and read again as the same plan.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard::flow::{Flow, check_plan};
use switchboard::{DialRules, Plan};
use web::fuzzing;

fuzz_target!(|text: &str| {
    let _flow = serde_json::from_str::<Flow>(text).map(|flow| flow.reached());
    let _plan = serde_json::from_str::<Plan>(text);
    match fuzzing::plan(text) {
        Err(why) => assert!(!why.is_empty()),
        Ok(plan) => {
            let _faults: Vec<String> =
                check_plan(&plan, &|_, _| true, &DialRules::default()).iter().map(ToString::to_string).collect();
            let written = fuzzing::plan_written(&plan).expect("a plan that was read can be written");
            let again = fuzzing::plan(&written).unwrap_or_else(|why| panic!("{why}: {written}"));
            // The table of a time zone begins with the moment at which it was made: what is written has none.
            assert_eq!(fuzzing::plan_written(&again).as_deref(), Some(written.as_str()));
        }
    }
});
