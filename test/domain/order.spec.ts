import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApprovalQueue } from '../../src/domain/approval-queue/approval-queue.js';
import type { ApprovalQueueCommand } from '../../src/domain/approval-queue/queue-events.js';
import type { Decider, Fact, Recorded } from '../../src/domain/kernel/event.js';
import { HOUR, plus } from '../../src/domain/kernel/instant.js';
import { get, values } from '../../src/domain/kernel/persistent-map.js';
import { Partner, type PartnerCommand } from '../../src/domain/partner/partner.js';
import { isActive } from '../../src/domain/partner/partner-user.js';
import {
  endOf,
  SocialAccount,
  type SocialAccountCommand,
} from '../../src/domain/social-account/social-account.js';
import { Solution } from '../../src/domain/solution/solution.js';
import { SETTINGS } from './partner-world.js';

const START = '2026-01-01T12:00:00.000Z';
const LEARNED = '2026-03-01T00:00:00.000Z';

/** The state after commands that Herald hears of in this order. */
const after = <S, C, E extends Fact>(decider: Decider<S, C, E>, commands: readonly C[]): S =>
  commands.reduce(
    (state, command) =>
      decider.decide(command, state).reduce(
        (folded, fact) =>
          decider.evolve(folded, {
            ...fact,
            recordedAt: LEARNED,
            eventId: 'e',
            position: '1',
          } as Recorded<E>),
        state,
      ),
    decider.initialState,
  );

/** Commands at distinct moments, and the same in another order. */
const shuffled = <C>(make: (n: number) => fc.Arbitrary<C>) =>
  fc
    .integer({ min: 2, max: 8 })
    .chain((length) => fc.tuple(...Array.from({ length }, (_, n) => make(n))))
    .chain((commands) =>
      fc.tuple(fc.constant(commands), fc.shuffledSubarray(commands, { minLength: commands.length })),
    );

const moment = (n: number): string => plus(START, n * HOUR);

describe('The order in which Herald hears of facts does not matter', () => {
  it('for a social account: its connection, when it ends or ended, and whether it was removed', () => {
    const command = (n: number) =>
      fc
        .tuple(
          fc.constantFrom('Connect', 'Renew', 'LearnExpiry', 'Invalidate', 'Remove'),
          fc.integer({ min: 0, max: 5 }),
        )
        .map(([type, days]): SocialAccountCommand => {
          const at = moment(n);
          const authorisationExpiresAt = plus(START, (n * 6 + days) * 24 * HOUR);
          const connection = { partnerId: 'p', network: 'x', kind: 'company', displayName: `${n}` } as const;
          if (type === 'Connect')
            return { type, data: { accountId: 'a', ...connection, authorisationExpiresAt }, at };
          if (type === 'Renew' || type === 'LearnExpiry')
            return { type, data: { accountId: 'a', authorisationExpiresAt }, at };
          if (type === 'Invalidate') return { type, data: { accountId: 'a', reason: `${n}` }, at };
          return { type: 'Remove', data: { accountId: 'a' }, at };
        });
    const shown = (commands: readonly SocialAccountCommand[]) => {
      const state = after(SocialAccount, commands);
      const { connection, removed, expiry, invalidated } = state;
      // Of several refusals the first and the last are known: enough to tell whether it is refused.
      const isRefused = invalidated !== undefined;
      const endedAt = isRefused ? undefined : endOf(state)?.at;
      return { connection, removed, expiresAt: expiry?.expiresAt, isRefused, endedAt };
    };
    fc.assert(
      fc.property(shuffled(command), ([inOrder, anyOrder]) => {
        expect(shown(anyOrder)).toEqual(shown(inOrder));
      }),
      { numRuns: 500 },
    );
  });

  it('for a partner: its zone, whether it left, its users and what they chose', () => {
    const ref = { userId: 'u', partnerId: 'p' };
    const command = (n: number) =>
      fc.integer({ min: 0, max: 6 }).map((kind): PartnerCommand => {
        const at = moment(n);
        const commands: PartnerCommand[] = [
          {
            type: 'RegisterPartner',
            data: { partnerId: 'p', solutionId: `s${n}`, name: `${n}`, timeZone: 'UTC' },
            at,
          },
          { type: 'ChangeZone', data: { partnerId: 'p', timeZone: `Zone/${n}` }, at },
          { type: 'Leave', data: { partnerId: 'p' }, at },
          { type: 'AddUser', data: { ...ref, name: `${n}`, email: `${n}@x.example`, role: 'admin' }, at },
          { type: 'ChangeUser', data: { ...ref, active: n % 2 === 0 }, at },
          { type: 'RemoveUser', data: ref, at },
          { type: 'ChangePreferences', data: { ...ref, contentApproval: n % 2 === 0 ? 'daily' : 'off' }, at },
        ];
        return commands[kind] as PartnerCommand;
      });
    const shown = (commands: readonly PartnerCommand[]) => {
      const { registration, timeZone, left, users } = after(Partner, commands);
      const user = get(users, 'u');
      return { registration, timeZone, left, fields: user?.fields, active: user && isActive(user) };
    };
    fc.assert(
      fc.property(shuffled(command), ([inOrder, anyOrder]) => {
        expect(shown(anyOrder)).toEqual(shown(inOrder));
      }),
      { numRuns: 500 },
    );
  });

  it('for a queue: which posts wait', () => {
    const command = (n: number) =>
      fc
        .tuple(
          fc.constantFrom('SubmitPost', 'ApprovePost', 'RejectPost', 'WithdrawPost'),
          fc.constantFrom('constructor', 'b'),
        )
        .map(([type, postId]): ApprovalQueueCommand => {
          const at = moment(n);
          const post = {
            postId,
            partnerId: 'p',
            streamId: 's',
            streamName: 's',
            title: `${n}`,
            network: 'x',
          };
          if (type === 'SubmitPost')
            return { type, data: { ...post, publishAt: '2027-01-01T00:00:00.000Z' }, at };
          return { type, data: { postId, partnerId: 'p' }, at } as ApprovalQueueCommand;
        });
    const shown = (commands: readonly ApprovalQueueCommand[]) =>
      values(after(ApprovalQueue, commands).waiting)
        .map(({ postId, title }) => `${postId} ${title}`)
        .sort();
    fc.assert(
      fc.property(shuffled(command), ([inOrder, anyOrder]) => {
        expect(shown(anyOrder)).toEqual(shown(inOrder));
      }),
      { numRuns: 500 },
    );
  });

  it('for a solution: its settings', () => {
    const configure = (n: number) =>
      ({ type: 'ConfigureSolution', data: { ...SETTINGS, name: `${n}` }, at: moment(n) }) as const;
    expect(after(Solution, [configure(2), configure(1)]).settings?.name).toBe('2');
    expect(after(Solution, [configure(1), configure(2)]).settings?.name).toBe('2');
  });
});
