-- The operator's people see on which agreements an offering may be ordered.
CREATE INDEX agreement_offerings_by_offering ON agreement_offerings (offering_id, agreement_id);
