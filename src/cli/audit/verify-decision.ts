import type { Verification, VerificationCheck } from '../../application/audit/verify/verify-notification.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

/** Verifies that a decision comes out today as it is on record. @returns the exit code: 1 if it does not. */
export async function verifyDecision(
  id: string,
  { url, json }: { readonly url: string; readonly json?: boolean },
): Promise<number> {
  const path = `/v1/notifications/${encodeURIComponent(id)}/verify`;
  const verification = await new HeraldClient(url).get<Verification>(path);
  if (json) say(JSON.stringify(verification));
  else say(...verification.checks.map(lineOf), sentenceOf(verification));
  return verification.verified ? 0 : 1;
}

const lineOf = ({ name, ok, recorded, recomputed }: VerificationCheck): string =>
  ok
    ? `${name}: the same`
    : `${name}: recorded ${JSON.stringify(recorded)}, now ${JSON.stringify(recomputed)}`;

const sentenceOf = ({ verified, checks }: Verification): string => {
  const differing = checks.filter(({ ok }) => !ok).length;
  return verified
    ? 'The decision comes out as it is on record.'
    : `${differing} of ${checks.length} checks differ from what is on record.`;
};
