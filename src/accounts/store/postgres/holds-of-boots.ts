/**
 * A hold is of a process that is known: what a dead one had on its way cannot arrive once it was forgotten, and it is
 * not forgotten while something of it is on its way. Holds of forgotten ones get a process back that is closed, so that
 * they are recovered. The check reads one row, which is in memory; what it costs is lost in the noise of `make bench`.
 */
export const HOLDS_OF_BOOTS = `
  INSERT INTO tokenharbor.boots (id, name, opened_at, heard_at, closed)
    SELECT DISTINCT h.boot_id, 'forgotten-' || h.boot_id, 0, clock_timestamp(), true FROM tokenharbor.holds h
    WHERE NOT EXISTS (SELECT 1 FROM tokenharbor.boots b WHERE b.id = h.boot_id);
  ALTER TABLE tokenharbor.holds ADD CONSTRAINT holds_of_boots FOREIGN KEY (boot_id) REFERENCES tokenharbor.boots (id)`;
