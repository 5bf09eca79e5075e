-- The switchboard: queues and relays in the record, people's skills, plans, the rota, and prompts that were put in.

ALTER TABLE calls ADD COLUMN queue TEXT;
ALTER TABLE calls ADD COLUMN relay TEXT;
ALTER TABLE calls ADD COLUMN relay_joined_at BIGINT;

-- Which call a fact is about, so that a call's own facts are found at once. Facts written before this step have none.
ALTER TABLE journal ADD COLUMN about_call BIGINT;
CREATE INDEX journal_by_call ON journal (about_call, seq) WHERE about_call IS NOT NULL;

-- What people can do, and how they are reached. Skills are words with a level, such as "language:en=2 theme:grief=1";
-- queues are short names, empty for every queue. The telephone is shown to nobody but its owner.
ALTER TABLE staff ADD COLUMN skills TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN queues TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN left_at BIGINT;

-- Plans: lines with their flows, queues, relays and the care for listeners, as JSON. Rows are only ever added, but for
-- drafts, whose revision counts the changes so that two people who edit at once notice each other.
CREATE TABLE plans (
    version BIGINT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    draft SMALLINT NOT NULL,
    body TEXT NOT NULL
);

-- Which plan was in force from when on; the last row counts.
CREATE TABLE plans_in_force (
    number BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL REFERENCES plans (version),
    at BIGINT NOT NULL,
    who BIGINT NOT NULL
);

-- Shifts that come again every week, in the local time of a zone. Each day's shift is a row of its own among the shifts.
CREATE TABLE shift_series (
    id BIGINT NOT NULL PRIMARY KEY,
    listener BIGINT NOT NULL,
    queue TEXT NOT NULL,
    duty TEXT NOT NULL,
    zone TEXT NOT NULL,
    weekday SMALLINT NOT NULL,
    from_minute SMALLINT NOT NULL,
    until_minute SMALLINT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT
);

-- Shifts, one row each. One that is offered for swap waits for somebody to take it over.
CREATE TABLE shifts (
    id BIGINT NOT NULL PRIMARY KEY,
    listener BIGINT NOT NULL,
    queue TEXT NOT NULL,
    duty TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    series BIGINT,
    series_day TEXT,
    offered SMALLINT NOT NULL,
    removed SMALLINT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX shifts_by_time ON shifts (until_at, from_at);
CREATE UNIQUE INDEX shifts_of_series ON shifts (series, series_day) WHERE series IS NOT NULL;

-- Prompts that were put in, as A-law sound at 8 kHz.
CREATE TABLE prompts (
    id BIGINT NOT NULL,
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    synthetic SMALLINT NOT NULL,
    sound BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    PRIMARY KEY (id, language)
);
