// What gateways and the owners of lanes tell each other about who is present. None of it is stored: whoever has missed
// something asks, or is asked, again.
import * as z from 'zod'

/** `away`: every socket of the person says so. */
export const PresenceStatus = z.enum(['online', 'away', 'offline'])
export type PresenceStatus = z.output<typeof PresenceStatus>

/** Subjects of what every process that is concerned hears; see `subjects.broadcast`. */
export const presenceBroadcasts = {
  beat: 'gateway.beat',
  wanted: 'messaging.presence_wanted',
  settled: 'messaging.presence_settled',
} as const

/** A gateway is alive. What it reported counts until it leaves, or is silent for a lease. */
export interface GatewayBeat {
  /** One start of one gateway. */
  gateway: string
  is_leaving?: true
}

/** The owner of a lane asks all gateways, or one, for everybody of the lane whom they hold. */
export interface PresenceWanted {
  lane: number
  lanes: number
  owner_epoch: number
  gateway?: string
}

/** From here on the owner of a lane knows of those whom no gateway has reported that they are offline. */
export interface PresenceSettled {
  lane: number
  lanes: number
}
