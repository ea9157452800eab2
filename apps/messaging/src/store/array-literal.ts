// Postgres array literals, written directly: node-postgres builds them value by value, which shows in the profile of a batch.

/** Of numbers and booleans. */
export const plainArray = (values: readonly (number | boolean)[]): string => `{${values.join(',')}}`

/** Of texts; null stays null. */
export const textArray = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'null' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
