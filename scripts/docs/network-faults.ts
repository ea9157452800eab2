import type { FaultRow } from './faults.ts'

/** What happens between processes, and to all of them. */
export const networkFaults: readonly FaultRow[] = [
  {
    row: 'F20',
    fault: 'A client reads too slowly',
    holds: 'It loses ephemeral frames, then its socket (4008), and resumes; nobody else waits for it',
  },
  {
    row: 'F21',
    fault: 'A connection is dead, and nobody was told',
    holds: 'Either side finds out after two heartbeats (`HEARTBEAT_MS`), and the client resumes elsewhere',
  },
  {
    row: 'F22',
    fault: 'A gateway or messaging is cut off from NATS',
    holds:
      'Requests are refused at once. A gateway makes its sockets whole within 30 s of the end; messaging publishes again what it committed meanwhile, or leaves its lanes to a process that is not cut off',
    missing: 'Sockets are not told that they are behind while it lasts',
  },
  {
    row: 'F23',
    fault: 'A service is cut off from Postgres',
    holds: 'Nothing is acknowledged; sockets stay open, typing and presence go on',
  },
  {
    row: 'F24',
    fault: 'A way is cut in one direction',
    holds:
      'The silence is noticed (NATS after 10 to 15 s, Postgres after 8 s), and counts as F22 or F23. Postgres ends the sessions of a machine that is gone after 11 s, and their locks with them',
  },
  {
    row: 'F25',
    fault: 'A cluster of NATS is split, one server from two',
    holds:
      'The two go on; what is connected to the one alone is cut off from the rest, as in F22, until it is healed',
  },
  {
    row: 'F26',
    fault: 'A slow and narrow network that loses packets',
    holds: 'Everything takes longer, and nothing is lost',
    missing:
      'Made by a proxy that holds pieces back as TCP does when it sends them again; no packet itself is dropped, which only the kernel could do',
  },
  {
    row: 'F27',
    fault: 'A process stands still and goes on',
    holds:
      'What it was asked ends in an answer. A writer that was replaced meanwhile can commit nothing: each commit names the ownership that it belongs to',
  },
  {
    row: 'F28',
    fault: 'Clocks jump',
    holds:
      'Order and repeats go by counters of the database, never by a clock; tokens are good 5 s before and after',
    missing: 'The clocks of Parley’s own processes jump; those of Postgres and NATS do not',
  },
  {
    row: 'F29',
    fault: 'Something is delivered twice, however late',
    holds: 'Frames are shown once by their `rev`; an event changes nothing the second time',
  },
  {
    row: 'F30',
    fault: 'Frames come in another order, or not at all',
    holds: 'A client holds back what jumps and pulls what is missing after half a second',
  },
  {
    row: 'F31',
    fault: 'Gateways are deployed one after the other',
    holds: 'Each asks its sockets to move (`goaway`), and they open the next before they close the last',
    missing:
      'How evenly the new handshakes are spread is judged by `npm run roll` alone: the suite has too few sockets',
  },
  {
    row: 'F32',
    fault: 'Messaging is deployed with a migration, two versions at a time',
    holds: 'A version works on the database that the next one has migrated',
    missing:
      'A clone without a tag of a release before it runs this build against itself; then only the migration is another',
  },
  {
    row: 'F33',
    fault: 'Everybody comes back at once',
    holds: '`UPGRADES_PER_SECOND` a process, beyond it 503 with the time to wait',
    missing: 'Thousands that come back at once are measured in `bench/`, not tested',
  },
  {
    row: 'F44',
    fault: 'Anything, at any time',
    holds:
      'Each acknowledged message and change is stored once and shown once by every client, in one order; nothing else is shown',
  },
]
