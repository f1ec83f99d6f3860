
-- 5.2 alone.
UPDATE phorum_users SET display_name = username;
UPDATE phorum_users SET real_name = 'Robert Smith', display_name = 'Captain Bob' WHERE user_id = 6;
UPDATE phorum_users SET display_name = '' WHERE user_id = 5;
UPDATE phorum_users SET user_language = 'french' WHERE user_id = 2;
INSERT INTO phorum_settings (name, type, data) VALUES ('internal_version', 'V', '2007031400'), ('hooks', 'S', 'a:0:{}');
-- Has to choose another password: must-29.
INSERT INTO phorum_users (user_id, username, display_name, password, password_temp, email, active, date_added, force_password_change)
    VALUES (29, 'Muster', 'Muster', '1fd76a3f43795e6d65fcde0106e8eda6', '*NO PASSWORD SET*', 'must@example.org', 1, 1100000029, 1);
-- crème brûlée é1, hashed in the bytes of the board's first years.
INSERT INTO phorum_users (user_id, username, display_name, password, password_temp, email, active, date_added)
    VALUES (30, 'Veteran', 'Veteran', 'b3520ade44e4ee63d289cc64670465ee', '*NO PASSWORD SET*', 'veteran@example.org', 1, 1100000030);
-- Private messages: Alice has three unread in her folders and one read; what she sent never counts.
INSERT INTO phorum_pm_xref (user_id, pm_folder_id, special_folder, pm_message_id, read_flag) VALUES
    (2, 0, 'inbox', 1, 0), (2, 0, 'inbox', 2, 0), (2, 0, 'inbox', 3, 1), (2, 5, NULL, 4, 0),
    (2, 0, 'outbox', 5, 1), (2, 0, 'outbox', 6, 0), (3, 0, 'inbox', 5, 0), (6, 0, 'outbox', 1, 1);
