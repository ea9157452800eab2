import type { Threat } from './threats.ts'

/** What a part of the system could do to the others. */
export const operationsThreats: readonly Threat[] = [
  {
    row: 'T61',
    threat: 'NATS is open to whoever reaches it',
    answer: 'Each service has an nkey of its own, and nobody without one is let in',
    missing: 'With `NATS_URL` and no key, NATS asks what its owner has it ask',
  },
  {
    row: 'T62',
    threat: 'One service that is taken over owns all',
    answer:
      'The subjects that each may say and hear are listed in `packages/protocol/src/rights.ts`, which NATS’s configuration is made from; requests are heard in the queue group of their service only; replies have an inbox that nobody else may hear, and may be sent once to who asked. Streams and consumers are made under a key that may do nothing else; it alone may delete a stream, for one that lacks what it has acknowledged, and nobody may purge one',
    missing: 'A request of a lane names its operation in its body, which NATS does not look at',
  },
  {
    row: 'T63',
    threat: 'Faults of NATS before a client is known',
    answer:
      'No WebSocket, MQTT, leaf or gateway listener; nobody is let in as a default user; rights are lists of what is allowed. The manifests’ version is 2.14.2 or newer',
    missing: 'With `npm start` the server is the one that is found, of 2.10 or newer',
  },
  {
    row: 'T65',
    threat: 'A role of the database that may do more than its service needs',
    answer:
      'One role for each service, which reads and writes the rows of its own schema and makes nothing; migrations have the role that owns everything. The function that keeps the outbox’s partitions runs as its owner',
    missing: 'With `DATABASE_URL` all services have the role that it names',
  },
]
