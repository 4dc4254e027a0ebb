-- The code that whoever wrote a row has made over its columns, with a key that the database doesn't
-- hold; empty in rows from before there were such codes. genuine is what the publisher found when
-- it gave the row its place: whether the code fits. It is empty where no code was asked for, and the
-- seal covers it.
ALTER TABLE journal ADD COLUMN mac TEXT;
ALTER TABLE journal ADD COLUMN genuine BOOLEAN;
