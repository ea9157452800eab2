import { reasons, without, type Checklist } from './checklist.ts'

export const support: Checklist = {
  number: 'S4',
  title: 'A person and support',
  parts: {
    Endpoint: ['its socket is /ws/chat/{room_id}/'],
    Frames: [
      'chat_message goes both ways',
      'typing is sent and arrives',
      'read_receipt is sent and arrives',
      'user_status arrives',
    ],
    Server: [
      'a token is taken only with a good signature and before its end',
      'a person is in their own support conversation alone',
      'staff is in every support conversation',
      'a message is stored before anybody is told of it',
      'typing and receipts reach the other side of a support conversation',
      'pages of other sites are refused',
    ],
    Client: [
      'who listens can stop listening',
      'there is one socket, however often it is asked for',
      'a lost socket is opened again',
      'messages written offline go out in order',
      'callers of its service go on unchanged',
    ],
    Screens: [
      'an attachment goes by its link',
      ...without(reasons.client, 'the newest message is scrolled into view, the connection is shown'),
      'staff lists all support conversations, with what is unread',
      'whose message was read is told',
      'a message is shown before it is sent',
      'several conversations are open at a time',
      'tabs stay in step',
    ],
    Tests: ['a person and staff talk live, both ways'],
    Future: [
      ...without(reasons.client, 'both screens use the socket and do not poll'),
      'the first administrator chooses a password',
    ],
  },
}
