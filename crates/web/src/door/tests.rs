use super::*;
use axum::middleware::from_fn_with_state as layered;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Place, Role, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const NOON: i64 = 1_780_000_000_000;

/// A house with the real doors and, behind most of them, nothing.
struct House {
    address: SocketAddr,
    store: Store,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: String,
}

impl House {
    async fn open(secure_cookies: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Place::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        let now = Arc::new(AtomicI64::new(NOON));
        let clock = Arc::clone(&now);
        let settings = crate::Settings { secure_cookies, ..Default::default() };
        let keys = Arc::new(Keys::new(store.clone(), Arc::new(move || clock.load(Ordering::Relaxed)), settings));
        let mut doors = Doors::new(Arc::clone(&keys));
        for route in ROUTES {
            doors = match (route.method.as_str(), route.path) {
                ("GET", "/sign-in/{secret}") => doors.open(Method::GET, route.path, sign_in_page),
                ("POST", "/sign-in/{secret}") => doors.open(Method::POST, route.path, redeem),
                ("POST", "/sign-out") => doors.open(Method::POST, route.path, sign_out),
                _ => doors.open(route.method.clone(), route.path, async |_passed: Passed| "inside"),
            };
        }
        let router = doors
            .open(Method::GET, "/not-in-the-table", async || "inside")
            .router()
            .route("/without-a-door", axum::routing::get(async |_passed: Passed| "inside"))
            .route("/broken", axum::routing::get(async || StatusCode::INTERNAL_SERVER_ERROR))
            .fallback(async || StatusCode::NOT_FOUND)
            .layer(layered(false, finish))
            .with_state(keys);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        #[allow(clippy::disallowed_methods, reason = "the server of a test ends with its runtime")]
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, store, now, _folder: folder }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: vigie.test\r\nconnection: close\r\n");
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        stream.write_all((request + "\r\n").as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Answer { status, headers, body: body.to_owned() }
    }

    /// Signs somebody in by a link; answers their cookie.
    async fn sign_in(&self, role: Role) -> String {
        let number = self.store.all_staff().await.unwrap().len();
        let staff = self.store.add_staff(&format!("Léa {number}"), role, false, NOON).await.unwrap();
        let secret = format!("secret-of-{}", staff.id);
        let now = self.now.load(Ordering::Relaxed);
        self.store.create_sign_in_link(staff.id, &secret, now, now + 60_000).await.unwrap();
        let answer = self.ask("POST", &format!("/sign-in/{secret}"), &[]).await;
        assert_eq!(answer.status, 303);
        answer.headers["set-cookie"].split(';').next().unwrap().to_owned()
    }
}

fn example(path: &str) -> String {
    let path =
        path.replace("{line}", "ecoute").replace("{step}", "file").replace("{kind}", "lines").replace("{id}", "1");
    let path = path.replace("{code}", "42").replace("{file}", "annuaire.csv").replace("{type}", "Location");
    let path = path.replace("{version}", "1");
    path.replace("{hash}", "h").replace("{name}", "waiting").replace("{secret}", "never-made").replace("{call}", "1")
}

