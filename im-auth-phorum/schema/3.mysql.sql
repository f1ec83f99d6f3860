-- Phorum 3: the account table of a board whose forum table is called `forums`, its groups and its moderators.
CREATE TABLE forums_auth (
    id                         int unsigned NOT NULL AUTO_INCREMENT,
    name                       varchar(50)  NOT NULL DEFAULT '',
    username                   varchar(50)  NOT NULL DEFAULT '',
    password                   varchar(50)  NOT NULL DEFAULT '',
    password_tmp               varchar(50)  NOT NULL DEFAULT '',
    email                      varchar(200) NOT NULL DEFAULT '',
    lang                       varchar(50)  NOT NULL DEFAULT '',
    signature                  text,
    combined_token             varchar(50)  NOT NULL DEFAULT '',
    max_group_permission_level int unsigned NOT NULL DEFAULT 0,
    permission_level           int unsigned NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
);

CREATE TABLE forums_groups (
    id   int unsigned NOT NULL AUTO_INCREMENT,
    name varchar(255) NOT NULL DEFAULT '',
    PRIMARY KEY (id)
);

CREATE TABLE forums_user2group (
    user_id  int unsigned NOT NULL DEFAULT 0,
    group_id int unsigned NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, group_id)
);

-- One row per moderated forum; forum 0 stands for the whole board: an administrator.
CREATE TABLE forums_moderators (
    user_id  int unsigned NOT NULL DEFAULT 0,
    forum_id int unsigned NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, forum_id)
);
