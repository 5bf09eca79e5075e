//! Maps drawn from the territory's own points, each beside a table of the same figures.

use super::Visitor;
use super::parts::departement_path;
use care::DepartementCode;
use directory::{Commune, Departement, Outline, Territory, outlines, project};
use maud::{Markup, PreEscaped, html};
use std::fmt::Write as _;

/// The latitude by which the mainland is drawn.
const MIDDLE: f64 = 46.5;
/// How many shades of number there are.
const SHADES: usize = 5;

/// How many there are in a département.
pub(super) type Counts = [(DepartementCode, usize)];

/// France, each département in a shade of its number. It is for the eye and the mouse: the table has the same links and figures.
pub(super) fn france(visitor: &Visitor, counts: &Counts, query: &str) -> Markup {
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let count_of = |code| counts.iter().find(|(one, _)| *one == code).map_or(0, |(_, count)| *count);
    let territory = Territory::load();
    let overseas: Vec<&Departement> = territory.departements().iter().filter(|one| one.code.key().len() > 2).collect();
    let link = |code: DepartementCode| visitor.to(&format!("{}{query}", departement_path(code.key())));
    html! {
        svg.map viewBox="15 10 1165 1290" aria-hidden="true" focusable="false" {
            @for outline in outlines() {
                a href=(link(outline.departement)) tabindex="-1" {
                    path data-shade=(shade(count_of(outline.departement), most)) d=(path(outline)) {
                        title { (told(territory, outline.departement, count_of(outline.departement))) }
                    }
                }
            }
            @for (place, one) in overseas.iter().enumerate() {
                @let (column, row) = (place % 6, place / 6);
                a href=(link(one.code)) tabindex="-1" {
                    rect data-shade=(shade(count_of(one.code), most)) x=(30 + column * 192) y=(1150 + row * 62) width="175" height="52" rx="8" {
                        title { (told(territory, one.code, count_of(one.code))) }
                    }
                    text x=(30 + column * 192 + 87) y=(1150 + row * 62 + 36) { (one.code) }
                }
            }
        }
    }
}

fn told(territory: Territory, code: DepartementCode, count: usize) -> String {
    let name = territory.departement(code.key()).map_or("", |one| one.name);
    format!("{name} ({code})\u{a0}: {count}")
}

/// Which shade a number has: none for nothing, then by fifths of the square root, so that Paris does not whiten the rest.
fn shade(count: usize, most: usize) -> usize {
    if count == 0 || most == 0 {
        return 0;
    }
    let share = (whole(count) / whole(most)).sqrt() * whole(SHADES);
    (1..=SHADES).find(|shade| share <= whole(*shade)).unwrap_or(SHADES)
}

fn whole(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

fn path(outline: &Outline) -> String {
    let mut text = String::new();
    for ring in &outline.rings {
        for (place, (x, y)) in ring.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}{x} {y}", if place == 0 { 'M' } else { 'L' });
        }
        text.push('Z');
    }
    text
}

/// A département: its towns, each dot as large as what is there.
pub(super) fn departement(one: &Departement, towns: &[(&'static Commune, usize)]) -> Markup {
    let outline = outlines().iter().find(|outline| outline.departement == one.code);
    let middle = if outline.is_some() { MIDDLE } else { one.centre.latitude };
    let communes = Territory::load().communes().iter().filter(|commune| commune.departement == one.code);
    let points: Vec<(f64, f64)> = communes.map(|commune| project(commune.point, middle)).collect();
    let least = |values: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(values).fold(f64::MAX, f64::min);
    let most = |values: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(values).fold(f64::MIN, f64::max);
    let (west, east) = (least(&|point| point.0), most(&|point| point.0));
    let (north, south) = (least(&|point| point.1), most(&|point| point.1));
    let (width, height) = (east - west, south - north);
    let unit = (width.max(height) / 100.0).max(0.05);
    let frame = unit * 12.0;
    let view =
        format!("{:.2} {:.2} {:.2} {:.2}", west - frame, north - frame, width + 2.0 * frame, height + 2.0 * frame);
    let largest = towns.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let dots = towns.iter().map(|(commune, count)| {
        let (x, y) = project(commune.point, middle);
        let radius = unit * (0.8 + 3.2 * (whole(*count) / whole(largest)).sqrt());
        let named = html! { title { (commune.name) "\u{a0}: " (count) } };
        html! { circle cx=(format!("{x:.2}")) cy=(format!("{y:.2}")) r=(format!("{radius:.2}")) { (named) } }
    });
    let small = points.iter().fold(String::new(), |mut text, (x, y)| {
        // A stroke without length is a dot.
        let _ = write!(text, "M{x:.1} {y:.1}h0");
        text
    });
    html! {
        svg.map viewBox=(view) aria-hidden="true" focusable="false" {
            @if let Some(outline) = outline { path.land d=(path(outline)) {} }
            path.communes d=(small) stroke-width=(format!("{:.2}", unit * 0.7)) {}
            @for dot in dots { (dot) }
        }
    }
}

/// The numbers of a map as a table; what it is about comes first.
pub(super) fn table(heading: &str, number: &str, rows: &[(Markup, usize)]) -> Markup {
    html! {
        div.wide.tall tabindex="0" role="group" aria-label=(heading) {
            table.calls-table {
                thead { tr { th scope="col" { (heading) } th.number scope="col" { (number) } } }
                tbody { @for (name, count) in rows { tr { th scope="row" { (name) } td.number { (PreEscaped(count.to_string())) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_from_nothing_to_the_most() {
        let shades: Vec<_> = [0, 1, 4, 25, 60, 100].iter().map(|count| shade(*count, 100)).collect();
        assert_eq!(shades, [0, 1, 1, 3, 4, 5]);
        assert_eq!(shade(3, 0), 0);
    }
}
