-- Programs ask which entries changed since they last asked: by hand at a time, or with an import that was put in force since.
CREATE INDEX directory_entries_by_time ON directory_entries (import, made_at);
