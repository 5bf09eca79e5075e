//! Vigie: an open-source listening helpline in one program. This room joins the others and starts them.

mod commands;
mod config;
mod flows;
mod logs;
mod prompts;
mod terminal;
mod wiring;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    logs::start();
    let command = commands::Vigie::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => {
            terminal::complain(&format!("the program cannot start its threads: {fault}"));
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(command.run());
    // A read of the terminal that is still waiting must not keep a finished command from ending.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(words) => {
            terminal::complain(&words);
            ExitCode::FAILURE
        }
    }
}
