-- One text for both stores. EXACTTEXT(n) is text compared byte for byte: VARBINARY on MySQL, on SQLite what it says. (No type name may
-- contain INT there: its text would become numbers.)
-- ROWS and KEYED end a table: storage engine on MySQL; KEYED tables of SQLite are stored in the order of their key.
-- Moments are milliseconds since 1970 UTC.

CREATE TABLE im_realm (
    name EXACTTEXT(32) NOT NULL PRIMARY KEY,
    system_id EXACTTEXT(64) NOT NULL,
    prefix EXACTTEXT(64) NOT NULL
) ROWS;

CREATE TABLE im_site (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path EXACTTEXT(200) NOT NULL UNIQUE
) ROWS;

-- Who somebody is: (realm, external_id), among the accounts that are not closed. A closed account has its own id in
-- "closed", so that the external id can be another person's.
CREATE TABLE im_account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id EXACTTEXT(32) NOT NULL UNIQUE,
    realm EXACTTEXT(32) NOT NULL,
    external_id EXACTTEXT(512) NOT NULL,
    closed BIGINT NOT NULL DEFAULT 0,
    state EXACTTEXT(16) NOT NULL,
    registered_at BIGINT NULL,
    name EXACTTEXT(1020) NOT NULL,
    name_key EXACTTEXT(255) NOT NULL,
    display_name EXACTTEXT(1020) NULL,
    display_key EXACTTEXT(255) NOT NULL,
    avatar EXACTTEXT(2048) NULL,
    forum_language EXACTTEXT(64) NULL,
    forum_groups MEDIUMTEXT NOT NULL,
    forum_admin BIGINT NOT NULL DEFAULT 0,
    forum_moderator BIGINT NOT NULL DEFAULT 0,
    is_admin BIGINT NOT NULL DEFAULT 0,
    role_name EXACTTEXT(256) NULL,
    own_language EXACTTEXT(64) NULL,
    offline_messages EXACTTEXT(8) NOT NULL DEFAULT 'all',
    last_event BIGINT NOT NULL DEFAULT 0,
    generation BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    verified_at BIGINT NOT NULL,
    last_address EXACTTEXT(64) NULL,
    UNIQUE (realm, external_id, closed)
) ROWS;
CREATE INDEX im_account_name ON im_account (state, name_key);
CREATE INDEX im_account_display ON im_account (state, display_key);

-- Accounts of the messenger's own, as a realm of their own.
CREATE TABLE im_local (
    external_id EXACTTEXT(32) NOT NULL PRIMARY KEY,
    name EXACTTEXT(1020) NOT NULL,
    name_key EXACTTEXT(255) NOT NULL UNIQUE,
    display_name EXACTTEXT(1020) NULL,
    password_hash EXACTTEXT(255) NOT NULL,
    created_at BIGINT NOT NULL
) ROWS;

CREATE TABLE im_session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id EXACTTEXT(32) NOT NULL UNIQUE,
    token_hash EXACTTEXT(64) NOT NULL UNIQUE,
    account_id BIGINT NOT NULL,
    site_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    user_agent EXACTTEXT(1024) NULL,
    address EXACTTEXT(64) NULL
) ROWS;
CREATE INDEX im_session_account ON im_session (account_id, site_id);
CREATE INDEX im_session_site ON im_session (site_id, account_id);
CREATE INDEX im_session_expiry ON im_session (expires_at);

CREATE TABLE im_lease (
    site_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, account_id)
) KEYED;
CREATE INDEX im_lease_account ON im_lease (account_id);
CREATE INDEX im_lease_expiry ON im_lease (expires_at);

CREATE TABLE im_presence (
    account_id BIGINT NOT NULL PRIMARY KEY,
    state EXACTTEXT(8) NOT NULL,
    reason EXACTTEXT(512) NULL,
    changed_at BIGINT NOT NULL
) KEYED;
CREATE INDEX im_presence_changed ON im_presence (changed_at);

-- Two rows for a pair, one in each list. "site_id": where the owner asked.
CREATE TABLE im_contact (
    owner_id BIGINT NOT NULL,
    peer_id BIGINT NOT NULL,
    state EXACTTEXT(8) NOT NULL,
    own_name EXACTTEXT(512) NULL,
    own_group EXACTTEXT(512) NULL,
    vip BIGINT NOT NULL DEFAULT 0,
    hidden BIGINT NOT NULL DEFAULT 0,
    greeting EXACTTEXT(2048) NULL,
    site_id BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (owner_id, peer_id)
) KEYED;
CREATE INDEX im_contact_state ON im_contact (owner_id, state);

-- "low_id" and "high_id" are the two members of a direct conversation; a conversation of more has none.
CREATE TABLE im_conversation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id EXACTTEXT(32) NOT NULL UNIQUE,
    kind EXACTTEXT(16) NOT NULL,
    low_id BIGINT NULL,
    high_id BIGINT NULL,
    last_seq BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    UNIQUE (low_id, high_id)
) ROWS;

CREATE TABLE im_participant (
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    read_seq BIGINT NOT NULL DEFAULT 0,
    unread BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, conversation_id)
) KEYED;
CREATE INDEX im_participant_recent ON im_participant (account_id, updated_at);
CREATE INDEX im_participant_members ON im_participant (conversation_id, account_id);

-- "sent_hash" is the SHA-256 of the text as first sent: what a repeated client_id is compared with.
CREATE TABLE im_message (
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    sender_id BIGINT NOT NULL,
    client_id EXACTTEXT(128) NOT NULL,
    sent_hash EXACTTEXT(64) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE (conversation_id, sender_id, client_id)
) KEYED;
CREATE INDEX im_message_sent ON im_message (sent_at);

-- What an account is told. A message is named by its place, anything else is in the body as JSON.
CREATE TABLE im_event (
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind EXACTTEXT(16) NOT NULL,
    conversation_id BIGINT NULL,
    message_seq BIGINT NULL,
    body MEDIUMTEXT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, seq)
) KEYED;
CREATE INDEX im_event_created ON im_event (created_at);
