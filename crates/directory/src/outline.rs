//! The départements drawn from what the territory knows: the points of their communes.
//!
//! France is laid out in squares, each square belongs to the département of the nearest commune, and the borders of what then
//! belongs together are straightened a little, the same for both sides. It is a picture to find one's way by, and no survey:
//! no outline that others drew is in it.

use crate::{Commune, Point, Territory};
use care::DepartementCode;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The outline of a département of the mainland and Corsica, in kilometres from the north-west.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Which one.
    pub departement: DepartementCode,
    /// Its borders, each a closed line: what is inside of an odd number of them belongs to it.
    pub rings: Vec<Vec<(i32, i32)>>,
}

/// The side of a square, in kilometres.
const SQUARE: f64 = 2.0;
/// The same for borders, which run along squares.
const SIDE: i32 = 2;
/// How far from a commune there is still land, in kilometres.
const LAND: f64 = 7.0;
/// How far from the next commune what lies between communes may be, in kilometres.
const BETWEEN: f64 = 18.0;
/// How far a commune may be from a hole inside the country.
const INLAND: f64 = 40.0;
/// How far a town reaches, in kilometres, for the root of how many live there: Paris six kilometres, a village none.
const TOWN: f64 = 0.004;
const WEST: f64 = -5.4;
const NORTH: f64 = 51.3;
const MIDDLE: f64 = 46.5;
const COLUMNS: usize = 580;
const ROWS: usize = 560;
/// How far a straightened border may be from the squares', in kilometres.
const STRAIGHTENED: f64 = 2.1;

/// A point on a map whose middle is at a latitude, in kilometres to the east and to the south of where outlines are counted from.
#[must_use]
pub fn project(point: Point, middle: f64) -> (f64, f64) {
    let degree = 111.195;
    ((point.longitude - WEST) * degree * middle.to_radians().cos(), (NORTH - point.latitude) * degree)
}

/// The outlines, made once.
#[must_use]
pub fn outlines() -> &'static [Outline] {
    &drawn().0
}

/// The départements that border on one, by their codes; none overseas.
#[must_use]
pub fn neighbours(departement: DepartementCode) -> &'static [DepartementCode] {
    drawn().1.get(&departement).map(Vec::as_slice).unwrap_or_default()
}

type Neighbours = BTreeMap<DepartementCode, Vec<DepartementCode>>;

fn drawn() -> &'static (Vec<Outline>, Neighbours) {
    static DRAWN: OnceLock<(Vec<Outline>, Neighbours)> = OnceLock::new();
    DRAWN.get_or_init(|| {
        let squares = Squares::of(Territory::load());
        let codes: BTreeSet<DepartementCode> = squares.owners.iter().flatten().copied().collect();
        let outline = |code: &DepartementCode| Outline { departement: *code, rings: squares.rings(*code) };
        (codes.iter().map(outline).collect(), squares.neighbours())
    })
}

/// A corner of squares: column and row.
type Corner = (usize, usize);

/// The country in squares.
struct Squares {
    owners: Vec<Option<DepartementCode>>,
}

impl Squares {
    fn of(territory: Territory) -> Self {
        let mainland = |commune: &&Commune| commune.departement.key().len() == 2;
        let communes: Vec<&Commune> = territory.communes().iter().filter(mainland).collect();
        let mut squares = Self { owners: vec![None; COLUMNS * ROWS] };
        squares.settle(&communes, BETWEEN, |_| true);
        // What is near communes on all sides is land; what is near the open sea, or another country, only close to a commune.
        let sea = shore(&squares.sea(), BETWEEN - LAND);
        squares.owners = vec![None; COLUMNS * ROWS];
        squares.settle(&communes, LAND, |_| true);
        squares.settle(&communes, INLAND, |place| !sea.get(place).copied().unwrap_or(true));
        squares
    }

