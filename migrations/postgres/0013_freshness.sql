-- Letters to those whom entries are about, who confirm or correct them by the link in it. A letter is sent once: it is leased by
-- whoever sends it, and unsent again only when the mail server did not take it. Nobody gets two for the same thing.
CREATE TABLE letters (
    id BIGINT NOT NULL PRIMARY KEY,
    entry TEXT NOT NULL,
    purpose TEXT NOT NULL,
    round BIGINT NOT NULL,
    address TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    leased_at BIGINT,
    sent_at BIGINT,
    given_up_at BIGINT,
    answered_at BIGINT,
    UNIQUE (entry, purpose, round)
);
CREATE INDEX letters_waiting ON letters (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;

-- Addresses that want no more letters, as the SHA-256 of each.
CREATE TABLE letter_stops (
    address_hash TEXT NOT NULL PRIMARY KEY,
    stopped_at BIGINT NOT NULL
);

-- The key by which links in letters are signed.
CREATE TABLE letter_keys (
    id BIGINT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
);

-- What somebody says of an entry, for a keeper to decide on: a wrong number, a correction, a wish to be taken out. Who made it is
-- a member of staff, or 0 for the one whom the entry is about. The body is a text or JSON, by its kind.
CREATE TABLE directory_remarks (
    id BIGINT NOT NULL PRIMARY KEY,
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT
);
CREATE INDEX directory_remarks_open ON directory_remarks (made_at) WHERE state = 'open';

-- The numbers that must be right: other helplines and emergency services.
CREATE INDEX directory_entries_relays ON directory_entries (number) WHERE kind = 'relay';
CREATE INDEX directory_entries_emergency ON directory_entries (number) WHERE kind = 'emergency_service';
