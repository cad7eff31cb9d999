-- On SQLite rows are written with their place from now on; here the sequencer goes on giving it.
SELECT 1;
