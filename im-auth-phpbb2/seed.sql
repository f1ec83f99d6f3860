-- A board in English (its pages are windows-1252) and the accounts the tests speak of. UTF-8; for MySQL and SQLite.
-- Names are as the product stores them; the digests are MD5 of the password's windows-1252 bytes after addslashes().
-- The tests' clock stands at 2026-06-01 12:00:00 UTC (1780315200).

INSERT INTO phpbb_config (config_name, config_value) VALUES
    ('version', '.0.23'),
    ('default_lang', 'english'),
    ('board_disable', '0'),
    ('require_activation', '1'),
    ('max_login_attempts', '5'),
    ('login_reset_time', '30'),
    ('avatar_path', 'images/avatars'),
    ('avatar_gallery_path', 'images/avatars/gallery'),
    ('allow_avatar_upload', '1'),
    ('allow_avatar_remote', '1'),
    ('allow_avatar_local', '1');

INSERT INTO phpbb_users (user_id, user_active, username, user_password, user_regdate, user_level, user_lang, user_email) VALUES
    (-1, 0, 'Anonymous', '', 1100000000, 0, '', ''),
    (2, 1, 'Admin', 'e56dd7aa9a18d56bc443d94426a178f2', 1100000002, 1, 'english', 'admin@board.example'),
    (3, 1, 'Alice', '9ed6210e741906ee73fa04b9225dd63f', 1100000003, 0, 'french', 'alice@mail.example'),
    (4, 1, 'Zoé', 'b3520ade44e4ee63d289cc64670465ee', 1100000004, 0, 'english', 'zoe@mail.example'),
    (5, 1, 'O''Reilly', 'df8c6fa71f648115ea03cb499348df07', 1100000005, 0, 'english', 'tim@mail.example'),
    (6, 1, 'R&amp;D', '5b9189724ccda94cd96e01670b3c94bf', 1100000006, 0, 'english', 'r&amp;d@mail.example'),
    (7, 1, '&amp;#321;ukasz', 'ed6d881c8315177ab5eea8afea312e71', 1100000007, 0, 'polish', 'lukasz@mail.example'),
    (8, 0, 'Ina', 'a05a6f1a0af9b850137e128fb51530e3', 1100000008, 0, 'english', 'ina@mail.example'),
    (9, 0, 'Penny', '513e51389461386fcef7fea94453af83', 1100000009, 0, 'english', 'penny@mail.example'),
    (10, 1, 'Bertram', '890f73ae291a76ec3ff4d224fc9d8db7', 1100000010, 0, 'english', 'bertram@mail.example'),
    (11, 1, 'Mallory', 'a681cf68b718c5cdc782ecab8cc70c7c', 1100000011, 0, 'english', 'Mallory@banned.example'),
    (12, 1, 'Moderator', 'a47497347bc7a3aefc334397bf359d00', 1100000012, 2, 'english', 'moderator@board.example'),
    (13, 1, 'Groupmod', '812fa0f9dc1947d9bca389d52559d7c6', 1100000013, 0, 'english', 'groupmod@board.example'),
    (14, 1, 'Stranger', 'sha1:b6589fc6ab0dc82cf12099d1c2', 1100000014, 0, 'english', 'stranger@mail.example'),
    (15, 1, 'Unset', '', 1100000015, 0, 'english', 'unset@mail.example'),
    (16, 1, 'Lola', 'e00a6f4eee7beb38410b91c4b8a426e7', 1100000016, 0, 'english', 'lola@mail.example'),
    (17, 1, 'Relieved', 'c9150556a6a3397aa74aa57c1874cae7', 1100000017, 0, 'english', 'relieved@mail.example'),
    (18, 2, 'Ghost', '51f2628cb5cb0af230ba5c3c9d6bc1f1', 1100000018, 0, 'english', 'ghost@mail.example'),
    (19, 1, '100%_sure', '04b4c13cc501eac75f260ac044ca12da', 1100000019, 0, 'english', 'sure@mail.example'),
    (20, 1, 'two  words', '51731db159e502d88d4d51e0e6dbb737', 1100000020, 0, 'english', 'two@mail.example'),
    (21, 1, 'Wildcard', '647661bc2e1fa3b59013ccd656e50f9c', 1100000021, 0, 'english', 'wildcard@pattern.example');

-- Waiting for the e-mailed key; a key of a member who is active only stands for a new password.
UPDATE phpbb_users SET user_actkey = 'k3yk3y' WHERE user_id IN (3, 9);
-- Locked for another 20 minutes; no longer locked.
UPDATE phpbb_users SET user_login_tries = 5, user_last_login_try = 1780314600 WHERE user_id = 16;
UPDATE phpbb_users SET user_login_tries = 9, user_last_login_try = 1780313399 WHERE user_id = 17;
UPDATE phpbb_users SET user_avatar = '3.png', user_avatar_type = 1 WHERE user_id = 3;

INSERT INTO phpbb_banlist (ban_userid, ban_ip, ban_email) VALUES
    (10, '', NULL),
    (0, '', 'mallory@BANNED.example'),
    (0, '', '*@pattern.example'),
    (0, 'c6336407', NULL),
    (0, 'cb0071ff', NULL);

INSERT INTO phpbb_groups (group_id, group_type, group_name, group_single_user) VALUES
    (1, 1, '', 1),
    (2, 0, 'Gardeners', 0),
    (3, 2, 'Q &amp; A', 0),
    (4, 1, '', 1);
INSERT INTO phpbb_user_group (group_id, user_id, user_pending) VALUES
    (1, 3, 0),
    (2, 3, 0),
    (3, 3, 1),
    (3, 13, 0),
    (4, 12, 0);
INSERT INTO phpbb_auth_access (group_id, forum_id, auth_mod) VALUES (3, 1, 1), (2, 1, 0);

-- One new, one unread, and what does not count: read, sent, saved, somebody else's.
INSERT INTO phpbb_privmsgs (privmsgs_type, privmsgs_subject, privmsgs_from_userid, privmsgs_to_userid) VALUES
    (1, 'new', 2, 3),
    (5, 'unread', 2, 3),
    (0, 'read', 2, 3),
    (2, 'sent', 2, 3),
    (3, 'saved', 2, 3),
    (4, 'saved sent', 2, 3),
    (1, 'to another', 3, 2);
