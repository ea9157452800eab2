/** Writes every file that is made from the code; with `--check` only says which of them are not what the code says. */
await import('./write-client-table.ts')
await import('./write-docs.ts')