    /// Gives each square that may be settled and is nobody's to the nearest commune within reach.
    fn settle(&mut self, communes: &[&Commune], reach: f64, may: impl Fn(usize) -> bool) {
        let mut nearest: Vec<Option<(f64, DepartementCode)>> = vec![None; self.owners.len()];
        for commune in communes {
            let (east, south) = project(commune.point, MIDDLE);
            let (from, until) = (east - reach, east + reach);
            // A large town is more than its point.
            let radius = TOWN * f64::from(commune.population).sqrt();
            for row in cells(south - reach, south + reach, ROWS) {
                for column in cells(from, until, COLUMNS) {
                    let place = row * COLUMNS + column;
                    if self.owners.get(place).is_none_or(Option::is_some) || !may(place) {
                        continue;
                    }
                    let distance = (middle_of(column) - east).hypot(middle_of(row) - south);
                    let Some(known) = nearest.get_mut(place) else { continue };
                    if distance <= reach && known.is_none_or(|(known, _)| distance - radius < known) {
                        *known = Some((distance - radius, commune.departement));
                    }
                }
            }
        }
        for (square, found) in self.owners.iter_mut().zip(nearest) {
            *square = square.or(found.map(|(_, owner)| owner));
        }
    }

    /// The squares of nobody that are reached from the edge over squares of nobody.
    fn sea(&self) -> Vec<bool> {
        let mut sea = vec![false; COLUMNS * ROWS];
        let mut open = vec![(0_usize, 0_usize)];
        while let Some((column, row)) = open.pop() {
            let place = row * COLUMNS + column;
            let Some(square) = sea.get_mut(place) else { continue };
            if *square || self.owner(column, row).is_some() {
                continue;
            }
            *square = true;
            let near =
                [(column + 1, row), (column, row + 1), (column.wrapping_sub(1), row), (column, row.wrapping_sub(1))];
            open.extend(near.into_iter().filter(|(column, row)| *column < COLUMNS && *row < ROWS));
        }
        sea
    }

    fn owner(&self, column: usize, row: usize) -> Option<DepartementCode> {
        let inside = column < COLUMNS && row < ROWS;
        inside.then(|| self.owners.get(row * COLUMNS + column).copied().flatten()).flatten()
    }

