-- Up to where the other member was told that this one has read. Behind "read_seq" while one reads unseen.
ALTER TABLE im_participant ADD COLUMN told_seq BIGINT NOT NULL DEFAULT 0;
UPDATE im_participant SET told_seq = read_seq;
