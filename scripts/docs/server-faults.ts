import type { FaultRow } from './faults.ts'

const ALL_NATS =
  'Not in the suite. Made four times: three times all came back within 8 s; once a server of 2.10.27 found no leader for a minute, and has to be started again then'

/** What happens to processes, and to the servers that they rely on. */
export const serverFaults: readonly FaultRow[] = [
  {
    row: 'F01',
    fault: 'A gateway is killed',
    holds:
      'Clients resume at another one from their cursor. It held nothing that matters; its people are offline 40 s later at most, unless they are back',
  },
  {
    row: 'F02',
    fault:
      'Messaging is killed: before a commit, between commit and publication, between publication and answer',
    holds:
      'Before the commit nothing has happened, and a repeat makes the message. After it the message is there, is published by the next owner of the lane, and a repeat is answered by it: never a second one',
  },
  {
    row: 'F03',
    fault: 'Auth is killed',
    holds:
      'Sockets stay open and tokens are verified with the keys that are known; log-in comes back with the process',
  },
  {
    row: 'F04',
    fault: 'Matching is killed amid mutual likes',
    holds: 'A match is one row for both, written with its event: no half match, no second conversation',
  },
  {
    row: 'F05',
    fault: 'Two processes publish the same outbox, and one is killed',
    holds:
      'A session lock lets one publish at a time; what it publishes again after a crash is dropped by its number',
  },
  {
    row: 'F06',
    fault: 'NATS ends and comes back, with or without its data',
    holds:
      'Sends are refused as `unavailable` meanwhile. Gateways make their sockets whole; streams are filled again from the outboxes',
  },
  {
    row: 'F07',
    fault: 'Of three NATS servers the leader of a stream is killed',
    holds: 'Another leads within seconds; processes that were connected to it connect to the others',
  },
  {
    row: 'F08',
    fault: 'Of three NATS servers another one is killed',
    holds: 'Events go on: two of three are a majority',
  },
  { row: 'F09', fault: 'All three NATS servers are killed', holds: 'As F06', untested: ALL_NATS },
  {
    row: 'F10',
    fault: 'NATS loses power',
    holds:
      'What it has acknowledged is on disk: `sync_interval: always`. An event that was lost would come again from the outbox',
  },
  {
    row: 'F11',
    fault: 'NATS servers are restarted one after the other',
    holds: 'Each hands over its streams and clients before it ends (lame duck)',
  },
  {
    row: 'F12',
    fault: 'Postgres is restarted or killed',
    holds:
      'What needs it is refused as `unavailable`, and nothing is half done; pools and lanes come back by themselves',
  },
  {
    row: 'F13',
    fault: 'Postgres loses power',
    holds: 'What was committed is on disk, and nothing is acknowledged before it is committed',
  },
  {
    row: 'F14',
    fault: 'Postgres fails over to a synchronous standby',
    holds: 'Acknowledged messages are on both; clients wait as in F12',
  },
  {
    row: 'F15',
    fault: 'Postgres stands still, or a table is locked',
    holds:
      'A statement is given up after 5 s, a silent server after 8 s; requests end as `timeout` or `unavailable`',
  },
  {
    row: 'F16',
    fault: 'There is no connection to Postgres to be had',
    holds: 'Requests are refused after 3 s; services come back by themselves when there is one',
  },
  {
    row: 'F17',
    fault: 'The disk of NATS is full',
    holds:
      'Messages are acknowledged and delivered all the same, since their way leads over Postgres and core NATS. Events wait in the outboxes; free space and restart NATS',
    missing: 'Run where a test may mount a disk of its own, as root on Linux',
  },
  {
    row: 'F18',
    fault: 'The disk of Postgres is full',
    holds:
      'Sends are refused as `unavailable`, and nothing acknowledged is lost. A Postgres that cannot write its log may end: free space, and start it again where nothing else does',
    missing: 'Run where a test may mount a disk of its own, as root on Linux',
  },
  {
    row: 'F19',
    fault: 'The disk of the logs is full',
    holds: 'Lines are lost, and nothing else is',
    untested:
      'Not run: services write lines to their output and to no file; the disk that takes them is the container engine’s',
  },
  {
    row: 'F34',
    fault: 'A gateway comes to the end of its memory',
    holds:
      'It lets nobody in and closes those with the largest backlogs (4013) while the heap is above 80 %; one that ends all the same is F01',
    untested:
      'The measure of overload is tested by itself (`apps/gateway/src/socket/admission.test.ts`), a heap that is full is not',
  },
  {
    row: 'F35',
    fault: 'A gateway has no descriptor left',
    holds: 'Connections beyond them wait or end; those that are open go on, and it recovers by itself',
  },
  {
    row: 'F36',
    fault: 'The event loop of a process stands still',
    holds: 'Its sockets stay open: a silence is judged by what was read after it',
  },
  {
    row: 'F37',
    fault: 'A file of a stream is damaged',
    holds:
      'Messages are not in a stream. NATS cuts a stream off where it is damaged; within a minute the service misses what was acknowledged (`StreamDamaged`). Its migration, which `npm start` repeats whenever NATS has died, makes the stream anew, and it is filled from the outbox, 48 hours back. Readers get again what they had, in order; what is older than what they have heard of a match or a block changes nothing',
    missing:
      'A server that trusts what it noted of its files does not read them at its start, and one of 2.10.27 stands still where it meets the damage later: see `OutboxLag`',
  },
  {
    row: 'F38',
    fault: 'A stream is deleted by mistake',
    holds:
      'It is missed within a minute, also where another is in its place, made again and filled from the outbox; what is repeated has its effect once',
  },
  {
    row: 'F39',
    fault: 'Auth cannot be reached for minutes',
    holds:
      'Known keys go on counting; a gateway that knows none yet answers `unavailable` and never that a good token is wrong',
  },
  {
    row: 'F40',
    fault: 'Names are not resolved',
    holds:
      'Connections that are open live on; new ones are tried for ever, at most every half second to NATS',
    untested: 'Not run: all tests reach their servers by address, so that no resolver takes part',
  },
  {
    row: 'F41',
    fault: 'The database is restored to an earlier time',
    holds:
      'A cursor that is ahead of the store is noticed, and clients reload; a new epoch has all of them reload',
    missing:
      'Archive and base backup are the operator’s: the copy that is restored is made while the system stands still',
  },
  {
    row: 'F42',
    fault: 'An event that nobody can handle',
    holds: 'Given up after five tries in about two seconds, and logged; those behind it follow',
  },
  {
    row: 'F43',
    fault: 'A client comes back after days, with thousands of changes missed',
    holds:
      'A cursor holds for any time; a conversation with more than 500 changes replays the newest and says so',
  },
  {
    row: 'F45',
    fault: 'A process is started with a wrong secret',
    holds: 'It ends with one line and takes no work; the others go on',
  },
]
