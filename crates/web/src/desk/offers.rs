//! What the directory offers the caller of a desk. It is asked beside the desk's own loop: a search never delays a button.

use super::bench::Done;
use crate::addresses::{CHOSEN, SearchForm};
use care::Kind;
use directory::Place;
use directory::index::{Facet, FacetCount, LocalTimes, Query, Trait};
use node::{Directory, Found, House};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

/// How many entries of each kind that the rule asks for are shown: enough to choose from, few enough to read aloud.
const OFFERED: usize = 3;
/// Among how many of the nearest of a kind those are looked for who take new people.
const LOOKED_AT: usize = 12;
/// How many a search shows.
const SEARCHED: usize = 9;

/// How many guides it shows.
const GUIDES: usize = 5;

/// What a desk asks of the directory.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Asked {
    /// Where the caller is.
    pub(super) place: Option<Place>,
    /// The kinds that the rule asks for.
    pub(super) kinds: Vec<Kind>,
    /// What the listener looks for.
    pub(super) search: SearchForm,
    /// Another one for each call, so that equals take turns, and one for a whole call, so that nothing jumps.
    pub(super) seed: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Offers {
    /// What was asked.
    pub(super) asked: Asked,
    /// The nearest of each kind that the rule asks for.
    pub(super) lists: Vec<(Kind, Vec<Found>)>,
    /// What the search found.
    pub(super) searched: Vec<Found>,
    /// How many the search would find in all, where that is counted.
    pub(super) total: Option<usize>,
    /// What there is to choose from in the département, or everywhere.
    pub(super) facets: Vec<FacetCount>,
    /// The guides that answer to what the listener looks for: numbers and titles.
    pub(super) guides: Vec<(i64, String)>,
    /// Whether the directory could be asked.
    pub(super) state: OffersState,
}

/// Whether the directory could be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum OffersState {
    /// It is being read, or was not asked yet.
    #[default]
    Reading,
    /// It answered.
    Answered,
    /// The store did not answer.
    Failed,
}

impl Offers {
    /// An entry that is shown.
    pub(super) fn shown(&self, id: &str) -> Option<&Found> {
        let lists = self.lists.iter().flat_map(|(_, found)| found);
        lists.chain(&self.searched).find(|found| found.entry.id == id)
    }
}

/// Answers what the desk asks, the latest question only, until the desk is gone. It asks again when the directory changes.
pub(super) async fn find(house: House, mut asked: watch::Receiver<Asked>, done: UnboundedSender<Done>) {
    let directory = house.directory();
    let mut changes = directory.changes();
    loop {
        let question = asked.borrow_and_update().clone();
        changes.mark_unchanged();
        let mut offers = offers(directory, question, &house.local_times()).await;
        offers.guides = guides(&house, &offers.asked.search);
        if done.send(Done::Found(Box::new(offers))).is_err() {
            return;
        }
        tokio::select! {
            changed = asked.changed() => if changed.is_err() { return },
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

fn guides(house: &House, search: &SearchForm) -> Vec<(i64, String)> {
    let shelf = house.guides().shelf();
    let found = shelf.search(&search.text(), false, GUIDES);
    found.into_iter().filter_map(|kept| Some((kept.id, kept.published.as_ref()?.title.clone()))).collect()
}

async fn offers(directory: &Directory, asked: Asked, times: &LocalTimes) -> Offers {
    let mut offers = Offers { state: OffersState::Reading, ..Offers::default() };
    if directory.is_ready() {
        offers.state = match fill(directory, &asked, times, &mut offers).await {
            Ok(()) => OffersState::Answered,
            Err(fault) => {
                tracing::warn!(%fault, "the directory could not be asked");
                OffersState::Failed
            }
        };
    }
    offers.asked = asked;
    offers
}

async fn fill(
    directory: &Directory,
    asked: &Asked,
    times: &LocalTimes,
    offers: &mut Offers,
) -> Result<(), store::StoreError> {
    let all = Query { place: asked.place, seed: asked.seed, ..Query::default() };
    if asked.place.is_some() {
        for kind in &asked.kinds {
            let wanted = vec![Trait::new(Facet::Kind, kind.key())];
            let query = Query { wanted, limit: LOOKED_AT, ..all.clone() };
            // Among those that are looked at, the search puts whoever takes nobody new last.
            let (mut found, _) = directory.search(&query).await?;
            found.truncate(OFFERED);
            offers.lists.push((*kind, found));
        }
    }
    offers.facets = directory.facets(&all, &CHOSEN);
    if !asked.search.is_empty() {
        let open_at = asked.search.open_now().then(|| times.clone());
        let query = Query { text: asked.search.text(), wanted: asked.search.traits(), open_at, limit: SEARCHED, ..all };
        (offers.searched, offers.total) = directory.search(&query).await?;
    }
    Ok(())
}
