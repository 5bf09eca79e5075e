//! The people who work here: what they may do, what they can do, and how a call reaches them.

use crate::{Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::collections::BTreeSet;
use std::fmt;
use switchboard::{ListenerId, QueueId, Skill, Skills};

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Takes calls.
    Listener,
    /// Takes calls, triages and hands over.
    Regulator,
    /// Answers for a shift: takes calls, sees everything, joins calls.
    Facilitator,
    /// Takes calls, sees everything, joins calls.
    Supervisor,
    /// Runs the service.
    Coordinator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Listener, Self::Regulator, Self::Facilitator, Self::Supervisor, Self::Coordinator];

    /// The word it is stored as.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Listener => "listener",
            Self::Regulator => "regulator",
            Self::Facilitator => "facilitator",
            Self::Supervisor => "supervisor",
            Self::Coordinator => "coordinator",
        }
    }

    /// Whether they see every call and may join it, switch surge mode and decide on marks.
    #[must_use]
    pub fn supervises(self) -> bool {
        match self {
            Self::Facilitator | Self::Supervisor => true,
            Self::Listener | Self::Regulator | Self::Coordinator => false,
        }
    }

    /// Whether they answer calls.
    #[must_use]
    pub fn takes_calls(self) -> bool {
        match self {
            Self::Listener | Self::Regulator | Self::Facilitator | Self::Supervisor => true,
            Self::Coordinator => false,
        }
    }

    /// The role that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their number, which is their listener number too.
    pub id: i64,
    /// Their name, as colleagues see it.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when they are here.
    pub created_at: i64,
    /// Whether they were made up for a demonstration.
    pub demo: bool,
    /// Since when they are here no more, if they have left.
    pub left_at: Option<i64>,
    /// What they can do, and how a call reaches them.
    pub reach: Reach,
}

/// What a member of staff can do, and how a call reaches them. Printed, it does not tell the telephone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Their skills, beside what their role means.
    pub skills: Skills,
    /// The queues they serve outside a shift; every queue if there is none.
    pub queues: BTreeSet<QueueId>,
    /// Their own telephone, shown to nobody but themselves.
    pub phone: Option<String>,
}

impl fmt::Debug for Reach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Reach")
            .field("skills", &self.skills)
            .field("queues", &self.queues)
            .field("phone", &self.phone.is_some())
            .finish()
    }
}

impl Reach {
    /// The skills as they are written: `language:en=2 theme:grief=1`.
    #[must_use]
    pub fn skill_words(&self) -> String {
        let words: Vec<String> = self.skills.iter().map(|(skill, level)| format!("{skill}={level}")).collect();
        words.join(" ")
    }

    /// Reads what [`Reach::skill_words`] writes.
    ///
    /// # Errors
    /// Words that say which skill cannot be read.
    pub fn read_skills(words: &str) -> Result<Skills, String> {
        let read = |word: &str| {
            let (skill, level) = word.split_once('=').unwrap_or((word, "1"));
            let level = level.parse().ok().filter(|level| (1..=3).contains(level));
            let level = level.ok_or_else(|| format!("'{word}': a level is 1, 2 or 3"))?;
            Ok((Skill::read(skill)?, level))
        };
        words.split_whitespace().map(read).collect()
    }
}

impl Staff {
    /// Their number, as the switchboard names them.
    #[must_use]
    pub fn listener(&self) -> ListenerId {
        ListenerId(self.id)
    }
}

