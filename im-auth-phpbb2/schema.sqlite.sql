-- The same tables for SQLite, which phpBB 2 itself does not run on: for demonstrations and tests.
-- Names are compared without regard to the case of ASCII letters, the nearest SQLite has to MySQL's usual collations.

CREATE TABLE `phpbb_users` (
    user_id               INTEGER NOT NULL,
    user_active           INTEGER DEFAULT 1,
    username              VARCHAR(25) NOT NULL COLLATE NOCASE,
    user_password         VARCHAR(32) NOT NULL,
    user_session_time     INTEGER DEFAULT 0 NOT NULL,
    user_session_page     INTEGER DEFAULT 0 NOT NULL,
    user_lastvisit        INTEGER DEFAULT 0 NOT NULL,
    user_regdate          INTEGER DEFAULT 0 NOT NULL,
    user_level            INTEGER DEFAULT 0,
    user_posts            INTEGER DEFAULT 0 NOT NULL,
    user_timezone         DECIMAL(5,2) DEFAULT 0.00 NOT NULL,
    user_style            INTEGER,
    user_lang             VARCHAR(255),
    user_dateformat       VARCHAR(14) DEFAULT 'd M Y H:i' NOT NULL,
    user_new_privmsg      INTEGER DEFAULT 0 NOT NULL,
    user_unread_privmsg   INTEGER DEFAULT 0 NOT NULL,
    user_last_privmsg     INTEGER DEFAULT 0 NOT NULL,
    user_login_tries      INTEGER DEFAULT 0 NOT NULL,
    user_last_login_try   INTEGER DEFAULT 0 NOT NULL,
    user_emailtime        INTEGER,
    user_viewemail        INTEGER,
    user_attachsig        INTEGER,
    user_allowhtml        INTEGER DEFAULT 1,
    user_allowbbcode      INTEGER DEFAULT 1,
    user_allowsmile       INTEGER DEFAULT 1,
    user_allowavatar      INTEGER DEFAULT 1 NOT NULL,
    user_allow_pm         INTEGER DEFAULT 1 NOT NULL,
    user_allow_viewonline INTEGER DEFAULT 1 NOT NULL,
    user_notify           INTEGER DEFAULT 1 NOT NULL,
    user_notify_pm        INTEGER DEFAULT 0 NOT NULL,
    user_popup_pm         INTEGER DEFAULT 0 NOT NULL,
    user_rank             INTEGER DEFAULT 0,
    user_avatar           VARCHAR(100),
    user_avatar_type      INTEGER DEFAULT 0 NOT NULL,
    user_email            VARCHAR(255),
    user_icq              VARCHAR(15),
    user_website          VARCHAR(100),
    user_from             VARCHAR(100),
    user_sig              TEXT,
    user_sig_bbcode_uid   CHAR(10),
    user_aim              VARCHAR(255),
    user_yim              VARCHAR(255),
    user_msnm             VARCHAR(255),
    user_occ              VARCHAR(100),
    user_interests        VARCHAR(255),
    user_actkey           VARCHAR(32),
    user_newpasswd        VARCHAR(32),
    PRIMARY KEY (user_id)
);
CREATE INDEX `phpbb_users_user_session_time` ON `phpbb_users` (user_session_time);

CREATE TABLE `phpbb_config` (
    config_name  VARCHAR(255) NOT NULL,
    config_value VARCHAR(255) NOT NULL,
    PRIMARY KEY (config_name)
);

CREATE TABLE `phpbb_banlist` (
    ban_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    ban_userid INTEGER DEFAULT 0 NOT NULL,
    ban_ip     CHAR(8) DEFAULT '' NOT NULL,
    ban_email  VARCHAR(255) COLLATE NOCASE
);
CREATE INDEX `phpbb_banlist_ban_ip_user_id` ON `phpbb_banlist` (ban_ip, ban_userid);

CREATE TABLE `phpbb_groups` (
    group_id          INTEGER PRIMARY KEY AUTOINCREMENT,
    group_type        INTEGER DEFAULT 1 NOT NULL,
    group_name        VARCHAR(40) NOT NULL,
    group_description VARCHAR(255) DEFAULT '' NOT NULL,
    group_moderator   INTEGER DEFAULT 0 NOT NULL,
    group_single_user INTEGER DEFAULT 1 NOT NULL
);
CREATE INDEX `phpbb_groups_group_single_user` ON `phpbb_groups` (group_single_user);

CREATE TABLE `phpbb_user_group` (
    group_id     INTEGER DEFAULT 0 NOT NULL,
    user_id      INTEGER DEFAULT 0 NOT NULL,
    user_pending INTEGER
);
CREATE INDEX `phpbb_user_group_group_id` ON `phpbb_user_group` (group_id);
CREATE INDEX `phpbb_user_group_user_id` ON `phpbb_user_group` (user_id);

CREATE TABLE `phpbb_auth_access` (
    group_id         INTEGER DEFAULT 0 NOT NULL,
    forum_id         INTEGER DEFAULT 0 NOT NULL,
    auth_view        INTEGER DEFAULT 0 NOT NULL,
    auth_read        INTEGER DEFAULT 0 NOT NULL,
    auth_post        INTEGER DEFAULT 0 NOT NULL,
    auth_reply       INTEGER DEFAULT 0 NOT NULL,
    auth_edit        INTEGER DEFAULT 0 NOT NULL,
    auth_delete      INTEGER DEFAULT 0 NOT NULL,
    auth_sticky      INTEGER DEFAULT 0 NOT NULL,
    auth_announce    INTEGER DEFAULT 0 NOT NULL,
    auth_vote        INTEGER DEFAULT 0 NOT NULL,
    auth_pollcreate  INTEGER DEFAULT 0 NOT NULL,
    auth_attachments INTEGER DEFAULT 0 NOT NULL,
    auth_mod         INTEGER DEFAULT 0 NOT NULL
);
CREATE INDEX `phpbb_auth_access_group_id` ON `phpbb_auth_access` (group_id);
CREATE INDEX `phpbb_auth_access_forum_id` ON `phpbb_auth_access` (forum_id);

CREATE TABLE `phpbb_privmsgs` (
    privmsgs_id             INTEGER PRIMARY KEY AUTOINCREMENT,
    privmsgs_type           INTEGER DEFAULT 0 NOT NULL,
    privmsgs_subject        VARCHAR(255) DEFAULT '' NOT NULL,
    privmsgs_from_userid    INTEGER DEFAULT 0 NOT NULL,
    privmsgs_to_userid      INTEGER DEFAULT 0 NOT NULL,
    privmsgs_date           INTEGER DEFAULT 0 NOT NULL,
    privmsgs_ip             VARCHAR(8) DEFAULT '' NOT NULL,
    privmsgs_enable_bbcode  INTEGER DEFAULT 1 NOT NULL,
    privmsgs_enable_html    INTEGER DEFAULT 0 NOT NULL,
    privmsgs_enable_smilies INTEGER DEFAULT 1 NOT NULL,
    privmsgs_attach_sig     INTEGER DEFAULT 1 NOT NULL
);
CREATE INDEX `phpbb_privmsgs_privmsgs_from_userid` ON `phpbb_privmsgs` (privmsgs_from_userid);
CREATE INDEX `phpbb_privmsgs_privmsgs_to_userid` ON `phpbb_privmsgs` (privmsgs_to_userid);
