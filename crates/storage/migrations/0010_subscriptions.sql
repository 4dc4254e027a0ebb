-- Which organization a telephone number (digits with the country code) is subscribed by.
CREATE TABLE subscriptions (
    msisdn TEXT NOT NULL PRIMARY KEY,
    organization_number TEXT NOT NULL REFERENCES organizations (number)
);
