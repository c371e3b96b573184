import type { LostMessage } from '../../../application/ports/channel.js';

/** The name of a mail's file: the same at every attempt. Names sort by the moment of the decision. */
export const fileNameOf = ({
  raisedAt,
  rule,
  notificationId,
}: Pick<LostMessage, 'raisedAt' | 'rule' | 'notificationId'>): string =>
  // a colon cannot stand in a file name everywhere, and an id must not lead out of the folder
  `${`${raisedAt}-${rule}-${notificationId}`.replace(/[^A-Za-z0-9._-]/g, '-')}.eml`;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.eml$/;

/** The notification in the name of a mail's file; undefined for any other name, such as one that leads out of the folder. */
export const notificationIn = (file: string): string | undefined => NAME.exec(file)?.[1];
