import type {
  Verification,
  VerificationCheck,
} from '../../../application/audit/verify/verify-notification.js';
import { at } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

/** What the view `verification` shows. */
export interface VerificationPage extends PageModel {
  readonly verified: boolean;
  readonly checks: readonly {
    readonly label: string;
    readonly ok: boolean;
    readonly recorded: string;
    readonly recomputed: string;
  }[];
  readonly back: string;
}

const LABELS: Readonly<Record<VerificationCheck['name'], string>> = {
  due: 'A decision was due',
  'rule-version': 'Version of the rule',
  slot: 'Slot',
  recipient: 'Recipient',
  decision: 'Decision',
  reason: 'Reason to withhold',
  conditions: 'Conditions',
  template: 'Template of the mail',
  'content-hash': 'Hash of the mail',
  content: 'Parts that are the same, byte by byte',
};

/** The page of a decision that was made again. */
export const verificationPage = ({ notificationId, verified, checks }: Verification): VerificationPage => ({
  title: 'Verify a decision',
  verified,
  checks: checks.map(({ name, ok, recorded, recomputed }) => ({
    ...{ label: LABELS[name], ok },
    ...{ recorded: shown(recorded), recomputed: shown(recomputed) },
  })),
  back: at('notifications', notificationId),
});

const shown = (value: unknown): string => {
  if (value === null) return '–';
  if (typeof value === 'boolean') return yesOrNo(value);
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value as object)
    .map(
      ([name, one]) =>
        `${name.replaceAll('-', ' ')}: ${typeof one === 'boolean' ? yesOrNo(one) : String(one)}`,
    )
    .join('\n');
};

const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');
