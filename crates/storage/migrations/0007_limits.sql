-- How many calls of an app to an API product one window of its quota has had.
CREATE TABLE quota_counts (
    client_app TEXT NOT NULL,
    api_product TEXT NOT NULL,
    period TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (client_app, api_product, period, starts_at)
);

CREATE INDEX quota_counts_by_end ON quota_counts (ends_at);

-- The spike arrest that several nodes share. arrival is when the bucket's next call is due, in
-- nanoseconds since 1970 in UTC; a bucket that isn't here, or whose arrival is past, is full.
CREATE TABLE spike_buckets (
    bucket TEXT NOT NULL PRIMARY KEY,
    arrival BIGINT NOT NULL
);
