import {
  addressSettings,
  commonSettings,
  port,
  readSettings,
  tokenSettings,
  wholeNumber,
  type Environment,
} from '@parley/service-kit'
import * as z from 'zod'

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )

export const settings = z.object({
  ...commonSettings,
  ...tokenSettings,
  ...addressSettings,
  PORT: port(8000).meta({ description: 'Port that clients reach; 0 takes a free one' }),
  HOST: z.string().default('127.0.0.1').meta({ description: 'Address that the gateway listens on' }),
  ALLOWED_ORIGINS: list.meta({
    description:
      "Origins of browsers that may call, such as https://app.example; the gateway's own is always accepted",
  }),
  TRUSTED_PROXIES: list.meta({
    description: 'Addresses or subnets of proxies whose X-Forwarded-For is believed',
  }),
  DRAIN_SECONDS: wholeNumber(0, 3_600)
    .default(20)
    .meta({ description: 'Seconds over which clients move elsewhere when the gateway stops' }),
  PERSON_LIMIT_FACTOR: z.coerce
    .number()
    .min(0.01)
    .max(1_000_000)
    .default(1)
    .meta({ description: "Multiplies the limits of a person's requests, over HTTP and `request` frames" }),
  FRAME_RATE: wholeNumber(1, 10_000_000).default(200).meta({
    description:
      'Frames a second that a socket may send in the long run, of any kind; twice the SEND_RATE of messaging where that is more',
  }),
  FRAME_BURST: wholeNumber(1, 10_000_000).default(400).meta({
    description:
      'Frames that a socket may send at once; twice the SEND_BURST of messaging where that is more',
  }),
  MAX_SOCKETS: wholeNumber(1, 1_000_000)
    .default(50_000)
    .meta({ description: 'Sockets that one process holds; beyond it 503' }),
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).default(60_000).meta({
    description:
      'Connections that one process holds, sockets among them; beyond it they are closed unanswered',
  }),
  UPGRADES_PER_SECOND: wholeNumber(1, 1_000_000)
    .default(5_000)
    .meta({ description: 'Sockets that one process opens in a second; beyond it 503' }),
  HEARTBEAT_MS: wholeNumber(100, 600_000)
    .default(25_000)
    .meta({ description: 'Silence after which a socket is pinged; after twice that it is closed' }),
  PRESENCE_BEAT_MS: wholeNumber(50, 60_000).default(2_500).meta({
    description:
      "How often it says that it is alive; a small part of messaging's PRESENCE_LEASE_MS. After four silent beats other gateways count its sockets no more",
  }),
})

export type Config = z.output<typeof settings>
export const readConfig = (environment: Environment): Config => readSettings(settings, environment)
