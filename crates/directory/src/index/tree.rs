//! Boxes within boxes around points, so that the nearest are found without looking at the far ones.

use super::points::{MicroPoint, planar_km};

/// How many points a box without boxes has at most: enough that there are few boxes, few enough to look at each.
const LEAF: usize = 48;

/// A box on the map, with what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct Node {
    /// South-west and north-east, in millionths of a degree.
    south: i32,
    west: i32,
    north: i32,
    east: i32,
    /// The first document in it, and the one after the last.
    pub(super) from: u32,
    pub(super) until: u32,
    /// The number of its second half; its first is the next one. Zero when it has none.
    pub(super) second: u32,
    filling: u32,
    /// The marks of all that is in it: see [`super::traits::Filter::may_be_in`].
    pub(super) mask: u64,
}

impl Node {
    /// How far a point is from the box, in kilometres; zero inside.
    pub(super) fn distance_km(&self, point: MicroPoint) -> f64 {
        let nearest = MicroPoint {
            latitude: point.latitude.clamp(self.south, self.north),
            longitude: point.longitude.clamp(self.west, self.east),
        };
        planar_km(point, nearest)
    }
}

/// Puts points in such an order that those near each other stand together, and builds the boxes. Answers the order.
pub(super) fn plant(points: &[MicroPoint], mask: &dyn Fn(u32) -> u64) -> (Vec<u32>, Vec<Node>) {
    let mut order: Vec<u32> = (0..u32::try_from(points.len()).unwrap_or(u32::MAX)).collect();
    let mut nodes = Vec::with_capacity(points.len() / LEAF * 4 + 1);
    if !order.is_empty() {
        grow(&mut order, 0, points, mask, &mut nodes);
    }
    nodes.shrink_to_fit();
    (order, nodes)
}

/// Grows the box of a part of the order, whose first place is `from`.
fn grow(
    order: &mut [u32],
    from: usize,
    points: &[MicroPoint],
    mask: &dyn Fn(u32) -> u64,
    nodes: &mut Vec<Node>,
) -> u64 {
    let point = |doc: &u32| points.get(*doc as usize).copied().unwrap_or_default();
    let mut node = Node {
        south: i32::MAX,
        west: i32::MAX,
        north: i32::MIN,
        east: i32::MIN,
        from: u32::try_from(from).unwrap_or(u32::MAX),
        until: u32::try_from(from + order.len()).unwrap_or(u32::MAX),
        second: 0,
        filling: 0,
        mask: 0,
    };
    for doc in order.iter() {
        let at = point(doc);
        node.south = node.south.min(at.latitude);
        node.north = node.north.max(at.latitude);
        node.west = node.west.min(at.longitude);
        node.east = node.east.max(at.longitude);
    }
    let here = nodes.len();
    nodes.push(node);
    let marks = if order.len() <= LEAF {
        order.iter().fold(0, |marks, doc| marks | mask(*doc))
    } else {
        let middle = order.len() / 2;
        // A degree of longitude is about two thirds of one of latitude in France.
        let tall = i64::from(node.north) - i64::from(node.south);
        let wide = (i64::from(node.east) - i64::from(node.west)) * 2 / 3;
        if tall >= wide {
            order.select_nth_unstable_by_key(middle, |doc| (point(doc).latitude, *doc));
        } else {
            order.select_nth_unstable_by_key(middle, |doc| (point(doc).longitude, *doc));
        }
        let (first, second) = order.split_at_mut(middle);
        let marks = grow(first, from, points, mask, nodes);
        let place = u32::try_from(nodes.len()).unwrap_or(0);
        let marks = marks | grow(second, from + middle, points, mask, nodes);
        if let Some(node) = nodes.get_mut(here) {
            node.second = place;
        }
        marks
    };
    if let Some(node) = nodes.get_mut(here) {
        node.mask = marks;
    }
    marks
}
