import * as z from 'zod';
import { ROLES } from '../../../domain/access/role.js';
import { DAY } from '../../../domain/kernel/instant.js';
import { createKeyBody, rotateKeyBody } from '../../http/keys/key-schemas.js';
import { validated } from '../../http/validated.js';

const DAY_S = DAY / 1_000;

/** After how many days a key expires, as forms offer it. */
export const LIFETIMES = ['30', '90', '365', '730', 'never'] as const;

/** For how many seconds the old secret of a key stays valid, as forms offer it. */
export const OVERLAPS = ['0', '3600', '86400', '604800', '2592000'] as const;

const lifetime = z.enum(LIFETIMES);

/** The form of a new key. Lists are texts with an item on each line. */
export const createKeyForm = z
  .strictObject({
    name: z.string('Give it a name.'),
    role: z.enum(ROLES),
    reach: z.enum(['all', 'some']).default('some'),
    solutions: z.string().default(''),
    sources: z.string().default(''),
    lifetime,
  })
  .refine(({ reach, solutions }) => reach !== 'all' || solutions === '', {
    error: 'Choose all solutions, or name some, and not both.',
    path: ['solutions'],
  });

/** The form of a rotation. `same`: as long as the old secret was. */
export const rotateKeyForm = z.strictObject({
  overlap: z.enum(OVERLAPS),
  lifetime: z.enum(['same', ...LIFETIMES]).default('same'),
});

const linesOf = (text: string): readonly string[] =>
  text
    .split(/[\r\n,]+/)
    .map((line) => line.trim())
    .filter(Boolean);

const expiryIn = (days: (typeof LIFETIMES)[number]) =>
  days === 'never' ? { expiresAt: null } : { expiresIn: Number(days) * DAY_S };

/** What the API takes for a new key. @throws InvalidRequest that names every field at fault. */
export const newKeyOf = (form: z.output<typeof createKeyForm>): z.output<typeof createKeyBody> => {
  const { name, role, reach, solutions, sources, lifetime: days } = form;
  const prefixes = linesOf(sources);
  return validated(createKeyBody, {
    ...{ name, role, solutions: reach === 'all' ? 'all' : linesOf(solutions), ...expiryIn(days) },
    ...(prefixes.length > 0 ? { sources: prefixes } : {}),
  });
};

/** What the API takes for a rotation. */
export const rotationOf = ({
  overlap,
  lifetime: days,
}: z.output<typeof rotateKeyForm>): z.output<typeof rotateKeyBody> =>
  validated(rotateKeyBody, { overlap: Number(overlap), ...(days === 'same' ? {} : expiryIn(days)) });
