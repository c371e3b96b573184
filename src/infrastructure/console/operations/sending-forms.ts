import * as z from 'zod';
import type { SendingStatus } from '../../../application/delivery/get-sending-status.js';
import { holdBody, releaseBody } from '../../http/query-schemas.js';
import { validated } from '../../http/validated.js';
import type { Confirmation } from '../kit/confirmation.js';
import { at } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

const BACK = at('operations');

/** What holding sending does. */
export const holding: Confirmation = {
  title: 'Hold sending',
  says: [
    'No mail is sent until somebody releases it, on any instance. Decisions continue, and raised mails wait.',
    'A mail that waits is looked at again before it is sent: one that is no longer due is not sent.',
  ],
  action: at('operations', 'sending', 'hold'),
  button: 'Hold sending',
  asksReason: true,
  back: BACK,
};

/** What sending again without the mails since a backup does. */
export const keeping: Confirmation = {
  title: 'Send again, without the mails since the backup',
  says: [
    'Sending goes on. The mails that were started since the backup are not sent a second time.',
    'Their outcome is recorded as unknown, because the recipients may have them. Each can be resolved on its page.',
  ],
  action: at('operations', 'sending', 'keep'),
  button: 'Keep them, and send',
  asksReason: true,
  back: BACK,
};

/** What the view `release-sending` shows. */
export interface ReleasePage extends PageModel {
  readonly mails: readonly { readonly id: string; readonly begunAt: string; readonly href: string }[];
  readonly more: boolean;
  readonly back: string;
}

/** The page with the form that releases sending. */
export const releasePage = ({ begunSince, more }: SendingStatus): ReleasePage => ({
  title: 'Release sending',
  mails: begunSince.map(({ notificationId, begunAt }) => ({
    ...{ id: notificationId, begunAt },
    href: at('notifications', notificationId),
  })),
  ...{ more, back: BACK },
});

/** The form that releases sending. */
export const releaseForm = z.strictObject({
  reason: holdBody.shape.reason,
  again: z.enum(['all', 'chosen']).default('all'),
  mail: z.union([z.string().transform((id) => [id]), z.array(z.string())]).optional(),
});

const chosen = releaseBody.shape.notificationIds
  .unwrap()
  .min(1, 'Tick the mails that are to be sent again; to send none of them, keep them.');

/** What the API takes for a release. @throws InvalidRequest if mails are to be chosen and none is. */
export const releaseOf = ({
  reason,
  again,
  mail,
}: z.output<typeof releaseForm>): z.output<typeof releaseBody> =>
  validated(releaseBody.extend({ notificationIds: chosen.optional() }), {
    reason,
    ...(again === 'chosen' ? { notificationIds: mail ?? [] } : {}),
  });
