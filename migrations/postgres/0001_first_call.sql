-- The first tables. The same words in SQLite and PostgreSQL: TEXT, BIGINT, SMALLINT and DOUBLE PRECISION only,
-- booleans as SMALLINT, times as BIGINT milliseconds since 1970 (UTC).

-- The journal: what happened, in the order it was committed. Rows are only ever added.
CREATE TABLE journal (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    version SMALLINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);

-- The last batch of each spool, so that a batch whose commit was answered by silence is not written twice.
CREATE TABLE journal_writers (
    writer TEXT NOT NULL PRIMARY KEY,
    batch BIGINT NOT NULL,
    last_seq BIGINT NOT NULL
);

-- How far each projection has folded the journal.
CREATE TABLE projection_state (
    name TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- Projection: one row a call.
CREATE TABLE calls (
    id BIGINT NOT NULL PRIMARY KEY,
    arrived_seq BIGINT NOT NULL,
    line TEXT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    choice TEXT,
    arrived_at BIGINT NOT NULL,
    answered_at BIGINT,
    queued_at BIGINT,
    offered_at BIGINT,
    bridged_at BIGINT,
    ended_at BIGINT,
    outcome TEXT,
    outcome_detail TEXT,
    listener BIGINT,
    offers BIGINT NOT NULL,
    times_lost BIGINT NOT NULL,
    wrapped_up_at BIGINT
);
CREATE INDEX calls_by_arrival ON calls (arrived_at);
CREATE INDEX calls_open ON calls (arrived_seq) WHERE ended_at IS NULL;

-- Projection: what each listener is doing now.
CREATE TABLE presence (
    listener BIGINT NOT NULL PRIMARY KEY,
    presence TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    seq BIGINT NOT NULL
);

-- Projection: what each listener did and for how long; the current span has no end.
CREATE TABLE presence_spans (
    seq BIGINT NOT NULL PRIMARY KEY,
    listener BIGINT NOT NULL,
    presence TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT
);
CREATE INDEX presence_spans_by_listener ON presence_spans (listener, since);

-- The people who work here.
CREATE TABLE staff (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    demo SMALLINT NOT NULL
);

-- One-time links to sign in. Only the SHA-256 of a link's secret is here.
CREATE TABLE sign_in_links (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    staff BIGINT NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Open sessions. Only the SHA-256 of a session's secret is here.
CREATE TABLE sessions (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    staff BIGINT NOT NULL REFERENCES staff (id),
    opened_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- What the listener wrote about a call. A draft has no closed_at.
CREATE TABLE care_records (
    call BIGINT NOT NULL PRIMARY KEY,
    listener BIGINT NOT NULL,
    line TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    grade SMALLINT,
    addiction SMALLINT NOT NULL,
    themes TEXT NOT NULL,
    profession TEXT,
    departement TEXT,
    commune TEXT,
    age_band TEXT,
    notes TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX care_records_open ON care_records (listener) WHERE closed_at IS NULL;

-- Where a caller was sent on to. The name is kept as it was on the day.
CREATE TABLE reorientations (
    call BIGINT NOT NULL,
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (call, entry)
);

-- Who read or changed what, without the content.
CREATE TABLE audit (
    number BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    who BIGINT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, number);

-- Professionals, structures and relays to send a caller on to.
CREATE TABLE directory_entries (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    commune TEXT NOT NULL,
    departement TEXT NOT NULL,
    postcode TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    teleconsultation SMALLINT NOT NULL,
    demo SMALLINT NOT NULL
);
