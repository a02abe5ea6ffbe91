import { type Database, openDatabase } from './database.ts';
import { MIGRATIONS } from './schema.ts';

/** No time of JavaScript is beyond this, and no count of ours. @see ECMAScript, Time Values and Time Range */
const MOST_INTEGER = 8_640_000_000_000_000;
/** A path is 4,096 bytes, and 32 verdicts are less. */
const MOST_TEXT_BYTES = 1 << 16;
const MOST_BLOB_BYTES = 1 << 24;
/** A sample each second for a week; the other tables stay far below. */
const MOST_ROWS = 1_000_000;
/** Names are held as long as the file is open. A history gives out 5,000 of places, and those of verdicts and kinds. */
const MOST_NAMES = 100_000;
const MOST_TABLE_BYTES = 1 << 26;

export interface Flaw {
  readonly is: 'failed' | 'corrupt';
  readonly because: string;
}

/**
 * Why a file cannot be a history that this program wrote; null when it can. Its schema must be ours to the letter, so that a view, a
 * trigger or a computed column never runs; its pages must form trees, so that every query ends; its values must be of the kind and
 * size that are written.
 */
export async function findFlaw(db: Database, version: number): Promise<Flaw | null> {
  const ours = await openDatabase(':memory:', 0);
  try {
    for (const step of MIGRATIONS.slice(0, version)) ours.exec(step);
    // A file of another program is not damaged, and stays where it is.
    if (readSchema(db) !== readSchema(ours)) return { is: 'failed', because: 'its tables are not those of a history' };
    const damage = db.row('PRAGMA quick_check(1)')?.text(0);
    if (damage !== 'ok') return { is: 'corrupt', because: `it is damaged: ${(damage ?? '').slice(0, 200)}` };
    for (const row of ours.rows(`SELECT name FROM sqlite_schema WHERE type = 'table'`)) {
      const flaw = findFlawIn(db, ours, row.text(0));
      if (flaw !== null) return { is: 'corrupt', because: flaw };
    }
    return null;
  } finally {
    ours.close();
  }
}

function readSchema(db: Database): string {
  const rows = db.rows(
    `SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'
     ORDER BY type, name LIMIT 100`,
  );
  return rows.map((row) => [0, 1, 2, 3].map((column) => row.text(column)).join('\0')).join('\n');
}

function findFlawIn(db: Database, ours: Database, table: string): string | null {
  const columns = ours.rows(`PRAGMA table_info(${table})`).map((row) => ({ name: row.text(1), type: row.text(2) }));
  const isOdd = columns.map(({ name, type }) => `total(${toOdd(name, type)})`).join(', ');
  const bytes = columns
    .filter(({ type }) => type !== 'INTEGER')
    .map(({ name }) => `coalesce(octet_length(${name}), 0)`);
  const held = bytes.length === 0 ? '0' : `total(${bytes.join(' + ')})`;
  const row = db.row(`SELECT count(*), CAST(${held} AS INTEGER), ${isOdd} FROM ${table}`);
  if (row === null) return null;
  if (row.int(0) > (table === 'names' ? MOST_NAMES : MOST_ROWS)) return `its table ${table} has ${row.int(0)} rows`;
  // Evidence is read one by one.
  if (row.int(1) > MOST_TABLE_BYTES && table !== 'evidence') return `its table ${table} holds ${row.int(1)} bytes`;
  const odd = columns.find((_, index) => row.int(index + 2) > 0);
  return odd === undefined ? null : `its column ${table}.${odd.name} holds a value that was never written`;
}

function toOdd(name: string, type: string): string {
  if (type === 'INTEGER') {
    return `${name} IS NOT NULL AND (typeof(${name}) <> 'integer' OR ${name} NOT BETWEEN -${MOST_INTEGER} AND ${MOST_INTEGER})`;
  }
  const most = type === 'BLOB' ? MOST_BLOB_BYTES : MOST_TEXT_BYTES;
  return `${name} IS NOT NULL AND (typeof(${name}) <> '${type.toLowerCase()}' OR octet_length(${name}) > ${most})`;
}
