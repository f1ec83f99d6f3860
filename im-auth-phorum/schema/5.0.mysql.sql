-- Phorum 5.0: language, template and time zone lie in user_data; private messages in one table.
CREATE TABLE phorum_users (
    user_id               int unsigned NOT NULL AUTO_INCREMENT,
    username              varchar(50)  NOT NULL DEFAULT '',
    password              varchar(50)  NOT NULL DEFAULT '',
    password_temp         varchar(50)  NOT NULL DEFAULT '',
    email                 varchar(100) NOT NULL DEFAULT '',
    email_temp            varchar(110) NOT NULL DEFAULT '',
    hide_email            tinyint(1)   NOT NULL DEFAULT 0,
    active                tinyint(1)   NOT NULL DEFAULT 0,
    signature             text,
    user_data             text,
    posts                 int          NOT NULL DEFAULT 0,
    admin                 tinyint(1)   NOT NULL DEFAULT 0,
    date_added            int unsigned NOT NULL DEFAULT 0,
    date_last_active      int unsigned NOT NULL DEFAULT 0,
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

CREATE TABLE phorum_private_messages (
    private_message_id int unsigned NOT NULL AUTO_INCREMENT,
    from_username      varchar(50)  NOT NULL DEFAULT '',
    to_username        varchar(50)  NOT NULL DEFAULT '',
    from_user_id       int unsigned NOT NULL DEFAULT 0,
    to_user_id         int unsigned NOT NULL DEFAULT 0,
    subject            varchar(100) NOT NULL DEFAULT '',
    message            text,
    datestamp          int unsigned NOT NULL DEFAULT 0,
    read_flag          tinyint(1)   NOT NULL DEFAULT 0,
    reply_flag         tinyint(1)   NOT NULL DEFAULT 0,
    to_del_flag        tinyint(1)   NOT NULL DEFAULT 0,
    from_del_flag      tinyint(1)   NOT NULL DEFAULT 0,
    PRIMARY KEY (private_message_id),
    KEY to_user_id (to_user_id, to_del_flag, datestamp)
);
