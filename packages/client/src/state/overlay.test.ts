import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ada } from '../../test/scripted-gateway.ts'
import { message } from '../../test/state-world.ts'
import { RpcError } from '../errors.ts'
import { type LocalChange, LocalChanges, type Operation } from '../local-changes.ts'
import type { Message } from '../wire.ts'
import { afterFrame, afterOperation, type PartFrame } from './message-changes.ts'
import { showMessages } from './shown-messages.ts'
import { Timeline } from './timeline.ts'

const operations = fc.oneof(
  fc.record({ type: fc.constant('edit' as const), content: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ type: fc.constant('delete' as const) }),
  fc.record({
    type: fc.constant('react' as const),
    emoji: fc.constantFrom('+1', 'constructor'),
    action: fc.constantFrom('add' as const, 'remove' as const),
  }),
)
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('change', 'elsewhere'), operation: operations }),
    fc.record({ do: fc.constantFrom('commit', 'refuse', 'ack', 'frame'), operation: operations }),
  ),
  { maxLength: 40 },
)

/** One message on a server, and the device that shows it; the frames and the acks travel at their own pace. */
class Device {
  readonly timeline = new Timeline()
  readonly changes: LocalChanges
  /** The message as the server has it. */
  stored: Message = message(1)
  readonly #frames: PartFrame[] = []
  readonly #acks: (() => void)[] = []
  /** Changes that the server has neither committed nor refused. */
  #underWay = new Set<string>()
  #made = 0

  constructor() {
    this.changes = new LocalChanges({
      report: () => {},
      save: () => {},
      order: () => this.#made,
      wake: () => {},
      hasArrived: ({ message_id }: LocalChange, rev) => this.timeline.find(message_id!)!.rev >= rev,
    })
    this.timeline.pageBegins()
    this.timeline.replace([this.stored], false)
  }

  change(operation: Operation): void {
    const id = `${(this.#made += 1)}`
    this.#underWay.add(id)
    this.changes
      .add({ id, lane: '1', message_id: 256, client_id: null, operation, made_at: '' })
      .catch(() => {})
  }

  /** The server takes the oldest change; its frame and its ack go out. */
  commit(): void {
    const [id] = this.#underWay
    const due = this.changes.due('1')
    if (id === undefined || !due || this.#acks.length > 0) return
    this.#underWay.delete(id)
    const { operation } = this.changes.all.get().find((change) => change.id === id)!
    this.apply(operation, ada.id)
    const { rev } = this.stored
    this.#acks.push(() => due.accept({ rev }))
  }

  refuse(): void {
    const [id] = this.#underWay
    const due = this.changes.due('1')
    if (id === undefined || !due || this.#acks.length > 0) return
    this.#underWay.delete(id)
    due.refuse(new RpcError({ code: 'forbidden' }))
  }

  /** Somebody's change, as the server applies it. */
  apply(operation: Operation, user_id: number): void {
    const after = afterOperation(this.stored, operation, { user_id, at: 'now' })
    if (JSON.stringify(after) === JSON.stringify(this.stored)) return
    const frame = frameOf(operation, { rev: this.stored.rev + 1, user_id })
    this.stored = afterFrame(this.stored, frame)
    this.#frames.push(frame)
  }

  frame(): void {
    const frame = this.#frames.shift()
    if (!frame) return
    this.timeline.apply(frame)
    this.changes.arrived()
  }

  ack(): void {
    this.#acks.shift()?.()
  }

  get isSettled(): boolean {
    return this.#frames.length + this.#acks.length + this.#underWay.size === 0
  }

  get shown() {
    const [shown] = showMessages({
      messages: this.timeline.messages,
      local: [],
      changes: this.changes.all.get(),
      me: ada,
    })
    return shown!
  }
}

const base = { conversation_id: 1024, message_id: 256, timestamp: 'now' }

function frameOf(operation: Operation, { rev, user_id }: { rev: number; user_id: number }): PartFrame {
  switch (operation.type) {
    case 'edit':
      return {
        type: 'message_edit',
        ...base,
        rev,
        content: operation.content,
        mentions: [],
        edited_at: 'now',
      }
    case 'react': {
      const { emoji, action } = operation
      const done = action === 'add' ? ('added' as const) : ('removed' as const)
      return { type: 'message_reaction', ...base, rev, emoji, user_id, action: done }
    }
    default:
      return { type: 'message_delete', ...base, rev }
  }
}

const visible = ({
  content,
  is_deleted,
  reactions,
}: Pick<Message, 'content' | 'is_deleted' | 'reactions'>) => ({
  content,
  is_deleted,
  reactions,
})

test('whatever is committed, refused, or changed elsewhere meanwhile, in any order of frames and acks: at the end the shown is the stored', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const device = new Device()
      for (const { do: what, operation } of script) {
        if (what === 'change') {
          device.change(operation)
          const { content, is_deleted } = device.shown
          // What was just done is what is seen.
          if (operation.type === 'edit' && !is_deleted) expect(content).toBe(operation.content)
        } else if (what === 'elsewhere') device.apply(operation, ada.id + 1)
        else device[what as 'commit' | 'refuse' | 'ack' | 'frame']()
      }
      while (!device.isSettled) {
        device.commit()
        device.frame()
        device.ack()
      }

      expect(device.changes.all.get()).toEqual([])
      expect(visible(device.shown)).toEqual(visible(device.stored))
      expect(device.shown.is_pending).toBe(false)
    }),
    { numRuns: 1_000 },
  )
})

test('a refusal leaves what would be there had the change never been made', () => {
  fc.assert(
    fc.property(fc.array(operations, { maxLength: 5 }), operations, fc.nat(5), (others, refused, at) => {
      const [device, without] = [new Device(), new Device()]
      const place = Math.min(at, others.length)
      for (const operation of others.toSpliced(place, 0, refused)) device.change(operation)
      for (const operation of others) without.change(operation)
      // Those before it are confirmed, and their frames are on their way.
      for (let n = 0; n < place; n += 1) device.changes.due('1')?.accept({ rev: Infinity })
      device.changes.due('1')?.refuse(new RpcError({ code: 'forbidden' }))

      expect(visible(device.shown)).toEqual(visible(without.shown))
    }),
  )
})
