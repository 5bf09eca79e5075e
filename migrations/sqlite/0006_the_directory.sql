-- The directory. An entry is kept as versions: each change is a new row, and the old one is marked as ended. What an import
-- brings counts from the moment when the whole import is put in force, and not before. The only entries so far were made up
-- for a demonstration, which makes them again.

DROP TABLE directory_entries;

-- Imports: from where, how far, and whether what they brought counts. The state is 'running', 'in_force' or 'given_up'.
CREATE TABLE directory_imports (
    id BIGINT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    format TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    begun_by BIGINT NOT NULL,
    state TEXT NOT NULL,
    ended_at BIGINT,
    in_force_change BIGINT,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    refused BIGINT NOT NULL
);

-- Versions of entries. The number of a version is the change that made it; import 0 is a change by hand. A version ends by a
-- change by hand (ended_by 0) or, once that is in force, by an import. The body is JSON; what it means is not known here.
CREATE TABLE directory_entries (
    number BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    import BIGINT NOT NULL,
    ended_by BIGINT,
    ended_change BIGINT,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    kind TEXT NOT NULL,
    departement TEXT NOT NULL,
    confirmed BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX directory_entries_by_id ON directory_entries (id);
CREATE INDEX directory_entries_ended ON directory_entries (ended_change) WHERE ended_change IS NOT NULL;

-- Other identifiers of entries, so that an import finds an entry by each name that registers gave it.
CREATE TABLE directory_names (
    name TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL
);

-- The last change. Every writer of entries takes its numbers here first, so that they come one after the other.
CREATE TABLE directory_changes (
    last BIGINT NOT NULL
);
INSERT INTO directory_changes (last) VALUES (0);