impl Store {
    /// Adds a member of staff. Numbers are never used again.
    ///
    /// # Errors
    /// When somebody here has that name, or the database does not take it.
    pub async fn add_staff(&self, name: &str, role: Role, demo: bool, now: i64) -> Result<Staff, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        name_is_free(&mut transaction, 0, name).await?;
        let row = sqlx::query(
            "INSERT INTO staff (id, name, role, created_at, demo)
             VALUES ((SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM staff), $1, $2, $3, $4) RETURNING *",
        )
        .bind(name)
        .bind(role.word())
        .bind(now)
        .bind(i64::from(demo))
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        read_staff(&row)
    }

    /// Everybody, those who have left too, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_staff(&self) -> Result<Vec<Staff>, StoreError> {
        let rows = sqlx::query("SELECT * FROM staff ORDER BY name, id").fetch_all(&self.pools.reader).await?;
        rows.iter().map(read_staff).collect()
    }

    /// Changes what somebody can do, and how a call reaches them.
    ///
    /// # Errors
    /// When there is no such member of staff or the database does not take it.
    pub async fn put_reach(&self, staff: i64, reach: &Reach) -> Result<(), StoreError> {
        self.must_exist(staff).await?;
        let queues: Vec<&str> = reach.queues.iter().map(|queue| queue.0.as_str()).collect();
        sqlx::query("UPDATE staff SET skills = $1, queues = $2, phone = $3 WHERE id = $4")
            .bind(reach.skill_words())
            .bind(queues.join(" "))
            .bind(reach.phone.clone().unwrap_or_default())
            .bind(staff)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// Changes somebody's name and role.
    ///
    /// # Errors
    /// When there is no such member of staff here, when somebody else here has that name, when nobody would be left to run
    /// the service, or when the database does not take it.
    pub async fn rename_staff(&self, staff: i64, name: &str, role: Role) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        name_is_free(&mut transaction, staff, name).await?;
        if role != Role::Coordinator {
            another_coordinator(&mut transaction, staff).await?;
        }
        let done = sqlx::query("UPDATE staff SET name = $1, role = $2 WHERE id = $3 AND left_at IS NULL")
            .bind(name)
            .bind(role.word())
            .bind(staff)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        if done.rows_affected() == 0 { Err(StoreError::NoStaff(staff)) } else { Ok(()) }
    }

    /// Somebody leaves: signed out everywhere, no link opens for them, their telephone is forgotten, their shifts from now on
    /// are taken out and one that is on ends now. What they did stays in the record, under their name.
    ///
    /// # Errors
    /// When there is no such member of staff, when nobody would be left to run the service, or when the database does not
    /// take it.
    pub async fn staff_leaves(&self, staff: i64, now: i64) -> Result<(), StoreError> {
        self.must_exist(staff).await?;
        let mut transaction = self.pools.begin_numbered().await?;
        another_coordinator(&mut transaction, staff).await?;
        for change in [
            "UPDATE staff SET left_at = $2, phone = '' WHERE id = $1",
            "UPDATE shifts SET removed = 1, revision = revision + 1 WHERE listener = $1 AND from_at >= $2 AND removed = 0",
            "UPDATE shifts SET until_at = $2, revision = revision + 1 WHERE listener = $1 AND until_at > $2 AND removed = 0",
            "UPDATE sign_in_links SET used_at = $2 WHERE staff = $1 AND used_at IS NULL",
        ] {
            sqlx::query(change).bind(staff).bind(now).execute(&mut *transaction).await?;
        }
        // A day of a series that is not written yet would be written later: the series goes.
        for change in ["DELETE FROM sessions WHERE staff = $1", "DELETE FROM shift_series WHERE listener = $1"] {
            sqlx::query(change).bind(staff).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Somebody who had left is here again.
    ///
    /// # Errors
    /// When there is no such member of staff or the database does not take it.
    pub async fn staff_returns(&self, staff: i64) -> Result<(), StoreError> {
        let member = self.staff_member(staff).await?.ok_or(StoreError::NoStaff(staff))?;
        let mut transaction = self.pools.begin_numbered().await?;
        name_is_free(&mut transaction, staff, &member.name).await?;
        sqlx::query("UPDATE staff SET left_at = NULL WHERE id = $1").bind(staff).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// One member of staff, if there is one with this number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn staff_member(&self, id: i64) -> Result<Option<Staff>, StoreError> {
        let row = sqlx::query("SELECT * FROM staff WHERE id = $1").bind(id).fetch_optional(&self.pools.reader).await?;
        row.as_ref().map(read_staff).transpose()
    }

    pub(crate) async fn must_exist(&self, staff: i64) -> Result<(), StoreError> {
        self.staff_member(staff).await?.map(drop).ok_or(StoreError::NoStaff(staff))
    }
}

/// Two people of one name could not be told apart on any page.
async fn name_is_free(transaction: &mut Transaction<'static, Any>, of: i64, name: &str) -> Result<(), StoreError> {
    let other = sqlx::query("SELECT id FROM staff WHERE name = $1 AND id <> $2 AND left_at IS NULL")
        .bind(name)
        .bind(of)
        .fetch_optional(&mut **transaction)
        .await?;
    if other.is_some() { Err(StoreError::NameTaken) } else { Ok(()) }
}

/// A service that nobody runs can be helped by its command line alone.
async fn another_coordinator(transaction: &mut Transaction<'static, Any>, than: i64) -> Result<(), StoreError> {
    let left = sqlx::query(
        "SELECT id FROM staff WHERE id = $1 AND (role <> 'coordinator' OR left_at IS NOT NULL
             OR EXISTS (SELECT 1 FROM staff AS other WHERE other.id <> $1 AND other.role = 'coordinator'
                 AND other.left_at IS NULL))",
    )
    .bind(than)
    .fetch_optional(&mut **transaction)
    .await?;
    if left.is_some() { Ok(()) } else { Err(StoreError::LastCoordinator) }
}

pub(crate) fn read_staff(row: &AnyRow) -> Result<Staff, StoreError> {
    let word: String = row.try_get("role")?;
    let Some(role) = Role::from_word(&word) else {
        return Err(StoreError::UnknownWord { column: "staff.role", word });
    };
    Ok(Staff {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        role,
        created_at: row.try_get("created_at")?,
        demo: row.try_get::<i64, _>("demo")? != 0,
        left_at: row.try_get("left_at")?,
        reach: read_reach(row)?,
    })
}

fn read_reach(row: &AnyRow) -> Result<Reach, StoreError> {
    let words: String = row.try_get("skills")?;
    let skills =
        Reach::read_skills(&words).map_err(|_| StoreError::UnknownWord { column: "staff.skills", word: words })?;
    let queues: String = row.try_get("queues")?;
    let phone: String = row.try_get("phone")?;
    Ok(Reach {
        skills,
        queues: queues.split_whitespace().map(QueueId::from).collect(),
        phone: Some(phone).filter(|phone| !phone.is_empty()),
    })
}
