DROP TABLE lost_phones;
DROP TABLE pack_keys;
DROP TABLE packs;
