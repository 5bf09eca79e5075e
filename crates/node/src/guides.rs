//! The guides: some hundred texts, all of them in memory, the store being the truth.

use care::Guide;
use directory::GuideIndex;
use std::sync::Arc;
use store::{GuideState, GuideVersion, Store, StoreError};
use tokio::sync::{Mutex, watch};

/// The guides. Cheap to clone.
#[derive(Clone)]
pub struct Guides {
    store: Store,
    shelf: Arc<watch::Sender<Arc<Shelf>>>,
    /// Held by whoever writes, so that what is in memory is what was written last.
    writing: Arc<Mutex<()>>,
}

/// All guides as they are at one moment.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Every guide, in the order of their numbers.
    pub guides: Vec<KeptGuide>,
    /// What is published, to be searched.
    index: GuideIndex,
}

/// A guide with what is read of it and what is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptGuide {
    /// Its number.
    pub id: i64,
    /// Its last version.
    pub version: i64,
    /// What that is.
    pub state: GuideState,
    /// When it was made, in milliseconds since 1970.
    pub made_at: i64,
    /// The last version as it was written.
    pub latest: Guide,
    /// What is read, if it is published.
    pub published: Option<Guide>,
}

impl Shelf {
    /// A guide by its number.
    #[must_use]
    pub fn guide(&self, id: i64) -> Option<&KeptGuide> {
        self.guides.iter().find(|guide| guide.id == id)
    }

    /// What is published and answers to a text, the best first: of what everybody may read, or of all.
    #[must_use]
    pub fn search(&self, text: &str, public: bool, limit: usize) -> Vec<&KeptGuide> {
        let found = self.index.search(text, self.guides.len()).into_iter().filter_map(|id| self.guide(id));
        found.filter(|guide| guide.is_read(public)).take(limit).collect()
    }
}

impl KeptGuide {
    /// Whether it is published, and to everybody if that is asked.
    #[must_use]
    pub fn is_read(&self, public: bool) -> bool {
        self.published.as_ref().is_some_and(|guide| guide.public || !public)
    }
}

impl Guides {
    /// The guides of a store.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open(store: Store) -> Result<Self, StoreError> {
        let guides = Self { store, shelf: Arc::new(watch::channel(Arc::default()).0), writing: Arc::default() };
        guides.read().await?;
        Ok(guides)
    }

    /// All guides as they are now.
    #[must_use]
    pub fn shelf(&self) -> Arc<Shelf> {
        Arc::clone(&self.shelf.borrow())
    }

    /// Every version of a guide that can be read, the last one first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn versions(&self, id: i64) -> Result<Vec<(GuideVersion, Guide)>, StoreError> {
        let versions = self.store.guide_versions(id).await?;
        Ok(versions.into_iter().filter_map(|version| parsed(&version).map(|guide| (version, guide))).collect())
    }

    /// Writes a version after the one that was seen, or the first one of a new guide. Answers which guide it is.
    ///
    /// # Errors
    /// [`StoreError::StaleVersion`] when somebody else has written meanwhile; when the store does not take it.
    pub async fn save(
        &self,
        seen: Option<(i64, i64)>,
        state: GuideState,
        guide: &Guide,
        who: i64,
        at: i64,
    ) -> Result<i64, StoreError> {
        let body = serde_json::to_string(guide).map_err(StoreError::Unwritable)?;
        let _alone = self.writing.lock().await;
        let id = self.store.save_guide(seen, state, &body, who, at).await?;
        self.read().await?;
        Ok(id)
    }

    async fn read(&self) -> Result<(), StoreError> {
        let mut guides: Vec<KeptGuide> = Vec::new();
        for version in self.store.guides().await? {
            let Some(guide) = parsed(&version) else { continue };
            let published = (version.state == GuideState::Published).then(|| guide.clone());
            match guides.last_mut().filter(|last| last.id == version.id) {
                Some(last) => {
                    // A draft after what is published leaves it as it is.
                    if version.state != GuideState::Draft {
                        last.published = published;
                    }
                    (last.version, last.state, last.made_at) = (version.version, version.state, version.made_at);
                    last.latest = guide;
                }
                None => guides.push(KeptGuide {
                    id: version.id,
                    version: version.version,
                    state: version.state,
                    made_at: version.made_at,
                    latest: guide,
                    published,
                }),
            }
        }
        let read = guides.iter().filter_map(|guide| Some((guide.id, guide.published.as_ref()?)));
        let index = GuideIndex::of(read);
        self.shelf.send_replace(Arc::new(Shelf { guides, index }));
        Ok(())
    }
}

fn parsed(version: &GuideVersion) -> Option<Guide> {
    serde_json::from_str(&version.body)
        .inspect_err(|fault| tracing::warn!(%fault, guide = version.id, "a guide cannot be read"))
        .ok()
}
