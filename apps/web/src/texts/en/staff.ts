/** What only staff sees. */
export const staff = {
  support: {
    title: 'Support',
    conversation: 'Support conversation',
    choose: 'Nobody chosen',
    chooseText: 'Choose a conversation at the left to answer in it.',
    filter: 'Show',
    waiting: 'Waiting',
    waitingCount: 'Waiting ({count})',
    all: 'All',
    none: 'Nobody is waiting',
    noneText: 'New questions appear here by themselves.',
    noSubject: 'No subject',
    closed: 'Closed',
    isWaiting: 'Waiting',
  },
  admin: {
    title: 'Announce',
    lead: 'A note that everybody you choose finds among their updates, at once where they are online.',
    audience: 'To',
    audiences: { everyone: 'Everybody', user: 'People', agent: 'Support agents', admin: 'Admins' },
    heading: 'Title',
    text: 'Text',
    send: 'Send announcement',
    sent: 'It is on its way.',
  },
}
