-- Files of entries that were sent to the office: each waits to be tried and taken in, and what was found in it stays to be read.
-- The bytes are in a file of the service; mapping, preview and outcome are JSON, empty where there is none.
CREATE TABLE directory_files (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    source TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    sent_by BIGINT NOT NULL,
    mapping TEXT NOT NULL,
    preview TEXT NOT NULL,
    outcome TEXT NOT NULL,
    ended_at BIGINT,
    import BIGINT
);

-- Which column of a table is what, by what its header says, so that the next file with that header is read in the same way.
CREATE TABLE directory_mappings (
    header TEXT NOT NULL PRIMARY KEY,
    mapping TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by BIGINT NOT NULL
);

-- Entries that look alike and are not the same, as somebody said; the lesser key comes first.
CREATE TABLE directory_distinct (
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    said_by BIGINT NOT NULL,
    PRIMARY KEY (one, other)
);

-- A directory is looked through one département at a time.
CREATE INDEX directory_entries_by_departement ON directory_entries (departement);
