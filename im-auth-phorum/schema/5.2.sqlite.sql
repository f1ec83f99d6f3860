-- Phorum 5.2 on SQLite: the same tables as on MySQL. User names ignore ASCII case, as a MySQL board's do.
CREATE TABLE phorum_users (
    user_id               integer PRIMARY KEY AUTOINCREMENT,
    username              varchar(50)  NOT NULL DEFAULT '' COLLATE NOCASE,
    real_name             varchar(255) NOT NULL DEFAULT '',
    display_name          varchar(255) NOT NULL DEFAULT '',
    password              varchar(50)  NOT NULL DEFAULT '',
    password_temp         varchar(50)  NOT NULL DEFAULT '',
    sessid_lt             varchar(50)  NOT NULL DEFAULT '',
    sessid_st             varchar(50)  NOT NULL DEFAULT '',
    sessid_st_timeout     integer NOT NULL DEFAULT 0,
    email                 varchar(100) NOT NULL DEFAULT '',
    email_temp            varchar(110) NOT NULL DEFAULT '',
    hide_email            integer   NOT NULL DEFAULT 0,
    active                integer   NOT NULL DEFAULT 0,
    signature             text,
    posts                 int          NOT NULL DEFAULT 0,
    admin                 integer   NOT NULL DEFAULT 0,
    date_added            integer NOT NULL DEFAULT 0,
    date_last_active      integer NOT NULL DEFAULT 0,
    tz_offset             real   NOT NULL DEFAULT -99.00,
    user_language         varchar(100) NOT NULL DEFAULT '',
    user_template         varchar(100) NOT NULL DEFAULT '',
    moderator_data        text,
    settings_data         text,
    force_password_change integer   NOT NULL DEFAULT 0,
    UNIQUE (username)
);

CREATE TABLE phorum_settings (
    name varchar(255)   NOT NULL DEFAULT '',
    type varchar(1) NOT NULL DEFAULT 'V',
    data text,
    PRIMARY KEY (name)
);

CREATE TABLE phorum_banlists (
    id       integer PRIMARY KEY AUTOINCREMENT,
    forum_id integer NOT NULL DEFAULT 0,
    type     integer   NOT NULL DEFAULT 0,
    pcre     integer   NOT NULL DEFAULT 0,
    string   varchar(255) NOT NULL DEFAULT '',
    comments text
);

CREATE TABLE phorum_groups (
    group_id integer PRIMARY KEY AUTOINCREMENT,
    name     varchar(255) NOT NULL DEFAULT '',
    open     integer   NOT NULL DEFAULT 0
);

CREATE TABLE phorum_user_group_xref (
    user_id  integer NOT NULL DEFAULT 0,
    group_id integer NOT NULL DEFAULT 0,
    status   integer   NOT NULL DEFAULT 1,
    PRIMARY KEY (user_id, group_id)
);

CREATE TABLE phorum_forum_group_xref (
    forum_id   integer NOT NULL DEFAULT 0,
    group_id   integer NOT NULL DEFAULT 0,
    permission integer NOT NULL DEFAULT 0,
    PRIMARY KEY (forum_id, group_id)
);

CREATE TABLE phorum_user_permissions (
    user_id    integer NOT NULL DEFAULT 0,
    forum_id   integer NOT NULL DEFAULT 0,
    permission integer NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, forum_id)
);

CREATE TABLE phorum_pm_messages (
    pm_message_id integer PRIMARY KEY AUTOINCREMENT,
    user_id       integer NOT NULL DEFAULT 0,
    author        varchar(255) NOT NULL DEFAULT '',
    subject       varchar(100) NOT NULL DEFAULT '',
    message       text,
    datestamp     integer NOT NULL DEFAULT 0
);

CREATE TABLE phorum_pm_folders (
    pm_folder_id integer PRIMARY KEY AUTOINCREMENT,
    user_id      integer NOT NULL DEFAULT 0,
    foldername   varchar(20)  NOT NULL DEFAULT ''
);

CREATE TABLE phorum_pm_xref (
    pm_xref_id     integer PRIMARY KEY AUTOINCREMENT,
    user_id        integer NOT NULL DEFAULT 0,
    pm_folder_id   integer NOT NULL DEFAULT 0,
    special_folder varchar(10)  NULL DEFAULT NULL,
    pm_message_id  integer NOT NULL DEFAULT 0,
    read_flag      integer   NOT NULL DEFAULT 0,
    reply_flag     integer   NOT NULL DEFAULT 0
);
