//! Faults put into the switchboard on purpose. Each file of `mutants` is one plausible fault, and nights judged by the
//! independent checker must notice it. What is built here has no debug assertions: the switchboard's own invariants stay
//! out of it, and only what callers and listeners notice counts. The switchboard as it stands must pass the same nights.
//!
//! A mutant is a text: a line of why, the file, the exact words to find (once, or the mutant is refused) and what stands
//! in their place. `MUTANT=whisper,hold` tries those alone whose name has one of the words.

use std::collections::VecDeque;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

/// How many nights a mutant has to live through unnoticed before it counts as missed.
const NIGHTS: u64 = 3_000;
/// How long the nights of one mutant may take, in seconds.
const PATIENCE: u64 = 120;
/// How many builds go on at once.
const LANES: usize = 2;

/// Lives nights until one breaks a rule, those first that found a fault before.
const MAIN: &str = "mod nights;

mod clock {
    pub fn now() -> std::time::Instant {
        std::time::Instant::now()
    }

    pub fn seconds_since(moment: std::time::Instant) -> f64 {
        moment.elapsed().as_secs_f64()
    }

    pub fn nanoseconds_since(moment: std::time::Instant) -> u128 {
        moment.elapsed().as_nanos()
    }
}

fn main() {
    let nights = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    let found = nights::seeds::FOUND.iter().map(|(seed, _)| *seed);
    for seed in found.chain(0..nights) {
        let night = nights::invented(seed);
        if let Some(broken) = night.violations.first() {
            return println!(\"noticed in night {seed}: {broken}\");
        }
    }
    println!(\"unnoticed\");
}
";

#[derive(Debug, Clone)]
struct Mutant {
    name: String,
    file: PathBuf,
    find: String,
    replace: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Reads one mutant.
fn read(name: &str, text: &str) -> Mutant {
    let (head, rest) = text.split_once("\n--- find\n").unwrap_or_else(|| panic!("{name}: no words to find"));
    let (find, replace) = rest.split_once("\n--- replace").unwrap_or_else(|| panic!("{name}: nothing in their place"));
    let (why, file) = head.split_once('\n').unwrap_or_else(|| panic!("{name}: why, then the file"));
    assert!(why.starts_with("# ") && why.len() > 10, "{name}: the first line says why");
    let file = file.trim().strip_prefix("file: ").unwrap_or_else(|| panic!("{name}: the second line is the file"));
    let replace = replace.strip_prefix('\n').unwrap_or(replace).trim_end_matches('\n');
    Mutant { name: name.to_owned(), file: file.into(), find: find.to_owned(), replace: replace.to_owned() }
}

impl Mutant {
    /// The file with the fault in it.
    fn put_into(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!("{}: the words to find are in {} {count} times", self.name, self.file.display())),
        }
    }
}

fn mutants() -> Vec<Mutant> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("mutants");
    let mut mutants = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        mutants.push(read(&name, &std::fs::read_to_string(&path).unwrap()));
    }
    mutants.sort_by(|one, other| one.name.cmp(&other.name));
    mutants
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            std::fs::copy(&path, &copied).unwrap();
        }
    }
}

/// A workspace of its own, with nothing but the switchboard and the nights.
fn workspace(folder: &Path) {
    let root = root();
    if folder.join("crates").exists() {
        // What an earlier run left may have files that are gone since.
        std::fs::remove_dir_all(folder.join("crates")).unwrap();
    }
    copy(&root.join("crates/switchboard/src"), &folder.join("crates/switchboard/src"));
    copy(&root.join("crates/rehearsal/src/nights"), &folder.join("crates/nights/src/nights"));
    std::fs::copy(root.join("Cargo.toml"), folder.join("Cargo.toml")).unwrap();
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let switchboard = std::fs::read_to_string(root.join("crates/switchboard/Cargo.toml")).unwrap();
    let without_tests = switchboard.split("[dev-dependencies]").next().unwrap();
    std::fs::write(folder.join("crates/switchboard/Cargo.toml"), without_tests).unwrap();
    let nights = "[package]\nname = \"nights\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                  switchboard.workspace = true\nserde_json.workspace = true\n";
    std::fs::write(folder.join("crates/nights/Cargo.toml"), nights).unwrap();
    std::fs::write(folder.join("crates/nights/src/main.rs"), MAIN).unwrap();
}

