-- The accounts the tests speak of, for the user table of Phorum 5.0 to 10; the comment is the password.
-- Text is UTF-8; the connection converts it to the columns' character set.
-- Adm1n-Pass; administrator
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (1, 'Admin', 'e137fa5c6d6a33f0f5f0b4f058383219', 'e137fa5c6d6a33f0f5f0b4f058383219', 'admin@example.org', 1, 1100000001, 1);
-- correct horse 42
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (2, 'Alice', '9ed6210e741906ee73fa04b9225dd63f', '9ed6210e741906ee73fa04b9225dd63f', 'alice@example.org', 1, 1100000002, 0);
-- crème brûlée é1, as utf-8
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (3, 'Zoé', '51ffdf3874691d18e4b2c5f9fcf8b068', '*NO PASSWORD SET*', 'zoe@example.org', 1, 1100000003, 0);
-- it's "A&B" <c>\d
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (4, 'O''Brien', '1acd0b5957cf731664c99fb3f2bbf491', '*NO PASSWORD SET*', 'obrien@example.org', 1, 1100000004, 0);
-- r-and-d-5
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (5, 'R&D <team>', '04ed99b9beb7080bdef7473e39d84123', '*NO PASSWORD SET*', 'rd@example.org', 1, 1100000005, 0);
-- two words; a moderator of forum 1
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (6, 'Bob Smith', '573eb82c528c319f0097158784ff0aed', '*NO PASSWORD SET*', 'bob@example.org', 1, 1100000006, 0);
-- main-pass-7 or mailed77
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (7, 'Tom', '2265d45f9294b06dd5880d67909eae2c', '20cc0c70f58e73d68cfa85ebe00e0c84', 'tom@example.org', 1, 1100000007, 0);
-- no password at all
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (8, 'Nora', '*NO PASSWORD SET*', '*NO PASSWORD SET*', 'nora@example.org', 1, 1100000008, 0);
-- only-temp-9, in password_temp
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (9, 'Nils', '*NO PASSWORD SET*', '8936f4ea54420f7a2e81cb5a3ce1ea47', 'nils@example.org', 1, 1100000009, 0);
-- inactive-10; denied
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (10, 'Ines', '8848ca91b14ec35948b75043cc9a1cd0', '*NO PASSWORD SET*', 'ines@example.org', 0, 1100000010, 0);
-- pending-11; waits for a moderator
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (11, 'Pia', 'a9c039a4a14fef8c9b8d0755b62e7ad3', '*NO PASSWORD SET*', 'pia@example.org', -1, 1100000011, 0);
-- pending-12; waits for the e-mail
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (12, 'Pierre', 'b071df491797f8f51fd2608323765034', '*NO PASSWORD SET*', 'pierre@example.org', -2, 1100000012, 0);
-- pending-13; waits for both
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (13, 'Paul', '506aff3c618c836c18f236a8e68963ac', '*NO PASSWORD SET*', 'paul@example.org', -3, 1100000013, 0);
-- forty-digits as sha1: a format Phorum does not know
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (14, 'Sha', '1596717cacc75a2bcc6c8f6c7228d8ef422c6d17', '*NO PASSWORD SET*', 'sha@example.org', 1, 1100000014, 0);
-- the same, and mailed-15 in password_temp
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (15, 'Hank', '1596717cacc75a2bcc6c8f6c7228d8ef422c6d17', '9e58e5fb1e4f2f91b862734a36fb45a4', 'hank@example.org', 1, 1100000015, 0);
-- weiss-16
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (16, 'Weiß', 'd62d8133e81df02a7c1ff28bb3e45af9', '*NO PASSWORD SET*', 'weiss@example.org', 1, 1100000016, 0);
-- emoji-17; what became of a name in emoji
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (17, '????', 'a628f8b131a75755705612f09ad4d793', '*NO PASSWORD SET*', 'emoji@example.org', 1, 1100000017, 0);
-- sale-18
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (18, '50% off_', 'b5ee5c2bd9ec85f88cc885f5516c565c', '*NO PASSWORD SET*', 'sale@example.org', 1, 1100000018, 0);
-- slash\19
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (19, 'back\\slash', 'dc9ad7b65e221b0b235f78f8005b6e60', '*NO PASSWORD SET*', 'slash@example.org', 1, 1100000019, 0);
-- no stored value at all
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (20, 'Empty', '', '', 'empty@example.org', 1, 1100000020, 0);
-- number-21; registered as 01234 on Phorum 5.0
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (21, '1234', '8c0edb1b9caa5a42ddb3bcf3fea6bb54', '*NO PASSWORD SET*', 'number@example.org', 1, 1100000021, 0);
-- capitals-22, the digest in capitals
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (22, 'Upper', 'C0F63B1998B07DCA7B2311FF41E1EB86', '*NO PASSWORD SET*', 'upper@example.org', 1, 1100000022, 0);
-- the digest of nothing
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (23, 'Blank', 'd41d8cd98f00b204e9800998ecf8427e', '*NO PASSWORD SET*', 'blank@example.org', 1, 1100000023, 0);
-- fifty-24; as long as the column
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (24, 'NNNNNNNNNNNNNNNNNNNNNNNNNooooooooooooooooooooooooo', 'c0444a48c139b10a131dd76ebafda92d', '*NO PASSWORD SET*', 'fifty@example.org', 1, 1100000024, 0);
-- a DES value that a converter left behind
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (25, 'Desmond', 'de4zJjCQPDwOU', '*NO PASSWORD SET*', 'desmond@example.org', 1, 1100000025, 0);
-- spam-26; on the lists
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (26, 'Spammer', 'a684e4a57d902044a3bb912459864466', '*NO PASSWORD SET*', 'spammer@bad.example', 1, 1100000026, 0);
-- odd-27; a state Phorum does not know
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (27, 'Odd', '38ae43808154f5304fb831791705f1e9', '*NO PASSWORD SET*', 'odd@example.org', 5, 1100000027, 0);
-- snake-28; registered nobody knows when
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added, admin)
    VALUES (28, 'alïce cooper', '72f9d9f89264c4b457189844cfae9250', '*NO PASSWORD SET*', 'cooper@example.org', 1, 0, 0);

-- Groups: Alice is a member of Friends and leads Writers, asked for Staff and was suspended from Rogues.
INSERT INTO phorum_groups (group_id, name, open) VALUES (1, 'Friends', 1), (2, 'Writers', 0), (3, 'Staff', 0), (4, 'Rogues', 0);
INSERT INTO phorum_user_group_xref (user_id, group_id, status) VALUES (2, 1, 1), (2, 2, 2), (2, 3, 0), (2, 4, -1), (3, 3, 1);
-- Bob moderates messages of forum 1; Zoé moderates users through Staff; Tom may only read, reply and edit.
INSERT INTO phorum_user_permissions (user_id, forum_id, permission) VALUES (6, 1, 79), (7, 1, 7);
INSERT INTO phorum_forum_group_xref (forum_id, group_id, permission) VALUES (1, 3, 143), (1, 1, 15);
