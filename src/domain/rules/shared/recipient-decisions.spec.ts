import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../../test/domain/partner-world.js';
import type { WithheldReason } from './reasons.js';
import { recipientDecisions } from './recipient-decisions.js';
import { type AudienceMember, condition, type Verdict } from './verdict.js';

const NOW = '2026-01-05T08:00:00.000Z';
const { escalationEmail: _, ...WITHOUT_ESCALATION } = SETTINGS;

const member = (userId: string, reason?: WithheldReason): AudienceMember => ({
  ...{ userId, name: userId, address: { channel: 'email', value: `${userId}@linden.example` }, locale: 'de' },
  isNotified: reason === undefined,
  ...(reason ? { reason } : {}),
  conditions: [condition(`${userId}-own`, reason === undefined, ['Yes.', 'No.'])],
});

const verdict = (audience: readonly AudienceMember[], more: Partial<Verdict> = {}): Verdict => ({
  ...{ rule: 'account-expired', ruleVersion: 1, due: true, lateBy: 0, causes: [], audience },
  subject: { kind: 'socialAccount', id: 'fb' },
  slot: { key: '2026-01-05', date: '2026-01-05', at: NOW, zone: 'Europe/Berlin' },
  conditions: [condition('shared', true, ['Yes.', 'No.'])],
  ...more,
});

/** `who`, or `who: reason`. */
const decided = (
  of: Verdict,
  settings: Parameters<typeof recipientDecisions>[1] = SETTINGS,
): readonly string[] =>
  recipientDecisions(of, settings).map(
    ({ recipient, reason }) => recipient.userId + (reason ? `: ${reason}` : ''),
  );

describe('Recipient decisions', () => {
  it('Without anything due there is no decision.', () => {
    expect(decided(verdict([member('greta')], { due: false }))).toEqual([]);
  });

  it('Each person may opt out: the others are notified, and nothing is escalated.', () => {
    expect(decided(verdict([member('greta'), member('jonas', 'opted-out')]))).toEqual([
      'greta',
      'jonas: opted-out',
    ]);
  });

  it('Nobody can be reached: no-reachable-recipient, and the solution’s escalation contact is notified if it has one.', () => {
    const alone = verdict([member('greta', 'opted-out')]);
    expect(decided(alone)).toEqual(['greta: opted-out', '*nobody: no-reachable-recipient', '*escalation']);
    expect(decided(alone, WITHOUT_ESCALATION)).toEqual([
      'greta: opted-out',
      '*nobody: no-reachable-recipient',
    ]);
    expect(recipientDecisions(alone, SETTINGS).map(({ escalation }) => escalation)).toEqual([
      false,
      false,
      true,
    ]);
    expect(recipientDecisions(alone, SETTINGS)[2]?.recipient.address.value).toBe(SETTINGS.escalationEmail);
  });

  it('An empty audience is escalated as well.', () => {
    const empty = { reason: 'no-reachable-recipient' } as const;
    expect(decided(verdict([], empty))).toEqual(['*nobody: no-reachable-recipient', '*escalation']);
    expect(decided(verdict([], empty), WITHOUT_ESCALATION)).toEqual(['*nobody: no-reachable-recipient']);
  });

  it.each(['not-entitled', 'missed'] as const)(
    'What is withheld for everybody (%s) is escalated to nobody.',
    (reason) => {
      expect(decided(verdict([member('greta'), member('jonas', 'opted-out')], { reason }))).toEqual([
        `greta: ${reason}`,
        `jonas: ${reason}`,
      ]);
    },
  );

  it('The escalation contact misses what nobody else would have had in time.', () => {
    const reason = 'missed';
    expect(decided(verdict([], { reason }))).toEqual(['*nobody: missed', '*escalation: missed']);
    expect(decided(verdict([], { reason }), WITHOUT_ESCALATION)).toEqual(['*nobody: missed']);
    expect(decided(verdict([member('jonas', 'opted-out')], { reason }))).toEqual([
      'jonas: missed',
      '*nobody: missed',
      '*escalation: missed',
    ]);
    expect(decided(verdict([], { reason: 'not-entitled' }))).toEqual(['*nobody: not-entitled']);
  });

  it('A digest that is missed is its reader’s alone, also where nothing can be sent to them.', () => {
    const reason = 'missed';
    const digest = { reason, rule: 'content-needs-approval' } as const;
    const jonas = member('jonas', 'undeliverable-address');
    expect(decided(verdict([jonas], { ...digest, userId: 'jonas' }))).toEqual(['jonas: missed']);
    expect(decided(verdict([], { ...digest, userId: '*' }))).toEqual([
      '*nobody: missed',
      '*escalation: missed',
    ]);
  });

  it('An answer to a Send Now goes only to the user who pressed it.', () => {
    const slot = { key: 'request:1', date: '2026-01-05', at: NOW, zone: 'Europe/Berlin' };
    const reason = 'no-reachable-recipient';
    expect(decided(verdict([member('greta', reason)], { slot, reason }))).toEqual([`greta: ${reason}`]);
  });

  it('Each decision has the shared conditions and those of its person, each once.', () => {
    const [shared] = verdict([]).conditions;
    const greta = member('greta');
    const twice = { ...greta, conditions: shared ? [shared, ...greta.conditions] : [] };
    const names = recipientDecisions(verdict([twice]), SETTINGS).map(({ conditions }) =>
      conditions.map((c) => c.name),
    );
    expect(names).toEqual([['shared', 'greta-own']]);
  });
});
