DROP TABLE batch_items;
DROP TABLE sync_points;
