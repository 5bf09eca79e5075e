-- The protocol: the form of a care record and what listeners do next, as a document with versions. At most one is a draft.
CREATE TABLE protocols (
    version BIGINT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    draft SMALLINT NOT NULL,
    body TEXT NOT NULL
);

-- Which protocol was in force from when on; the last row counts.
CREATE TABLE protocols_in_force (
    number BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL REFERENCES protocols (version),
    at BIGINT NOT NULL,
    who BIGINT NOT NULL
);

-- The version of the protocol that a record was begun with; 0 for those from before there were any. What it says beyond the
-- columns that figures count by is one JSON object, from the key of a field to its values.
ALTER TABLE care_records ADD COLUMN form BIGINT NOT NULL DEFAULT 0;
ALTER TABLE care_records ADD COLUMN answers TEXT NOT NULL DEFAULT '{}';
