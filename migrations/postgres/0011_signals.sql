-- At-risk signals: a situation that somebody raised to the supervisor, until it is closed.
CREATE TABLE signals (
    id BIGINT NOT NULL PRIMARY KEY,
    call BIGINT NOT NULL,
    line TEXT NOT NULL,
    cause TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    raised_by BIGINT NOT NULL,
    words TEXT NOT NULL,
    taken_at BIGINT,
    taken_by BIGINT,
    closed_at BIGINT,
    closed_by BIGINT,
    outcome TEXT
);
CREATE INDEX signals_open ON signals (raised_at) WHERE closed_at IS NULL;

-- What was done about a signal, in the words of whoever did it.
CREATE TABLE signal_acts (
    signal BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (signal, number)
);
