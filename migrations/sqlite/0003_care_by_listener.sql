-- What a listener writes about a call is theirs: with a hand-over, two or more write about the same call. SQLite cannot change
-- a primary key, so the rows move to a table that has the new one.

CREATE TABLE care_records_by_listener (
    call BIGINT NOT NULL,
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
    revision BIGINT NOT NULL,
    PRIMARY KEY (call, listener)
);
INSERT INTO care_records_by_listener (call, listener, line, opened_at, closed_at, grade, addiction, themes, profession,
    departement, commune, age_band, notes, revision)
SELECT call, listener, line, opened_at, closed_at, grade, addiction, themes, profession, departement, commune, age_band,
    notes, revision
FROM care_records;
DROP TABLE care_records;
ALTER TABLE care_records_by_listener RENAME TO care_records;
CREATE INDEX care_records_open ON care_records (listener) WHERE closed_at IS NULL;
