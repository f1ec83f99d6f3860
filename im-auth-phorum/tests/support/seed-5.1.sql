
-- 5.1 alone.
UPDATE phorum_users SET user_language = 'french' WHERE user_id = 2;
-- Private messages: Alice has three unread in her folders and one read; what she sent never counts.
INSERT INTO phorum_pm_xref (user_id, pm_folder_id, special_folder, pm_message_id, read_flag) VALUES
    (2, 0, 'inbox', 1, 0), (2, 0, 'inbox', 2, 0), (2, 0, 'inbox', 3, 1), (2, 5, NULL, 4, 0),
    (2, 0, 'outbox', 5, 1), (2, 0, 'outbox', 6, 0), (3, 0, 'inbox', 5, 0), (6, 0, 'outbox', 1, 1);