    fn neighbours(&self) -> Neighbours {
        let mut all: BTreeMap<DepartementCode, BTreeSet<DepartementCode>> = BTreeMap::new();
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let Some(one) = self.owner(column, row) else { continue };
                for other in [self.owner(column + 1, row), self.owner(column, row + 1)].into_iter().flatten() {
                    if one != other {
                        all.entry(one).or_default().insert(other);
                        all.entry(other).or_default().insert(one);
                    }
                }
            }
        }
        all.into_iter().map(|(one, others)| (one, others.into_iter().collect())).collect()
    }

    /// The borders of a département, straightened.
    fn rings(&self, code: DepartementCode) -> Vec<Vec<(i32, i32)>> {
        let mut steps = self.steps(code);
        let mut rings = Vec::new();
        while let Some(start) = steps.keys().next().copied() {
            let mut ring = vec![start];
            let mut at = start;
            while let Some(next) = steps.get_mut(&at).and_then(Vec::pop) {
                if steps.get(&at).is_some_and(Vec::is_empty) {
                    steps.remove(&at);
                }
                at = next;
                if at == start {
                    break;
                }
                ring.push(at);
            }
            let straight = self.straightened(&ring);
            if straight.len() > 2 {
                rings.push(straight);
            }
        }
        rings
    }

    /// The sides of squares that are a département's border, with its land to the right.
    fn steps(&self, code: DepartementCode) -> BTreeMap<Corner, Vec<Corner>> {
        let mut steps: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
        let mut step = |from: Corner, to: Corner| steps.entry(from).or_default().push(to);
        let other = |column: usize, row: usize| self.owner(column, row) != Some(code);
        for row in 0..ROWS {
            for column in (0..COLUMNS).filter(|column| !other(*column, row)) {
                if other(column, row.wrapping_sub(1)) {
                    step((column, row), (column + 1, row));
                }
                if other(column + 1, row) {
                    step((column + 1, row), (column + 1, row + 1));
                }
                if other(column, row + 1) {
                    step((column + 1, row + 1), (column, row + 1));
                }
                if other(column.wrapping_sub(1), row) {
                    step((column, row + 1), (column, row));
                }
            }
        }
        steps
    }

    /// Whether three owners or more meet at a corner, or two crosswise: there a border must pass.
    fn is_fixed(&self, (column, row): Corner) -> bool {
        let (west, north) = (column.wrapping_sub(1), row.wrapping_sub(1));
        let around =
            [self.owner(west, north), self.owner(column, north), self.owner(column, row), self.owner(west, row)];
        let [first, second, third, fourth] = around;
        let different: BTreeSet<_> = around.into_iter().collect();
        different.len() > 2 || (first == third && second == fourth && first != second)
    }

    /// A ring with straighter lines between the corners that are fixed; each line is straightened the same from both sides.
    fn straightened(&self, ring: &[Corner]) -> Vec<(i32, i32)> {
        let fixed = ring.iter().position(|corner| self.is_fixed(*corner));
        // Without a fixed corner the line goes from its least corner to the one that is farthest from that, and back.
        let least = || (0..ring.len()).min_by_key(|place| ring.get(*place));
        let turn = fixed.or_else(least).unwrap_or(0);
        let mut turned: Vec<Corner> = ring.iter().cycle().skip(turn).take(ring.len() + 1).copied().collect();
        let mut cuts: Vec<usize> =
            (0..turned.len()).filter(|place| turned.get(*place).is_some_and(|corner| self.is_fixed(*corner))).collect();
        if fixed.is_none() {
            let start = turned.first().copied().unwrap_or_default();
            let far = (0..turned.len()).max_by_key(|place| {
                turned.get(*place).map(|corner| (corner.0.abs_diff(start.0) + corner.1.abs_diff(start.1), *corner))
            });
            cuts = vec![0, far.unwrap_or(0), turned.len().saturating_sub(1)];
        }
        let mut straight = Vec::new();
        for (from, until) in cuts.iter().zip(cuts.iter().skip(1)) {
            let arc = turned.get_mut(*from..=*until).unwrap_or_default();
            let backwards = arc.iter().rev().lt(arc.iter());
            if backwards {
                arc.reverse();
            }
            let mut kept = vec![arc.first().copied().unwrap_or_default()];
            keep_bends(arc, &mut kept);
            if backwards {
                kept.reverse();
            }
            kept.pop();
            straight.extend(kept.into_iter().map(in_kilometres));
            let arc = turned.get_mut(*from..=*until).unwrap_or_default();
            if backwards {
                arc.reverse();
            }
        }
        straight
    }
}

/// The sea with what is so near to it, in kilometres.
fn shore(sea: &[bool], near: f64) -> Vec<bool> {
    let mut wide = sea.to_vec();
    for place in (0..sea.len()).filter(|place| sea.get(*place) == Some(&true)) {
        let (column, row) = (place % COLUMNS, place / COLUMNS);
        let inland = |other: usize| sea.get(other) != Some(&true);
        if ![place + 1, place.wrapping_sub(1), place + COLUMNS, place.wrapping_sub(COLUMNS)].into_iter().any(inland) {
            continue;
        }
        let (east, south) = (middle_of(column), middle_of(row));
        for other_row in cells(south - near, south + near, ROWS) {
            for other in cells(east - near, east + near, COLUMNS) {
                let close = (middle_of(other) - east).hypot(middle_of(other_row) - south) <= near;
                if let Some(square) = wide.get_mut(other_row * COLUMNS + other).filter(|_| close) {
                    *square = true;
                }
            }
        }
    }
    wide
}

/// Keeps of a line what bends too much to be left out, and its end (Douglas and Peucker's way).
fn keep_bends(line: &[Corner], kept: &mut Vec<Corner>) {
    let [first, .., last] = line else { return };
    let bend = line.iter().enumerate().map(|(place, corner)| (off_the_line(*first, *last, *corner), place));
    let most = bend.max_by(|one, other| one.0.total_cmp(&other.0));
    match most {
        Some((distance, place)) if distance * SQUARE > STRAIGHTENED && place > 0 && place + 1 < line.len() => {
            keep_bends(line.get(..=place).unwrap_or_default(), kept);
            keep_bends(line.get(place..).unwrap_or_default(), kept);
        }
        _ => kept.push(*last),
    }
}

