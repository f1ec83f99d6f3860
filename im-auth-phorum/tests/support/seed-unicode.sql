
-- Names that only Unicode columns hold: ivan-40, lukasz-41.
INSERT INTO phorum_users (user_id, username, password, password_temp, email, active, date_added) VALUES
    (40, 'Иван', '56801a5e877b67c208daf131b168f866', '*NO PASSWORD SET*', 'ivan@example.org', 1, 1100000040),
    (41, 'Łukasz', '0ba20cd5d4fe26b32a12fc5941b1213b', '*NO PASSWORD SET*', 'lukasz@example.org', 1, 1100000041);
