//! `vigie staff`

use super::Record;
use crate::terminal::say;
use crate::wiring::secret;
use clap::{Subcommand, ValueEnum};
use std::process::ExitCode;
use store::{Reach, Role};
use switchboard::DialRules;

/// Add people and give them links to sign in.
#[derive(Debug, Subcommand)]
pub(crate) enum Staff {
    /// Print a link with which a person signs in once. A person not yet known is added.
    Invite {
        #[command(flatten)]
        record: Record,
        /// The person's name, as colleagues see it.
        #[arg(long)]
        name: String,
        /// What the person may do.
        #[arg(long, value_enum, default_value_t = RoleWord::Listener)]
        role: RoleWord,
        /// The person's own telephone, for calls taken on call; shown to nobody.
        #[arg(long, value_name = "NUMBER")]
        phone: Option<String>,
        /// What the person can do beside their role, such as "language:en=2 theme:grief=1" (levels 1 to 3).
        #[arg(long, value_name = "SKILLS")]
        skills: Option<String>,
        /// How long the link can be used, in hours.
        #[arg(long, default_value_t = 24)]
        hours: u16,
    },
    /// List everyone.
    List {
        #[command(flatten)]
        record: Record,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleWord {
    Listener,
    Regulator,
    Facilitator,
    Supervisor,
    Coordinator,
}

impl RoleWord {
    fn role(self) -> Role {
        match self {
            RoleWord::Listener => Role::Listener,
            RoleWord::Regulator => Role::Regulator,
            RoleWord::Facilitator => Role::Facilitator,
            RoleWord::Supervisor => Role::Supervisor,
            RoleWord::Coordinator => Role::Coordinator,
        }
    }
}

impl Staff {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Staff::Invite { record, name, role, phone, skills, hours } => {
                let reach = reach(phone, skills, &record.dial_rules()?)?;
                invite(&record, &name, role.role(), reach, hours).await?;
            }
            Staff::List { record } => list(&record).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What was said of somebody's skills and telephone, if anything.
fn reach(phone: Option<String>, skills: Option<String>, rules: &DialRules) -> Result<Option<Reach>, String> {
    if phone.is_none() && skills.is_none() {
        return Ok(None);
    }
    if let Some(phone) = &phone {
        node::read_number(phone).map_err(|fault| format!("--phone: {fault}"))?;
        if let Some(why) = rules.refuses(phone) {
            return Err(format!("--phone: {why}; it would never be called, unless outgoing.also lets it through"));
        }
    }
    let skills = skills.map(|skills| Reach::read_skills(&skills)).transpose()?.unwrap_or_default();
    Ok(Some(Reach { skills, phone, ..Reach::default() }))
}

async fn invite(record: &Record, name: &str, role: Role, reach: Option<Reach>, hours: u16) -> Result<(), String> {
    let words = |fault: store::StoreError| fault.to_string();
    let origin = record.origin()?;
    let store = record.store().await?;
    let now = super::wall_ms();
    let name = name.trim();
    if name.is_empty() {
        return Err("--name must not be empty".into());
    }
    let mut staff = store.all_staff().await.map_err(words)?;
    staff.retain(|member| member.left_at.is_none());
    let known = staff.into_iter().find(|member| member.name == name);
    let id = match known {
        Some(member) if member.role != role => {
            return Err(format!(
                "{name} is there already as {}: invite under that role, or another name",
                member.role.word()
            ));
        }
        Some(member) => member.id,
        None => store.add_staff(name, role, false, now).await.map_err(words)?.id,
    };
    if let Some(reach) = reach {
        store.put_reach(id, &reach).await.map_err(words)?;
    }
    let secret = secret()?;
    let expires = now + i64::from(hours) * 3600 * 1000;
    store.create_sign_in_link(id, &secret, now, expires).await.map_err(words)?;
    say(&format!("{}/sign-in/{secret}", origin.trim_end_matches('/')));
    Ok(())
}

async fn list(record: &Record) -> Result<(), String> {
    let store = record.store().await?;
    let staff = store.all_staff().await.map_err(|fault| fault.to_string())?;
    if staff.is_empty() {
        say("Nobody yet: vigie staff invite --name … --role listener");
    }
    for member in staff {
        say(&format!("{:>5}  {:<12} {}", member.id, member.role.word(), member.name));
    }
    Ok(())
}
