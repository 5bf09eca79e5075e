//! The drawing of a flow: where each step stands and which lines join them, as a picture to be made of it.

use super::{Exit, Flow};
use crate::StepId;
use std::collections::BTreeMap;

/// A step in the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnStep {
    /// The step.
    pub id: StepId,
    /// How many steps from the beginning, at least.
    pub row: usize,
    /// Which one of its row, from the left.
    pub column: usize,
}

/// A line from one step to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnEdge {
    /// From the step of this index.
    pub from: usize,
    /// To the step of this index.
    pub to: usize,
    /// What leads there.
    pub when: String,
    /// Which one of the steps' lines it is, and of how many.
    pub number: (usize, usize),
    /// Whether it leads back up.
    pub back: bool,
}

/// A flow as a drawing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawing {
    /// The steps that can be reached, row by row.
    pub steps: Vec<DrawnStep>,
    /// The lines between them.
    pub edges: Vec<DrawnEdge>,
    /// How many rows.
    pub rows: usize,
    /// How many steps the widest row has.
    pub columns: usize,
}

impl Drawing {
    /// Lays a flow out: each step in the row of the longest way to it that never goes back.
    #[must_use]
    pub fn of(flow: &Flow) -> Self {
        let reached = flow.reached();
        let order: BTreeMap<&StepId, usize> = reached.iter().enumerate().map(|(index, id)| (id, index)).collect();
        let exits: Vec<Vec<Exit>> =
            reached.iter().map(|id| flow.steps.get(id).map_or(Vec::new(), super::Step::exits)).collect();
        let mut rows = vec![0_usize; reached.len()];
        for (index, exits) in exits.iter().enumerate() {
            let row = rows.get(index).copied().unwrap_or(0);
            for exit in exits {
                // The order in which steps are first met has every way forward go to a later one.
                if let Some(to) = order.get(&exit.to).copied().filter(|to| *to > index)
                    && let Some(below) = rows.get_mut(to)
                {
                    *below = (*below).max(row + 1);
                }
            }
        }
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        let mut steps = Vec::new();
        for (id, row) in reached.iter().zip(&rows) {
            let column = taken.entry(*row).or_default();
            steps.push(DrawnStep { id: id.clone(), row: *row, column: *column });
            *column += 1;
        }
        let mut edges = Vec::new();
        for (index, exits) in exits.iter().enumerate() {
            let count = exits.len();
            for (number, exit) in exits.iter().enumerate() {
                let Some(to) = order.get(&exit.to).copied() else { continue };
                let back = rows.get(to) <= rows.get(index);
                edges.push(DrawnEdge { from: index, to, when: exit.when.clone(), number: (number, count), back });
            }
        }
        let rows = rows.iter().max().map_or(0, |row| row + 1);
        Self { steps, edges, rows, columns: taken.values().copied().max().unwrap_or(0) }
    }
}
