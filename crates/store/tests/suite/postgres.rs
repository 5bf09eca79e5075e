//! A private PostgreSQL server for the length of a test: its own folder, its own port, this machine only.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const HOW_TO_INSTALL: &str = "PostgreSQL is not installed, and the store is tried on it: run\n\
    \n    apt-get install -y postgresql\n\n\
    or set VIGIE_NO_POSTGRES=1 to leave it out";

pub struct Server {
    process: Child,
    port: u16,
    // Dropped last: the folder goes when the server has.
    _folder: TempDir,
}

impl Server {
    /// Starts a server; none when the one who runs the tests asked for none.
    pub fn start() -> Option<Self> {
        if std::env::var("VIGIE_NO_POSTGRES").is_ok_and(|value| value == "1") {
            eprintln!("VIGIE_NO_POSTGRES=1: PostgreSQL is left out");
            return None;
        }
        let programs = programs().expect(HOW_TO_INSTALL);
        let user = unprivileged_user();
        let folder = tempfile::Builder::new().prefix("vigie-pg-").tempdir().unwrap();
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).unwrap();
        }
        let data = folder.path().join("data");
        let made = command(&programs.join("initdb"), folder.path(), user)
            .args(["--auth=trust", "--username=vigie", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        // The port is free now and taken again at once; the moment between is a risk that a test can bear.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = command(&programs.join("postgres"), folder.path(), user)
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"])
            .arg(folder.path())
            .args(["-c", "fsync=off"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, port, _folder: folder };
        server.wait_until_it_answers();
        Some(server)
    }

    /// Makes an empty database and answers its URL.
    pub fn fresh_database(&self, name: &str) -> String {
        let name: String = name.chars().take(60).collect();
        let statement = format!("CREATE DATABASE {name}");
        self.execute(&statement).unwrap();
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://vigie@127.0.0.1:{}/{database}", self.port)
    }

    fn execute(&self, statement: &str) -> Result<(), sqlx::Error> {
        use sqlx::Connection;
        sqlx::any::install_default_drivers();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = sqlx::AnyConnection::connect(&self.url("postgres")).await?;
            sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
            connection.close().await
        })
    }

    fn wait_until_it_answers(&self) {
        for _ in 0..300 {
            if self.execute("SELECT 1").is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the private PostgreSQL server did not answer within 30 seconds");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An immediate shut-down: the server takes its own children and its shared memory with it.
        let asked = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.process.kill());
        }
        drop(self.process.wait());
    }
}

/// The folder of the newest server's programs, as Debian lays them out.
fn programs() -> Option<PathBuf> {
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|found| found.path());
    let newest = installed.filter(|path| path.join("bin/postgres").exists()).max_by_key(version)?;
    Some(newest.join("bin"))
}

/// PostgreSQL refuses to run as root; then it runs as the user its package made.
fn unprivileged_user() -> Option<(u32, u32)> {
    let me = Command::new("id").arg("-u").output().unwrap();
    if String::from_utf8_lossy(&me.stdout).trim() != "0" {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("postgres:")).expect("a user named postgres");
    let fields: Vec<&str> = line.split(':').collect();
    Some((fields[2].parse().unwrap(), fields[3].parse().unwrap()))
}

fn command(program: &Path, folder: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}
