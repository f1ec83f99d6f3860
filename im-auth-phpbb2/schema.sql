-- The tables of phpBB 2.0.23 that this adapter reads, for MySQL and MariaDB.
-- Written from what is known of the product; like its own, without engine, character set or collation: the database's
-- defaults rule. No index on username: that is how the product ships.

CREATE TABLE `phpbb_users` (
    user_id               mediumint(8) NOT NULL,
    user_active           tinyint(1) DEFAULT 1,
    username              varchar(25) NOT NULL,
    user_password         varchar(32) NOT NULL,
    user_session_time     int(11) DEFAULT 0 NOT NULL,
    user_session_page     smallint(5) DEFAULT 0 NOT NULL,
    user_lastvisit        int(11) DEFAULT 0 NOT NULL,
    user_regdate          int(11) DEFAULT 0 NOT NULL,
    user_level            tinyint(4) DEFAULT 0,
    user_posts            mediumint(8) unsigned DEFAULT 0 NOT NULL,
    user_timezone         decimal(5,2) DEFAULT 0.00 NOT NULL,
    user_style            tinyint(4),
    user_lang             varchar(255),
    user_dateformat       varchar(14) DEFAULT 'd M Y H:i' NOT NULL,
    user_new_privmsg      smallint(5) unsigned DEFAULT 0 NOT NULL,
    user_unread_privmsg   smallint(5) unsigned DEFAULT 0 NOT NULL,
    user_last_privmsg     int(11) DEFAULT 0 NOT NULL,
    user_login_tries      smallint(5) unsigned DEFAULT 0 NOT NULL,
    user_last_login_try   int(11) DEFAULT 0 NOT NULL,
    user_emailtime        int(11),
    user_viewemail        tinyint(1),
    user_attachsig        tinyint(1),
    user_allowhtml        tinyint(1) DEFAULT 1,
    user_allowbbcode      tinyint(1) DEFAULT 1,
    user_allowsmile       tinyint(1) DEFAULT 1,
    user_allowavatar      tinyint(1) DEFAULT 1 NOT NULL,
    user_allow_pm         tinyint(1) DEFAULT 1 NOT NULL,
    user_allow_viewonline tinyint(1) DEFAULT 1 NOT NULL,
    user_notify           tinyint(1) DEFAULT 1 NOT NULL,
    user_notify_pm        tinyint(1) DEFAULT 0 NOT NULL,
    user_popup_pm         tinyint(1) DEFAULT 0 NOT NULL,
    user_rank             int(11) DEFAULT 0,
    user_avatar           varchar(100),
    user_avatar_type      tinyint(4) DEFAULT 0 NOT NULL,
    user_email            varchar(255),
    user_icq              varchar(15),
    user_website          varchar(100),
    user_from             varchar(100),
    user_sig              text,
    user_sig_bbcode_uid   char(10),
    user_aim              varchar(255),
    user_yim              varchar(255),
    user_msnm             varchar(255),
    user_occ              varchar(100),
    user_interests        varchar(255),
    user_actkey           varchar(32),
    user_newpasswd        varchar(32),
    PRIMARY KEY (user_id),
    KEY user_session_time (user_session_time)
);

CREATE TABLE `phpbb_config` (
    config_name  varchar(255) NOT NULL,
    config_value varchar(255) NOT NULL,
    PRIMARY KEY (config_name(100))
);

CREATE TABLE `phpbb_banlist` (
    ban_id     mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
    ban_userid mediumint(8) DEFAULT 0 NOT NULL,
    ban_ip     char(8) DEFAULT '' NOT NULL,
    ban_email  varchar(255),
    PRIMARY KEY (ban_id),
    KEY ban_ip_user_id (ban_ip, ban_userid)
);

CREATE TABLE `phpbb_groups` (
    group_id          mediumint(8) NOT NULL AUTO_INCREMENT,
    group_type        tinyint(4) DEFAULT 1 NOT NULL,
    group_name        varchar(40) NOT NULL,
    group_description varchar(255) DEFAULT '' NOT NULL,
    group_moderator   mediumint(8) DEFAULT 0 NOT NULL,
    group_single_user tinyint(1) DEFAULT 1 NOT NULL,
    PRIMARY KEY (group_id),
    KEY group_single_user (group_single_user)
);

CREATE TABLE `phpbb_user_group` (
    group_id     mediumint(8) DEFAULT 0 NOT NULL,
    user_id      mediumint(8) DEFAULT 0 NOT NULL,
    user_pending tinyint(1),
    KEY group_id (group_id),
    KEY user_id (user_id)
);

CREATE TABLE `phpbb_auth_access` (
    group_id         mediumint(8) DEFAULT 0 NOT NULL,
    forum_id         smallint(5) unsigned DEFAULT 0 NOT NULL,
    auth_view        tinyint(1) DEFAULT 0 NOT NULL,
    auth_read        tinyint(1) DEFAULT 0 NOT NULL,
    auth_post        tinyint(1) DEFAULT 0 NOT NULL,
    auth_reply       tinyint(1) DEFAULT 0 NOT NULL,
    auth_edit        tinyint(1) DEFAULT 0 NOT NULL,
    auth_delete      tinyint(1) DEFAULT 0 NOT NULL,
    auth_sticky      tinyint(1) DEFAULT 0 NOT NULL,
    auth_announce    tinyint(1) DEFAULT 0 NOT NULL,
    auth_vote        tinyint(1) DEFAULT 0 NOT NULL,
    auth_pollcreate  tinyint(1) DEFAULT 0 NOT NULL,
    auth_attachments tinyint(1) DEFAULT 0 NOT NULL,
    auth_mod         tinyint(1) DEFAULT 0 NOT NULL,
    KEY group_id (group_id),
    KEY forum_id (forum_id)
);

CREATE TABLE `phpbb_privmsgs` (
    privmsgs_id             mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
    privmsgs_type           tinyint(4) DEFAULT 0 NOT NULL,
    privmsgs_subject        varchar(255) DEFAULT '' NOT NULL,
    privmsgs_from_userid    mediumint(8) DEFAULT 0 NOT NULL,
    privmsgs_to_userid      mediumint(8) DEFAULT 0 NOT NULL,
    privmsgs_date           int(11) DEFAULT 0 NOT NULL,
    privmsgs_ip             varchar(8) DEFAULT '' NOT NULL,
    privmsgs_enable_bbcode  tinyint(1) DEFAULT 1 NOT NULL,
    privmsgs_enable_html    tinyint(1) DEFAULT 0 NOT NULL,
    privmsgs_enable_smilies tinyint(1) DEFAULT 1 NOT NULL,
    privmsgs_attach_sig     tinyint(1) DEFAULT 1 NOT NULL,
    PRIMARY KEY (privmsgs_id),
    KEY privmsgs_from_userid (privmsgs_from_userid),
    KEY privmsgs_to_userid (privmsgs_to_userid)
);
