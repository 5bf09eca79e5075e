//! Files of entries that the office sends: kept in a folder of the service until they are taken in or thrown away, with how
//! their first rows are read.

use super::reading::read_rows;
use super::work::Gauge;
use super::{Directory, EntryFile, on_a_thread};
use directory::Entry;
use directory::import::{self, Finding, Format, Mapping, Row, Severity, csv, xlsx};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;
use store::{FileRow, KeptFolder, StoreError};

/// How many rows a preview shows.
const SHOWN: usize = 12;
/// How many rows of a table are shown as they stand in the file, to say which column is what.
const EXAMPLES: usize = 3;
/// How much of a file is looked at to tell its format and its header, in bytes.
const BEGINNING: u64 = 64 * 1024;
/// How much is written at once.
const PIECE: usize = 1 << 20;
/// How long a file waits to be taken in, in milliseconds: a week.
const KEPT_MS: i64 = 7 * 86_400_000;
/// The milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// A file that is being sent. Dropped before its end, it leaves nothing behind.
pub struct Receiving {
    id: String,
    folder: KeptFolder,
    file: Option<Box<dyn Write + Send>>,
    waiting: Vec<u8>,
    bytes: u64,
    kept: bool,
}

/// Why a file that was sent is not kept.
#[derive(Debug)]
pub enum NotKept {
    /// There is nothing in it.
    Empty,
    /// It is of no format that can be read.
    UnknownFormat,
    /// It is a calendar: that has the hours of one entry.
    Calendar,
    /// It is larger than its format can be read.
    TooLarge(Format),
    /// It cannot be written or read back.
    Disk(io::Error),
    /// It cannot be remembered.
    Store(StoreError),
}

impl From<io::Error> for NotKept {
    fn from(fault: io::Error) -> Self {
        Self::Disk(fault)
    }
}

impl From<StoreError> for NotKept {
    fn from(fault: StoreError) -> Self {
        Self::Store(fault)
    }
}

/// How the first rows of a file are read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preview {
    /// The headings of a table.
    pub header: Vec<String>,
    /// The first rows of a table, as they stand there.
    pub examples: Vec<Vec<String>>,
    /// The first rows, as they are read.
    pub rows: Vec<PreviewRow>,
    /// What was found of the file as a whole.
    pub file: Vec<Finding>,
}

/// A row as it is read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PreviewRow {
    /// Where it stands.
    pub number: u64,
    /// The entry; none when the row is refused.
    pub entry: Option<Entry>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Receiving {
    /// Takes what has come.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += u64::try_from(bytes.len()).unwrap_or(0);
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> io::Result<()> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let piece = std::mem::take(&mut self.waiting);
        let (file, written) = on_a_thread(move || {
            let written = file.write_all(&piece);
            (file, written)
        })
        .await;
        self.file = Some(file);
        written
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if !self.kept {
            // A file that cannot be removed now is removed at the next start.
            let _left = self.folder.remove(&self.id);
        }
    }
}

impl Directory {
    /// The largest file that is taken, in bytes.
    pub const LARGEST_FILE: usize = 2 << 30;

    fn folder(&self) -> io::Result<&KeptFolder> {
        self.0.files.as_ref().ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    /// Begins to take a file that is sent.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn receive(&self) -> io::Result<Receiving> {
        let number = getrandom::u64().map_err(|_| io::Error::from(io::ErrorKind::Other))?;
        let (id, folder) = (format!("{number:016x}"), self.folder()?.clone());
        let file: Box<dyn Write + Send> = Box::new(folder.begin(&id)?);
        Ok(Receiving { id, folder, file: Some(file), waiting: Vec::new(), bytes: 0, kept: false })
    }

    /// Keeps a file that has come whole, with how its first rows are read. Answers by what it is known.
    ///
    /// # Errors
    /// [`NotKept`].
    pub async fn keep_file(
        &self,
        mut sent: Receiving,
        name: &str,
        source: &str,
        who: i64,
        at: i64,
    ) -> Result<String, NotKept> {
        sent.write().await?;
        sent.file = None;
        if sent.bytes == 0 {
            return Err(NotKept::Empty);
        }
        let mut beginning = Vec::new();
        self.folder()?.open(&sent.id)?.take(BEGINNING).read_to_end(&mut beginning)?;
        let format = match import::detect(&beginning, name) {
            None => return Err(NotKept::UnknownFormat),
            Some(Format::ICalendar) => return Err(NotKept::Calendar),
            Some(format) if sent.bytes > format.largest() => return Err(NotKept::TooLarge(format)),
            Some(format) => format,
        };
        let (header, examples) = self.table(&sent.id, format, beginning).await?;
        let mapping = match header.is_empty() {
            true => None,
            false => Some(self.proposed(&header).await?),
        };
        let source = if source.is_empty() { name } else { source };
        let mut row = FileRow {
            id: sent.id.clone(),
            name: name.to_owned(),
            format: format.name().to_owned(),
            bytes: i64::try_from(sent.bytes).unwrap_or(i64::MAX),
            source: source.to_owned(),
            sent_at: at,
            sent_by: who,
            mapping: mapping.as_ref().map(written).transpose()?.unwrap_or_default(),
            ..FileRow::default()
        };
        let preview = Preview { header, examples, ..self.preview(&row, at).await? };
        row.preview = written(&preview)?;
        self.0.store.put_file(&row).await?;
        sent.kept = true;
        Ok(row.id)
    }

