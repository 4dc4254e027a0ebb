-- Tokens end together when their app or system user is disabled, or gets another secret or password.
CREATE INDEX access_tokens_by_app ON access_tokens (client_app);
CREATE INDEX access_tokens_by_user ON access_tokens (system_user);
