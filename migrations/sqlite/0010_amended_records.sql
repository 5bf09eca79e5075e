-- What a closed record said before it was amended, as JSON, and why it was. The row in care_records is what it says now.
CREATE TABLE care_amendments (
    call BIGINT NOT NULL,
    listener BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    amended_at BIGINT NOT NULL,
    amended_by BIGINT NOT NULL,
    reason TEXT NOT NULL,
    before TEXT NOT NULL,
    PRIMARY KEY (call, listener, revision)
);

-- When a call was that this program did not carry, and that somebody writes about all the same.
ALTER TABLE care_records ADD COLUMN elsewhere_at BIGINT;
CREATE INDEX care_records_by_time ON care_records (opened_at);
