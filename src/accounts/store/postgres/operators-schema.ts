/** Who looks after the gateway, and how they get in. */
export const OPERATORS_SCHEMA = `
  CREATE TABLE tokenharbor.operators (
    name text COLLATE "C" PRIMARY KEY,
    password_hash text,
    created_at bigint NOT NULL
  );
  CREATE TABLE tokenharbor.login_links (
    digest text COLLATE "C" PRIMARY KEY CHECK (length(digest) = 64),
    operator text COLLATE "C" NOT NULL REFERENCES tokenharbor.operators (name),
    expires_at bigint NOT NULL
  );
  CREATE TABLE tokenharbor.operator_sessions (
    digest text COLLATE "C" PRIMARY KEY CHECK (length(digest) = 64),
    operator text COLLATE "C" NOT NULL REFERENCES tokenharbor.operators (name),
    by_link boolean NOT NULL,
    used_at bigint NOT NULL,
    idle_until bigint NOT NULL,
    ends_at bigint NOT NULL
  );
`;
