import type { Threat } from './threats.ts'

/** What comes in by the wire: frames, sizes, slowness and numbers. */
export const networkThreats: readonly Threat[] = [
  {
    row: 'T31',
    threat: 'Frames that break RFC 6455',
    answer:
      'Closed with 1002, 1007, 1008 or 1009. The suite covers what the groups of Autobahn’s do: framing, pings, reserved bits, opcodes, fragments, UTF-8, closes, limits',
    missing: 'Autobahn’s own suite has not been run',
  },
  {
    row: 'T32',
    threat: 'A socket error that ends the process',
    answer: 'Every socket has its error listener before anything is awaited',
  },
  {
    row: 'T33',
    threat: 'Headers in numbers',
    answer: '100 headers of 16 kB together; beyond either 431',
  },
  {
    row: 'T34',
    threat: 'Messages that are too large',
    answer: '65,536 bytes a frame or message: 1009 before the rest is read. 131,072 bytes an HTTP body: 413',
  },
  {
    row: 'T35',
    threat: 'Memory held by fragments',
    answer: '64 fragments a message, 4,096 chunks: 1008',
  },
  {
    row: 'T36',
    threat: 'Compression that unfolds, or leaks what is beside it',
    answer: 'No compression is agreed to on sockets',
  },
  {
    row: 'T37',
    threat: 'Floods of control frames',
    answer: 'They count like others: 200 a second and 400 at once a socket; 4029 after three warnings',
  },
  {
    row: 'T38',
    threat: 'Floods of messages',
    answer:
      'Sends are counted by person over all sockets, HTTP and processes (`SEND_BURST`, `SEND_RATE`), and refused with the time to wait. Reactions and typing have the limit of frames only',
    missing: 'The effect on a neighbour is measured in `bench/`, not tested',
  },
  {
    row: 'T39',
    threat: 'Hostile JSON',
    answer:
      '32 levels at most; keys of prototypes are ordinary keys; what is no JSON object closes with 4400 (T31)',
  },
  {
    row: 'T40',
    threat: 'Headers that never end',
    answer: '408 after 5 s, looked at once a second; upgrades too',
  },
  { row: 'T41', threat: 'Bodies that never end', answer: '408 after 10 s' },
  {
    row: 'T42',
    threat: 'Readers that do not read',
    answer:
      'A backlog of 1 MiB, of 256 KiB for 5 s, or one that does not move for 10 s closes with 4008; 1 s later the connection is cut',
  },
  {
    row: 'T43',
    threat: 'Connections in numbers',
    answer:
      '10 sockets a person (the oldest is closed with 4409), 200 an address and 20 without a credential (429; where several gateways open one too many at the same moment, 4029), each over all gateways. `MAX_SOCKETS` and `MAX_CONNECTIONS` a process. What a gateway held is counted no more once it has been silent for four beats of `PRESENCE_BEAT_MS`',
  },
  {
    row: 'T44',
    threat: 'Peers that are gone without a word',
    answer: 'A ping after 25 s of silence (`HEARTBEAT_MS`), 4000 after twice that',
  },
  {
    row: 'T45',
    threat: 'Everybody coming back at once',
    answer:
      '`UPGRADES_PER_SECOND` a process, beyond it 503 with the time to wait; `goaway` and its times are the server’s',
    missing: 'Thousands that come back at once are measured in `bench/`, not tested',
  },
  {
    row: 'T46',
    threat: 'Two requests in one',
    answer: 'Node’s strict parser: two lengths, both kinds of length or a folded header are 400',
  },
  {
    row: 'T47',
    threat: 'A content type that avoids validation',
    answer:
      'Only `application/json` is read, and each input is validated by its schema wherever it comes from',
  },
  {
    row: 'T51',
    threat: 'Limits that grow with the number of gateways',
    answer:
      'Requests are counted by person and kind (reads, writes, searches), and by address where there is no person, over all gateways: who has little left is decided in the order in which NATS carries what gateways say, so that three let through no more than one, within 5 %. Without NATS nothing is let through at all. `PERSON_LIMIT_FACTOR`, `ADDRESS_LIMIT_FACTOR`',
  },
]