/// Builds what is in the folder and lives the nights.
fn lived(folder: &Path) -> Result<String, String> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--package", "nights", "--jobs", "1"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false")
        .env("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false")
        .env("CARGO_INCREMENTAL", "1")
        .env("RUSTFLAGS", "--cap-lints allow")
        .output()
        .unwrap();
    if !built.status.success() {
        return Err(String::from_utf8_lossy(&built.stderr).into_owned());
    }
    let nights =
        Command::new(folder.join("target/debug/nights")).arg(NIGHTS.to_string()).stdout(Stdio::piped()).spawn();
    let mut nights = nights.unwrap();
    for _ in 0..PATIENCE * 20 {
        if nights.try_wait().unwrap().is_some() {
            let output = nights.wait_with_output().unwrap();
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    nights.kill().unwrap();
    nights.wait().unwrap();
    Err(format!("still busy after {PATIENCE} s: a fault that hangs says nothing about the checker"))
}

type Told = (String, Result<String, String>);

/// Tries what is still to be tried in one folder, one after the other. `None` is the switchboard as it stands.
fn lane(folder: &Path, waiting: &Mutex<VecDeque<Option<Mutant>>>, told: &Mutex<Vec<Told>>) {
    workspace(folder);
    loop {
        let Some(next) = waiting.lock().unwrap().pop_front() else { return };
        let tell = |name: String, result: Result<String, String>| {
            println!("{name}: {}", result.as_ref().unwrap_or_else(|words| words));
            told.lock().unwrap().push((name, result));
        };
        let Some(mutant) = next else {
            tell("as it stands".to_owned(), lived(folder));
            continue;
        };
        let path = folder.join(&mutant.file);
        let sound = std::fs::read_to_string(&path).unwrap();
        let result = mutant.put_into(&sound).and_then(|broken| {
            std::fs::write(&path, broken).unwrap();
            let result = lived(folder);
            std::fs::write(&path, sound).unwrap();
            result
        });
        tell(mutant.name, result);
    }
}

#[test]
fn every_fault_put_in_on_purpose_is_noticed() {
    let only = std::env::var("MUTANT").ok();
    let wanted =
        |mutant: &Mutant| only.as_ref().is_none_or(|only| only.split(',').any(|word| mutant.name.contains(word)));
    let mutants: Vec<Mutant> = mutants().into_iter().filter(wanted).collect();
    assert!(only.is_some() || mutants.len() >= 24, "mutants have gone");
    let count = mutants.len();
    let waiting = Mutex::new([None].into_iter().chain(mutants.into_iter().map(Some)).collect::<VecDeque<_>>());
    let told = Mutex::new(Vec::new());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    std::thread::scope(|scope| {
        for number in 0..LANES {
            let folder = target.join(format!("lane-{number}"));
            let (waiting, told) = (&waiting, &told);
            scope.spawn(move || {
                std::fs::create_dir_all(&folder).unwrap();
                lane(&folder, waiting, told);
            });
        }
    });
    let mut wrong = String::new();
    let mut told = told.into_inner().unwrap();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(told.len(), count + 1, "a lane stopped");
    for (name, result) in told {
        let words = result.clone().unwrap_or_else(|words| words);
        let as_expected = if name == "as it stands" { words == "unnoticed" } else { words.starts_with("noticed") };
        if result.is_err() || !as_expected {
            writeln!(wrong, "{name}: {words}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_mutant_that_does_not_fit_any_more_is_refused() {
    let mutant = read("x", "# a reason to be\nfile: a.rs\n--- find\none\ntwo\n--- replace\nthree\n");
    assert_eq!(mutant.put_into("zero one\ntwo").unwrap(), "zero three");
    assert!(mutant.put_into("nothing").unwrap_err().contains("0 times"));
    assert!(mutant.put_into("one\ntwo one\ntwo").unwrap_err().contains("2 times"));
}