fn off_the_line(from: Corner, to: Corner, corner: Corner) -> f64 {
    let at = |corner: Corner| (whole(corner.0), whole(corner.1));
    let ((x0, y0), (x1, y1), (x, y)) = (at(from), at(to), at(corner));
    let (width, height) = (x1 - x0, y1 - y0);
    let square = width * width + height * height;
    if square <= 0.0 {
        return (x - x0).hypot(y - y0);
    }
    let share = (((x - x0) * width + (y - y0) * height) / square).clamp(0.0, 1.0);
    (x - x0 - share * width).hypot(y - y0 - share * height)
}

fn whole(number: usize) -> f64 {
    u32::try_from(number).map_or(0.0, f64::from)
}

fn middle_of(cell: usize) -> f64 {
    (whole(cell) + 0.5) * SQUARE
}

fn in_kilometres((column, row): Corner) -> (i32, i32) {
    let kilometres = |cell: usize| i32::try_from(cell).unwrap_or(0) * SIDE;
    (kilometres(column), kilometres(row))
}

/// The squares from here to there.
fn cells(from: f64, until: f64, most: usize) -> std::ops::Range<usize> {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float stops at the ends of the range"
    )]
    let cell = |kilometres: f64| (kilometres / SQUARE).floor().max(0.0) as usize;
    cell(from).min(most)..(cell(until) + 1).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(key: &str) -> DepartementCode {
        DepartementCode::from_key(key).unwrap()
    }

    /// Twice the area of a ring, with the sign of its turn.
    fn area(ring: &[(i32, i32)]) -> i64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter()
            .zip(next)
            .map(|((x, y), (x1, y1))| i64::from(*x) * i64::from(*y1) - i64::from(*x1) * i64::from(*y))
            .sum()
    }

    #[test]
    fn every_mainland_département_has_an_outline_about_as_large_as_it_is() {
        assert_eq!(outlines().len(), 96);
        let areas: BTreeMap<&str, i64> = outlines()
            .iter()
            .map(|one| (one.departement.key(), one.rings.iter().map(|ring| area(ring)).sum::<i64>() / 2))
            .collect();
        // Square kilometres, as any atlas has them; the sea within reach of a commune is land here.
        for (key, known) in [("63", 7_970), ("42", 4_781), ("48", 5_167), ("21", 8_763), ("33", 10_000)] {
            let drawn = areas[key];
            assert!((drawn - known).abs() * 100 < known * 25, "{key}: {drawn} km² for {known}");
        }
        assert!((48..200).contains(&areas["75"]), "Paris is a few squares: {} km²", areas["75"]);
    }

    #[test]
    fn neighbours_are_those_of_the_atlas() {
        let keys = |key: &str| neighbours(code(key)).iter().map(|one| one.key()).collect::<Vec<_>>();
        assert_eq!(keys("42"), ["03", "07", "38", "43", "63", "69", "71"]);
        assert_eq!(keys("2A"), ["2B"]);
        assert_eq!(keys("974"), Vec::<&str>::new());
        for departement in Territory::load().departements() {
            for other in neighbours(departement.code) {
                assert!(neighbours(*other).contains(&departement.code), "{} {other}", departement.code);
            }
        }
    }

    #[test]
    fn borders_are_the_same_from_both_sides() {
        let sides = |key: &str| -> BTreeSet<((i32, i32), (i32, i32))> {
            let outline = outlines().iter().find(|one| one.departement == code(key)).unwrap();
            let lines =
                outline.rings.iter().flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)));
            lines.map(|(one, other)| if one < other { (one, other) } else { (other, one) }).collect()
        };
        for (one, other) in [("42", "69"), ("63", "03"), ("13", "84"), ("35", "22")] {
            assert!(sides(one).intersection(&sides(other)).count() > 2, "{one} {other}");
        }
    }
}