    /// The headings of a table and its first rows; none for other formats.
    async fn table(&self, id: &str, format: Format, beginning: Vec<u8>) -> io::Result<(Vec<String>, Vec<Vec<String>>)> {
        Ok(match format {
            Format::Csv => {
                let table = csv::look(&beginning, EXAMPLES);
                (table.header, table.examples)
            }
            Format::Xlsx => {
                let file = self.folder()?.open(id)?;
                on_a_thread(move || xlsx::look(file, EXAMPLES)).await.unwrap_or_default()
            }
            _ => Default::default(),
        })
    }

    /// How a table with this header is read: as somebody has saved it, or as its words suggest.
    async fn proposed(&self, header: &[String]) -> Result<Mapping, StoreError> {
        let saved = self.0.store.saved_mapping(&Mapping::header_key(header)).await?;
        let saved = saved.and_then(|saved| serde_json::from_str::<Mapping>(&saved.mapping).ok());
        Ok(saved.filter(|saved| saved.is_for(header)).unwrap_or_else(|| Mapping::guess(header)))
    }

    /// Reads a file's first rows.
    async fn preview(&self, row: &FileRow, at: i64) -> Result<Preview, NotKept> {
        let gauge = Arc::<Gauge>::default();
        let file = self.entry_file(row, &gauge, at)?;
        Ok(on_a_thread(move || {
            let mut rows = Vec::new();
            let report = read_rows(file, &mut |row: Row| {
                if rows.len() < SHOWN {
                    let (entry, mut findings) = match row.result {
                        Ok(entry) => (Some(entry), Vec::new()),
                        Err(why) => (None, why),
                    };
                    findings.extend(row.findings);
                    rows.push(PreviewRow { number: row.number, entry, findings });
                } else {
                    gauge.stop();
                }
            });
            // That reading stopped there is no fault of the file.
            let stopped = gauge.is_stopped();
            let kept = report.findings.into_iter().filter(|one| !stopped || one.severity() != Severity::Refused);
            Preview { rows, file: kept.collect(), ..Preview::default() }
        })
        .await)
    }

    /// A file as it is read: through a gauge that tells how far, and can stop it.
    pub(super) fn entry_file(&self, row: &FileRow, gauge: &Arc<Gauge>, at: i64) -> Result<EntryFile, NotKept> {
        let format = Format::named(&row.format).ok_or(NotKept::UnknownFormat)?;
        let mut file = self.folder()?.open(&row.id)?;
        file.rewind()?;
        Ok(EntryFile {
            input: Box::new(gauge.around(file)),
            format,
            mapping: serde_json::from_str(&row.mapping).ok(),
            source: row.source.clone(),
            today: i32::try_from(at / DAY_MS).unwrap_or(0),
        })
    }

    /// Says which column of a file is what, for this one and for those to come with the same header.
    ///
    /// # Errors
    /// [`NotKept`].
    pub async fn map_file(&self, row: &FileRow, mapping: &Mapping, who: i64, at: i64) -> Result<(), NotKept> {
        let before: Preview = serde_json::from_str(&row.preview).unwrap_or_default();
        let row = FileRow { mapping: written(mapping)?, ..row.clone() };
        let preview = self.preview(&row, at).await?;
        let preview = Preview { header: before.header, examples: before.examples, ..preview };
        self.0.store.save_mapping(&Mapping::header_key(&mapping.header), &row.mapping, who, at).await?;
        self.0.store.set_file_mapping(&row.id, &row.mapping, &written(&preview)?).await?;
        Ok(())
    }

    /// Throws a file away that was not taken in.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn drop_file(&self, id: &str) -> Result<(), StoreError> {
        self.0.store.drop_file(id).await?;
        self.remove_bytes(id);
        Ok(())
    }

    pub(super) fn remove_bytes(&self, id: &str) {
        if let Some(Err(fault)) = self.0.files.as_ref().map(|folder| folder.remove(id)) {
            tracing::warn!(%fault, "a file of entries cannot be removed");
        }
    }

    /// Whether the bytes of a file are still here.
    #[must_use]
    pub fn has_file(&self, id: &str) -> bool {
        self.0.files.as_ref().is_some_and(|folder| folder.open(id).is_ok())
    }

    /// Throws away what nobody has taken in for a week, and what an upload that broke has left.
    pub(super) async fn tidy_files(&self, at: i64) -> Result<(), StoreError> {
        let Some(folder) = &self.0.files else { return Ok(()) };
        let known = self.0.store.files(i64::MAX).await?;
        for old in known.iter().filter(|file| file.import.is_none() && file.sent_at < at - KEPT_MS) {
            self.drop_file(&old.id).await?;
        }
        let waits = |name: &String| known.iter().any(|file| file.id == *name && file.import.is_none());
        for left in folder.names().unwrap_or_default().iter().filter(|name| !waits(name)) {
            self.remove_bytes(left);
        }
        Ok(())
    }
}

fn written(what: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what).map_err(StoreError::Unwritable)
}
