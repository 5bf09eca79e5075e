-- Guides: what listeners and the public should know, as text with versions. The state of a version is 'draft', 'published' or
-- 'withdrawn'; people read the last one that is published, unless a later one is withdrawn. The body is JSON.
CREATE TABLE guides (
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id, version)
);
