
-- 5.0 alone: passwords hashed in the bytes of iso-8859-1 pages, and with an outer space that nobody trimmed.
UPDATE phorum_users SET password = 'b3520ade44e4ee63d289cc64670465ee' WHERE user_id = 3;
UPDATE phorum_users SET password = '80f510d33ba6bc676e32972270c8c4e4' WHERE user_id = 6;
-- A letter that windows-1252 lacks was sent as a decimal entity; the euro sign is one of its own.
UPDATE phorum_users SET password = 'bc2fcc14d2f54f810d156a7226aef595' WHERE user_id = 5;
-- Alice: two unread, one read, one unread that she deleted; two that she sent, unread by others.
INSERT INTO phorum_private_messages (from_user_id, to_user_id, read_flag, to_del_flag, from_del_flag) VALUES
    (3, 2, 0, 0, 0), (6, 2, 0, 0, 1), (3, 2, 1, 0, 0), (3, 2, 0, 1, 0), (2, 3, 0, 0, 0), (2, 6, 0, 0, 0);
