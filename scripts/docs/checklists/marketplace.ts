import { reasons, without, type Checklist } from './checklist.ts'

export const marketplace: Checklist = {
  number: 'S0',
  title: 'Marketplace messaging',
  parts: {
    Endpoints: [
      'its socket is /ws/messaging/',
      ...without(reasons.client, 'addresses come from the settings of its build'),
      'who connects is who the token says, whatever the address names',
      'one lists the conversations that one is in, with their people and newest message',
      'a message over HTTP is 201, or 400 that names the fields, and its sender is the caller',
      ...without(reasons.uploads, 'a file is attached'),
    ],
    Frames: [
      'message is sent with its conversation in data',
      'typing is sent with its conversation in data',
      'message arrives in data',
      'typing arrives in data, with its conversation',
      'a message reaches every device of every member',
      'typing is shown to the other and not to the one who types',
      'who connects is online at once, and gone with the last socket',
      'frames of a person reach all their sockets and nobody else',
      'a socket that is gone gets nothing more',
    ],
    Behaviour: [
      'without a session nothing connects',
      'a message is stored before anybody is told of it',
      'typing names who types',
      'HTTP takes the token in its header, and nothing without one',
      'typing passes between gateways',
      'what was said survives a restart',
    ],
    Future: [
      ...without(reasons.search, 'messages are searched and filtered'),
      'a reaction toggles',
      ...without(reasons.voice, 'voice is recorded and played'),
      ...without(reasons.uploads, 'files are shown before they are opened'),
      'an edit reaches everyone',
      'a deleted message keeps its place',
      'one chooses which types of notification one gets',
      'notifications rest in quiet hours',
    ],
  },
}
