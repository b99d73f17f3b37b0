//! Where PostgreSQL is, whom it runs as, and a fresh data directory from it.

use std::fs::{self, DirBuilder};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The superuser's password; asked for only where [`Options::password`](super::Options) says so.
pub(super) const PASSWORD: &str = "not-so-secret";

/// A PostgreSQL on this machine.
pub(super) struct Installation {
    bin: PathBuf,
    user: Option<User>,
    template: OnceLock<PathBuf>,
}

/// Whom to be when root, as whom PostgreSQL refuses to run.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl Installation {
    pub(super) fn find() -> Option<Self> {
        let bin = bin()?;
        let user = rustix::process::getuid().is_root().then(|| user().expect("a user to run PostgreSQL as"));
        Some(Self { bin, user, template: OnceLock::new() })
    }

    /// A command of PostgreSQL's user in `dir`, blind to this process's environment.
    pub(super) fn command(&self, program: impl AsRef<Path>, dir: &Path) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C");
        command.current_dir(dir);
        if let Some(User { uid, gid }) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// A directory that belongs to PostgreSQL's user. Whoever asks removes it.
    pub(super) fn directory(&self) -> PathBuf {
        let dir = tempfile::Builder::new().prefix("line-bot-postgres-").tempdir().unwrap().keep();
        self.give(&dir);
        dir
    }

    /// Makes a data directory as `initdb` leaves it.
    pub(super) fn data(&self, data: &Path) {
        let template = self.template.get_or_init(|| self.template());
        copy(template, data);
        self.give_tree(data);
    }

    /// Makes the data directory of a standby, which follows `primary`.
    pub(super) fn standby(&self, primary: SocketAddr, dir: &Path) {
        // Not a program of the server's: it may be elsewhere than they.
        let beside = Some(self.program("pg_basebackup")).filter(|program| program.is_file());
        let mut backup = self.command(beside.unwrap_or_else(|| "pg_basebackup".into()), dir);
        backup.args([
            "--pgdata",
            "data",
            "--username",
            "postgres",
            "--host",
            "127.0.0.1",
            "--write-recovery-conf",
        ]);
        backup.args(["--checkpoint", "fast", "--no-sync", "--port"]).arg(primary.port().to_string());
        let made = backup.env("PGPASSWORD", PASSWORD).output().unwrap();
        assert!(made.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&made.stderr));
    }

    /// Writes a file that only PostgreSQL's user may read.
    pub(super) fn write(&self, path: &Path, contents: &str) {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let _ = fs::remove_file(path);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).unwrap();
        file.write_all(contents.as_bytes()).unwrap();
        self.give(path);
    }

    /// The data directory that all others are copies of. `initdb` takes a second, so it outlives this process.
    fn template(&self) -> PathBuf {
        let version = Command::new(self.program("postgres")).arg("--version").output().unwrap().stdout;
        let version: String =
            version.iter().map(|&c| if c.is_ascii_alphanumeric() { c as char } else { '-' }).collect();
        let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let uid = rustix::process::getuid().as_raw();
        let template = home.join(format!("{}-{uid}", version.trim_matches('-')));
        if !template.exists() {
            fs::create_dir_all(home).unwrap();
            let dir = self.directory();
            self.initdb(&dir);
            let whole = tempfile::tempdir_in(home).unwrap();
            copy(&dir.join("data"), &whole.path().join("data"));
            fs::remove_dir_all(dir).unwrap();
            // Another process may have been first.
            let renamed = fs::rename(whole.path().join("data"), &template);
            assert!(renamed.is_ok() || template.exists(), "{renamed:?}");
        }
        template
    }

    fn initdb(&self, dir: &Path) {
        self.write(&dir.join("password"), PASSWORD);
        let mut initdb = self.command(self.program("initdb"), dir);
        initdb.args(["--pgdata", "data", "--username", "postgres", "--pwfile", "password"]);
        initdb.args(["--auth", "scram-sha-256", "--locale", "C", "--encoding", "UTF8", "--no-sync"]);
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    }

    fn give(&self, path: &Path) {
        if let Some(User { uid, gid }) = self.user {
            chown(path, Some(uid), Some(gid)).unwrap();
        }
    }

    fn give_tree(&self, path: &Path) {
        self.give(path);
        if path.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| self.give_tree(&entry.unwrap().path()));
        }
    }
}

/// The directory of the programs: on `PATH`, or the newest that Debian's packages have put beside each other.
fn bin() -> Option<PathBuf> {
    let whole = |dir: &PathBuf| dir.join("initdb").is_file() && dir.join("postgres").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(dir) = std::env::split_paths(&path).find(whole) {
        return Some(dir);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let numbered = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    numbered.filter(|(_, dir)| whole(dir)).max().map(|(_, dir)| dir)
}

fn user() -> Option<User> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    let named = |name: &str| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2);
        Some(User { uid: ids.next()?.parse().ok()?, gid: ids.next()?.parse().ok()? })
    };
    named("postgres").or_else(|| named("nobody"))
}

/// Copies a tree; what only its owner may see stays so.
fn copy(from: &Path, to: &Path) {
    DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.as_ref().unwrap(), to.join(entry.as_ref().unwrap().file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
