import { reasons, without, type Checklist } from './checklist.ts'

export const school: Checklist = {
  number: 'S3',
  title: 'One to one by receiver, and notifications',
  parts: {
    Endpoints: [
      '/ws/chat/ carries messages to a person',
      '/ws/notifications/ carries notifications',
      ...without(reasons.client, 'its address comes from the settings of its build'),
    ],
    Frames: [
      'a frame without a type is a message to its receiver',
      'chat_message arrives flat, with the name of the sender',
      'the socket that sent is told message_sent',
      'error arrives as a text',
      'notify arrives with its type and time',
    ],
    Behaviour: [
      'a message to a person opens their conversation',
      'a send is acknowledged to the socket that made it',
      'a frame that cannot be done is answered by an error',
      'notifications arrive live, typed, with title and text',
    ],
    Client: [
      'one sends to a person whose conversation is not known yet',
      'notifications missed while away arrive later',
      'a lost socket is opened again',
      'a new token goes to the open socket',
      'a message that is refused says why',
      ...without(
        reasons.client,
        'dots, names, links and times are shown',
        'notifications are styled by their type',
      ),
    ],
    Practice: [
      'pages of other sites are refused',
      'any gateway goes on where another one stopped',
      ...without(reasons.operations, 'sockets are encrypted in production'),
      'messages stand in the order of the server',
      'a receipt can be sent over HTTP',
      'what is missing is named by the health check',
    ],
    Future: [
      'typing is shown to the other and not to the one who types',
      'who connects is online at once, and gone with the last socket',
      'a reaction toggles',
      ...without(reasons.uploads, 'files are sent'),
      'a group tells each of its members',
    ],
  },
}
