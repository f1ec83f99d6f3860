-- Phorum 3: sesame77 and opensesame as DES crypt, the others as MD5.
INSERT INTO forums_auth (id, name, username, password, password_tmp, email, lang) VALUES
    (1, 'The Admin', 'Admin', 'e137fa5c6d6a33f0f5f0b4f058383219', '', 'admin@example.org', 'english'),
    (2, 'Alice A.', 'Alice', 'seVrV9NttVI/s', 'e71a7506cc1a677590c617abb22d3d1f', 'alice@example.org', 'french'),
    (3, 'Zoé', 'Zoé', 'b3520ade44e4ee63d289cc64670465ee', '', 'zoe@example.org', ''),
    (4, 'O''Brien', 'O''Brien', 'opC5z1Yv1Ew3o', '', 'obrien@example.org', ''),
    (5, 'Sha', 'Sha', '1596717cacc75a2bcc6c8f6c7228d8ef422c6d17', '', 'sha@example.org', ''),
    (6, 'Twice', 'Twin', '84eb2465f19dfd0098553a897882b7ce', '', 'one@example.org', ''),
    (7, 'Twice', 'Twin', '84eb2465f19dfd0098553a897882b7ce', '', 'two@example.org', ''),
    (8, 'Bob', 'Bob', '7c27d558ccb68eb0fdaa9c42e57b9082', '', 'bob@example.org', '');
INSERT INTO forums_groups (id, name) VALUES (1, 'Friends'), (2, 'Writers');
INSERT INTO forums_user2group (user_id, group_id) VALUES (2, 1), (2, 2);
-- Forum 0 is the whole board.
INSERT INTO forums_moderators (user_id, forum_id) VALUES (1, 0), (8, 3);
