// Releases work side by side while one replaces the other: a migration adds, and what nothing uses any more goes a release later.
// Text is looked at, not a parsed tree: each rule names what it finds, and planted faults in the test show that it does.

interface Rule {
  finds: RegExp
  fault: string
  /** Harmless on a table that the release itself makes. */
  unlessNew?: true
}

const TABLE = String.raw`(?:if exists )?(?:only )?"?(?<table>\w+)"?`
const rules: readonly Rule[] = [
  { finds: /^drop (?!trigger|function)/, fault: 'drops what the release before may use' },
  { finds: /\bdrop (column|constraint)\b/, fault: 'drops what the release before may use' },
  { finds: /^drop function/, fault: 'drops a function that the release before may call' },
  { finds: /\brename\b/, fault: 'renames: the release before knows the old name only' },
  {
    finds: /\balter (column )?"?\w+"? (set data )?type\b/,
    fault: 'changes a type: the table is rewritten under a lock',
  },
  {
    finds: /\bset not null\b/,
    fault: 'looks through the whole table under a lock, and the release before may write null',
  },
  { finds: /^(truncate|lock)\b/, fault: 'takes a lock that nobody gets past' },
  {
    finds: new RegExp(
      String.raw`^alter table ${TABLE} .*\badd (column )?(?!constraint)[^,]*\bnot null\b(?![^,]*\bdefault\b)`,
    ),
    fault: 'adds a column that the release before does not write, without a default',
    unlessNew: true,
  },
  {
    finds: new RegExp(
      String.raw`^alter table ${TABLE} .*\badd (column )?(?!constraint)[^,]*\b(generated|serial|bigserial|default (?!now\(\)|current_timestamp)\w+\()`,
    ),
    fault: 'adds a column whose value is computed for each row: the table is rewritten under a lock',
    unlessNew: true,
  },
  {
    finds: new RegExp(
      String.raw`^alter table ${TABLE} .*\badd (constraint|check|foreign key|unique|primary key|exclude)\b(?!.*\bnot valid\b)`,
    ),
    fault:
      'looks through the whole table under a lock: add the constraint as not valid, and validate it in a migration of its own',
    unlessNew: true,
  },
  {
    finds: new RegExp(String.raw`^create (unique )?index (?!concurrently)(?:.*? )?on ${TABLE}`),
    fault: 'keeps everybody from writing while it looks through the table',
    unlessNew: true,
  },
  {
    finds: new RegExp(String.raw`^(update|delete from) ${TABLE}`),
    fault: 'changes rows in one transaction: let the service do it, a few at a time',
    unlessNew: true,
  },
]

/** What is wrong with a release's new statements, in their order, where processes of the release before still run. */
export function migrationFaults(statements: readonly string[]): string[] {
  const made = new Set<string>()
  return statements.flatMap((statement) => {
    const text = plain(statement)
    const [, table] = /^create (?:unlogged )?table (?:if not exists )?"?(\w+)"?/.exec(text) ?? []
    if (table) made.add(table)
    return rules.flatMap(({ finds, fault, unlessNew }) => {
      const found = finds.exec(text)
      const isNew = unlessNew && made.has(found?.groups?.['table'] ?? '')
      return found && !isNew ? [`${text.slice(0, 80)}: ${fault}`] : []
    })
  })
}

/** In small letters and one line, without comments, and without the bodies of functions, which run later. */
const plain = (statement: string): string =>
  statement
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, ' body ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase()
