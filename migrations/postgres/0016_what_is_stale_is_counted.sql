-- What is stale is counted by département over the whole directory: the index alone answers, without the entries.
DROP INDEX directory_entries_by_departement;
CREATE INDEX directory_entries_by_departement ON directory_entries (departement, confirmed, import, ended_by);