#[tokio::test]
async fn every_route_answers_every_role_as_the_table_says() {
    let house = House::open(false).await;
    let mut visitors = vec![(None, String::new())];
    for role in Role::ALL {
        visitors.push((Some(role), house.sign_in(role).await));
    }
    for route in ROUTES {
        for (role, cookie) in &visitors {
            // Signing out in the middle of the table would make a stranger of the visitor.
            if route.path == "/sign-out" && role.is_some() {
                continue;
            }
            let answer = house.ask(route.method.as_str(), &example(route.path), &[("cookie", cookie)]).await;
            let redeems = route.method == Method::POST && route.path == "/sign-in/{secret}";
            let expected = match (route.rule, role) {
                (Rule::Public, _) if redeems => 410,
                (Rule::Public, _) | (Rule::Staff, Some(_)) => 200,
                (Rule::TakesCalls, Some(Role::Coordinator) | None) | (Rule::Staff, None) => 403,
                (Rule::Oversees, Some(Role::Listener | Role::Regulator) | None) => 403,
                (Rule::Runs, Some(Role::Coordinator)) => 200,
                (Rule::Runs, _) => 403,
                (Rule::TakesCalls | Rule::Oversees, Some(_)) => 200,
            };
            assert_eq!(answer.status, expected, "{} {} as {role:?}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn a_route_that_no_rule_opened_answers_403_to_everyone() {
    let house = House::open(false).await;
    let cookie = house.sign_in(Role::Coordinator).await;
    for path in ["/not-in-the-table", "/without-a-door"] {
        for cookie in ["", cookie.as_str()] {
            assert_eq!(house.ask("GET", path, &[("cookie", cookie)]).await.status, 403, "{path}");
        }
    }
}

#[test]
fn every_row_of_the_table_is_opened_and_every_row_is_there_once() {
    let openings = include_str!("../lib.rs");
    for route in ROUTES {
        let opening = format!(".open(Method::{}, \"{}\",", route.method, route.path);
        assert_eq!(openings.matches(&opening).count(), 1, "{opening}");
        let same = ROUTES.iter().filter(|other| other.path == route.path && other.method == route.method);
        assert_eq!(same.count(), 1);
    }
    assert_eq!(openings.matches(".open(Method").count(), ROUTES.len(), "a door is opened that has no row");
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_every_fault_is_a_page() {
    let house = House::open(false).await;
    let cases = [
        ("GET", "/", 0, 200),
        ("GET", "/nowhere", 0, 404),
        ("GET", "/board", 0, 403),
        ("POST", "/", 0, 405),
        ("POST", "/sign-in/x", 70_000, 413),
        ("POST", "/sign-in/x", 0, 410),
        ("GET", "/broken", 0, 500),
    ];
    for (method, path, length, status) in cases {
        let length = length.to_string();
        let headers = &[("content-length", length.as_str())][..];
        let answer = house.ask(method, path, headers).await;
        assert_eq!(answer.status, status, "{method} {path}");
        let policy = &answer.headers["content-security-policy"];
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe") && !policy.contains('*'));
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(answer.headers["permissions-policy"].starts_with("microphone=(self)"));
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
        if status >= 400 {
            assert!(answer.body.contains("<html lang=\"fr\">") && answer.body.contains("tel:3114"), "{path}");
            let english = house.ask(method, path, &[headers, &[("accept-language", "en")]].concat()).await;
            assert!(english.body.contains("<html lang=\"en\">"), "{path}");
        }
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn each_refusal_says_its_own_way_out() {
    let house = House::open(false).await;
    let stranger = house.ask("GET", "/desk", &[]).await.body;
    assert!(stranger.contains("vigie staff invite") && !stranger.contains("https"));
    let cookie = house.sign_in(Role::Coordinator).await;
    let role = house.ask("GET", "/desk", &[("cookie", &cookie)]).await.body;
    assert!(!role.contains("vigie staff invite") && !role.contains("https"));
    let foreign = house.ask("POST", "/sign-out", &[("cookie", &cookie), ("origin", "https://evil.test")]).await.body;
    assert!(foreign.contains("https") && !foreign.contains("vigie staff invite"));
}

#[tokio::test]
async fn another_site_can_neither_post_nor_open_a_socket() {
    let house = House::open(false).await;
    let (supervisor, coordinator) = (house.sign_in(Role::Supervisor).await, house.sign_in(Role::Coordinator).await);
    for route in ROUTES {
        // Somebody who may, so that only where the request comes from can be the reason.
        let cookie = if route.rule.allows(Some(Role::Supervisor)) { &supervisor } else { &coordinator };
        let foreign = [("cookie", cookie.as_str()), ("origin", "https://evil.test")];
        let status = house.ask(route.method.as_str(), &example(route.path), &foreign).await.status;
        let guarded = (route.socket || route.method == Method::POST) && route.reach != Reach::Programs;
        assert_eq!(status == 403, guarded, "{} {}: {status}", route.method, route.path);
    }
}

#[tokio::test]
async fn an_answer_goes_as_far_as_the_table_says_and_no_further() {
    let house = House::open(false).await;
    let cookie = house.sign_in(Role::Coordinator).await;
    for route in ROUTES.iter().filter(|route| route.method == Method::GET && !route.socket) {
        let answer = house.ask("GET", &example(route.path), &[("cookie", &cookie)]).await;
        let framed = answer.headers["content-security-policy"].contains("frame-ancestors *");
        assert_eq!(framed, route.reach == Reach::Framed, "{}", route.path);
        assert_eq!(framed, !answer.headers.contains_key("x-frame-options"), "{}", route.path);
        let asked = answer.headers.get("access-control-allow-origin").map(String::as_str) == Some("*");
        assert_eq!(asked, route.reach == Reach::Programs, "{}", route.path);
        if route.reach != Reach::House {
            assert_eq!(route.rule, Rule::Public, "{}: nobody is recognised there", route.path);
        }
    }
    let asks = house.ask("OPTIONS", "/api/hsds/services", &[("origin", "https://commune.test")]).await;
    assert_eq!((asks.status, asks.headers["access-control-allow-origin"].as_str()), (204, "*"));
    assert!(!asks.headers.contains_key("access-control-allow-credentials"));
    let other = house.ask("OPTIONS", "/desk", &[("origin", "https://commune.test")]).await;
    assert!(other.status >= 400 && !other.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_link_is_used_up_by_its_button_only_and_only_once() {
    // No secret of letters alone that a hash can have: the address of the stylesheet has one.
    let house = House::open(true).await;
    let staff = house.store.add_staff("Noé", Role::Listener, false, NOON).await.unwrap();
    house.store.create_sign_in_link(staff.id, "once-only", NOON, NOON + 1000).await.unwrap();
    for _ in 0..3 {
        let page = house.ask("GET", "/sign-in/once-only", &[]).await;
        assert!(page.status == 200 && page.body.contains("method=\"post\"") && !page.body.contains("once-only"));
    }
    let answer = house.ask("POST", "/sign-in/once-only", &[]).await;
    assert_eq!((answer.status, answer.headers["location"].as_str()), (303, "/desk"));
    let cookie = &answer.headers["set-cookie"];
    assert!(cookie.starts_with("__Host-vigie="));
    for part in ["Path=/", "Max-Age=43200", "HttpOnly", "SameSite=Strict", "Secure"] {
        assert!(cookie.split("; ").any(|other| other == part), "{part} in {cookie}");
    }
    assert_eq!(house.ask("POST", "/sign-in/once-only", &[]).await.status, 410);
    let audit = house.store.audit_of("session", 5).await.unwrap();
    assert_eq!((audit.len(), audit[0].what.as_str(), audit[0].who), (1, "sign_in", staff.id));
}

#[tokio::test]
async fn a_session_ends_by_signing_out_and_by_time() {
    let house = House::open(false).await;
    let cookie = house.sign_in(Role::Supervisor).await;
    assert_eq!(house.ask("GET", "/board", &[("cookie", &cookie)]).await.status, 200);
    let out = house.ask("POST", "/sign-out", &[("cookie", &cookie)]).await;
    assert!(out.status == 303 && out.headers["set-cookie"].contains("Max-Age=0"));
    assert_eq!(house.ask("GET", "/board", &[("cookie", &cookie)]).await.status, 403);

    let cookie = house.sign_in(Role::Supervisor).await;
    house.now.fetch_add(keys::SESSION_MS - 1, Ordering::Relaxed);
    assert_eq!(house.ask("GET", "/board", &[("cookie", &cookie)]).await.status, 200);
    house.now.fetch_add(1, Ordering::Relaxed);
    assert_eq!(house.ask("GET", "/board", &[("cookie", &cookie)]).await.status, 403);
}

#[tokio::test]
async fn with_the_database_gone_a_listener_at_work_is_still_known() {
    let house = House::open(false).await;
    let cookie = house.sign_in(Role::Listener).await;
    assert_eq!(house.ask("GET", "/desk", &[("cookie", &cookie)]).await.status, 200);
    house.store.close().await;
    assert_eq!(house.ask("GET", "/desk", &[("cookie", &cookie)]).await.status, 200);
    assert_eq!(house.ask("GET", "/desk", &[("cookie", "vigie=stranger")]).await.status, 503);
    assert_eq!(house.ask("GET", "/", &[("cookie", "vigie=stranger")]).await.status, 200, "callers need no database");
    house.now.fetch_add(keys::SESSION_MS, Ordering::Relaxed);
    assert_eq!(house.ask("GET", "/desk", &[("cookie", &cookie)]).await.status, 503);
}
