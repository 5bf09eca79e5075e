-- The steps of the emergency procedure that were taken in a call, by their keys.
CREATE TABLE emergency_steps (
    call BIGINT NOT NULL,
    step TEXT NOT NULL,
    done_at BIGINT NOT NULL,
    done_by BIGINT NOT NULL,
    PRIMARY KEY (call, step)
);

-- The emergency services that were called for a caller, and whether the caller agreed.
CREATE TABLE emergency_calls (
    call BIGINT NOT NULL,
    number TEXT NOT NULL,
    consent SMALLINT NOT NULL,
    called_at BIGINT NOT NULL,
    called_by BIGINT NOT NULL,
    PRIMARY KEY (call, number)
);

-- What callers answered to a kind of professional or structure, where no entry says that they took one: 'offered', 'refused'
-- or 'followed' (they have one already).
CREATE TABLE reorientation_answers (
    call BIGINT NOT NULL,
    kind TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (call, kind)
);
