//! Servers put into their order, learnt, used and passed over.

use super::*;

fn target(priority: u16, weight: u16, port: u16) -> Target {
    Target { priority, weight, addresses: vec![([192, 0, 2, 1], port).into()] }
}

fn ports(servers: &[SocketAddr]) -> Vec<u16> {
    servers.iter().map(SocketAddr::port).collect()
}

fn ordered(targets: &[Target], choose: impl FnMut(u32) -> u32) -> Vec<u16> {
    order(targets.to_vec(), choose).iter().flat_map(|target| ports(&target.addresses)).collect()
}

#[test]
fn better_servers_come_first_and_equals_in_proportion_to_their_weights() {
    let targets = [target(20, 100, 1), target(10, 60, 2), target(10, 0, 3), target(10, 20, 4)];
    // Of 10 there are weights 0, 20 and 60, in this order: 0 takes the first, 1 to 20 the second, 21 to 80 the third.
    for (chosen, first) in [(0, 3), (1, 4), (20, 4), (21, 2), (80, 2)] {
        let mut sums = Vec::new();
        let ports = ordered(&targets, |sum| {
            sums.push(sum);
            if sums.len() == 1 { chosen } else { 0 }
        });
        assert_eq!((ports.first(), ports.last(), ports.len()), (Some(&first), Some(&1), 4), "{chosen}");
        assert_eq!((sums.first(), sums.last()), (Some(&80), Some(&100)), "each sum is of what is left");
    }
    assert_eq!(ordered(&[], |_| 0), [] as [u16; 0]);
    let many: Vec<Target> = (0..60).map(|port| target(1, u16::MAX, port)).collect();
    assert_eq!(ordered(&many, |sum| sum).len(), 60);
}

#[test]
fn over_many_choices_each_server_has_its_share() {
    let targets = [target(1, 10, 1), target(1, 30, 2)];
    let mut state = 1_u32;
    let mut chance = |most: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % (most + 1)
    };
    let first = (0..4_000).filter(|_| ordered(&targets, &mut chance).first() == Some(&2)).count();
    // 30 of the 41 numbers from 0 to 40.
    assert!((2_800..3_050).contains(&first), "{first} of 4000");
}

#[test]
fn the_order_stays_while_the_records_do_and_calls_begin_with_the_server_in_use() {
    let all = || vec![target(1, 0, 1), target(2, 0, 2), target(3, 0, 3)];
    let mut route = Route::default();
    route.learn(all(), |_| 0);
    assert_eq!((ports(&route.servers), ports(&route.for_a_call())), (vec![1, 2, 3], vec![1, 2]));
    route.in_use = route.servers.get(1).copied();
    route.learn(all().into_iter().rev().collect(), |_| panic!("nothing is to be chosen"));
    assert_eq!(ports(&route.for_a_call()), [2, 3], "the first did not answer");
    let over: Vec<bool> = route.servers.iter().map(|server| route.passes_over(*server)).collect();
    assert_eq!(over, [true, false, false]);
    route.learn(all().into_iter().take(1).collect(), |_| 0);
    assert_eq!((ports(&route.for_a_call()), route.in_use), (vec![1], None), "the one in use is gone");
    route.learn((0..40).map(|port| target(1, 0, port)).collect(), |_| 0);
    assert_eq!(route.servers.len(), MOST_SERVERS);
}

#[test]
fn a_name_that_leads_nowhere_leads_where_it_did_and_strangers_are_not_believed() {
    let found = |servers: &[(&str, &[&str])]| -> Vec<(Record, Vec<SocketAddr>)> {
        let record = |target: &str| Record { priority: 1, weight: 0, port: 5060, target: target.to_owned() };
        let addresses = |list: &[&str]| list.iter().map(|text| format!("{text}:5060").parse().unwrap()).collect();
        servers.iter().map(|(target, list)| (record(target), addresses(list))).collect()
    };
    let peer = |address: &SocketAddr| address.to_string().starts_with("192.0.2.");
    let mut route = Route::default();
    let mut take = |servers: &[(&str, &[&str])]| {
        let any = route.take(found(servers), peer, |_| 0);
        let addresses: Vec<String> = route.servers.iter().map(|server| server.ip().to_string()).collect();
        (any, addresses.join(" "), route.astray)
    };
    let both = || "192.0.2.1 192.0.2.2".to_owned();
    assert_eq!(take(&[("a", &[])]), (false, String::new(), false));
    assert_eq!(take(&[("a", &["192.0.2.1", "198.51.100.1"]), ("b", &["192.0.2.2"])]), (true, both(), false));
    assert_eq!(take(&[("a", &["192.0.2.1"]), ("b", &[])]), (true, both(), false), "one name is not found now");
    assert_eq!(take(&[("a", &["198.51.100.1"]), ("c", &[])]), (false, both(), true), "none is a peer");
    assert_eq!(take(&[("c", &[])]), (false, both(), false), "nothing is found");
    assert_eq!(take(&[("b", &[])]), (true, "192.0.2.2".to_owned(), false), "the other is no longer named");
}
