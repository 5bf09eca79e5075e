//! The day's curve: a drawing for the eye, and the same as a table.

use crate::words::Words;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use store::reports::CurvePoint;

const WIDTH: u64 = 720;
const HEIGHT: u64 = 150;
/// Room for the hours, which a narrow screen writes larger.
const FOOT: u64 = 32;
/// Room for a number above the highest bar.
const HEAD: u64 = 16;

/// Draws the curve and its table.
pub(super) fn curve(words: Words, points: &[CurvePoint], zone: &TimeZone) -> Markup {
    html! {
        figure.curve role="group" aria-label=(words.say("curve.title")) {
            (drawing(points, zone))
            figcaption {
                span.key.connected { (words.say("curve.connected")) }
                span.key.given-up { (words.say("curve.given_up")) }
                span.key.other { (words.say("curve.other")) }
            }
        }
        details #curve-table {
            summary { (words.say("curve.table")) }
            table {
                thead { tr {
                    th scope="col" { (words.say("curve.hour")) }
                    th scope="col" { (words.say("curve.arrived")) }
                    th scope="col" { (words.say("curve.connected")) }
                    th scope="col" { (words.say("curve.given_up")) }
                } }
                tbody {
                    @for point in points.iter().filter(|point| point.arrived > 0) {
                        tr {
                            th scope="row" { (hour(point, zone)) }
                            td { (point.arrived) }
                            td { (point.connected) }
                            td { (point.given_up) }
                        }
                    }
                }
            }
        }
    }
}

fn drawing(points: &[CurvePoint], zone: &TimeZone) -> Markup {
    let most = points.iter().map(|point| point.arrived).max().unwrap_or(0).max(1);
    let count = u64::try_from(points.len()).unwrap_or(1).max(1);
    let step = WIDTH / count;
    let tall = |many: u64| many.saturating_mul(HEIGHT) / most;
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {}", HEIGHT + FOOT + HEAD)) aria-hidden="true" preserveAspectRatio="xMidYMid meet" {
            line.axis x1="0" x2=(WIDTH) y1=(HEIGHT + HEAD) y2=(HEIGHT + HEAD) {}
            @for (place, point) in (0_u64..).zip(points) {
                @let x = place * step;
                @let all = tall(point.arrived);
                @let connected = tall(point.connected.min(point.arrived));
                @let given_up = tall(point.given_up).min(all.saturating_sub(connected));
                @let other = all.saturating_sub(connected + given_up);
                (bar("connected", x, step, HEIGHT + HEAD - connected, connected))
                (bar("given-up", x, step, HEIGHT + HEAD - connected - given_up, given_up))
                (bar("other", x, step, HEIGHT + HEAD - all, other))
                @if point.arrived > 0 { text.many x=(x + step / 2) y=(HEIGHT + HEAD - 4 - all) { (point.arrived) } }
                // A narrow screen has room for every second of these only.
                @if place % 3 == 0 { text.hour.between[place % 6 != 0] x=(x + step / 2) y=(HEIGHT + FOOT + HEAD - 4) { (hour(point, zone)) } }
            }
        }
    }
}

fn bar(class: &str, x: u64, step: u64, y: u64, height: u64) -> Markup {
    html! {
        @if height > 0 { rect class=(class) x=(x + 2) y=(y) width=(step.saturating_sub(4)) height=(height) {} }
    }
}

fn hour(point: &CurvePoint, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(point.start_ms)
        .map(|start| format!("{}\u{a0}h", start.to_zoned(zone.clone()).hour()))
        .unwrap_or_default()
}
