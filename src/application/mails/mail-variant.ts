/** The variants of the mail of each rule: what is said besides, or to whom. */
export const MAIL_VARIANTS = ['regular', 'late', 'unreachable', 'undelivered', 'sender-refused'] as const;

export type MailVariant = (typeof MAIL_VARIANTS)[number];

/** When each variant is sent, as a sentence. */
export const VARIANT_SENTENCES: Readonly<Record<MailVariant, string>> = {
  regular: 'Sent to the recipient in time.',
  late: 'Sent to the recipient after its slot: it says how late it is.',
  unreachable: 'Sent to the escalation contact, because nobody at the partner can be notified.',
  undelivered: 'Sent to the escalation contact, because a mail did not reach its recipient.',
  'sender-refused': 'Sent to the escalation contact, because mail servers refuse the sender of the solution.',
};
