/** How far a notification is. */
export type Phase =
  | 'none'
  | 'withheld'
  | 'waiting'
  | 'sending'
  | 'accepted'
  | 'rejected'
  | 'given-up'
  | 'superseded'
  | 'unknown'
  | 'abandoned'
  | 'delivered'
  | 'bounced'
  | 'complained';
