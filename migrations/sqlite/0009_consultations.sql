-- Schemes that pay for consultations. The body is JSON.
CREATE TABLE schemes (
    id BIGINT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    ended SMALLINT NOT NULL,
    body TEXT NOT NULL
);

-- The codes of consultations: a fingerprint of each, and nothing of the call in which it was given or of the person who has it.
-- Days are written as ISO 8601 writes a date; a code keeps no time of day.
CREATE TABLE consultation_codes (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    scheme BIGINT NOT NULL,
    given_on TEXT NOT NULL,
    good_until TEXT NOT NULL,
    price_cents BIGINT NOT NULL,
    room TEXT NOT NULL,
    redeemed_on TEXT,
    held_on TEXT,
    professional TEXT,
    identifier TEXT,
    paid_on TEXT
);
CREATE INDEX consultation_codes_by_scheme ON consultation_codes (scheme);

-- How many codes of a scheme a call gave.
CREATE TABLE consultations_given (
    call BIGINT NOT NULL,
    scheme BIGINT NOT NULL,
    codes BIGINT NOT NULL,
    PRIMARY KEY (call, scheme)
);
