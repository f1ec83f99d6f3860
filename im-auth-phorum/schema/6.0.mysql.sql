-- Phorum 6.0: the tables of 5.2 with wider password columns, which hold bcrypt values.
CREATE TABLE phorum_users (
    user_id               int unsigned NOT NULL AUTO_INCREMENT,
    username              varchar(50)  NOT NULL DEFAULT '',
    real_name             varchar(255) NOT NULL DEFAULT '',
    display_name          varchar(255) NOT NULL DEFAULT '',
    password              varchar(255) NOT NULL DEFAULT '',
    password_temp         varchar(255) NOT NULL DEFAULT '',
    sessid_lt             varchar(64)  NOT NULL DEFAULT '',
    sessid_st             varchar(64)  NOT NULL DEFAULT '',
    sessid_st_timeout     int unsigned NOT NULL DEFAULT 0,
    email                 varchar(100) NOT NULL DEFAULT '',
    email_temp            varchar(110) NOT NULL DEFAULT '',
    hide_email            tinyint(1)   NOT NULL DEFAULT 0,
    active                tinyint(1)   NOT NULL DEFAULT 0,
    signature             text,
    posts                 int          NOT NULL DEFAULT 0,
    admin                 tinyint(1)   NOT NULL DEFAULT 0,
    date_added            int unsigned NOT NULL DEFAULT 0,
    date_last_active      int unsigned NOT NULL DEFAULT 0,
    tz_offset             float(4,2)   NOT NULL DEFAULT -99.00,
    user_language         varchar(100) NOT NULL DEFAULT '',
    user_template         varchar(100) NOT NULL DEFAULT '',
    moderator_data        text,
    settings_data         mediumtext,
    force_password_change tinyint(1)   NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id),
    UNIQUE KEY username (username),
    KEY active (active)
);

CREATE TABLE phorum_settings (
    name varchar(255)   NOT NULL DEFAULT '',
    type enum('V', 'S') NOT NULL DEFAULT 'V',
    data text,
    PRIMARY KEY (name(100))
);

CREATE TABLE phorum_banlists (
    id       int unsigned NOT NULL AUTO_INCREMENT,
    forum_id int unsigned NOT NULL DEFAULT 0,
    type     tinyint(4)   NOT NULL DEFAULT 0,
    pcre     tinyint(1)   NOT NULL DEFAULT 0,
    string   varchar(255) NOT NULL DEFAULT '',
    comments text,
    PRIMARY KEY (id),
    KEY forum_id (forum_id)
);

CREATE TABLE phorum_groups (
    group_id int unsigned NOT NULL AUTO_INCREMENT,
    name     varchar(255) NOT NULL DEFAULT '',
    open     tinyint(1)   NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id)
);

CREATE TABLE phorum_user_group_xref (
    user_id  int unsigned NOT NULL DEFAULT 0,
    group_id int unsigned NOT NULL DEFAULT 0,
    status   tinyint(4)   NOT NULL DEFAULT 1,
    PRIMARY KEY (user_id, group_id)
);

CREATE TABLE phorum_forum_group_xref (
    forum_id   int unsigned NOT NULL DEFAULT 0,
    group_id   int unsigned NOT NULL DEFAULT 0,
    permission int unsigned NOT NULL DEFAULT 0,
    PRIMARY KEY (forum_id, group_id)
);

CREATE TABLE phorum_user_permissions (
    user_id    int unsigned NOT NULL DEFAULT 0,
    forum_id   int unsigned NOT NULL DEFAULT 0,
    permission int unsigned NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, forum_id)
);

CREATE TABLE phorum_pm_messages (
    pm_message_id int unsigned NOT NULL AUTO_INCREMENT,
    user_id       int unsigned NOT NULL DEFAULT 0,
    author        varchar(255) NOT NULL DEFAULT '',
    subject       varchar(100) NOT NULL DEFAULT '',
    message       text,
    datestamp     int unsigned NOT NULL DEFAULT 0,
    PRIMARY KEY (pm_message_id)
);

CREATE TABLE phorum_pm_folders (
    pm_folder_id int unsigned NOT NULL AUTO_INCREMENT,
    user_id      int unsigned NOT NULL DEFAULT 0,
    foldername   varchar(20)  NOT NULL DEFAULT '',
    PRIMARY KEY (pm_folder_id)
);

CREATE TABLE phorum_pm_xref (
    pm_xref_id     int unsigned NOT NULL AUTO_INCREMENT,
    user_id        int unsigned NOT NULL DEFAULT 0,
    pm_folder_id   int unsigned NOT NULL DEFAULT 0,
    special_folder varchar(10)  NULL DEFAULT NULL,
    pm_message_id  int unsigned NOT NULL DEFAULT 0,
    read_flag      tinyint(1)   NOT NULL DEFAULT 0,
    reply_flag     tinyint(1)   NOT NULL DEFAULT 0,
    PRIMARY KEY (pm_xref_id),
    KEY read_flag (read_flag)
);
