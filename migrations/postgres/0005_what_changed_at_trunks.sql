-- What changed at each trunk, kept over a restart for the page that shows it. Names are those of the configuration; no address
-- and no number is in it. The oldest go when there are too many.

CREATE TABLE trunk_changes (
    number BIGINT NOT NULL PRIMARY KEY,
    trunk TEXT NOT NULL,
    at BIGINT NOT NULL,
    change TEXT NOT NULL
);
CREATE INDEX trunk_changes_of_trunk ON trunk_changes (trunk, number);
