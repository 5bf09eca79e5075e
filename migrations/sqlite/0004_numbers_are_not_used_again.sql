-- A prompt that is taken out keeps its number and its name, without its sound: an earlier plan that says it must not say another
-- one instead.

ALTER TABLE prompts ADD COLUMN removed_at BIGINT;

-- Whether somebody has a shift of a queue at a time is asked for each day that is written ahead.
CREATE INDEX shifts_of_listener ON shifts (listener, queue, from_at);
